"""Giving, losing and telling feu verts. Takes a session, never commits.

Written only by `Keeper.hear`, in the transaction that appends the event that changes something; pages read.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Select, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor, Cutoffs
from course_app.clearance import rules
from course_app.clearance.models import ClearanceEntry
from course_app.clearance.rules import Change, Checklist, Entry, Evidence
from course_app.library.catalog import Catalog
from course_app.library.clearances import CallType, ClearanceRule
from course_app.progress import service as progress
from course_app.progress.call_results import call_results
from course_app.progress.following import Telling
from course_app.progress.rules import EventKind
from course_app.store.deleting import deleted

CHANGING = frozenset({EventKind.CALL_FINISHED, EventKind.EXAM_PASSED, EventKind.EXAM_FAILED})
"""The events that may give or lose a feu vert."""


@dataclass(frozen=True)
class Held:
    """A feu vert valid today: for which calls, since when, until which day included."""

    call_type: CallType
    since: datetime
    until: date


@dataclass(frozen=True)
class Keeper:
    """Keeps the feu verts up to date with the log, by the rules published at that moment."""

    catalog: Callable[[], Catalog]

    def hear(self, session: Session, telling: Telling) -> None:
        """Give or lose what this event gives or loses; the same event heard twice changes nothing more."""
        if telling.kind not in CHANGING or telling.actor.is_guest:
            return
        evidence = evidence_of(session, telling.actor)
        for rule in self.catalog().clearances:
            while not _apply(session, telling.actor, rule, evidence, telling.at):
                pass  # another request wrote this line first: read again, judge again


def _apply(session: Session, actor: Actor, rule: ClearanceRule, evidence: Evidence, at: datetime) -> bool:
    """Write what a moment changes to one feu vert; False when the line was taken meanwhile."""
    entries = [entry for entry in entries_of(session, actor) if entry.call_type is rule.call_type]
    news = rules.decide(rule, evidence, entries, at)
    if news is None or news in entries:
        return True
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql_insert if is_postgresql else sqlite_insert)(ClearanceEntry).values(
        organisation_id=actor.organisation_id,
        learner_id=actor.user_id,
        call_type=news.call_type,
        rank=len(entries) + 1,
        change=news.change,
        occurred_at=news.at,
        until=news.until,
        rule_hash=rule.version,
    )
    written = session.execute(statement.on_conflict_do_nothing(index_elements=["learner_id", "call_type", "rank"]))
    return cast("CursorResult[Any]", written).rowcount == 1


def evidence_of(session: Session, actor: Actor) -> Evidence:
    """Return what a person has shown, in two queries."""
    return Evidence(call_results(session, actor), progress.exams(session, actor.organisation_id, [actor.user_id]))


def entries_of(session: Session, actor: Actor) -> list[Entry]:
    """Return a person's history as it was written, oldest first."""
    rows = session.execute(
        select(ClearanceEntry.call_type, ClearanceEntry.change, ClearanceEntry.occurred_at, ClearanceEntry.until)
        .where(ClearanceEntry.organisation_id == actor.organisation_id, ClearanceEntry.learner_id == actor.user_id)
        .order_by(ClearanceEntry.occurred_at, ClearanceEntry.id)
    )
    return [Entry(*row) for row in rows]


def checklists(session: Session, actor: Actor, catalog: Catalog, now: datetime) -> tuple[Checklist, ...]:
    """Return, for each kind of call, what a person has of what its rule asks."""
    evidence = evidence_of(session, actor)
    return tuple(rules.checklist(rule, evidence, now) for rule in catalog.clearances)


def _last_lines(organisation_id: UUID) -> Select[Any]:
    """Select the number of the last line of each person and kind of call."""
    return (
        select(func.max(ClearanceEntry.id))
        .where(ClearanceEntry.organisation_id == organisation_id)
        .group_by(ClearanceEntry.learner_id, ClearanceEntry.call_type)
    )


def held_rows(
    organisation_id: UUID, today: date, call_type: CallType | None = None
) -> Select[UUID, CallType, datetime, date | None]:
    """Select person, kind, since and until of the feu verts valid today in an organisation, for any query to narrow."""
    query = select(
        ClearanceEntry.learner_id, ClearanceEntry.call_type, ClearanceEntry.occurred_at, ClearanceEntry.until
    ).where(
        ClearanceEntry.organisation_id == organisation_id,
        ClearanceEntry.change == Change.GRANTED,
        ClearanceEntry.until >= today,
        ClearanceEntry.id.in_(_last_lines(organisation_id)),
    )
    return query if call_type is None else query.where(ClearanceEntry.call_type == call_type)


def held_by(
    session: Session, organisation_id: UUID, people: Collection[UUID] | Select[Any], today: date
) -> Mapping[UUID, tuple[Held, ...]]:
    """Return the feu verts valid today of these people, in one query; people without any are absent."""
    query = held_rows(organisation_id, today).where(ClearanceEntry.learner_id.in_(people))
    found: dict[UUID, tuple[Held, ...]] = {}
    for row in session.execute(query.order_by(ClearanceEntry.learner_id, ClearanceEntry.id)):
        learner_id, call_type, since, until = row
        if until is not None:
            found[learner_id] = (*found.get(learner_id, ()), Held(call_type, since, until))
    kinds = list(CallType)
    return {
        name: tuple(sorted(all_held, key=lambda one: kinds.index(one.call_type))) for name, all_held in found.items()
    }


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the person's history of feu verts, ready for JSON."""
    return {
        "clearances": [
            {
                "call_type": entry.call_type.value,
                "change": entry.change.value,
                "at": entry.at.isoformat(),
                "until": entry.until.isoformat() if entry.until else None,
            }
            for entry in entries_of(session, actor)
        ]
    }


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Do nothing: a guest takes no test, so has no feu vert; their calls count at the account's next event."""


def erase(_session: Session, _actor: Actor, _now: datetime) -> None:
    """Do nothing: the history is proof, and holds no word of the person."""


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete the history of people whose last line is older than what results are kept; one still read stays whole."""
    recent = select(ClearanceEntry.learner_id).where(ClearanceEntry.occurred_at >= cutoffs.results)
    return {"lignes de feu vert": deleted(session, ClearanceEntry, ClearanceEntry.learner_id.not_in(recent))}
