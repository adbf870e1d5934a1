"""Planning and applying a regrading: the one writer of verdicts after the fact.

Reads answers of every organisation: a key is corrected for everybody or for nobody. Takes a session, never commits.
Must not know Flask. Nothing is overwritten without being kept: each answer and result holds what it was worth before.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.sessions import actor_of
from course_app.core.errors import Stale
from course_app.library.model import Question, Quiz, wording_hash
from course_app.progress import service as progress
from course_app.quizzes.exam import rules as exams
from course_app.quizzes.exam.models import EarlierResult, ExamResult
from course_app.quizzes.exam.rules import Outcome
from course_app.quizzes.exam.service import told
from course_app.quizzes.models import Answer, EarlierVerdict, QuizAttempt, Regrading
from course_app.quizzes.regrading import rules
from course_app.quizzes.regrading.rules import Group, Likeness, Verdict

EVERYWHERE = {"across_organisations": True}


class NothingToRegrade(Stale):
    """No answer is waiting to be judged again: none differs, or it was done already."""

    code = "rien-a-reevaluer"
    message = "Rien à réévaluer : toutes les réponses comparables sont déjà jugées avec la version d'aujourd'hui."


class ChangedSincePreview(Stale):
    """The quiz was published again after the preview that is being confirmed."""

    code = "apercu-perime"
    message = "Le quiz a changé depuis votre aperçu. Rechargez la page et relisez avant de confirmer."


@dataclass(frozen=True)
class Decision:
    """Who regrades, in which words; `key` makes the same decision count once, `by_id` is None on the command line."""

    key: uuid.UUID
    why: str
    by: str
    by_id: uuid.UUID | None = None


@dataclass(frozen=True)
class AnswerChange:
    """One answer to judge again, by which question of today."""

    row: Answer
    question: Question
    before: Verdict
    after: Verdict

    @property
    def is_change(self) -> bool:
        """Whether it is no longer worth the same."""
        return self.before != self.after


@dataclass(frozen=True)
class ResultChange:
    """One sent test whose worth changes."""

    row: ExamResult
    quiz: Quiz
    before: Outcome
    after: Outcome


@dataclass(frozen=True)
class Plan:
    """What a regrading would do: every answer to judge again, the tests it changes, all told per question."""

    quiz: Quiz
    groups: tuple[Group, ...]
    answers: tuple[AnswerChange, ...]
    results: tuple[ResultChange, ...]
    from_hashes: tuple[str, ...]

    @property
    def changed(self) -> int:
        """How many answers are no longer worth the same."""
        return sum(each.is_change for each in self.answers)

    @property
    def attempts_changed(self) -> int:
        """How many attempts hold one of them."""
        return len({each.row.attempt_id for each in self.answers if each.is_change})

    @property
    def rises(self) -> int:
        """How many tests become passed."""
        return sum(rules.is_rise(each.row.passed, each.after) for each in self.results)

    @property
    def falls(self) -> int:
        """How many passed tests fall under what passes."""
        return sum(rules.is_fall(each.row.passed, each.after) for each in self.results)


def _older(quiz: Quiz) -> Select[Answer, str]:
    """Select the answers to a quiz's questions, in practice and in tests, judged on another wording than today's."""
    up_to_date = [
        Answer.question_id.in_((question.id, f"{quiz.id}.{question.id}"))
        & (Answer.question_hash == wording_hash(question))
        for question in quiz.questions
    ]
    return (
        select(Answer, QuizAttempt.content_hash)
        .join(QuizAttempt, QuizAttempt.id == Answer.attempt_id)
        .where(
            or_(
                (QuizAttempt.quiz_id == quiz.id) & ~Answer.question_id.contains("."),
                Answer.question_id.startswith(f"{quiz.id}.", autoescape=True),
            ),
            or_(Answer.question_hash.is_(None), ~or_(*up_to_date)),
        )
        .order_by(Answer.receipt)
    )


def plan(session: Session, quiz: Quiz, *, writing: bool = False) -> Plan:
    """Return what judging by today's version of a quiz would change; `writing` holds the answers until the commit."""
    query = _older(quiz).execution_options(**EVERYWHERE, populate_existing=writing)
    rows = session.execute(query.with_for_update(of=Answer) if writing else query).all()
    today = {question.id: question for question in quiz.questions}
    versions = {(answer.question_id, answer.question_hash): content_hash for answer, content_hash in rows}
    asked = _wordings(session, versions)
    groups: dict[tuple[str, str | None], list[Answer]] = {}
    for answer, _content_hash in rows:
        groups.setdefault((answer.question_id, answer.question_hash), []).append(answer)
    groups_told: list[Group] = []
    changes: list[AnswerChange] = []
    for key, answers in groups.items():
        if key not in asked:
            continue
        local = key[0].rpartition(".")[2]
        group, judged = _judged_again(local, asked[key], today.get(local), answers)
        groups_told.append(group)
        changes += judged
    touched = {each.row.receipt for each in changes}
    return Plan(
        quiz=quiz,
        groups=_in_order(quiz, rules.merged(groups_told)),
        answers=tuple(changes),
        results=_results(session, [each for each in changes if each.is_change], writing=writing),
        from_hashes=tuple(sorted({content_hash for answer, content_hash in rows if answer.receipt in touched})),
    )


