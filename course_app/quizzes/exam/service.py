"""Taking a test: draw once, keep answers, send once, read the result.

Owns every write on drafts and results. Takes a session, never commits. The learner's row (to start) or the attempt's
(to save, to send) is held until the commit, so that parallel starts, saves and sendings come one after the other.
"""

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.core.errors import NotFound, Stale
from course_app.library.model import Question, Quiz
from course_app.progress import service as progress
from course_app.progress.rules import EventKind, Exam
from course_app.quizzes import service as quizzes
from course_app.quizzes.exam import rules
from course_app.quizzes.exam.models import ExamDraft, ExamResult
from course_app.quizzes.exam.rules import State
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.models import Answer, QuizAttempt


class TryTomorrow(Stale):
    """A second attempt on the day of the first."""

    code = "test-demain"
    message = "Un essai par jour. Relisez tranquillement : un nouvel essai s'ouvre demain, avec d'autres questions."


class AlreadyPassed(Stale):
    """A new attempt at a test that was passed."""

    code = "test-reussi"
    message = "Ce test est déjà réussi. Vous n'avez rien à refaire."


class TooLate(Stale):
    """An answer after the deadline and its grace."""

    code = "test-clos"
    message = "Le délai de ce test est passé. Vos réponses enregistrées avant la date limite comptent."


class OtherAnswer(Stale):
    """An answer from a page older than what is kept: both are shown, none is lost (security.md R9)."""

    code = "reponse-changee"
    message = "Cette réponse a changé dans un autre onglet. Choisissez celle que vous gardez."

    def __init__(self, offered: Response) -> None:
        super().__init__()
        self.offered = offered


@dataclass(frozen=True)
class Sent:
    """One sending of a question's page: its key, the revision of the answer it showed (0: none), the answer.

    `serial`: how many times the page had been sent before or by itself; pages without JavaScript always say 0.
    """

    key: uuid.UUID
    revision: int
    response: Response
    serial: int = 0

    def is_overtaken(self, draft: ExamDraft) -> bool:
        """Tell whether a later sending of the same page was kept already: this one was slow on the way."""
        return self.key == draft.key and self.serial < draft.serial


