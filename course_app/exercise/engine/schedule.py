"""The calendar of sessions: Monday morning and Wednesday afternoon, 2.5 business days apart.

Owns dates only; holidays are not modelled (a session may fall on one), which the debrief's figures ignore.
"""

from dataclasses import dataclass
from datetime import date, timedelta

SESSIONS = 36
HALF_DAYS_PER_SESSION = 5
MONDAY = 0


@dataclass(frozen=True)
class Moment:
    """A session: its number from 0, its date, and whether it is held in the afternoon."""

    session: int
    on: date
    afternoon: bool


def first_monday(start: date) -> date:
    """The Monday on or after a date."""
    return start + timedelta(days=(MONDAY - start.weekday()) % 7)


def moment(start: date, session: int) -> Moment:
    """Date of a session; even sessions are Monday mornings, odd ones Wednesday afternoons."""
    weeks, half = divmod(session, 2)
    return Moment(session, first_monday(start) + timedelta(weeks=weeks, days=2 * half), bool(half))


def business_day(start: date, half_days: int) -> date:
    """Date of a number of half business days after the first session (ten half-days a week, negative allowed)."""
    weeks, half = divmod(half_days, 10)
    return first_monday(start) + timedelta(weeks=weeks, days=half // 2)


def event_half_day(session: int, draw: int) -> int:
    """Half-day, from the first session, on which an event between two sessions is shown.

    `draw` is below 2**32; the five half-days of the session are equally likely.
    """
    return session * HALF_DAYS_PER_SESSION + draw * HALF_DAYS_PER_SESSION // 2**32


def due_on(start: date, age: int) -> date:
    """Due date of a file that is `age` sessions late at the first session."""
    return business_day(start, -age * HALF_DAYS_PER_SESSION)
