"""What the service did, kept by day; what waits in the queue. Takes a session, never commits. Must not know Flask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from course_app.administration.models import ServiceDay
from course_app.jobs.models import Job
from course_app.jobs.rules import JobState

KEPT_DAYS = 365
EVERYWHERE = {"across_organisations": True}


class DayKind(StrEnum):
    """What is counted by day."""

    ANSWERED = "reponses"
    REFUSED = "refus"
    CRASHED = "erreurs"
    UNAVAILABLE = "indisponible"


@dataclass(frozen=True)
class Day:
    """One day of the service: answers given, refused (4xx), failed by our fault (500), impossible (503)."""

    day: date
    answered: int
    refused: int
    crashed: int
    unavailable: int


@dataclass(frozen=True)
class Queue:
    """Long work of the whole installation: `oldest_at` is when the oldest waiting job was asked."""

    waiting: int
    running: int
    failed_lately: int
    oldest_at: datetime | None


def add(session: Session, day: date, counts: Mapping[DayKind, int]) -> None:
    """Add to the totals of a day; several servers may do it at once."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    for kind, count in sorted(counts.items()):  # always in one order, or two servers could wait for each other
        if count:
            added = insert(ServiceDay).values(day=day, kind=kind.value, total=count)
            session.execute(
                added.on_conflict_do_update(
                    index_elements=["day", "kind"], set_={"total": ServiceDay.total + added.excluded.total}
                )
            )
    session.execute(delete(ServiceDay).where(ServiceDay.day < day - timedelta(days=KEPT_DAYS)))


def days(session: Session, last: date, count: int) -> tuple[Day, ...]:
    """Return `count` days up to `last`, the oldest first; a day without row is one of zeros."""
    first = last - timedelta(days=count - 1)
    rows = session.execute(
        select(ServiceDay.day, ServiceDay.kind, ServiceDay.total).where(ServiceDay.day.between(first, last))
    )
    held = {(day, kind): total for day, kind, total in rows}
    return tuple(
        Day(each, *(held.get((each, kind.value), 0) for kind in DayKind))
        for each in (first + timedelta(days=number) for number in range(count))
    )


def queue(session: Session, now: datetime) -> Queue:
    """Return how much long work waits, runs, and failed within a day."""

    def number(*conditions: ColumnElement[bool]) -> int:
        counted = select(func.count()).select_from(Job).where(*conditions).execution_options(**EVERYWHERE)
        return session.scalar(counted) or 0

    oldest = select(func.min(Job.asked_at)).where(Job.state == JobState.WAITING).execution_options(**EVERYWHERE)
    return Queue(
        waiting=number(Job.state == JobState.WAITING),
        running=number(Job.state == JobState.RUNNING),
        failed_lately=number(Job.state == JobState.FAILED, Job.finished_at >= now - timedelta(days=1)),
        oldest_at=session.scalar(oldest),
    )
