"""Writing and reading the audit register. Takes a session, never commits; nothing here updates a line."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from course_app.audit.models import AuditEntry
from course_app.audit.rules import Entry


def record(session: Session, entry: Entry, now: datetime) -> None:
    """Append one line, in the transaction of the act itself: one is never stored without the other."""
    session.execute(
        insert(AuditEntry).values(
            organisation_id=entry.organisation_id,
            act=entry.act.value,
            actor_id=entry.actor_id,
            subject=entry.subject,
            details=dict(entry.details),
            occurred_at=now,
        )
    )


def latest(session: Session, organisation_id: UUID, most: int) -> Sequence[AuditEntry]:
    """Return the last lines of an organisation, the newest first, `most` at most."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.organisation_id == organisation_id)
        .order_by(AuditEntry.id.desc())
        .limit(most)
    ).all()
