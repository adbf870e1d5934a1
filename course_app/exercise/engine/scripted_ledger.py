"""The account of one customer of a script: invoices issued, money received, money not placed yet, late interest.

Pure, exact, in cents. Where a payment goes: on the invoices its author names, in that order; otherwise on the one
due first, as the law has it when the debtor names none (domaine.md C-12: C. civ. 1342-10). `interest` makes the
interest of each invoice paid before its principal (C. civ. 1343-1). Money received without a destination may wait
in the account until an outcome places it; the law places what is still waiting at the end.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from course_app.core.money import late_interest_cents
from course_app.exercise.engine.scripted_parts import CustomerScript, InvoiceScript, Outcome, Payment, Placing


class Debt(NamedTuple):
    """One issued invoice: what it still owes, the day interest runs from, interest run up to then and not paid.

    Once nothing is owed, `since` is the day it was paid, or its due date when it was paid before.
    """

    principal_cents: int
    since: date
    interest_cents: int = 0


class Account(NamedTuple):
    """One customer: a debt for each invoice of the script (None before it is issued), and money received.

    `waiting_cents`, received on `waiting_on`, is not placed on any invoice yet.
    """

    debts: tuple[Debt | None, ...]
    received_cents: int = 0
    waiting_cents: int = 0
    waiting_on: date | None = None

    @property
    def principal_cents(self) -> int:
        """What the invoices still owe, interest apart."""
        return sum(debt.principal_cents for debt in self.debts if debt is not None)

    @property
    def owed_cents(self) -> int:
        """The same, less what was received and waits for a place."""
        return self.principal_cents - self.waiting_cents


def opened(customer: CustomerScript) -> Account:
    """Return the account at the start: invoices issued, none paid."""
    return Account(tuple(None if bill.is_pending else Debt(bill.amount_cents, bill.due_on) for bill in customer.bills))


def account_after(customer: CustomerScript, account: Account, outcome: Outcome, on: date) -> tuple[Account, int, date]:
    """Return the account after an outcome, what it received (cents) and when.

    Invoices are issued first, then money that waits is placed (by the law when a payment comes first), then the
    payment is received.
    """
    if outcome.issues:
        account = _issued(customer, account, outcome.issues)
    if outcome.places is not None:
        account = _placed(customer, account, outcome.places)
    pays = outcome.pays
    if pays is None:
        return account, 0, on
    day = pays.on or on
    if not pays.waits:
        account = settled(customer, account)
    cents = _amount(customer, account, pays)
    if pays.waits:
        waiting = account._replace(waiting_cents=account.waiting_cents + cents, waiting_on=day)
        return waiting._replace(received_cents=account.received_cents + cents), cents, day
    placed, left = _paid(customer, account, cents, day, pays.invoices, with_interest=pays.interest)
    return placed._replace(received_cents=account.received_cents + cents - left), cents - left, day


def settled(customer: CustomerScript, account: Account) -> Account:
    """Return the account once the law has placed what was waiting: interest first, on what is due first."""
    return _placed(customer, account, Placing(interest=True))


def billed_cents(customer: CustomerScript, account: Account) -> int:
    """Return the sum of the invoices issued."""
    issued = zip(customer.bills, account.debts, strict=True)
    return sum(bill.amount_cents for bill, debt in issued if debt is not None)


def interest_received_cents(customer: CustomerScript, account: Account) -> int:
    """Return how much of what was received went to interest."""
    return account.received_cents - account.waiting_cents + account.principal_cents - billed_cents(customer, account)


def claimed(customer: CustomerScript, account: Account, until: date) -> Iterator[tuple[InvoiceScript, Debt, int, int]]:
    """Yield each issued invoice with its debt, the interest still owed on a day, and how late it is in days."""
    for bill, debt in zip(customer.bills, account.debts, strict=True):
        if debt is not None:
            interest = debt.interest_cents + _interest(bill, debt, until)
            yield bill, debt, interest, max(0, (until - bill.due_on).days)


def eve(day: date) -> date:
    """Return the day before: interest stops with the judgment (domaine.md I-01: C. com. L622-28)."""
    return day - timedelta(days=1)


def _issued(customer: CustomerScript, account: Account, numbers: Sequence[str]) -> Account:
    """Issue invoices; one that is already issued stays as it is."""
    return account._replace(
        debts=tuple(
            Debt(bill.amount_cents, bill.due_on) if debt is None and bill.number in numbers else debt
            for bill, debt in zip(customer.bills, account.debts, strict=True)
        )
    )


def _placed(customer: CustomerScript, account: Account, placing: Placing) -> Account:
    """Place what waits, as of the day it came."""
    if account.waiting_on is None or not account.waiting_cents:
        return account
    placed, left = _paid(
        customer,
        account,
        account.waiting_cents,
        account.waiting_on,
        placing.invoices,
        with_interest=placing.interest,
    )
    return placed._replace(waiting_cents=left)


def _amount(customer: CustomerScript, account: Account, pays: Payment) -> int:
    """Return what a payment brings: a fixed sum, or a share (rounded down) of what its invoices owe."""
    if pays.cents is not None:
        return pays.cents
    owed = sum(
        debt.principal_cents
        for bill, debt in zip(customer.bills, account.debts, strict=True)
        if debt is not None and (not pays.invoices or bill.number in pays.invoices)
    )
    return owed * pays.share // 100


def _paid(
    customer: CustomerScript,
    account: Account,
    cents: int,
    on: date,
    numbers: Sequence[str],
    *,
    with_interest: bool,
) -> tuple[Account, int]:
    """Return the account once a sum is placed, and what is left of the sum."""
    debts = list(account.debts)
    for place in _order(customer, numbers):
        debt, bill = debts[place], customer.bills[place]
        if debt is not None and cents:
            run = debt.interest_cents + _interest(bill, debt, on)
            for_interest = min(run, cents) if with_interest else 0
            for_principal = min(debt.principal_cents, cents - for_interest)
            cents -= for_interest + for_principal
            since = max(debt.since, on) if debt.principal_cents else debt.since
            debts[place] = Debt(debt.principal_cents - for_principal, since, run - for_interest)
    return account._replace(debts=tuple(debts)), cents


def _order(customer: CustomerScript, numbers: Sequence[str]) -> list[int]:
    """Return the places of the invoices to pay, in order: as named, else the one due first."""
    places = range(len(customer.bills))
    if numbers:
        named = [place for place in places if customer.bills[place].number in numbers]
        return sorted(named, key=lambda place: numbers.index(customer.bills[place].number))
    return sorted(places, key=lambda place: customer.bills[place].due_on)


def _interest(bill: InvoiceScript, debt: Debt, until: date) -> int:
    """Return the interest run on what is still owed, from where it was last counted to a day."""
    days = (until - debt.since).days
    if days <= 0 or not debt.principal_cents:
        return 0
    return late_interest_cents(debt.principal_cents, Decimal(bill.late_rate_bp) / 10_000, days)
