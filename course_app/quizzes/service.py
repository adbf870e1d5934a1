"""Attempts: start, load, give a reason, hang up; giving an answer is in `answering`.

Owns, with it, every write on the two tables, in the order store, record, keep the place. Never commits: the route does,
once, before anybody reads « enregistrée ». Must not know Flask nor any other feature's rows. Each write first
takes the learner's row (or the attempt's) so that two tabs and a double click come one after the other; on
SQLite `BEGIN IMMEDIATE` already does it.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam, select
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
from course_app.quizzes.models import Answer, QuizAttempt, Regrading
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
class Correction:
    """What an answer was judged again by: the corrected question, when, and why in the author's words."""

    question: Question
    at: datetime
    why: str


@dataclass(frozen=True)
class Attempt:
    """An attempt with the quiz as the learner has it, and the answers so far by question id.

    `corrections`: by question id, what judged again an answer that is no longer worth what its learner was told.
    """

    row: QuizAttempt
    quiz: Quiz
    answers: Mapping[str, Answer]
    corrections: Mapping[str, Correction] = field(default_factory=dict)

    def judged_by(self, question: Question) -> Question:
        """Return the question whose key counts for the answer given: as it was asked, or as it was corrected."""
        correction = self.corrections.get(question.id)
        return correction.question if correction else question

    @property
    def question_ids(self) -> tuple[str, ...]:
        """Ids of all questions, in order."""
        return question_ids(self.quiz)

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
        return question_within_reach(self.quiz, self.answers, number)


def question_ids(quiz: Quiz) -> tuple[str, ...]:
    """Return the ids of all questions, in order."""
    return tuple([question.id for question in quiz.questions])


def question_within_reach(quiz: Quiz, answered: Collection[str], number: int) -> Question:
    """Return question `number` (from 1); raise `NotFound` outside the quiz, `QuestionAhead` beyond the first unanswered."""
    if not 1 <= number <= len(quiz.questions):
        raise NotFound
    reached = rules.reached(question_ids(quiz), answered)
    if number > reached:
        raise QuestionAhead(reached)
    return quiz.questions[number - 1]


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


_MINE = (
    QuizAttempt.organisation_id == bindparam("organisation_id"),
    QuizAttempt.learner_id == bindparam("learner_id"),
)
_ATTEMPT = select(QuizAttempt).where(QuizAttempt.id == bindparam("attempt_id"), *_MINE)
_ATTEMPT_TO_WRITE = _ATTEMPT.with_for_update(key_share=True)
_GIVEN = (
    select(Answer)
    .where(Answer.organisation_id == bindparam("organisation_id"), Answer.attempt_id == bindparam("attempt_id"))
    .order_by(Answer.receipt)
)
"""Statements of every page of an attempt, built once: building one costs as much as running it."""


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
    keep_place(session, actor, attempt.id, quiz, 1, now)
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
    mine = {"attempt_id": attempt_id, "organisation_id": actor.organisation_id, "learner_id": actor.user_id}
    row = session.scalar(_ATTEMPT_TO_WRITE if writing else _ATTEMPT, mine)
    if row is None:
        raise NotFound
    answers = session.scalars(_GIVEN, {"attempt_id": attempt_id, "organisation_id": actor.organisation_id})
    quiz = cast(Quiz, progress.pinned(session, row.content_hash))
    given = {answer.question_id: answer for answer in answers}
    return Attempt(row, quiz, given, corrections(session, given.values()))


def corrections(session: Session, answers: Collection[Answer]) -> dict[str, Correction]:
    """Return what judged answers again, by question id, for those whose worth changed; no query when none did."""
    changed = [answer for answer in answers if answer.is_changed]
    if not changed:
        return {}
    asked = select(Regrading).where(Regrading.id.in_({answer.regrading_id for answer in changed}))
    regradings = {each.id: each for each in session.scalars(asked)}
    found: dict[str, Correction] = {}
    for answer in changed:
        regrading = regradings[cast(uuid.UUID, answer.regrading_id)]
        corrected = cast(Quiz, progress.pinned(session, regrading.content_hash))
        for question in corrected.questions:
            if question.id == answer.question_id.rpartition(".")[2]:
                found[answer.question_id] = Correction(question, regrading.decided_at, regrading.why)
    return found


def judged(row: QuizAttempt, question: Question, response: Response) -> Answer:
    """Return a parsed answer to a question of an attempt, judged, not yet stored: its key and moment are the caller's."""
    return Answer(organisation_id=row.organisation_id, attempt_id=row.id, **verdict(question, response))


def verdict(question: Question, response: Response) -> dict[str, Any]:
    """Judge a parsed answer; return the columns of its row that say what was answered to what, and what it is worth."""
    grade = judging.grade(question, response)
    return {
        "question_id": question.id,
        "question_hash": wording_hash(question),
        "chosen": list(response.chosen),
        "typed": response.typed or None,
        "correct": grade.correct,
        "credit_percent": grade.percent,
        "red_line": grade.red_line,
    }


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


def keep_place(session: Session, actor: Actor, attempt_id: uuid.UUID, quiz: Quiz, number: int, now: datetime) -> None:
    """Keep the place of an attempt at question `number`."""
    place = {"attempt": str(attempt_id), "question": number}
    progress.keep_place(session, actor, quiz, place, f"question {number}", now)


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


def select_own_attempt_ids(actor: Actor) -> Any:
    """Return the sub-select of the learner's attempt ids."""
    return select(QuizAttempt.id).where(
        QuizAttempt.organisation_id == actor.organisation_id, QuizAttempt.learner_id == actor.user_id
    )
