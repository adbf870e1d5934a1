"""What each wording of each question was worth when it was last counted, and when each quiz was.

Totals over everybody: no row names a person or an organisation. Any row can be counted again from the answers.
"""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from course_app.quizzes.models import QUESTION_ID_LENGTH
from course_app.store.base import Base
from course_app.store.types import Text, UtcDateTime

MISTAKE_LENGTH = 300


class QuizCount(Base):
    """The last time the answers to a quiz were counted, and which there were."""

    __tablename__ = "quiz_count"

    quiz_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    answers: Mapped[int]
    """Marked answers there were, first ones or not."""
    newest: Mapped[int] = mapped_column(BigInteger)
    """The highest receipt among them."""
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuestionMeasure(Base):
    """One wording of a question: numbers of people, by their first answer. Too few answers: `answers` alone counts."""

    __tablename__ = "question_measure"

    quiz_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(QUESTION_ID_LENGTH), primary_key=True)
    wording: Mapped[str] = mapped_column(String(64), primary_key=True)
    answers: Mapped[int]
    correct: Mapped[int]
    sure_and_wrong: Mapped[int]
    mistaken: Mapped[int]
    """People who made the most common error."""
    mistake: Mapped[str | None] = mapped_column(Text(MISTAKE_LENGTH))
    """That error, in words."""
    discrimination: Mapped[float | None]
    compared: Mapped[int]
    """Answers the discrimination was worked out on."""
    success: Mapped[int | None]
    """The mean credit, in whole percent."""
    degrees: Mapped[list[tuple[str | None, int, int]] | None] = mapped_column(JSON(none_as_null=True))
    """By certainty, from the surest, then « not said »: how many people, how many of them right."""
    content_hash: Mapped[str | None] = mapped_column(String(64))
    """An archived version of the quiz that holds this wording; None in a row of before 0036, to be counted again."""
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was last answered for the first time by somebody."""
