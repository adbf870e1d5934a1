"""Late interest between businesses, semester by semester, with its working (domaine.md P-30 to P-33, C-12).

Amounts in integer cents, tax included. Rates are yearly shares of one (12,40 % is Decimal("0.1240")). Interest runs
from the day after the due date to the day of payment included, on a year of 365 days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from course_app.core.money import late_interest_cents


class Semester(NamedTuple):
    """Half a year: `half` is 1 from January, 2 from July."""

    year: int
    half: int

    @classmethod
    def of(cls, day: date) -> "Semester":
        """Return the semester of a day."""
        return cls(day.year, 1 if day.month < 7 else 2)

    @property
    def last_day(self) -> date:
        """Its last day: 30 June or 31 December."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)


class UnknownRate(ValueError):
    """No rate is known for a semester that the delay crosses."""

    def __init__(self, semester: Semester) -> None:
        super().__init__(f"no rate for {semester.year}, half {semester.half}")
        self.semester = semester


@dataclass(frozen=True)
class Rates:
    """What the register knows, by semester: the central bank's rate and the legal rate between businesses.

    `margin` is what the law adds to the first when nothing is agreed; `floor_multiple` times the second is the least
    that a contract may set (C. com. L441-10 II).
    """

    bank: Mapping[Semester, Decimal]
    legal: Mapping[Semester, Decimal]
    margin: Decimal
    floor_multiple: Decimal

    def default(self, semester: Semester) -> Decimal:
        """Return the rate when the contract says nothing; raise `UnknownRate`."""
        if semester not in self.bank:
            raise UnknownRate(semester)
        return self.bank[semester] + self.margin

    def floor(self, semester: Semester) -> Decimal:
        """Return the least rate a contract may set; raise `UnknownRate`."""
        if semester not in self.legal:
            raise UnknownRate(semester)
        return self.legal[semester] * self.floor_multiple


@dataclass(frozen=True)
class Period:
    """One line of the working: days from `start` to `end`, ends included, at one rate on one principal.

    `floor` is the least lawful rate of that semester, `below_floor` whether the rate used is under it.
    """

    start: date
    end: date
    days: int
    rate: Decimal
    principal_cents: int
    interest_cents: int
    floor: Decimal
    below_floor: bool


class Payment(NamedTuple):
    """Money received on a day, in cents."""

    on: date
    cents: int


@dataclass(frozen=True)
class Statement:
    """What one invoice owes on a day: `principal_cents` left, interest due and unpaid, the fixed fee.

    `periods` in order of time; `overpaid_cents` is what payments exceed.
    """

    periods: tuple[Period, ...]
    principal_cents: int
    interest_cents: int
    fee_cents: int
    overpaid_cents: int = 0

    @property
    def total_cents(self) -> int:
        """All that is due."""
        return self.principal_cents + self.interest_cents + self.fee_cents


def periods(principal_cents: int, after: date, until: date, rates: Rates, agreed: Decimal | None) -> tuple[Period, ...]:
    """Return the working from the day after `after` to `until` included, cut at each semester.

    `agreed` is the contract's rate, None for the legal default. Empty when `until` is not after `after`. Raises
    `UnknownRate` for a semester without a rate, ValueError for a negative principal or rate.
    """
    found = []
    start = after + timedelta(days=1)
    while start <= until:
        semester = Semester.of(start)
        end = min(until, semester.last_day)
        days = (end - start).days + 1
        rate = rates.default(semester) if agreed is None else agreed
        floor = rates.floor(semester)
        interest = late_interest_cents(principal_cents, rate, days)
        found.append(Period(start, end, days, rate, principal_cents, interest, floor, rate < floor))
        start = end + timedelta(days=1)
    return tuple(found)


def statement(
    amount_cents: int,
    due_on: date,
    until: date,
    rates: Rates,
    *,
    agreed: Decimal | None = None,
    payments: Sequence[Payment] = (),
    fee_cents: int = 0,
) -> Statement:
    """Return what an invoice owes on `until`, payments taken on interest first, then on the principal.

    Interest before principal: C. civ. 1343-1. The fee is due as soon as one day is late (D441-5), and never bears
    interest. Payments after `until` are left out; those before the due date lower the principal.
    """
    principal, unpaid, over, since = amount_cents, 0, 0, due_on
    lines: list[Period] = []
    for payment in [*sorted(payment for payment in payments if payment.on <= until), Payment(until, 0)]:
        fresh = periods(principal, since, payment.on, rates, agreed) if principal else ()
        lines += fresh
        unpaid += sum(line.interest_cents for line in fresh)
        principal, unpaid, over = _paid(principal, unpaid, over, payment.cents)
        since = max(since, payment.on)
    return Statement(tuple(lines), principal, unpaid, fee_cents if lines else 0, over)


def _paid(principal: int, interest: int, over: int, cents: int) -> tuple[int, int, int]:
    """Return what is left of the principal and of the interest after a payment, and what was paid too much."""
    on_interest = min(interest, cents)
    on_principal = min(principal, cents - on_interest)
    return principal - on_principal, interest - on_interest, over + cents - on_interest - on_principal
