"""Writing and reading the audit register: no line is changed, only age deletes one. Takes a session, never commits."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from course_app.audit.models import AuditEntry
from course_app.audit.rules import Act, Entry, Search
from course_app.store.deleting import deleted


def record(session: Session, entry: Entry, now: datetime) -> None:
    """Append one line, in the transaction of the act itself: one is never stored without the other."""
    record_all(session, [entry], now)


def record_all(session: Session, entries: Iterable[Entry], now: datetime) -> None:
    """Append one line an entry, in order, in one statement."""
    rows = [
        {
            "organisation_id": entry.organisation_id,
            "act": entry.act.value,
            "actor_id": entry.actor_id,
            "subject": entry.subject,
            "details": dict(entry.details),
            "occurred_at": now,
        }
        for entry in entries
    ]
    if rows:
        session.execute(insert(AuditEntry), rows)


def latest(session: Session, organisation_id: UUID, most: int) -> Sequence[AuditEntry]:
    """Return the last lines of an organisation, the newest first, `most` at most."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.organisation_id == organisation_id)
        .order_by(AuditEntry.id.desc())
        .limit(most)
    ).all()


def search(session: Session, organisation_id: UUID, asked: Search, most: int) -> Sequence[AuditEntry]:
    """Return the lines of an organisation that answer a search, the newest first, `most` at most."""
    lines = select(AuditEntry).where(AuditEntry.organisation_id == organisation_id)
    if asked.person_id is not None:
        of_them = AuditEntry.subject.endswith(str(asked.person_id), autoescape=True)
        lines = lines.where(or_(AuditEntry.actor_id == asked.person_id, of_them))
    if asked.act is not None:
        lines = lines.where(AuditEntry.act == asked.act.value)
    if asked.since is not None:
        lines = lines.where(AuditEntry.occurred_at >= asked.since)
    if asked.until is not None:
        lines = lines.where(AuditEntry.occurred_at < asked.until)
    if asked.before_id is not None:
        lines = lines.where(AuditEntry.id < asked.before_id)
    return session.scalars(lines.order_by(AuditEntry.id.desc()).limit(most)).all()


def about(session: Session, organisation_id: UUID, person_id: UUID) -> Sequence[AuditEntry]:
    """Return the lines that a person wrote or that are about them, oldest first: they may read who looked (G5)."""
    return session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.organisation_id == organisation_id,
            or_(AuditEntry.actor_id == person_id, AuditEntry.subject == f"personne:{person_id}"),
        )
        .order_by(AuditEntry.id)
    ).all()


def of_subjects(
    session: Session, organisation_id: UUID, act: Act, subjects: Collection[str], most: int
) -> Sequence[AuditEntry]:
    """Return the last lines of one act on these subjects, the newest first, `most` at most."""
    return session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.organisation_id == organisation_id,
            AuditEntry.act == act.value,
            AuditEntry.subject.in_(subjects),
        )
        .order_by(AuditEntry.id.desc())
        .limit(most)
    ).all()


def purge(session: Session, before: datetime) -> int:
    """Delete the lines older than the register is kept; the only way a line ever leaves."""
    return deleted(session, AuditEntry, AuditEntry.occurred_at < before)