def _wordings(
    session: Session, versions: Mapping[tuple[str, str | None], str]
) -> dict[tuple[str, str | None], Question]:
    pinned = progress.pinned_all(session, set(versions.values()))
    found: dict[tuple[str, str | None], Question] = {}
    for (question_id, stored), content_hash in versions.items():
        item = pinned.get(content_hash)
        for question in item.questions if isinstance(item, Quiz) else ():
            if question.id == question_id:
                found[question_id, stored] = question
    return found


def _judged_again(
    question_id: str, before: Question, after: Question | None, answers: Sequence[Answer]
) -> tuple[Group, list[AnswerChange]]:
    found = rules.likeness(before, after)
    prompt = (after or before).prompt
    if after is None or found is not Likeness.SAME:
        return Group(question_id, prompt, found, len(answers)), []
    changes = [
        AnswerChange(
            row,
            after,
            Verdict(row.correct, row.credit_percent, row.red_line),
            rules.verdict(after, row.response),
        )
        for row in answers
    ]
    verdicts = tuple((each.before, each.after) for each in changes)
    return Group(question_id, prompt, found, len(answers), verdicts), changes


def _in_order(quiz: Quiz, groups: Sequence[Group]) -> tuple[Group, ...]:
    places = {question.id: place for place, question in enumerate(quiz.questions)}
    return tuple(sorted(groups, key=lambda each: (places.get(each.question_id, len(places)), each.likeness.value)))


_AT_ONCE = 500
"""Attempts in one query."""


def _results(session: Session, changes: Sequence[AnswerChange], *, writing: bool) -> tuple[ResultChange, ...]:
    """Return the sent tests that changed answers belong to, with what they would be worth."""
    after = {each.row.receipt: each.after for each in changes}
    attempts = sorted({each.row.attempt_id for each in changes})
    found: list[ResultChange] = []
    for at in range(0, len(attempts), _AT_ONCE):
        found += _results_of(session, attempts[at : at + _AT_ONCE], after, writing=writing)
    return tuple(found)


def _results_of(
    session: Session, attempts: Sequence[uuid.UUID], after: Mapping[int, Verdict], *, writing: bool
) -> list[ResultChange]:
    query = (
        select(ExamResult, QuizAttempt.content_hash)
        .join(QuizAttempt, QuizAttempt.id == ExamResult.attempt_id)
        .where(ExamResult.attempt_id.in_(attempts))
        .order_by(ExamResult.receipt)
        .execution_options(**EVERYWHERE, populate_existing=writing)
    )
    rows = session.execute(query.with_for_update(of=ExamResult) if writing else query).all()
    quizzes = progress.pinned_all(session, {content_hash for _result, content_hash in rows})
    answers: dict[uuid.UUID, list[Verdict]] = {}
    given = select(Answer).where(Answer.attempt_id.in_(attempts)).execution_options(**EVERYWHERE)
    for answer in session.scalars(given):
        kept = Verdict(answer.correct, answer.credit_percent, answer.red_line)
        answers.setdefault(answer.attempt_id, []).append(after.get(answer.receipt, kept))
    changes = []
    for result, content_hash in rows:
        quiz = quizzes[content_hash]
        if isinstance(quiz, Quiz):
            before = Outcome(result.percent, result.red_lines)
            worth = _worth(quiz, answers.get(result.attempt_id, []))
            changes += [ResultChange(result, quiz, before, worth)] if worth != before else []
    return changes


