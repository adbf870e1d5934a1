"""Interest to the cent."""

from decimal import Decimal
from fractions import Fraction

import pytest

from course_app.core.money import late_interest_cents, round_cents


@pytest.mark.parametrize(
    ("amount", "rate", "days", "interest"),
    [
        (1_000_000, "0.1215", 46, 15_312),
        (1_000_000, "0.1240", 77, 26_159),
        (1_488_000, "0.1240", 26, 13_143),
    ],
)
def test_late_interest_matches_the_worked_examples(amount: int, rate: str, days: int, interest: int) -> None:
    """The worked examples of domaine.md (P-32, case 1) come out to the cent."""
    assert late_interest_cents(amount, Decimal(rate), days) == interest


def test_halves_of_a_cent_go_up() -> None:
    """Half a cent rounds away from zero, as on an invoice."""
    assert [round_cents(Fraction(n, 2)) for n in (1, 3, -1)] == [1, 2, -1]


@pytest.mark.parametrize(("amount", "rate", "days"), [(-1, "0.1", 1), (1, "-0.1", 1), (1, "0.1", -1)])
def test_negative_figures_are_refused(amount: int, rate: str, days: int) -> None:
    """A negative amount, rate or duration is an error, not a credit."""
    with pytest.raises(ValueError, match="negative"):
        late_interest_cents(amount, Decimal(rate), days)
