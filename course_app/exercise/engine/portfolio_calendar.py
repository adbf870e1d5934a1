"""The dates of a portfolio game: when séances are held, when promises and deadlines end.

Séances are 2.5 business days apart, Monday morning and Wednesday afternoon (`schedule`). A national holiday shifts
the date shown to the next working day; the model's clock ignores it.
"""

from datetime import date, timedelta
from functools import lru_cache

from course_app.core.calendar import is_working_day, next_working_day
from course_app.exercise.engine.contract_desk import HalfDay
from course_app.exercise.engine.schedule import (
    HALF_DAYS_PER_SESSION,
    business_day,
    event_half_day,
    moment,
)
from course_app.exercise.engine.vocabulary import DEADLINES, PROMISED, Stage

DAYS_TO_PAY = 30
"""Days from invoice to due date (C. com. L441-10 I: the delay without an agreement)."""


@lru_cache(maxsize=1024)
def session_on(start: date, session: int) -> date:
    """Return the day a séance is held."""
    return _worked(moment(start, session).on)


def half_day(session: int) -> HalfDay:
    """Return the half of the day a séance takes."""
    return HalfDay.AFTERNOON if session % 2 else HalfDay.MORNING


def event_on(start: date, session: int, drawn: int) -> date:
    """Return the day on which what follows a séance happens, never after the next séance; `drawn` below 2**32."""
    day = _worked(business_day(start, event_half_day(session, drawn)))
    return min(day, session_on(start, session + 1))


def due_on(start: date, age: int) -> date:
    """Return the due date of an invoice `age` séances late at the first séance (−1: due in two séances)."""
    return moment(start, 2).on if age < 0 else business_day(start, -age * HALF_DAYS_PER_SESSION)


def issued_on(due: date) -> date:
    """Return the day an invoice due on this day was made out."""
    return due - timedelta(days=DAYS_TO_PAY)


def ends_on(start: date, session: int, stage: Stage) -> date | None:
    """Return the last day of the promise or deadline that runs at this séance; None when none runs.

    It is the working day before the séance at which it will be known to have lapsed.
    """
    if stage not in PROMISED | DEADLINES:
        return None
    left = int(stage.name[-1])
    day = session_on(start, session + left) - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _worked(day: date) -> date:
    return day if is_working_day(day) else next_working_day(day)
