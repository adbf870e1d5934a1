"""What is kept of a learner's tests: their export, their erasure, how long. Takes a session, never commits."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor, Cutoffs
from course_app.quizzes import service as quizzes
from course_app.quizzes.exam.models import ExamDraft, ExamResult
from course_app.quizzes.models import Answer, QuizAttempt, Regrading
from course_app.store.deleting import deleted


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the learner's results and answers under way as JSON-able values, oldest first."""
    results = session.scalars(
        select(ExamResult)
        .where(ExamResult.organisation_id == actor.organisation_id, ExamResult.learner_id == actor.user_id)
        .order_by(ExamResult.receipt)
    )
    drafts = session.scalars(
        select(ExamDraft)
        .where(
            ExamDraft.organisation_id == actor.organisation_id,
            ExamDraft.attempt_id.in_(quizzes.select_own_attempt_ids(actor)),
        )
        .order_by(ExamDraft.saved_at, ExamDraft.question_id)
    )
    return {
        "test_results": [
            {
                "receipt": each.receipt,
                "attempt": str(each.attempt_id),
                "test": each.quiz_id,
                "percent": each.percent,
                "red_lines": each.red_lines,
                "passed": each.passed,
                "is_late": each.is_late,
                "worth_before": each.worth_before or [],
                "sent_at": each.sent_at.isoformat(),
            }
            for each in results
        ],
        "test_drafts": [
            {
                "attempt": str(each.attempt_id),
                "question": each.question_id,
                "chosen": each.chosen,
                "typed": each.typed,
                "saved_at": each.saved_at.isoformat(),
            }
            for each in drafts
        ],
    }


def carry(_session: Session, _guest: Actor, _to: Actor) -> None:
    """Do nothing: a test needs an account, so a guest has none to bring."""


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Forget answers never sent; results stay as proof."""
    session.execute(
        delete(ExamDraft).where(
            ExamDraft.organisation_id == actor.organisation_id,
            ExamDraft.attempt_id.in_(quizzes.select_own_attempt_ids(actor)),
        )
    )


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete the answers of old tests, then, much later, the tests with their results, and regradings of nothing kept."""
    sent = select(ExamResult.attempt_id)
    too_old = sent.where(ExamResult.sent_at < cutoffs.answers)
    forgotten = sent.where(ExamResult.sent_at < cutoffs.results)
    return {
        "réponses de test": deleted(session, Answer, Answer.attempt_id.in_(too_old)),
        "tests et résultats": deleted(session, QuizAttempt, QuizAttempt.id.in_(forgotten)),
        "réévaluations": deleted(
            session,
            Regrading,
            Regrading.decided_at < cutoffs.results,
            ~exists().where(Answer.regrading_id == Regrading.id),
            ~exists().where(ExamResult.regrading_id == Regrading.id),
        ),
    }
