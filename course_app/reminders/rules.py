"""Who is due for a reminder, and when mails may leave. Pure.

Every reminder has an occasion, a text that is the same whoever computes it and however often: the outbox writes each
occasion once. Windows are short, so that a clock that jumps, or a site that was down for a month, floods nobody (R13).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
FROM_HOUR, TO_HOUR = time(9), time(20)
"""Local hours in which reminders are written: never at night, never before work."""
SILENCE = timedelta(days=5)
SILENCE_WINDOW = timedelta(days=4)
"""A silence older than that was told already, or is no news."""
AHEAD_DAYS = (7, 1)
GRACE_DAYS = 1
"""How late « a week before » may still be said; « the day before » is said that day only."""
NEWS_WINDOW = timedelta(days=2)
SURVEY_WINDOW = timedelta(days=4)
"""How late the second survey may still be asked for: a site closed for a long week-end forgets nobody."""
INVITATION_AHEAD_DAYS = 3
"""An unanswered invitation is recalled once, so many days before it ends; a day late is still in time."""
INVITATION_WAITS = timedelta(days=3)
"""An invitation younger than that is told to nobody: people do not open every mail at once."""
INVITATION_TOLD_FOR = timedelta(days=14)
"""For how long after its end an unanswered invitation is still told to who leads the team."""
MONDAY = 0
STEADY = timedelta(days=1)


class Topic(StrEnum):
    """What a person may want or refuse mails about."""

    DEADLINE = "echeances"
    INACTIVITY = "inactivite"
    DIGEST = "semaine"
    ACHIEVEMENT = "etapes"
    FOLLOW_UP = "suivi-equipe"
    SURVEY = "enquetes"
    INVITATION = "invitation-rappel"
    """For somebody who has no account yet: refused on the invitation itself, never among a person's choices."""


WANTED_UNTIL_REFUSED = frozenset(
    {Topic.DEADLINE, Topic.INACTIVITY, Topic.ACHIEVEMENT, Topic.FOLLOW_UP, Topic.SURVEY, Topic.INVITATION}
)
"""The weekly digest is sent only to those who asked for it."""
CHOSEN_BY_PEOPLE = tuple(topic for topic in Topic if topic is not Topic.INVITATION)


def topic_of(kind: str) -> Topic | None:
    """Return the topic of a kind of mail, named after it, alone or before a dot; None when it is no reminder."""
    named = kind.partition(".")[0]
    return Topic(named) if named in {topic.value for topic in Topic} else None


def is_wanted(topic: Topic, choice: bool | None) -> bool:
    """Tell whether a person wants mails on a topic; `choice` is None when they never said."""
    return topic in WANTED_UNTIL_REFUSED if choice is None else choice


def is_open_hour(now: datetime) -> bool:
    """Tell whether reminders may be written now, by the clock of Paris whatever the season."""
    return FROM_HOUR <= now.astimezone(PARIS).time() < TO_HOUR


def local_day(now: datetime) -> date:
    """Return today in Paris."""
    return now.astimezone(PARIS).date()


def turn(now: datetime) -> str:
    """Return the hour for which reminders are computed once: a local day and an hour."""
    return now.astimezone(PARIS).strftime("%Y-%m-%dT%H%z")


def week(now: datetime) -> str:
    """Return the ISO week of Paris's today, as « 2026-S50 »."""
    year, number, _day = local_day(now).isocalendar()
    return f"{year}-S{number:02}"


def is_digest_day(now: datetime) -> bool:
    """Tell whether weekly mails are written today: on Mondays."""
    return local_day(now).weekday() == MONDAY


def deadline_step(deadline_on: date, assigned_at: datetime, now: datetime) -> int | None:
    """Return which reminder of a deadline is due, in days before it (7 or 1), or None.

    A step that was already past when the path was given is left out: the invitation has just said the date.
    """
    left = (deadline_on - local_day(now)).days
    for step in AHEAD_DAYS:
        late = GRACE_DAYS if step > 1 else 0
        if step - late <= left <= step and local_day(assigned_at) < deadline_on - timedelta(days=step):
            return step
    return None


def is_silent(last_active_at: datetime, now: datetime) -> bool:
    """Tell whether somebody has been silent for five days, and not for so long that it is old news."""
    return SILENCE <= now - last_active_at < SILENCE + SILENCE_WINDOW


def is_invitation_to_recall(expires_at: datetime, now: datetime) -> bool:
    """Tell whether an unanswered invitation is recalled today: three days before its end, or two when that was missed."""
    left = (local_day(expires_at) - local_day(now)).days
    return INVITATION_AHEAD_DAYS - GRACE_DAYS <= left <= INVITATION_AHEAD_DAYS


def survey_window(after: timedelta, now: datetime) -> tuple[datetime, datetime]:
    """Return between which moments a path ended whose survey, asked for `after` its end, is due now."""
    return now - after - SURVEY_WINDOW, now - after


@dataclass(frozen=True)
class Occasion:
    """One reminder due: for whom, about what, and the text that makes it unique.

    Whoever has no account yet has an address in the place of a person. `about` holds what the writer of the mail needs.
    """

    organisation_id: UUID
    person_id: UUID | None
    key: str
    address: str | None = None
    about: Mapping[str, str] = field(default_factory=dict)
