"""What the law adds to the late invoices of a portfolio: interest to the day, one fee each, an insolvency apart."""

from datetime import timedelta
from decimal import Decimal

import pytest

from course_app.core.money import late_interest_cents
from course_app.exercise.engine.contract import play
from course_app.exercise.engine.portfolio_claims import FEE_CENTS, claims
from course_app.exercise.engine.portfolio_desk import people
from course_app.exercise.engine.vocabulary import Event
from tests.unit.exercise.players import PORTFOLIO, Temper, game, portfolio

RATE_BP = 1240
RATE = Decimal(RATE_BP) / 10_000
HARD = {"late_from": 20, "late_to": 60, "customers": 30, "sessions": 24, "minutes": 240, "late_rate_bp": RATE_BP}


@pytest.fixture(scope="module")
def ended():
    """A long game badly played, at its end: payments, plans, write-offs, insolvencies."""
    exercise = portfolio(**HARD)
    return play(PORTFOLIO, exercise, 3, game(PORTFOLIO, exercise, 3, 5, Temper(acts=0.3)))


@pytest.fixture(scope="module")
def found(ended):
    """The claims of that game, by customer."""
    rows = {who.name: [] for who in people(ended)}
    for claim in claims(ended):
        rows[claim.customer_name].append(claim)
    return rows


def closed_by(ended, event):
    """Customers whose file ended so, with their last entry."""
    rows = zip(people(ended), ended.entries, strict=True)
    return [(who, entries) for who, entries in rows if entries[-1].event is event]


def test_an_invoice_nobody_paid_bears_interest_to_the_last_day(ended, found):
    """Interest runs from the due date to the end of the game on the whole amount, and one fee is due per invoice."""
    until, met = ended.exercise.on(ended.session_index), 0
    for who, entries in zip(people(ended), ended.entries, strict=True):
        if entries[-1].event is not Event.CONTINUES or any(entry.paid_cents for entry in entries):
            continue
        lines = {line.number: line for line in who.lines}
        assert {claim.invoice for claim in found[who.name]} == set(lines)
        for claim in found[who.name]:
            line, met = lines[claim.invoice], met + 1
            assert claim.days_late == (until - line.due_on).days
            assert claim.interest_cents == late_interest_cents(line.amount_cents, RATE, claim.days_late)
            assert (claim.principal_cents, claim.fee_cents) == (line.amount_cents, FEE_CENTS)
            assert not claim.is_declared
    assert met


def test_a_paid_invoice_bears_interest_to_its_payment(ended, found):
    """A customer who paid all at once owes interest up to that day, and no principal."""
    whole = [(who, rows[-1]) for who, rows in closed_by(ended, Event.PAID) if sum(r.paid_cents > 0 for r in rows) == 1]
    assert whole
    for who, last in whole:
        due = {line.number: line for line in who.lines}
        for claim in found[who.name]:
            line = due[claim.invoice]
            assert claim.principal_cents == 0
            assert claim.days_late == (last.on - line.due_on).days
            assert claim.interest_cents == late_interest_cents(line.amount_cents, RATE, claim.days_late)


def test_an_insolvency_is_declared_up_to_the_day_before(ended, found):
    """After a judgment the claims are to be declared, their interest stops on the eve, what was paid is deducted."""
    failed = closed_by(ended, Event.FAILED)
    assert failed
    for who, entries in failed:
        assert found[who.name]
        paid = sum(entry.paid_cents for entry in entries[:-1])
        assert sum(claim.principal_cents for claim in found[who.name]) == sum(x.amount_cents for x in who.lines) - paid
        for claim in found[who.name]:
            assert claim.is_declared
            assert claim.until == entries[-1].on - timedelta(days=1)


def test_the_claims_owe_what_the_books_owe(ended, found):
    """For files still open the principal claimed is what the customer owes, to the cent, plans included."""
    for number, (who, entries) in enumerate(zip(people(ended), ended.entries, strict=True)):
        if entries[-1].event not in {Event.FAILED, Event.WRITTEN_OFF}:
            owed = int(ended.board.outstanding[number])
            assert sum(claim.principal_cents for claim in found[who.name]) == owed


def test_nothing_is_claimed_from_a_file_written_off_or_without_a_rate(ended, found):
    """Passing a file to losses gives the claim up; an exercise that says no rate counts nothing."""
    assert all(not found[who.name] for who, _ in closed_by(ended, Event.WRITTEN_OFF))
    exercise = portfolio(sessions=2)
    assert not list(claims(play(PORTFOLIO, exercise, 1, game(PORTFOLIO, exercise, 1, 1))))
