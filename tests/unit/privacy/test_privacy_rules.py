"""How long things are kept, and when a clock is believed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from course_app.privacy.rules import STEADY_TO_FORGET, Days, cutoffs, months_before, seen


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        (datetime(2026, 12, 8, 9, tzinfo=UTC), 12, datetime(2025, 12, 8, 9, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), 12, datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2026, 3, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 24, datetime(2024, 1, 15, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(moment, months, expected):
    """The same day of an earlier month, or its last day when it is shorter."""
    assert months_before(moment, months) == expected


def test_g4_periods_are_those_announced():
    """Answers 12 months, results 36, unused invitations 30 days, logs 12 months (security.md G4)."""
    found = cutoffs(datetime(2030, 6, 15, tzinfo=UTC))
    assert found.answers == found.logs == datetime(2029, 6, 15, tzinfo=UTC)
    assert found.results == datetime(2027, 6, 15, tzinfo=UTC)
    assert found.invitations == datetime(2030, 5, 16, tzinfo=UTC)


def test_a_clock_is_believed_once_it_has_gone_on_for_days():
    """Days follow each other, an outage of three days included; a jump ahead or back begins again (R13)."""
    days = None
    for number in range(8):
        days = seen(days, date(2026, 12, 1) + timedelta(days=number))
    assert days.steady >= STEADY_TO_FORGET
    assert seen(days, date(2026, 12, 11)).steady >= STEADY_TO_FORGET
    assert seen(days, date(2026, 12, 12)).steady == timedelta()
    assert seen(days, date(2026, 12, 7)).steady == timedelta()
    assert Days.read(str(days)) == days
