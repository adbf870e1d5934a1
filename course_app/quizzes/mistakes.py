"""First answers in practice, as the team's briefing may add them up: wrong options only. Reads, never writes.

Tests are left out: a question that may be asked again keeps its key (security.md S21).
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.library.model import Quiz, QuizKind
from course_app.library.questions import ChoiceQuestion
from course_app.quizzes.models import Answer, QuizAttempt


def first_mistakes(
    session: Session, organisation_id: UUID, people: Collection[UUID], quizzes: Mapping[str, Quiz]
) -> dict[tuple[UUID, str], frozenset[str]]:
    """Return what each person chose wrongly the first time, by person and « quiz/… » subject; empty when it was right.

    Only questions still published, where one chooses among options; one query.
    """
    wrong = {
        (quiz.id, question.id): frozenset(option.id for option in question.options if not option.correct)
        for quiz in quizzes.values()
        if quiz.kind_of_quiz is QuizKind.PRACTICE
        for question in quiz.questions
        if isinstance(question, ChoiceQuestion)
    }
    rows = session.execute(
        select(QuizAttempt.learner_id, QuizAttempt.quiz_id, Answer.question_id, Answer.chosen)
        .join(Answer, Answer.attempt_id == QuizAttempt.id)
        .where(
            QuizAttempt.organisation_id == organisation_id,
            Answer.organisation_id == organisation_id,
            QuizAttempt.learner_id.in_(people),
        )
        .order_by(Answer.receipt)
    )
    found: dict[tuple[UUID, str], frozenset[str]] = {}
    for learner_id, quiz_id, question_id, chosen in rows:
        if (quiz_id, question_id) in wrong:
            subject = f"quiz/{quiz_id}/{question_id}"
            found.setdefault((learner_id, subject), wrong[quiz_id, question_id] & set(chosen))
    return found