@dataclass(frozen=True)
class Sitting:
    """An attempt at a test with its questions as drawn, and the answers kept so far by question id.

    `corrections`: once sent, what judged again answers that are no longer worth what was told.
    """

    row: QuizAttempt
    quiz: Quiz
    drafts: Mapping[str, ExamDraft]
    corrections: Mapping[str, quizzes.Correction] = field(default_factory=dict)

    def question(self, number: int) -> Question:
        """Return question `number` (from 1); raise `NotFound` outside the test."""
        if not 1 <= number <= len(self.quiz.questions):
            raise NotFound
        return self.quiz.questions[number - 1]

    @property
    def due_at(self) -> datetime:
        """When it must be sent at the latest."""
        return self.row.due_at or self.row.started_at + rules.OPEN_FOR

    @property
    def waiting(self) -> int | None:
        """Number of the first question without answer, None when all have one."""
        numbered = enumerate(self.quiz.questions, 1)
        return next((number for number, question in numbered if question.id not in self.drafts), None)


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with a test: the open attempt, the last result, the day the next attempt opens."""

    state: State
    attempt: QuizAttempt | None
    result: ExamResult | None
    next_on: date | None


def _results(session: Session, actor: Actor, quiz_id: str) -> dict[uuid.UUID, ExamResult]:
    found = session.scalars(
        select(ExamResult).where(
            ExamResult.organisation_id == actor.organisation_id,
            ExamResult.learner_id == actor.user_id,
            ExamResult.quiz_id == quiz_id,
        )
    )
    return {result.attempt_id: result for result in found}


def standing(session: Session, actor: Actor, test: Quiz, now: datetime) -> Standing:
    """Return where somebody stands with a test; two queries."""
    attempts = quizzes.attempts_at(session, actor, test.id)
    return _standing(attempts, _results(session, actor, test.id), actor, now)


def _standing(
    attempts: Sequence[QuizAttempt], results: Mapping[uuid.UUID, ExamResult], actor: Actor, now: datetime
) -> Standing:
    told = [
        (row.finished_at, row.due_at or row.started_at + rules.OPEN_FOR, row.id in results and results[row.id].passed)
        for row in attempts
    ]
    state = rules.state(told, actor.timezone, now)
    sent = [results[row.id] for row in attempts if row.id in results]
    shown = next((result for result in sent if result.passed), sent[-1] if sent else None)
    last = attempts[-1] if attempts else None
    finished_at = last.finished_at if last else None
    return Standing(
        state=state,
        attempt=last if last and finished_at is None else None,
        result=shown,
        next_on=rules.next_day(finished_at, actor.timezone) if finished_at and state is State.TOMORROW else None,
    )


def start(
    session: Session, actor: Actor, test: Quiz, published: Mapping[str, Quiz], key: uuid.UUID, now: datetime
) -> QuizAttempt:
    """Return the attempt this form started, else the one still open, else a new one with freshly drawn questions.

    An attempt whose deadline has passed is sent with what it holds, and returned: its result is what comes next. Raises
    `TryTomorrow` or `AlreadyPassed`.
    """
    session.execute(
        select(User.id).where(User.id == actor.user_id, User.organisation_id == actor.organisation_id)
        .with_for_update(key_share=True)
    )  # fmt: skip
    quizzes.refuse_spent_key(session, actor, test.id, key)
    past = quizzes.attempts_at(session, actor, test.id)
    same = next((attempt for attempt in past if attempt.key == key), None)
    if same is not None:
        return same
    now_at = _standing(past, _results(session, actor, test.id), actor, now)
    if now_at.state is State.OVERDUE and now_at.attempt is not None:
        overdue = load(session, actor, now_at.attempt.id, writing=True)
        send(session, actor, overdue, now)
        return overdue.row
    if now_at.state is State.OPEN and now_at.attempt is not None:
        return now_at.attempt
    if now_at.state in _REFUSED:
        raise _REFUSED[now_at.state]
    return _draw(session, actor, test, published, key, now)


_REFUSED: Mapping[State, type[Stale]] = {State.TOMORROW: TryTomorrow, State.PASSED: AlreadyPassed}


def _draw(
    session: Session, actor: Actor, test: Quiz, published: Mapping[str, Quiz], key: uuid.UUID, now: datetime
) -> QuizAttempt:
    offered = rules.pool(test, published)
    met = _met(session, actor, test)
    quiz = rules.sealed(test, rules.drawn(test, offered, met, random.SystemRandom()))
    number = len(quizzes.attempts_at(session, actor, test.id)) + 1
    attempt = QuizAttempt(
        organisation_id=actor.organisation_id,
        learner_id=actor.user_id,
        quiz_id=test.id,
        number=number,
        content_hash=quiz.content_hash,
        key=key,
        started_at=now,
        due_at=now + rules.OPEN_FOR,
    )
    session.add(attempt)
    session.flush()
    payload = {"attempt": str(attempt.id), "number": number}
    progress.record(session, actor, quiz, EventKind.QUIZ_STARTED, now, key=f"essai-{attempt.id}", payload=payload)
    _keep_place(session, actor, Sitting(attempt, quiz, {}), 1, now)
    return attempt


def _met(session: Session, actor: Actor, test: Quiz) -> rules.Met:
    """Return what the learner has met: questions of earlier attempts at this test, and answers in practice."""
    tested: dict[str, int] = {}
    for attempt in quizzes.attempts_at(session, actor, test.id):
        asked = progress.pinned(session, attempt.content_hash)
        tested.update({question.id: attempt.number for question in asked.questions} if isinstance(asked, Quiz) else {})
    practised = session.execute(
        select(QuizAttempt.quiz_id, Answer.question_id)
        .join(Answer, Answer.attempt_id == QuizAttempt.id)
        .where(
            QuizAttempt.organisation_id == actor.organisation_id,
            Answer.organisation_id == actor.organisation_id,
            QuizAttempt.learner_id == actor.user_id,
            QuizAttempt.quiz_id.in_(test.pools),
        )
    )
    return rules.Met(tested, frozenset(f"{quiz_id}.{question_id}" for quiz_id, question_id in practised))


def load(session: Session, actor: Actor, attempt_id: uuid.UUID, *, writing: bool = False) -> Sitting:
    """Return the learner's own attempt at a test; `NotFound` for a missing one, anybody else's, and a practice quiz."""
    attempt = quizzes.load(session, actor, attempt_id, writing=writing)
    if not rules.is_test(attempt.quiz):
        raise NotFound
    drafts = session.scalars(
        select(ExamDraft).where(ExamDraft.organisation_id == actor.organisation_id, ExamDraft.attempt_id == attempt_id)
    )
    kept = {draft.question_id: draft for draft in drafts}
    return Sitting(attempt.row, attempt.quiz, kept, attempt.corrections)


def save(session: Session, actor: Actor, sitting: Sitting, number: int, sent: Sent, now: datetime) -> ExamDraft:
    """Keep an answer of a test under way; the same answer again, or one that a later one overtook, changes nothing.

    `sitting` was loaded for writing. Raises `NotFound`, `Invalid` (the previous answer stays), `AttemptClosed`, `TooLate`,
    or `OtherAnswer` when another tab has kept something else meanwhile.
    """
    question = sitting.question(number)
    if sitting.row.finished_at is not None:
        raise quizzes.AttemptClosed
    if rules.is_over(sitting.due_at, now):
        raise TooLate
    response = judging.parse(question, sent.response)
    draft = sitting.drafts.get(question.id)
    if draft is not None and sent.is_overtaken(draft):
        return draft
    if draft is not None and draft.response == response:
        if draft.key == sent.key:
            draft.serial = sent.serial
        return draft
    if draft is not None and draft.key != sent.key and draft.revision != sent.revision:
        raise OtherAnswer(response)
    if draft is None:
        draft = ExamDraft(
            organisation_id=actor.organisation_id, attempt_id=sitting.row.id, question_id=question.id, revision=0
        )
        session.add(draft)
    draft.chosen, draft.typed = list(response.chosen), response.typed or None
    draft.key, draft.serial, draft.revision, draft.saved_at = sent.key, sent.serial, draft.revision + 1, now
    session.flush()
    _keep_place(session, actor, sitting, number, now)
    return draft


def _keep_place(session: Session, actor: Actor, sitting: Sitting, number: int, now: datetime) -> None:
    place = {"sitting": str(sitting.row.id), "question": number}
    progress.keep_place(session, actor, sitting.quiz, place, f"question {number}", now)


def result(session: Session, actor: Actor, sitting: Sitting) -> ExamResult:
    """Return the result of a sent test; raise `NotFound` before it is sent."""
    found = session.scalar(
        select(ExamResult).where(
            ExamResult.organisation_id == actor.organisation_id, ExamResult.attempt_id == sitting.row.id
        )
    )
    if found is None:
        raise NotFound
    return found


def send(session: Session, actor: Actor, sitting: Sitting, now: datetime) -> ExamResult:
    """Judge and store all the answers kept, and write the numbered result; sending twice returns the first result.

    `sitting` was loaded for writing. Questions left blank earn nothing. After the deadline, what was kept counts.
    """
    if sitting.row.finished_at is not None:
        return result(session, actor, sitting)
    answers = [_answer(sitting, question) for question in sitting.quiz.questions if question.id in sitting.drafts]
    session.add_all(answers)
    sitting.row.finished_at = now
    worth = rules.outcome(
        len(sitting.quiz.questions),
        [answer.credit_percent or 0 for answer in answers],
        sum(answer.red_line for answer in answers),
    )
    written = ExamResult(
        organisation_id=actor.organisation_id,
        attempt_id=sitting.row.id,
        learner_id=actor.user_id,
        quiz_id=sitting.quiz.id,
        percent=worth.percent,
        red_lines=worth.red_lines,
        passed=worth.passed,
        is_late=now > sitting.due_at or any(answer.answered_at > sitting.due_at for answer in answers),
        sent_at=now,
    )
    session.add(written)
    session.flush()
    _close(session, actor, sitting, written, now)
    return written


def _answer(sitting: Sitting, question: Question) -> Answer:
    draft = sitting.drafts[question.id]
    answer = quizzes.judged(sitting.row, question, draft.response)
    answer.key, answer.answered_at = draft.id, draft.saved_at
    return answer


def _close(session: Session, actor: Actor, sitting: Sitting, written: ExamResult, now: datetime) -> None:
    """Tell progress what it was worth: a passed test is done; another one leaves no place to come back to."""
    progress.tell_exam(session, actor, sitting.quiz, told(written, sitting.quiz.content_hash, now))
    if written.passed:
        progress.finish(session, actor, sitting.quiz, now, key=f"fin-{sitting.row.id}")
        return
    payload = {"attempt": str(sitting.row.id), "receipt": written.receipt}
    key = f"envoi-{sitting.row.id}"
    progress.record(session, actor, sitting.quiz, EventKind.SESSION_CLOSED, now, key=key, payload=payload)
    progress.keep_place(session, actor, sitting.quiz, {}, "", now)


def told(written: ExamResult, content_hash: str, now: datetime) -> Exam:
    """Return a result as the log tells it to other rooms; `content_hash` names the questions as drawn."""
    return Exam(
        learner_id=written.learner_id,
        test_id=written.quiz_id,
        content_hash=content_hash,
        attempt=str(written.attempt_id),
        receipt=written.receipt,
        percent=written.percent,
        red_lines=written.red_lines,
        passed=written.passed,
        told_at=now,
    )


def answers(session: Session, actor: Actor, sitting: Sitting) -> dict[str, Answer]:
    """Return the answers of a sent test by question id."""
    found = session.scalars(
        select(Answer).where(Answer.organisation_id == actor.organisation_id, Answer.attempt_id == sitting.row.id)
    )
    return {answer.question_id: answer for answer in found}
