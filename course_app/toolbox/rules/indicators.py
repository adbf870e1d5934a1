"""How fast customers pay: DSO two ways, best possible DSO, effectiveness of collection (domaine.md O-05).

Amounts in integer cents, tax included; results exact, rounded where they are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class Month(NamedTuple):
    """Sales of one month, in cents, and its number of days."""

    sales_cents: int
    days: int


@dataclass(frozen=True)
class CountedMonth:
    """One line of the count-back: what the month takes of the receivables, and the days that makes."""

    month: Month
    taken_cents: int
    days: Fraction


@dataclass(frozen=True)
class CountBack:
    """DSO by count-back: the lines, latest month first; `left_cents` is what older months would have to take."""

    lines: tuple[CountedMonth, ...]
    left_cents: int

    @property
    def days(self) -> Fraction:
        """Sum of the days."""
        return sum((line.days for line in self.lines), Fraction(0))


def dso(receivables_cents: int, sales_cents: int, days: int) -> Fraction:
    """Return receivables over sales, times the days of the period. Raises ValueError without sales or days."""
    if sales_cents <= 0 or days <= 0 or receivables_cents < 0:
        raise ValueError("sales and days are positive, receivables are not negative")
    return Fraction(receivables_cents * days, sales_cents)


def count_back(receivables_cents: int, months: Sequence[Month]) -> CountBack:
    """Take the receivables off the sales of each month, the latest first, until nothing is left.

    A month wholly taken counts all its days, the last one in proportion; a month without sales counts its days while
    something is left. Raises ValueError on negative figures.
    """
    if receivables_cents < 0 or any(month.sales_cents < 0 or month.days <= 0 for month in months):
        raise ValueError("figures are not negative, months have days")
    left, lines = receivables_cents, []
    for month in months:
        if left == 0:
            break
        taken = min(left, month.sales_cents)
        share = Fraction(taken, month.sales_cents) if month.sales_cents else Fraction(1)
        lines.append(CountedMonth(month, taken, share * month.days))
        left -= taken
    return CountBack(tuple(lines), left)


def effectiveness(opening_cents: int, sales_cents: int, closing_cents: int, closing_not_due_cents: int) -> Fraction:
    """Return the share of what could be collected that was (CEI), from 0 to 1.

    (opening + sales − closing) / (opening + sales − closing not due). Raises ValueError when nothing could be
    collected, or when the figures cannot stand together.
    """
    collectable = opening_cents + sales_cents - closing_not_due_cents
    collected = opening_cents + sales_cents - closing_cents
    if min(opening_cents, sales_cents, closing_cents, closing_not_due_cents) < 0 or collectable <= 0:
        raise ValueError("nothing could be collected")
    if closing_not_due_cents > closing_cents or collected < 0:
        raise ValueError("the closing figures do not follow from the others")
    return Fraction(collected, collectable)