def _worth(quiz: Quiz, verdicts: Sequence[Verdict]) -> Outcome:
    earned = [each.credit_percent or 0 for each in verdicts]
    return exams.outcome(len(quiz.questions), earned, sum(each.red_line for each in verdicts))


def apply(session: Session, quiz: Quiz, previewed: str, decision: Decision, now: datetime) -> Regrading:
    """Judge again, keep what everything was worth, and record who decided it and why; the same decision counts once.

    `previewed` is the content hash that the person confirming saw: another raises `ChangedSincePreview`. Raises
    `NothingToRegrade` when no answer is waiting.
    """
    done = session.scalar(select(Regrading).where(Regrading.key == decision.key))
    if done is not None:
        return done
    if previewed != quiz.content_hash:
        raise ChangedSincePreview
    planned = plan(session, quiz, writing=True)
    if not planned.answers:
        raise NothingToRegrade
    progress.pin(session, quiz, now)
    regrading = Regrading(
        id=uuid.uuid4(),
        key=decision.key,
        quiz_id=quiz.id,
        content_hash=quiz.content_hash,
        from_hashes=list(planned.from_hashes),
        why=decision.why,
        decided_by_id=decision.by_id,
        decided_by=decision.by,
        decided_at=now,
        answers=len(planned.answers),
        changed=planned.changed,
        attempts_changed=planned.attempts_changed,
        now_passed=planned.rises,
        now_below=planned.falls,
    )
    session.add(regrading)
    session.flush()
    for answer in planned.answers:
        _rejudge(answer, regrading)
    risen = [each for each in planned.results if rules.is_rise(each.row.passed, each.after)]
    for result in planned.results:
        _revalue(result, regrading)
    session.flush()
    _finish(session, risen, now)
    return regrading


def _rejudge(change: AnswerChange, regrading: Regrading) -> None:
    row = change.row
    earlier = EarlierVerdict(
        question_hash=row.question_hash,
        correct=row.correct,
        credit_percent=row.credit_percent,
        red_line=row.red_line,
        until=regrading.decided_at.isoformat(),
    )
    row.judged_before = [*(row.judged_before or []), earlier]
    row.question_hash, row.regrading_id = wording_hash(change.question), regrading.id
    row.correct, row.credit_percent = change.after.correct, change.after.credit_percent
    row.red_line = change.after.red_line


def _revalue(change: ResultChange, regrading: Regrading) -> None:
    row = change.row
    earlier = EarlierResult(
        percent=row.percent, red_lines=row.red_lines, passed=row.passed, until=regrading.decided_at.isoformat()
    )
    row.worth_before = [*(row.worth_before or []), earlier]
    row.regrading_id = regrading.id
    row.percent, row.red_lines = change.after.percent, change.after.red_lines
    row.passed = rules.passed_after(row.passed, change.after)


def _finish(session: Session, risen: Sequence[ResultChange], now: datetime) -> None:
    """Tell progress, for each learner whose test is now passed, what sending a passed test tells it."""
    for at in range(0, len(risen), _AT_ONCE):
        some = risen[at : at + _AT_ONCE]
        people = select(User).where(User.id.in_({each.row.learner_id for each in some}))
        users = {user.id: user for user in session.scalars(people.execution_options(**EVERYWHERE))}
        for each in some:
            learner = actor_of(users[each.row.learner_id], uuid.UUID(int=0))  # nobody's browser: no session
            progress.tell_exam(session, learner, each.quiz, told(each.row, each.quiz.content_hash, now))
            progress.finish(session, learner, each.quiz, now, key=f"fin-{each.row.attempt_id}")


def history(session: Session, quiz_id: str) -> Sequence[Regrading]:
    """Return the regradings of a quiz, the latest first."""
    return session.scalars(
        select(Regrading).where(Regrading.quiz_id == quiz_id).order_by(Regrading.decided_at.desc())
    ).all()
