"""Money as integer cents: no float ever holds an amount."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def round_cents(amount: Fraction | Decimal) -> int:
    """Round an exact amount in cents to the nearest cent, halves away from zero.

    Halves go up as on a French invoice (règlement CE 1103/97, art. 5).
    """
    exact = Fraction(amount)
    quotient = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    return int(quotient)


def late_interest_cents(amount_cents: int, yearly_rate: Decimal, days: int) -> int:
    """Late interest in cents: amount with tax × yearly rate × days / 365 (C. com. L441-10 II, usual formula).

    `yearly_rate` is a share of one (12,40 % is Decimal("0.1240")); `days` ≥ 0.
    Raises ValueError on a negative amount, rate or number of days.
    """
    if amount_cents < 0 or yearly_rate < 0 or days < 0:
        raise ValueError("amount, rate and days must not be negative")
    return round_cents(Fraction(amount_cents) * Fraction(yearly_rate) * days / 365)
