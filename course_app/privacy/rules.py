"""How long things are kept, how an erasure waits, when a clock is believed. Pure.

Periods are those of security.md G4, proposals for counsel: the law asks for a period, it does not give these figures.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from course_app.accounts.rules import Cutoffs

DELAY = timedelta(days=7)
"""Between asking for an erasure and the erasure: time to change one's mind (experience.md, L13)."""
ANSWERS_MONTHS = 12
RESULTS_MONTHS = 36
CERTIFICATES_MONTHS = 60
INACTIVE_MONTHS = 24
LOGS_MONTHS = 12
INVITATION_LIFE = timedelta(days=30)
CODES_KEPT = timedelta(days=1)
NOTICE = timedelta(days=30)
"""Between telling that an account is about to be erased for its silence, and doing it."""
OUTAGE = timedelta(days=3)
"""A site may be stopped so long without its clock being doubted."""
STEADY_TO_ERASE = timedelta(days=2)
STEADY_TO_FORGET = timedelta(days=7)
"""Nothing is lost for good by a clock that jumped until it has been wrong for that long (security.md R13)."""


class ErasureReason(StrEnum):
    """Why a person was erased."""

    ASKED = "demande"
    INACTIVE = "inactivite"


def months_before(moment: datetime, months: int) -> datetime:
    """Return the same day and hour some months earlier, or the last day of a shorter month."""
    years, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = moment.day
    while True:
        try:
            return moment.replace(year=years, month=month + 1, day=day)
        except ValueError:
            day -= 1


def cutoffs(now: datetime) -> Cutoffs:
    """Return how far back the site remembers at `now`."""
    return Cutoffs(
        answers=months_before(now, ANSWERS_MONTHS),
        results=months_before(now, RESULTS_MONTHS),
        certificates=months_before(now, CERTIFICATES_MONTHS),
        invitations=now - INVITATION_LIFE,
        logs=months_before(now, LOGS_MONTHS),
        codes=now - CODES_KEPT,
    )


@dataclass(frozen=True)
class Days:
    """The days on which the site looked at its clock: the last one, and the first of an unbroken series."""

    since: date
    last: date

    @classmethod
    def read(cls, written: str) -> "Days":
        """Return what `str` wrote."""
        since, last = written.split("/")
        return cls(date.fromisoformat(since), date.fromisoformat(last))

    def __str__(self) -> str:
        return f"{self.since}/{self.last}"

    @property
    def steady(self) -> timedelta:
        """How long the clock has gone on without a jump."""
        return self.last - self.since


def seen(before: Days | None, today: date) -> Days:
    """Return the series once today is seen; a jump, ahead or back, begins another."""
    if before is None or not timedelta() <= today - before.last <= OUTAGE:
        return Days(today, today)
    return Days(before.since, today)
