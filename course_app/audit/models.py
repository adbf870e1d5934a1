"""The table of the audit register."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, Uuid, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from course_app.audit.rules import ACT_LENGTH, SUBJECT_LENGTH
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime


class AuditEntry(OrganisationScoped, Base):
    """One act. No key to a person's row: the line stays when the person is erased, as a number without a name."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_organisation_id_occurred_at", "organisation_id", "occurred_at"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    act: Mapped[str] = mapped_column(String(ACT_LENGTH))
    """An `Act`; plain text in the table, so that a new act needs no migration."""
    actor_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, index=True)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NeverChanged(Exception):
    """Code of ours tried to rewrite the register: a fault of the program, never of a person (security.md S78)."""


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse_change(_mapper: Mapper[Any], _connection: object, _row: AuditEntry) -> None:
    raise NeverChanged
