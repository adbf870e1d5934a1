"""Attempts and answers: start, answer once, hang up, finish, export, carry.

Owns every write on the two tables, in the order store, record, keep the place. Never commits: the route does,
once, before anybody reads « enregistrée ». Must not know Flask nor any other feature's rows. Each write first
takes the learner's row (or the attempt's) so that two tabs and a double click come one after the other; on
SQLite `BEGIN IMMEDIATE` already does it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.core.errors import Invalid, NotFound, Stale
from course_app.library.model import Question, Quiz, wording_hash
from course_app.progress import service as progress
from course_app.progress.rules import EventKind
from course_app.quizzes import rules
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.quizzes.rules import Certainty


@dataclass(frozen=True)
class Submission:
    """One sending of a question's form; `chosen` and `typed` as received, not yet judged."""

    key: uuid.UUID
    chosen: tuple[str, ...]
    certainty: Certainty | None
    typed: str = ""

    @property
    def response(self) -> Response:
        """What was sent, without who sent it when."""
        return Response(self.chosen, self.typed)


@dataclass(frozen=True)
class Attempt:
    """An attempt with the quiz as the learner has it, and the answers so far by question id."""

    row: QuizAttempt
    quiz: Quiz
    answers: Mapping[str, Answer]

    @property
    def question_ids(self) -> tuple[str, ...]:
        """Ids of all questions, in order."""
        return tuple(question.id for question in self.quiz.questions)

    @property
    def reached(self) -> int:
        """Number (from 1) of the furthest question that may be opened."""
        return rules.reached(self.question_ids, self.answers)

    @property
    def is_finished(self) -> bool:
        """Whether no answer is accepted any more."""
        return self.row.finished_at is not None

    def question(self, number: int) -> Question:
        """Return question `number` (from 1); raise `NotFound` outside the quiz, `QuestionAhead` beyond reach."""
        if not 1 <= number <= len(self.quiz.questions):
            raise NotFound
        if number > self.reached:
            raise QuestionAhead(self.reached)
        return self.quiz.questions[number - 1]


class QuestionAhead(Stale):
    """A question, or the summary, that opens only later; `reached` is the question to answer now."""

    code = "question-pas-encore-ouverte"
    message = "Cette étape s'ouvre plus tard. Reprenez à la question où vous en étiez."

    def __init__(self, reached: int) -> None:
        super().__init__()
        self.reached = reached


class AlreadyAnswered(Stale):
    """Another answer to an answered question: the first is kept, both are shown (security.md R9)."""

    code = "deja-repondu"
    message = "Vous aviez déjà répondu à cette question. Votre première réponse est gardée."

    def __init__(self, offered: Submission) -> None:
        super().__init__()
        self.offered = offered


class AttemptClosed(Stale):
    """An answer after the attempt ended."""

    code = "essai-termine"
    message = "Cet essai est terminé : aucune réponse ne s'y ajoute. Ouvrez le bilan, ou rejouez."


def attempts_at(session: Session, actor: Actor, quiz_id: str) -> Sequence[QuizAttempt]:
    """Return the learner's attempts at a quiz, oldest first; one query."""
    return session.scalars(
        select(QuizAttempt)
        .where(
            QuizAttempt.organisation_id == actor.organisation_id,
            QuizAttempt.learner_id == actor.user_id,
            QuizAttempt.quiz_id == quiz_id,
        )
        .order_by(QuizAttempt.number)
    ).all()


