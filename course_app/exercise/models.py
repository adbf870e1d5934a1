"""Runs of an exercise and the moves made in them, exactly as they happened.

Owns two tables. Nothing derived is stored: the state of a run is replayed from its moves by the engine. A run keeps
the hash of the content it is played on (security.md R12) and the version of the engine that plays it.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, uuid_key

TAKEAWAY_LIMIT = 300
"""Length of « Demain, je… »: one sentence."""


class ExerciseRun(OrganisationScoped, Base):
    """One learner playing an exercise once."""

    __tablename__ = "exercise_run"
    __table_args__ = (
        UniqueConstraint("learner_id", "exercise_id", "number"),
        UniqueConstraint("learner_id", "key"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("seed >= 0", name="seed_not_negative"),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    learner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    exercise_id: Mapped[str] = mapped_column(String(80), index=True)
    number: Mapped[int]
    """1 for the learner's first run of this exercise; two runs started at once would clash here."""
    content_hash: Mapped[str] = mapped_column(String(64), ForeignKey("content_version.content_hash"))
    engine_version: Mapped[str] = mapped_column(String(40))
    seed: Mapped[int]
    """From 0 to 2**31 − 1; decides every draw of the run, known to nobody who plays."""
    guided: Mapped[bool]
    key: Mapped[uuid.UUID]
    """Made with the form that started the run: the same form sent twice starts once."""
    replay_of: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("exercise_run.id", ondelete="SET NULL"))
    """The run whose first moves were copied to play one moment again."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set when the last séance is closed."""
    takeaway: Mapped[str | None] = mapped_column(Text(TAKEAWAY_LIMIT))
    """« Demain, je… », in the learner's words."""


class RunDecision(OrganisationScoped, Base):
    """One move of a run: an action on a customer, or the closing of a séance (`contract.CLOSE`).

    A move taken back keeps its row, marked; the run then plays as if it had never been made.
    """

    __tablename__ = "exercise_decision"
    __table_args__ = (
        UniqueConstraint("run_id", "sequence"),
        UniqueConstraint("run_id", "key"),
        CheckConstraint("sequence >= 1", name="sequence_from_one"),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exercise_run.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    """Order of arrival in the run, from 1, moves taken back included."""
    session_index: Mapped[int]
    customer_id: Mapped[str] = mapped_column(String(64))
    """Empty for a move on the whole desk."""
    action: Mapped[str] = mapped_column(String(64))
    until: Mapped[date | None]
    key: Mapped[uuid.UUID]
    """Made with the form of the decision: the same form sent twice is stored once."""
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
