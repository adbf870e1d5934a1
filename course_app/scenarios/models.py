"""Attempts at a scenario and the log of what was done in them, exactly as it happened.

Owns two tables. An attempt keeps the hash of the content it is played on (security.md R12). Its log is append-only:
going back adds a row, so that no error is erased (evidence.md §2.3). Where an attempt stands is replayed from its
log; the points of each visit are kept beside it, and a replay gives the same ones.
"""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from course_app.scenarios.rules import MoveKind
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime, enum_slug, uuid_key


class ScenarioAttempt(OrganisationScoped, Base):
    """One learner going once through one scenario."""

    __tablename__ = "scenario_attempt"
    __table_args__ = (
        UniqueConstraint("learner_id", "scenario_id", "number"),
        UniqueConstraint("learner_id", "key"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("(finished_at IS NULL) = (ending_id IS NULL)", name="finished_at_an_ending"),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    learner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    scenario_id: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    """1 for the first attempt of this learner at this scenario; two attempts started at once would clash here."""
    content_hash: Mapped[str] = mapped_column(String(64), ForeignKey("content_version.content_hash"))
    key: Mapped[uuid.UUID]
    """Made with the form that started the attempt: the same form sent twice starts once."""
    replay_of: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("scenario_attempt.id", ondelete="SET NULL"))
    """The attempt whose first choices were taken over, to play one moment again."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ending_id: Mapped[str | None] = mapped_column(String(80))
    """The ending reached; set with `finished_at` by the last choice."""


class ScenarioMove(OrganisationScoped, Base):
    """One entry of an attempt's log, stored before its feedback is shown."""

    __tablename__ = "scenario_move"
    __table_args__ = (
        UniqueConstraint("attempt_id", "sequence"),
        UniqueConstraint("attempt_id", "key"),
        CheckConstraint("sequence >= 1", name="sequence_from_one"),
        CheckConstraint("points >= 0 AND points <= 2", name="points_in_bounds"),
        CheckConstraint("(choice_id IS NULL) = (back_to IS NOT NULL)", name="choice_or_back"),
        Index("ix_scenario_move_node_id_choice_id", "node_id", "choice_id"),
        {"sqlite_autoincrement": True},
    )

    receipt: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    """Number shown to the learner; never given twice, kept when a guest becomes a member."""
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scenario_attempt.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    """Order of arrival in the attempt, from 1, steps back included."""
    kind: Mapped[MoveKind] = mapped_column(enum_slug(MoveKind, 12))
    node_id: Mapped[str] = mapped_column(String(80))
    """The situation where it happened."""
    choice_id: Mapped[str | None] = mapped_column(String(80))
    back_to: Mapped[int | None]
    """The sequence of the choice that a step back takes back."""
    counted: Mapped[bool]
    """Whether the visit earns its points: not for a step back, a choice taken over or one made again as before."""
    points: Mapped[int]
    red_line: Mapped[bool]
    key: Mapped[uuid.UUID]
    """Made with the form: the same form sent twice is stored once."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
