"""An instalment plan: one payment at once, then equal payments on the same day of each month (domaine.md C-11)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from course_app.core.money import round_cents
from course_app.toolbox.rules.dates import add_months

MOST_PAYMENTS = 36
"""More would be a loan; the trade keeps plans to three to six months."""


@dataclass(frozen=True)
class Instalment:
    """One payment of a plan: its rank from 1, its day, its cents, what is left to pay after it."""

    rank: int
    on: date
    cents: int
    left_cents: int


def instalments(total_cents: int, at_once_cents: int, first_on: date, payments: int) -> tuple[Instalment, ...]:
    """Return a payment on `first_on`, then `payments` monthly ones; they sum to the total to the cent.

    The last one takes what rounding left. Raises ValueError when the first payment is negative or exceeds the total,
    when `payments` is not from 1 to `MOST_PAYMENTS`, or when a monthly payment would be empty.
    """
    rest = total_cents - at_once_cents
    if at_once_cents < 0 or not 1 <= payments <= MOST_PAYMENTS or rest < payments:
        raise ValueError("the plan does not divide the sum")
    share = rest // payments
    amounts = [at_once_cents, *[share] * (payments - 1), rest - share * (payments - 1)]
    days = [first_on, *(add_months(first_on, month) for month in range(1, payments + 1))]
    found: list[Instalment] = []
    left = total_cents
    for on, cents in zip(days, amounts, strict=True):
        left -= cents
        if cents:
            found.append(Instalment(len(found) + 1, on, cents, left))
    return tuple(found)


def share_of(total_cents: int, percent: int) -> int:
    """Return a whole percentage of a sum, in cents, halves up."""
    return round_cents(Fraction(total_cents * percent, 100))
