"""Working days against an independent calendar."""

from datetime import date

import pytest

from course_app.core.calendar import easter, is_working_day, next_working_day, public_holidays


@pytest.mark.parametrize(
    "sunday",
    [date(2000, 4, 23), date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)],
)
def test_easter_falls_where_the_almanac_says(sunday: date) -> None:
    """Known Easter Sundays, the latest possible one included, are found."""
    assert easter(sunday.year) == sunday


def test_2026_has_its_eleven_holidays() -> None:
    """The holidays of 2026 are those the law names."""
    assert public_holidays(2026) == {
        date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25),
        date(2026, 7, 14), date(2026, 8, 15), date(2026, 11, 1), date(2026, 11, 11), date(2026, 12, 25),
    }  # fmt: skip


def test_the_next_working_day_skips_weekends_and_holidays() -> None:
    """After Friday 30 April 2027 comes Monday 3 May; 11 November is no working day."""
    assert next_working_day(date(2027, 4, 30)) == date(2027, 5, 3)
    assert not is_working_day(date(2026, 11, 11))
