"""Attempts at a quiz and the answers given, exactly as they happened.

Owns three tables. An attempt keeps the hash of the content it was made on (security.md R12); what was answered is
written once and never changed. Only an audited regrading changes what it is worth, and keeps what it was worth before.
Knows no rule: what is right is in the pinned quiz.
"""

import uuid
from datetime import datetime
from typing import TypedDict

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.rules import Certainty
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, enum_slug, uuid_key

QUESTION_ID_LENGTH = 130
NAME_LENGTH = 120
WHY_LENGTH = 300


class EarlierVerdict(TypedDict):
    """What an answer was worth until a regrading: the wording it was judged on, the verdict, until when (ISO)."""

    question_hash: str | None
    correct: bool | None
    credit_percent: int | None
    red_line: bool
    until: str


class Regrading(Base):
    """Answers to a quiz judged again after a correction of its key: who decided it, when, why, what it changed.

    Belongs to no organisation: authors write for all of them.
    """

    __tablename__ = "regrading"

    id: Mapped[uuid.UUID] = uuid_key()
    key: Mapped[uuid.UUID] = mapped_column(unique=True)
    """Made with the form that decided it: the same form sent twice regrades once."""
    quiz_id: Mapped[str] = mapped_column(String(80), index=True)
    content_hash: Mapped[str] = mapped_column(String(64), ForeignKey("content_version.content_hash"))
    """The corrected version, whose key judged."""
    from_hashes: Mapped[list[str]] = mapped_column(JSON)
    """The versions that the regraded attempts were made on, sorted."""
    why: Mapped[str] = mapped_column(Text(WHY_LENGTH))
    """Read by learners."""
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_by: Mapped[str] = mapped_column(Text(NAME_LENGTH))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answers: Mapped[int]
    """Answers judged again, changed or not."""
    changed: Mapped[int]
    """Answers whose verdict changed."""
    attempts_changed: Mapped[int]
    now_passed: Mapped[int]
    """Tests that became passed."""
    now_below: Mapped[int]
    """Tests that fell under what passes; their success is kept."""


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
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a test must be sent at the latest; None for practice, which has no deadline."""
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
    question_id: Mapped[str] = mapped_column(String(QUESTION_ID_LENGTH))
    question_hash: Mapped[str | None] = mapped_column(String(64))
    """The wording and the key it was judged on (`wording_hash`); None for answers older than this column."""
    chosen: Mapped[list[str]] = mapped_column(JSON)
    """What was chosen, in the form its kind keeps: ids in the question's order, steps in the learner's, a number, a day."""
    typed: Mapped[str | None] = mapped_column(Text)
    """What was typed, for a number or a text."""
    certainty: Mapped[Certainty | None] = mapped_column(enum_slug(Certainty, 12))
    correct: Mapped[bool | None]
    """None for what is never marked."""
    credit_percent: Mapped[int | None]
    """Share of the answer that is right, rounded down; None for what is never marked, and before this column."""
    red_line: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(80))
    """The option chosen at « La raison ? », once the answer was explained; the first choice stays."""
    key: Mapped[uuid.UUID]
    """Made with the form of the question: the same form sent twice is stored once."""
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    regrading_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("regrading.id"))
    """The last regrading that judged it again; None: judged once."""
    judged_before: Mapped[list[EarlierVerdict] | None] = mapped_column(JSON(none_as_null=True))
    """What it was worth before each regrading, oldest first; the first one is what the learner was told then."""

    @property
    def is_changed(self) -> bool:
        """Whether it is no longer worth what the learner was told when they answered."""
        if not self.judged_before:
            return False
        first = self.judged_before[0]
        told = (first["correct"], first["credit_percent"], first["red_line"])
        return told != (self.correct, self.credit_percent, self.red_line)

    @property
    def response(self) -> Response:
        """The answer as its kind judges and tells it."""
        return Response(tuple(self.chosen), self.typed or "")
