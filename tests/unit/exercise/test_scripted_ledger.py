"""The account of a scripted customer: where money goes, what interest runs, nothing lost to the cent."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course_app.exercise.engine.scripted_ledger import (
    account_after,
    billed_cents,
    claimed,
    interest_received_cents,
    opened,
    settled,
)
from course_app.exercise.engine.scripted_parts import CustomerScript, Outcome
from tests.unit.exercise.scripts import small_text

FIRST = date(2026, 9, 13)


def _customer(**changes):
    """Return a customer who owes the three invoices of domaine.md §9, case 3, and may owe a fourth."""
    text = small_text()["customers"][0]
    del text["invoice"]
    dues = {"A": ("2026-09-13", 930_000), "B": ("2026-10-11", 1_245_000), "C": ("2026-11-09", 786_000)}
    text["invoices"] = [
        {
            "number": number,
            "issued_on": "2026-07-01",
            "due_on": due,
            "amount_cents": cents,
            "late_rate_bp": 1240,
            "fee_cents": 4000,
        }
        for number, (due, cents) in dues.items()
    ]
    text["invoices"].append({**text["invoices"][0], "number": "D", "amount_cents": 100_000, "is_pending": True})
    return CustomerScript.model_validate({**text, **changes})


CUSTOMER = _customer()


def _after(account, on, **outcome):
    return account_after(CUSTOMER, account, Outcome.model_validate({"to": "debut", **outcome}), on)


def _principals(account):
    return [debt.principal_cents if debt else None for debt in account.debts]


def test_the_law_places_a_payment_without_destination():
    """3 000,00 € received twelve days late: 37,91 € of interest first, then the invoice due first (domaine.md §9)."""
    waiting, cents, _on = _after(opened(CUSTOMER), date(2026, 9, 25), pays={"cents": 300_000, "waits": True})
    assert cents == 300_000
    assert _principals(waiting) == [930_000, 1_245_000, 786_000, None]
    assert waiting.owed_cents == 2_961_000 - 300_000
    account = settled(CUSTOMER, waiting)
    assert _principals(account) == [633_791, 1_245_000, 786_000, None]
    assert interest_received_cents(CUSTOMER, account) == 3_791
    interests = [interest for _bill, _debt, interest, _late in claimed(CUSTOMER, account, date(2026, 11, 2))]
    assert interests == [8_182, 9_305, 0]


def test_an_author_may_place_it_elsewhere():
    """Money that waits goes where an outcome places it, as of the day it came, interest apart."""
    waiting, *_ = _after(opened(CUSTOMER), date(2026, 9, 25), pays={"cents": 300_000, "waits": True})
    account, cents, _on = _after(waiting, date(2026, 9, 28), places={"invoices": ["B"]})
    assert (cents, account.waiting_cents) == (0, 0)
    assert _principals(account) == [930_000, 945_000, 786_000, None]


def test_named_invoices_are_paid_in_their_order():
    """A payment follows the order its author names, and stops at what these invoices owe."""
    account, cents, _on = _after(opened(CUSTOMER), FIRST, pays={"cents": 800_000, "invoices": ["C", "A"]})
    assert _principals(account) == [916_000, 1_245_000, 0, None]
    assert cents == 800_000
    over, cents, _on = _after(account, FIRST, pays={"cents": 9_000_000, "invoices": ["A"]})
    assert (_principals(over)[0], cents) == (0, 916_000)


def test_a_pending_invoice_exists_once_it_is_issued():
    """A pending invoice owes nothing until an outcome issues it, and is issued once."""
    account, *_ = _after(opened(CUSTOMER), FIRST, issues=["D"])
    assert _principals(account)[-1] == 100_000
    assert billed_cents(CUSTOMER, account) - billed_cents(CUSTOMER, opened(CUSTOMER)) == 100_000
    again, *_ = _after(account, FIRST, issues=["D"])
    assert again == account


@pytest.mark.parametrize("days", [-30, 0])
def test_no_interest_before_the_due_date(days):
    """What is paid up to the due date owes no interest."""
    account, *_ = _after(opened(CUSTOMER), FIRST + timedelta(days=days), pays={"invoices": ["A"]})
    assert next(interest for _b, _d, interest, _l in claimed(CUSTOMER, account, FIRST)) == 0


def test_a_paid_invoice_stays_paid_on_its_day():
    """What is paid later on other invoices does not make a paid one look late."""
    account, *_ = _after(opened(CUSTOMER), FIRST, pays={"invoices": ["A"]})
    account, *_ = _after(account, date(2026, 12, 1), pays={"share": 100})
    assert [debt.since for debt in account.debts if debt] == [FIRST, date(2026, 12, 1), date(2026, 12, 1)]


PAYMENTS = st.fixed_dictionaries(
    {"cents": st.integers(1, 2_000_000), "interest": st.booleans(), "waits": st.booleans()},
    optional={"invoices": st.lists(st.sampled_from(["A", "B", "C"]), unique=True)},
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), PAYMENTS), max_size=8))
@example([(0, {"cents": 4_000_000, "interest": False, "waits": True})])
def test_not_a_cent_is_lost(payments):
    """Whatever is received pays principal or interest, to the cent; no debt is ever negative."""
    account, on, total = opened(CUSTOMER), FIRST, 0
    for days, pays in payments:
        on += timedelta(days=days)
        account, cents, _on = _after(account, on, pays=pays)
        total += cents
    account = settled(CUSTOMER, account)
    assert account.received_cents == total
    assert all(debt is None or min(debt.principal_cents, debt.interest_cents) >= 0 for debt in account.debts)
    paid = billed_cents(CUSTOMER, account) - account.principal_cents
    interest = interest_received_cents(CUSTOMER, account)
    assert interest >= 0
    assert total == paid + interest + account.waiting_cents
