"""Rows of a test: what is being answered, and the numbered result.

A draft changes until the test is sent; then each becomes an `Answer`, and one `ExamResult` is written for good.
"""

import uuid
from datetime import datetime
from typing import TypedDict

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.models import QUESTION_ID_LENGTH
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, uuid_key


class EarlierResult(TypedDict):
    """What a test was worth until a regrading, and until when (ISO)."""

    percent: int
    red_lines: int
    passed: bool
    until: str


class ExamDraft(OrganisationScoped, Base):
    """The answer kept so far at one question of a test under way."""

    __tablename__ = "exam_draft"
    __table_args__ = (UniqueConstraint("attempt_id", "question_id"),)

    id: Mapped[uuid.UUID] = uuid_key()
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("quiz_attempt.id", ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(QUESTION_ID_LENGTH))
    chosen: Mapped[list[str]] = mapped_column(JSON)
    typed: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int]
    """From 1; a page sends the revision it was made from, so that an older tab is noticed (security.md R9)."""
    key: Mapped[uuid.UUID]
    """Made with the page that kept it last: one page never contradicts itself."""
    serial: Mapped[int] = mapped_column(default=0, server_default="0")
    """Which sending of that page it was: an earlier one that arrives later changes nothing."""
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def response(self) -> Response:
        """The answer as its kind judges and tells it."""
        return Response(tuple(self.chosen), self.typed or "")


class ExamResult(OrganisationScoped, Base):
    """What one sent test was worth; never changed, but by an audited regrading."""

    __tablename__ = "exam_result"
    __table_args__ = (
        UniqueConstraint("attempt_id"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_of_hundred"),
        {"sqlite_autoincrement": True},
    )

    receipt: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    """Number shown to the learner; never given twice."""
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("quiz_attempt.id", ondelete="CASCADE"))
    learner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    quiz_id: Mapped[str] = mapped_column(String(80))
    percent: Mapped[int]
    red_lines: Mapped[int]
    passed: Mapped[bool]
    is_late: Mapped[bool]
    """Whether an answer came within the grace after the deadline, or the test was closed by the deadline."""
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    regrading_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("regrading.id"))
    """The last regrading that changed it; None: worth what it was worth when sent."""
    worth_before: Mapped[list[EarlierResult] | None] = mapped_column(JSON(none_as_null=True))
    """What it was worth before each regrading, oldest first."""
