"""Counting attempts at the doors of accounts, in the database: the counts hold across workers and restarts (S34).

Takes a session, never commits. An attempt is counted before it is judged, so that parallel ones cannot slip by.
"""

import hmac
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from course_app.accounts.models import AttemptCount, Gate
from course_app.core.errors import CourseError

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
CLOCK_SKEW = timedelta(minutes=1)


class TooMany(CourseError):
    """The door stays closed for `retry_after` seconds, at least 1; never for good."""

    code = "trop-d-essais"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"Trop d'essais d'affilée. Réessayez dans {_delay(retry_after)}.")


def _delay(seconds: int) -> str:
    """Return a wait in words, rounded up: minutes, or hours beyond the first."""
    minutes, hours = -(-seconds // 60), -(-seconds // 3600)
    if hours > 1:
        return f"{hours} heures"
    return "une minute" if minutes == 1 else f"{minutes} minutes"


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts at a gate by one subject in any stretch of `within`."""

    gate: Gate
    most: int
    within: timedelta


# security.md S34 and S79. A whole company may share one network address, hence the wide limits per address.
SIGN_IN_ACCOUNT = Limit(Gate.SIGN_IN_ACCOUNT, 5, QUARTER)
SIGN_IN_ADDRESS = Limit(Gate.SIGN_IN_ADDRESS, 50, QUARTER)
RESET_ACCOUNT = Limit(Gate.RESET_ACCOUNT, 3, HOUR)
RESET_ADDRESS = Limit(Gate.RESET_ADDRESS, 50, HOUR)
SIGN_UP_ADDRESS = Limit(Gate.SIGN_UP_ADDRESS, 200, HOUR)
TRIAL_ADDRESS = Limit(Gate.TRIAL_ADDRESS, 200, HOUR)
EXPORT_ACCOUNT = Limit(Gate.EXPORT_ACCOUNT, 5, HOUR)
FACTOR_ACCOUNT = Limit(Gate.FACTOR_ACCOUNT, 5, QUARTER)
ADDRESS_ACCOUNT = Limit(Gate.ADDRESS_ACCOUNT, 3, HOUR)
CHECK_ADDRESS = Limit(Gate.CHECK_ADDRESS, 10, MINUTE)  # security.md S27
# Six digits are one in a million: twenty tries a day leave under one chance in a hundred to who guesses for a year.
CODE_ACCOUNT = Limit(Gate.CODE_ACCOUNT, 5, QUARTER)
CODE_DAY = Limit(Gate.CODE_DAY, 20, DAY)
CODE_ADDRESS = Limit(Gate.CODE_ADDRESS, 50, QUARTER)
CODE_ASKED_ACCOUNT = Limit(Gate.CODE_ASKED_ACCOUNT, 3, HOUR)
CODE_ASKED_ADDRESS = Limit(Gate.CODE_ASKED_ADDRESS, 50, HOUR)


def subject(secret: str, gate: Gate, name: str) -> str:
    """Return the keyed hash that stands for an account name or an address at one gate."""
    return hmac.digest(secret.encode(), f"{gate}:{name}".encode(errors="replace"), "sha256").hex()


def take(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    """Count one attempt; raise `TooMany`, counting nothing, when the limit is reached."""
    recent = _recent(session, limit, subject, now)
    if len(recent) >= limit.most:
        opens_at = datetime.fromtimestamp(recent[-limit.most], UTC) + limit.within
        raise TooMany(max(1, math.ceil((opens_at - now).total_seconds())))
    _write(session, limit, subject, [*recent, now.timestamp()])


def give_back(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    """Uncount the latest attempt, which turned out to be right."""
    _write(session, limit, subject, _recent(session, limit, subject, now)[:-1])


def forgive(session: Session, limit: Limit, subject: str) -> None:
    """Forget a subject's attempts at a gate."""
    session.execute(delete(AttemptCount).where(AttemptCount.gate == limit.gate, AttemptCount.subject == subject))


def purge(session: Session, now: datetime, most: int = 500) -> None:
    """Delete counts that no limit can need any more, `most` at a time, leaving alone those in use right now."""
    old = select(AttemptCount.subject).where(AttemptCount.touched_at < now - DAY - HOUR).limit(most)
    session.execute(
        delete(AttemptCount)
        .where(AttemptCount.subject.in_(old.with_for_update(skip_locked=True)))  # a subject's hash includes its gate
        .execution_options(synchronize_session=False)
    )


def _recent(session: Session, limit: Limit, subject: str, now: datetime) -> list[float]:
    """Return the attempts still in the window; the upsert locks the row until the transaction ends."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    values: dict[str, Any] = {"gate": limit.gate.value, "subject": subject, "moments": [], "touched_at": now}
    locked = (
        insert(AttemptCount)
        .values(**values)
        .on_conflict_do_update(index_elements=["gate", "subject"], set_={"touched_at": now})
        .returning(AttemptCount.moments)
    )
    moments: list[float] = session.execute(locked).scalar_one()
    # A parallel attempt may be dated a little later than this one, which waited for the row. Moments far in the
    # future come from a clock since set back, and must not lock anybody out (security.md R13).
    first, last = (now - limit.within).timestamp(), (now + CLOCK_SKEW).timestamp()
    return sorted(moment for moment in moments if first < moment <= last)


def _write(session: Session, limit: Limit, subject: str, moments: list[float]) -> None:
    session.execute(
        update(AttemptCount)
        .where(AttemptCount.gate == limit.gate, AttemptCount.subject == subject)
        .values(moments=moments)
        .execution_options(synchronize_session=False)
    )
