"""Giving one answer: the write that happens most, and how little it does.

Holds the attempt, reads which questions are answered, judges, then four rows: the answer, its event, the place, the day.
Rows here are plain values (`store.prepared`): the attempt as an object, with all its answers, is for the pages that show
it (`service.load`). Same promises as every write of the room: the attempt's row is held until the commit, so that two
tabs and a double click come one after the other; never commits, the route does.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.core.errors import NotFound, Stale
from course_app.library.model import Question, Quiz
from course_app.progress import service as progress
from course_app.progress.rules import EventKind
from course_app.quizzes import rules, service
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.quizzes.service import AlreadyAnswered, AttemptClosed, Submission
from course_app.store.prepared import Prepared

_ATTEMPTS, _ANSWERS = cast(Table, QuizAttempt.__table__).c, cast(Table, Answer.__table__)
_HOLD = Prepared(
    select(_ATTEMPTS.content_hash, _ATTEMPTS.finished_at)
    .where(
        _ATTEMPTS.id == bindparam("attempt_id"),
        _ATTEMPTS.organisation_id == bindparam("organisation_id"),
        _ATTEMPTS.learner_id == bindparam("learner_id"),
    )
    .with_for_update(key_share=True)
)
_KEYS = Prepared(
    select(_ANSWERS.c.question_id, _ANSWERS.c.key).where(
        _ANSWERS.c.organisation_id == bindparam("organisation_id"),
        _ANSWERS.c.attempt_id == bindparam("attempt_id"),
    )
)
"""Asked once the attempt is held, never in one query with it: PostgreSQL would give the answers of before the wait."""
_STORE = Prepared(insert(_ANSWERS).returning(_ANSWERS.c.receipt))


@dataclass(frozen=True)
class Held:
    """The learner's own attempt, held until the commit: what judging an answer needs, nothing to show.

    `keys`: by question id, the key of the form that answered it.
    """

    id: uuid.UUID
    quiz: Quiz
    is_finished: bool
    keys: Mapping[str, uuid.UUID]

    def question(self, number: int) -> Question:
        """Return question `number` (from 1); raise `NotFound` outside the quiz, `QuestionAhead` beyond reach."""
        return service.question_within_reach(self.quiz, self.keys, number)


def hold(session: Session, actor: Actor, attempt_id: uuid.UUID) -> Held:
    """Return the learner's own attempt; raise `NotFound` for a missing one and for anybody else's alike."""
    mine = {"attempt_id": attempt_id, "organisation_id": actor.organisation_id, "learner_id": actor.user_id}
    held = _HOLD.rows(session, mine)
    if not held:
        raise NotFound
    [(content_hash, finished_at)] = held
    keys = _KEYS.rows(session, {"attempt_id": attempt_id, "organisation_id": actor.organisation_id})
    quiz = cast(Quiz, progress.pinned(session, content_hash))
    return Held(attempt_id, quiz, finished_at is not None, dict(keys))


def answer(session: Session, actor: Actor, held: Held, number: int, sent: Submission, now: datetime) -> int:
    """Judge and store an answer; return its receipt. The same form sent again returns the receipt it already has.

    Raises `NotFound` or `QuestionAhead` for a question out of reach, `Invalid` for ids that cannot be accepted (the
    previous answer stays), `AlreadyAnswered` for another answer or another body, `AttemptClosed` once the attempt has
    ended, `Stale` for a key already spent on another question.
    """
    question = held.question(number)
    is_answered = question.id in held.keys
    if not is_answered and held.is_finished:
        raise AttemptClosed
    response = judging.parse(question, sent.response)
    if is_answered:
        return _first_receipt(session, actor, held, question, sent, response)
    if sent.key in held.keys.values():
        raise Stale
    receipt = _store(session, actor, held, question, sent, response, now)
    payload = {"attempt": str(held.id), "question": question.id, "receipt": receipt}
    progress.append(session, actor, held.quiz, EventKind.QUESTION_ANSWERED, now, payload)
    _move_on(session, actor, held, {*held.keys, question.id}, now)
    return receipt


def _first_receipt(
    session: Session, actor: Actor, held: Held, question: Question, sent: Submission, response: Response
) -> int:
    """Return the receipt of the answer that this very form stored; raise `AlreadyAnswered` when it is another."""
    first = session.scalars(
        select(Answer).where(
            Answer.organisation_id == actor.organisation_id,
            Answer.attempt_id == held.id,
            Answer.question_id == question.id,
        )
    ).one()
    same_body = first.response == response and first.certainty == sent.certainty
    if first.key != sent.key or not same_body:
        raise AlreadyAnswered(Submission(sent.key, response.chosen, sent.certainty, response.typed))
    return first.receipt


def _store(
    session: Session,
    actor: Actor,
    held: Held,
    question: Question,
    sent: Submission,
    response: Response,
    now: datetime,
) -> int:
    values = {
        **service.verdict(question, response),
        "organisation_id": actor.organisation_id,
        "attempt_id": held.id,
        "certainty": sent.certainty,
        "key": sent.key,
        "answered_at": now,
    }
    [(receipt,)] = _STORE.rows(session, values)
    return cast(int, receipt)


def _move_on(session: Session, actor: Actor, held: Held, answered: set[str], now: datetime) -> None:
    """Keep the place at the next question, or finish the quiz after the last one."""
    question_ids = service.question_ids(held.quiz)
    reached = rules.reached(question_ids, answered)
    if question_ids[reached - 1] not in answered:
        service.keep_place(session, actor, held.id, held.quiz, reached, now)
        return
    mine = (QuizAttempt.id == held.id, QuizAttempt.organisation_id == actor.organisation_id)
    session.execute(update(QuizAttempt).where(*mine).values(finished_at=now))
    progress.finish(session, actor, held.quiz, now, key=f"fin-{held.id}")
