"""When reminders are due: windows, hours of Paris, nights when the clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from course_app.reminders.rules import (
    PARIS,
    deadline_step,
    is_digest_day,
    is_open_hour,
    is_silent,
    turn,
    week,
)

DEADLINE = date(2026, 12, 18)
LONG_AGO = datetime(2026, 10, 1, 9, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("day", "step"),
    [("2026-12-10", None), ("2026-12-11", 7), ("2026-12-12", 7), ("2026-12-13", None), ("2026-12-16", None),
     ("2026-12-17", 1), ("2026-12-18", None), ("2026-12-19", None)],
)  # fmt: skip
def test_a_deadline_is_recalled_a_week_and_a_day_before(day, step):
    """J-7, a day late at most; J-1, that day only; never on the day nor after."""
    assert deadline_step(DEADLINE, LONG_AGO, datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=PARIS)) == step


def test_what_was_just_given_is_not_recalled():
    """A path given six days before its deadline skips « a week before »: the invitation has just said the date."""
    given = datetime(2026, 12, 12, 8, tzinfo=PARIS)
    assert deadline_step(DEADLINE, given, datetime(2026, 12, 12, 10, tzinfo=PARIS)) is None
    assert deadline_step(DEADLINE, given, datetime(2026, 12, 17, 10, tzinfo=PARIS)) == 1


def test_r13_an_old_silence_is_no_news():
    """Five days and more is told; four, or four hundred, is not: a clock that jumps floods nobody (R13)."""
    now = datetime(2026, 12, 8, 9, tzinfo=UTC)
    assert not is_silent(now - timedelta(days=4, hours=23), now)
    assert is_silent(now - timedelta(days=5), now)
    assert is_silent(now - timedelta(days=8), now)
    assert not is_silent(now - timedelta(days=400), now)
    assert not is_silent(now + timedelta(hours=2), now)


@pytest.mark.parametrize("night", ["2026-10-25", "2027-03-28"])
def test_r13_each_hour_of_a_changing_night_is_one_turn(night):
    """Through the two nights when Paris changes its clock, no two moments an hour apart share a turn (R13)."""
    start = datetime.fromisoformat(f"{night}T00:00").replace(tzinfo=PARIS).astimezone(UTC) - timedelta(hours=6)
    turns = [turn(start + timedelta(hours=number)) for number in range(48)]
    assert len(set(turns)) == 48
    opened = [moment for number in range(48) if is_open_hour(moment := start + timedelta(hours=number))]
    assert {moment.astimezone(PARIS).hour for moment in opened} == set(range(9, 20))


def test_weeks_begin_on_monday_in_paris():
    """Sunday night in UTC is already Monday in Paris; the week is that of ISO 8601."""
    assert is_digest_day(datetime(2026, 12, 6, 23, 30, tzinfo=UTC))
    assert not is_digest_day(datetime(2026, 12, 7, 23, 30, tzinfo=UTC))
    assert week(datetime(2027, 1, 1, 9, tzinfo=UTC)) == "2026-S53"
