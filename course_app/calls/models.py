"""Calls as they were played: attempts, the sentences said, and the learner's own difficult customers.

Owns three tables. A sentence is written once; taking it back marks it, never erases it. Nothing derived is kept: a
call is played again from its sentences.
"""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from course_app.calls.intents import Intent
from course_app.calls.rules import SpokenHow
from course_app.library.calls import Temperature
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, enum_slug, uuid_key


class DifficultClient(OrganisationScoped, Base):
    """A customer the learner described, to practise on; private to them, never changed."""

    __tablename__ = "difficult_client"
    __table_args__ = (UniqueConstraint("learner_id", "key"),)

    id: Mapped[uuid.UUID] = uuid_key()
    learner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text(80))
    body: Mapped[str] = mapped_column(Text)
    """The call made of it, as JSON: calls on it stay readable whatever becomes of the common sentences."""
    key: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CallAttempt(OrganisationScoped, Base):
    """One learner going once through one call."""

    __tablename__ = "call_attempt"
    __table_args__ = (
        UniqueConstraint("learner_id", "call_id", "number"),
        UniqueConstraint("learner_id", "key"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    learner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    call_id: Mapped[str] = mapped_column(String(80))
    client_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("difficult_client.id", ondelete="CASCADE"))
    """The learner's own customer the call is with; None for a call of the catalogue."""
    number: Mapped[int]
    counts: Mapped[bool]
    """False for the first attempt at a call: no view of anybody else may ever show it (experience.md §5, 48)."""
    content_hash: Mapped[str] = mapped_column(String(64))
    temperature: Mapped[Temperature] = mapped_column(enum_slug(Temperature, 12))
    guided: Mapped[bool]
    """Whether hints and taking back are offered."""
    seed: Mapped[int]
    replay_of: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("call_attempt.id", ondelete="SET NULL"))
    replay_from: Mapped[int | None]
    """The turn this attempt plays again, the earlier ones being those of `replay_of`."""
    key: Mapped[uuid.UUID]
    """Made with the form that started the attempt: the same form sent twice starts once."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hung_up: Mapped[bool]
    """Whether the learner hung up before the end, which is never a failure."""


class CallTurn(OrganisationScoped, Base):
    """One sentence said, stored before its answer is shown."""

    __tablename__ = "call_turn"
    __table_args__ = (UniqueConstraint("attempt_id", "key"), {"sqlite_autoincrement": True})

    receipt: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call_attempt.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Which sentence of the call, from 1; a sentence taken back leaves its number to the next."""
    intent: Mapped[Intent] = mapped_column(enum_slug(Intent, 32))
    said: Mapped[str] = mapped_column(Text)
    how: Mapped[SpokenHow] = mapped_column(enum_slug(SpokenHow, 12))
    key: Mapped[uuid.UUID]
    """Made with the form of the turn: the same form sent twice is stored once."""
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was taken back; it stays in the record."""
