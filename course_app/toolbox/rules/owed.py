"""What several invoices owe on a day, each by the rules of `interest`: the figures of letters and of claims.

Amounts in integer cents, tax included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from course_app.toolbox.rules.interest import Payment, Rates, Statement, statement


class Invoice(NamedTuple):
    """An unpaid invoice: its number, the day it is due, its amount in cents, and one payment received on it if any."""

    number: str
    due_on: date
    cents: int
    paid: Payment | None = None

    @property
    def left_cents(self) -> int:
        """The invoice less what was paid on it, interest left out; never negative."""
        return max(0, self.cents - (self.paid.cents if self.paid else 0))


@dataclass(frozen=True)
class Line:
    """One invoice and what it owes on the day of the reckoning; `late_days` is 0 before the due date."""

    invoice: Invoice
    told: Statement
    late_days: int


@dataclass(frozen=True)
class Owed:
    """What all invoices owe on the day `on`, in the order given."""

    on: date
    lines: tuple[Line, ...]

    @property
    def principal_cents(self) -> int:
        """What is left of the invoices themselves."""
        return sum(line.told.principal_cents for line in self.lines)

    @property
    def interest_cents(self) -> int:
        """Interest due and unpaid."""
        return sum(line.told.interest_cents for line in self.lines)

    @property
    def fee_cents(self) -> int:
        """Fixed fees, one for each late invoice."""
        return sum(line.told.fee_cents for line in self.lines)

    @property
    def total_cents(self) -> int:
        """All that is due."""
        return self.principal_cents + self.interest_cents + self.fee_cents

    @property
    def rates(self) -> tuple[Decimal, ...]:
        """The yearly rates used, each once, in order of time."""
        periods = sorted((period.start, period.rate) for line in self.lines for period in line.told.periods)
        return tuple(dict.fromkeys(rate for _start, rate in periods))


def owed(invoices: Sequence[Invoice], on: date, rates: Rates, agreed: Decimal | None, fee_cents: int) -> Owed:
    """Return what the invoices owe on a day; `agreed` is the contract's rate, `fee_cents` the fee of one late invoice.

    Raises `UnknownRate` for a semester without a rate, ValueError for a negative amount.
    """
    lines = []
    for invoice in invoices:
        payments = [invoice.paid] if invoice.paid else []
        told = statement(
            invoice.cents, invoice.due_on, on, rates, agreed=agreed, payments=payments, fee_cents=fee_cents
        )
        lines.append(Line(invoice, told, max(0, (on - invoice.due_on).days)))
    return Owed(on, tuple(lines))
