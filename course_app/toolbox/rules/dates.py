"""When money is due, and until when one may act: due dates, limitation, court and insolvency deadlines.

Dates only, no clock. A delay in months ends on the same day of the month, or on the last day of a shorter one (Code de
procédure civile, art. 641). Lengths come in from the register of facts; nothing legal is written here but the way to
count.
"""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class DueRule(StrEnum):
    """How a due date is counted (domaine.md P-27); members in the order shown."""

    THIRTY_DAYS = "30-jours"
    SIXTY_DAYS = "60-jours"
    FORTY_FIVE_THEN_MONTH_END = "45-jours-puis-fin-de-mois"
    MONTH_END_THEN_FORTY_FIVE = "fin-de-mois-puis-45-jours"
    PERIODIC = "facture-periodique"


@dataclass(frozen=True)
class DueDate:
    """One due date: the rule, the day money must be there, the first day late."""

    rule: DueRule
    on: date

    @property
    def late_from(self) -> date:
        """The first day on which the invoice is late."""
        return self.on + timedelta(days=1)


def month_end(day: date) -> date:
    """Return the last day of the month of a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month when it is shorter; `months` ≥ 0."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _after(days: int) -> Callable[[date], date]:
    return lambda start: start + timedelta(days=days)


_COUNTED: Mapping[DueRule, Callable[[date], date]] = {
    DueRule.THIRTY_DAYS: _after(30),
    DueRule.SIXTY_DAYS: _after(60),
    DueRule.FORTY_FIVE_THEN_MONTH_END: lambda start: month_end(start + timedelta(days=45)),
    DueRule.MONTH_END_THEN_FORTY_FIVE: lambda start: month_end(start) + timedelta(days=45),
    DueRule.PERIODIC: _after(45),
}


def due_date(rule: DueRule, start: date) -> DueDate:
    """Return the due date counted from `start`: the invoice's date, or reception or execution for thirty days.

    « 45 jours fin de mois » has two readings, both lawful if the contract says which: 45 days then the end of that
    month, or the end of the invoice's month then 45 days.
    """
    return DueDate(rule, _COUNTED[rule](start))


class Claim(StrEnum):
    """Whose debt it is, which decides how long one may sue (domaine.md J-19)."""

    BUSINESS = "entre-professionnels"
    CONSUMER = "consommateur"
    TRANSPORT = "transport"


def limitation(start: date, years: int, interrupted_on: date | None = None) -> date:
    """Return the last day to sue, `years` after the claim is due, or after what interrupted the delay.

    Raises ValueError when the interruption comes before the start, or once the delay is over: nothing is left to
    interrupt.
    """
    end = add_months(start, 12 * years)
    if interrupted_on is None:
        return end
    if not start <= interrupted_on <= end:
        raise ValueError("the interruption must fall inside the delay")
    return add_months(interrupted_on, 12 * years)


@dataclass(frozen=True)
class InsolvencyMonths:
    """Months from the publication: to declare, to declare from overseas, to claim goods back, to be relieved."""

    declare: int
    declare_overseas: int
    claim_goods: int
    relief: int


@dataclass(frozen=True)
class InsolvencyDeadlines:
    """Last days to act after the judgment was published (domaine.md I-02 to I-04)."""

    declare_by: date
    claim_goods_by: date
    relief_by: date


def insolvency(published_on: date, months: InsolvencyMonths, *, overseas: bool = False) -> InsolvencyDeadlines:
    """Return the deadlines counted from the publication in the BODACC, never from the judgment."""
    declare = months.declare_overseas if overseas else months.declare
    return InsolvencyDeadlines(
        declare_by=add_months(published_on, declare),
        claim_goods_by=add_months(published_on, months.claim_goods),
        relief_by=add_months(published_on, months.relief),
    )


@dataclass(frozen=True)
class OrderMonths:
    """Months around an order to pay: to serve it (new and former rule), to oppose it, to enforce it."""

    serve: int
    serve_before: int
    oppose: int
    enforce: int
    new_rule_from: date


@dataclass(frozen=True)
class OrderDeadlines:
    """Last day to serve an order to pay; once served, last day to oppose it, first day to enforce it."""

    serve_by: date
    oppose_by: date | None
    enforce_from: date | None


def payment_order(made_on: date, months: OrderMonths, served_on: date | None = None) -> OrderDeadlines:
    """Return the deadlines of an order to pay; the date of the order decides which rule holds (domaine.md J-11).

    `oppose_by` counts from a service to the person herself. Raises ValueError when it was served before it was made.
    """
    if served_on is not None and served_on < made_on:
        raise ValueError("an order is served after it is made")
    serve = months.serve if made_on >= months.new_rule_from else months.serve_before
    return OrderDeadlines(
        serve_by=add_months(made_on, serve),
        oppose_by=add_months(served_on, months.oppose) if served_on else None,
        enforce_from=add_months(served_on, months.enforce) if served_on else None,
    )
