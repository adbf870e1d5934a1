"""Erasures asked for, and erasures done."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from course_app.privacy.rules import ErasureReason
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime, enum_slug, uuid_key


class ErasureRequest(OrganisationScoped, Base):
    """A person asked to be erased; at most one request per person is alive."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        Index(
            "uq_erasure_request_open",
            "person_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    person_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was taken back, or done."""


class ErasureRecord(Base):
    """A person was erased: a number that no longer leads to anybody, a date, a reason (security.md G5).

    No key to the person's row: the record outlives it, and a backup restored later.
    """

    __tablename__ = "erasure_record"

    person_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[ErasureReason] = mapped_column(enum_slug(ErasureReason, 16))
