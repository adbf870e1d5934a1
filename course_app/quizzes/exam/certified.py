"""Who passed a test on given questions: the people to tell when a figure that those questions teach has changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.models import Organisation, User
from course_app.quizzes.exam.models import ExamResult
from course_app.quizzes.models import Answer, QuizAttempt

EVERYWHERE = {"across_organisations": True}
"""Whoever runs the installation warns all companies: the command line only."""


@dataclass(frozen=True)
class Certified:
    """One passed test that asked one of the questions: who, where they work, which test, which question, when."""

    company: str
    first_name: str
    email: str | None
    test: str
    question: str
    answered_at: datetime


def certified_on(session: Session, questions: Collection[str]) -> list[Certified]:
    """Return the passed tests that asked one of these questions (« quiz.question »), the latest first, in one query."""
    if not questions:
        return []
    rows = session.execute(
        select(
            Organisation.name, User.first_name, User.email, ExamResult.quiz_id, Answer.question_id, Answer.answered_at
        )
        .join(QuizAttempt, QuizAttempt.id == ExamResult.attempt_id)
        .join(Answer, Answer.attempt_id == QuizAttempt.id)
        .join(User, User.id == ExamResult.learner_id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(ExamResult.passed, Answer.question_id.in_(sorted(questions)))
        .order_by(Answer.answered_at.desc(), Answer.receipt)
        .execution_options(**EVERYWHERE)
    )
    return [Certified(*row) for row in rows]
