"""What is kept of a learner's quizzes: their export, and their way into an account.

Takes a session, never commits; must not know Flask.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor, Cutoffs
from course_app.quizzes import service
from course_app.quizzes.exam.models import ExamResult
from course_app.quizzes.models import Answer, QuizAttempt, Regrading
from course_app.store.deleting import deleted


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the learner's attempts and answers as JSON-able values, oldest first."""
    attempts = session.scalars(
        select(QuizAttempt)
        .where(QuizAttempt.organisation_id == actor.organisation_id, QuizAttempt.learner_id == actor.user_id)
        .order_by(QuizAttempt.started_at, QuizAttempt.number)
    ).all()
    answers = session.scalars(
        select(Answer)
        .where(
            Answer.organisation_id == actor.organisation_id,
            Answer.attempt_id.in_(service.select_own_attempt_ids(actor)),
        )
        .order_by(Answer.receipt)
    ).all()
    return {
        "attempts": [_exported(row, [a for a in answers if a.attempt_id == row.id]) for row in attempts],
        "regradings": [
            {"quiz": row.quiz_id, "why": row.why, "decided_at": row.decided_at.isoformat()}
            for row in _regradings(session, actor)
        ],
    }


def _regradings(session: Session, actor: Actor) -> Sequence[Regrading]:
    """Return the corrections that judged the person's answers again, oldest first, with the reason they were given."""
    theirs = select(Answer.regrading_id).where(
        Answer.organisation_id == actor.organisation_id,
        Answer.attempt_id.in_(service.select_own_attempt_ids(actor)),
        Answer.regrading_id.is_not(None),
    )
    return session.scalars(select(Regrading).where(Regrading.id.in_(theirs)).order_by(Regrading.decided_at)).all()


def _exported(row: QuizAttempt, answers: Sequence[Answer]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "quiz": row.quiz_id,
        "number": row.number,
        "content_hash": row.content_hash,
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        "answers": [
            {
                "receipt": answer.receipt,
                "question": answer.question_id,
                "chosen": answer.chosen,
                "typed": answer.typed,
                "certainty": answer.certainty.value if answer.certainty else None,
                "reason": answer.reason,
                "correct": answer.correct,
                "credit_percent": answer.credit_percent,
                "red_line": answer.red_line,
                "judged_before": answer.judged_before or [],
                "answered_at": answer.answered_at.isoformat(),
            }
            for answer in answers
        ],
    }


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Re-home a guest's attempts to an account: numbers follow the account's own, receipts never change.

    Of two attempts then open at one quiz, the one that was left last stays open, as Mon parcours resumes it.
    """
    spent = select(QuizAttempt.key).where(
        QuizAttempt.organisation_id == to.organisation_id, QuizAttempt.learner_id == to.user_id
    )
    taken = set(session.scalars(spent))
    session.execute(
        update(Answer)
        .where(
            Answer.organisation_id == guest.organisation_id,
            Answer.attempt_id.in_(service.select_own_attempt_ids(guest)),
        )
        .values(organisation_id=to.organisation_id)
    )
    moved = session.scalars(
        select(QuizAttempt)
        .where(QuizAttempt.organisation_id == guest.organisation_id, QuizAttempt.learner_id == guest.user_id)
        .order_by(QuizAttempt.quiz_id, QuizAttempt.number)
    ).all()
    for attempt in moved:
        if guest.user_id != to.user_id:
            attempt.number = len(service.attempts_at(session, to, attempt.quiz_id)) + 1
            attempt.key = uuid.uuid4() if attempt.key in taken else attempt.key
        attempt.learner_id, attempt.organisation_id = to.user_id, to.organisation_id
        session.flush()
    for quiz_id in {attempt.quiz_id for attempt in moved}:
        _leave_one_open(session, to, quiz_id)


def _leave_one_open(session: Session, actor: Actor, quiz_id: str) -> None:
    still_open = [attempt for attempt in service.attempts_at(session, actor, quiz_id) if attempt.finished_at is None]
    if len(still_open) < 2:
        return
    left = {attempt.id: attempt.started_at for attempt in still_open}
    answers = select(Answer).where(Answer.organisation_id == actor.organisation_id, Answer.attempt_id.in_(left))
    for answer in session.scalars(answers):
        left[answer.attempt_id] = max(left[answer.attempt_id], answer.answered_at)
    latest = max(still_open, key=lambda attempt: left[attempt.id])
    for attempt in still_open:
        attempt.finished_at = None if attempt is latest else left[latest.id]
    session.flush()


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Forget what the person typed, and their name on what they decided; what they chose stays as proof."""
    session.execute(
        update(Answer)
        .where(
            Answer.organisation_id == actor.organisation_id,
            Answer.attempt_id.in_(service.select_own_attempt_ids(actor)),
        )
        .values(typed=None)
    )
    session.execute(update(Regrading).where(Regrading.decided_by_id == actor.user_id).values(decided_by=""))


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete practice attempts with their answers once these are too old; tests are kept by their own room."""
    is_test = select(ExamResult.receipt).where(ExamResult.attempt_id == QuizAttempt.id)
    ended = func.coalesce(QuizAttempt.finished_at, QuizAttempt.started_at)
    return {"passages de quiz": deleted(session, QuizAttempt, ended < cutoffs.answers, ~is_test.exists())}