def start(session: Session, actor: Actor, quiz: Quiz, key: uuid.UUID, now: datetime) -> QuizAttempt:
    """Return the attempt this form started, else the one still open, else a new one.

    Any number of parallel starts leave one open attempt (security.md S18). A key already spent on another
    quiz raises `Stale`.
    """
    session.execute(
        select(User.id).where(User.id == actor.user_id, User.organisation_id == actor.organisation_id)
        .with_for_update(key_share=True)
    )  # fmt: skip
    refuse_spent_key(session, actor, quiz.id, key)
    past = attempts_at(session, actor, quiz.id)
    same_or_open = [attempt for attempt in past if attempt.key == key or attempt.finished_at is None]
    if same_or_open:
        return same_or_open[-1]
    attempt = QuizAttempt(
        organisation_id=actor.organisation_id,
        learner_id=actor.user_id,
        quiz_id=quiz.id,
        number=past[-1].number + 1 if past else 1,
        content_hash=quiz.content_hash,
        key=key,
        started_at=now,
    )
    session.add(attempt)
    session.flush()
    payload = {"attempt": str(attempt.id), "number": attempt.number}
    progress.record(session, actor, quiz, EventKind.QUIZ_STARTED, now, key=f"essai-{attempt.id}", payload=payload)
    _keep_place(session, actor, Attempt(attempt, quiz, {}), now)
    return attempt


def refuse_spent_key(session: Session, actor: Actor, quiz_id: str, key: uuid.UUID) -> None:
    """Raise `Stale` when the key of a starting form was already spent on another quiz."""
    elsewhere = select(QuizAttempt.id).where(
        QuizAttempt.organisation_id == actor.organisation_id,
        QuizAttempt.learner_id == actor.user_id,
        QuizAttempt.key == key,
        QuizAttempt.quiz_id != quiz_id,
    )
    if session.scalar(elsewhere) is not None:
        raise Stale


def load(session: Session, actor: Actor, attempt_id: uuid.UUID, *, writing: bool = False) -> Attempt:
    """Return the learner's own attempt; raise `NotFound` for a missing one and for anybody else's alike.

    `writing` holds the attempt's row until the commit.
    """
    mine = select(QuizAttempt).where(
        QuizAttempt.id == attempt_id,
        QuizAttempt.organisation_id == actor.organisation_id,
        QuizAttempt.learner_id == actor.user_id,
    )
    row = session.scalar(mine.with_for_update(key_share=True) if writing else mine)
    if row is None:
        raise NotFound
    answers = session.scalars(
        select(Answer)
        .where(Answer.organisation_id == actor.organisation_id, Answer.attempt_id == attempt_id)
        .order_by(Answer.receipt)
    )
    quiz = cast(Quiz, progress.pinned(session, row.content_hash))
    return Attempt(row, quiz, {answer.question_id: answer for answer in answers})


def answer(
    session: Session, actor: Actor, attempt: Attempt, number: int, submission: Submission, now: datetime
) -> Answer:
    """Judge and store an answer; the same form sent again returns the answer it already stored.

    `attempt` was loaded for writing. Raises `NotFound` or `QuestionAhead` for a question out of reach,
    `Invalid` for ids that cannot be accepted (the previous answer stays), `AlreadyAnswered` for another
    answer or another body, `AttemptClosed` once the attempt has ended.
    """
    question = attempt.question(number)
    previous = attempt.answers.get(question.id)
    if previous is None and attempt.is_finished:
        raise AttemptClosed
    response = judging.parse(question, submission.response)
    if previous is not None:
        return _unchanged(previous, submission, response)
    if any(other.key == submission.key for other in attempt.answers.values()):
        raise Stale
    stored = _store(session, attempt, question, submission, response, now)
    payload = {"attempt": str(attempt.row.id), "question": question.id, "receipt": stored.receipt}
    progress.record(session, actor, attempt.quiz, EventKind.QUESTION_ANSWERED, now, payload=payload)
    _move_on(session, actor, Attempt(attempt.row, attempt.quiz, {**attempt.answers, question.id: stored}), now)
    return stored


def _unchanged(previous: Answer, submission: Submission, response: Response) -> Answer:
    same_body = previous.response == response and previous.certainty == submission.certainty
    if previous.key != submission.key or not same_body:
        raise AlreadyAnswered(Submission(submission.key, response.chosen, submission.certainty, response.typed))
    return previous


def _store(
    session: Session,
    attempt: Attempt,
    question: Question,
    submission: Submission,
    response: Response,
    now: datetime,
) -> Answer:
    stored = judged(attempt.row, question, response)
    stored.certainty, stored.key, stored.answered_at = submission.certainty, submission.key, now
    session.add(stored)
    session.flush()
    return stored


