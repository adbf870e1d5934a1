"""Attempts at a quiz and the answers given, exactly as they happened.

Owns two tables. An attempt keeps the hash of the content it was made on (security.md R12); an answer is
written once and never changed. Knows no rule: what is right is in the pinned quiz.
"""

import uuid
from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from course_app.quizzes.rules import Certainty
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime, enum_slug, uuid_key


class QuizAttempt(OrganisationScoped, Base):
    """One learner going once through one quiz."""

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        UniqueConstraint("learner_id", "quiz_id", "number"),
        UniqueConstraint("learner_id", "key"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    learner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    quiz_id: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    """1 for the first attempt of this learner at this quiz; two attempts started at once would clash here."""
    content_hash: Mapped[str] = mapped_column(String(64))
    key: Mapped[uuid.UUID]
    """Made with the form that started the attempt: the same form sent twice starts once."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set by the last answer, or by hanging up before it."""


class Answer(OrganisationScoped, Base):
    """What was chosen at one question of one attempt, stored before the feedback is shown."""

    __tablename__ = "quiz_answer"
    __table_args__ = (
        UniqueConstraint("attempt_id", "question_id"),
        UniqueConstraint("attempt_id", "key"),
        {"sqlite_autoincrement": True},
    )

    receipt: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    """Number shown to the learner; never given twice, kept when a guest becomes a member."""
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("quiz_attempt.id", ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(80))
    chosen: Mapped[list[str]] = mapped_column(JSON)
    """Option ids in the question's order."""
    certainty: Mapped[Certainty | None] = mapped_column(enum_slug(Certainty, 12))
    correct: Mapped[bool]
    red_line: Mapped[bool]
    key: Mapped[uuid.UUID]
    """Made with the form of the question: the same form sent twice is stored once."""
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
