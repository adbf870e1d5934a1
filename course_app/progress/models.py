"""Rows of progress: the append-only event log, the place kept per item, and archived content versions."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from course_app.library.model import ItemKind
from course_app.progress.rules import EventKind
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, enum_slug

HASH_LENGTH = 64
ITEM_ID_LENGTH = 80
IS_EXAM = text("kind IN ('test-reussi', 'test-manque')")
"""What the index of tests holds; a query must say it in these very words, bound to nothing, for databases to use it."""


class ContentVersion(Base):
    """One item as it was worded: what attempts and events point to stays readable (security.md R12)."""

    __tablename__ = "content_version"

    content_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    kind: Mapped[ItemKind] = mapped_column(enum_slug(ItemKind, 16))
    item_id: Mapped[str] = mapped_column(String(ITEM_ID_LENGTH), index=True)
    title: Mapped[str] = mapped_column(Text(200))
    body: Mapped[str] = mapped_column(Text)
    archived_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LearningEvent(OrganisationScoped, Base):
    """One fact of learning; appended, never changed."""

    __tablename__ = "learning_event"
    __table_args__ = (
        UniqueConstraint("learner_id", "key"),
        Index("ix_learning_event_learner_id_occurred_at", "learner_id", "occurred_at"),
        # Tests are few among events: team page and public results read them without wading through the rest.
        Index(
            "ix_learning_event_exam",
            "learner_id",
            "item_id",
            "kind",
            sqlite_where=IS_EXAM,
            postgresql_where=IS_EXAM,
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[EventKind] = mapped_column(enum_slug(EventKind, 32))
    item_kind: Mapped[ItemKind] = mapped_column(enum_slug(ItemKind, 16))
    item_id: Mapped[str] = mapped_column(String(ITEM_ID_LENGTH))
    content_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), ForeignKey("content_version.content_hash"))
    key: Mapped[str | None] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ItemProgress(OrganisationScoped, Base):
    """Where one person stands with one item; kept by the same transaction that appends the events."""

    __tablename__ = "item_progress"
    __table_args__ = (UniqueConstraint("learner_id", "item_kind", "item_id"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"))
    item_kind: Mapped[ItemKind] = mapped_column(enum_slug(ItemKind, 16))
    item_id: Mapped[str] = mapped_column(String(ITEM_ID_LENGTH))
    content_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    place: Mapped[dict[str, Any]] = mapped_column(JSON)
    label: Mapped[str] = mapped_column(Text(200))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