def judged(row: QuizAttempt, question: Question, response: Response) -> Answer:
    """Return a parsed answer to a question of an attempt, judged, not yet stored: its key and moment are the caller's."""
    grade = judging.grade(question, response)
    return Answer(
        organisation_id=row.organisation_id,
        attempt_id=row.id,
        question_id=question.id,
        question_hash=wording_hash(question),
        chosen=list(response.chosen),
        typed=response.typed or None,
        correct=grade.correct,
        credit_percent=grade.percent,
        red_line=grade.red_line,
    )


def give_reason(session: Session, attempt: Attempt, number: int, reason: str) -> Answer:
    """Keep why the learner thinks so, once their answer is explained; the first reason stays.

    `attempt` was loaded for writing. Raises `NotFound` where no reason is asked or no answer was given, `Invalid` for
    an unknown one.
    """
    question = attempt.question(number)
    answer = attempt.answers.get(question.id)
    if answer is None or question.reason is None:
        raise NotFound
    if reason not in {option.id for option in question.reason.options}:
        raise Invalid("Choisissez l'une des raisons proposées.", code="option-inconnue")
    answer.reason = answer.reason or reason
    session.flush()
    return answer


def _move_on(session: Session, actor: Actor, attempt: Attempt, now: datetime) -> None:
    """Keep the place at the next question, or finish the quiz after the last one."""
    if rules.is_complete(attempt.question_ids, attempt.answers):
        attempt.row.finished_at = now
        progress.finish(session, actor, attempt.quiz, now, key=f"fin-{attempt.row.id}")
    else:
        _keep_place(session, actor, attempt, now)


def _keep_place(session: Session, actor: Actor, attempt: Attempt, now: datetime) -> None:
    place = {"attempt": str(attempt.row.id), "question": attempt.reached}
    progress.keep_place(session, actor, attempt.quiz, place, f"question {attempt.reached}", now)


def hang_up(session: Session, actor: Actor, attempt: Attempt, now: datetime) -> None:
    """End an attempt before its last question; ending it twice changes nothing.

    The quiz is not marked done: completion needs every question answered.
    """
    if attempt.is_finished:
        return
    attempt.row.finished_at = now
    payload = {"attempt": str(attempt.row.id), "answered": len(attempt.answers)}
    key = f"raccroche-{attempt.row.id}"
    progress.record(session, actor, attempt.quiz, EventKind.SESSION_CLOSED, now, key=key, payload=payload)
    progress.keep_place(session, actor, attempt.quiz, {}, "", now)


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
            Answer.attempt_id.in_(select_own_attempt_ids(actor)),
        )
        .order_by(Answer.receipt)
    ).all()
    return {"attempts": [_exported(row, [a for a in answers if a.attempt_id == row.id]) for row in attempts]}


def select_own_attempt_ids(actor: Actor) -> Any:
    """Return the sub-select of the learner's attempt ids."""
    return select(QuizAttempt.id).where(
        QuizAttempt.organisation_id == actor.organisation_id, QuizAttempt.learner_id == actor.user_id
    )


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
        .where(Answer.organisation_id == guest.organisation_id, Answer.attempt_id.in_(select_own_attempt_ids(guest)))
        .values(organisation_id=to.organisation_id)
    )
    moved = session.scalars(
        select(QuizAttempt)
        .where(QuizAttempt.organisation_id == guest.organisation_id, QuizAttempt.learner_id == guest.user_id)
        .order_by(QuizAttempt.quiz_id, QuizAttempt.number)
    ).all()
    for attempt in moved:
        if guest.user_id != to.user_id:
            attempt.number = len(attempts_at(session, to, attempt.quiz_id)) + 1
            attempt.key = uuid.uuid4() if attempt.key in taken else attempt.key
        attempt.learner_id, attempt.organisation_id = to.user_id, to.organisation_id
        session.flush()
    for quiz_id in {attempt.quiz_id for attempt in moved}:
        _leave_one_open(session, to, quiz_id)


def _leave_one_open(session: Session, actor: Actor, quiz_id: str) -> None:
    still_open = [attempt for attempt in attempts_at(session, actor, quiz_id) if attempt.finished_at is None]
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
