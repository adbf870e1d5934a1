"""What the screens of a test show: frozen pages, by allow-list.

Before a test is sent no page tells right from wrong (security.md S15). After it, a test that was not passed tells what
to review and no answer: the key of a question that may be asked again stays unseen (S21). A passed one tells all.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from course_app.core.french import clock_time, weekday_date
from course_app.library.model import Lesson, Question, Quiz
from course_app.quizzes.asking import Asking, asking
from course_app.quizzes.exam import rules
from course_app.quizzes.exam.models import ExamResult
from course_app.quizzes.exam.rules import State
from course_app.quizzes.exam.service import Sitting, Standing
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.kinds.keys import expected, right_answer
from course_app.quizzes.models import Answer
from course_app.quizzes.pages import NOTHING, Regraded, regradings


@dataclass(frozen=True)
class IntroPage:
    """The first screen of a test: what it asks, its rules, where one stands."""

    quiz: Quiz
    total: int
    objectives: tuple[str, ...]
    pass_percent: str
    open_days: int
    state: State
    attempt_id: uuid.UUID | None
    result_id: uuid.UUID | None
    due: str
    next_on: str


@dataclass(frozen=True)
class QuestionPage:
    """One question of a test under way, and the answer kept so far."""

    attempt_id: uuid.UUID
    title: str
    number: int
    total: int
    situation: Markup
    facts: tuple[tuple[str, str], ...]
    transcript: tuple[tuple[str, str], ...]
    prompt: str
    asking: Asking
    revision: int
    saved: str
    due: str
    kept: tuple[str, ...]
    offered: tuple[str, ...]


@dataclass(frozen=True)
class ReviewRow:
    """One question on the page that is read before sending."""

    number: int
    prompt: str
    given: tuple[str, ...]


@dataclass(frozen=True)
class ReviewPage:
    """« Vérifiez vos réponses »: everything answered, everything left blank."""

    attempt_id: uuid.UUID
    title: str
    rows: tuple[ReviewRow, ...]
    blanks: int
    due: str
    is_overdue: bool


@dataclass(frozen=True)
class Aim:
    """One objective of a test: how much of it was right, in whole percent, and the lessons that teach it."""

    objective: str
    percent: int
    lessons: tuple[tuple[str, str], ...]

    @property
    def is_met(self) -> bool:
        """Whether it needs no review."""
        return self.percent >= rules.PASS_PERCENT


@dataclass(frozen=True)
class Corrected:
    """One question of a passed test, with what was expected and the rule."""

    number: int
    prompt: str
    given: tuple[str, ...]
    expected: tuple[str, ...]
    correct: bool
    rule: str


@dataclass(frozen=True)
class ResultPage:
    """The result of a sent test; `corrected` is empty unless it was passed."""

    title: str
    quiz_id: str
    receipt: int
    sent: str
    percent: str
    pass_percent: str
    passed: bool
    red_lines: int
    is_late: bool
    met: tuple[Aim, ...]
    to_review: tuple[Aim, ...]
    corrected: tuple[Corrected, ...]
    next_on: str
    regradings: tuple[Regraded, ...]
    percent_before: str
    """What the learner was told when the test was sent; empty when it was not judged again."""
    is_kept: bool
    """Whether it stays passed although judged again under what passes."""


def moment(at: datetime, timezone: str) -> str:
    """Return « mardi 8 décembre à 9 h 00 », where the learner lives."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{weekday_date(local.date())} à {clock_time(local)}"


def _percents(value: int) -> str:
    return f"{value}\u00a0%"


def _day(day: date | None) -> str:
    return weekday_date(day) if day else ""


def intro_page(test: Quiz, standing: Standing, timezone: str) -> IntroPage:
    """Build the first screen of a test."""
    attempt = standing.attempt
    return IntroPage(
        quiz=test,
        total=sum(each.count for each in test.draw),
        objectives=tuple(each.objective for each in test.draw),
        pass_percent=_percents(rules.PASS_PERCENT),
        open_days=rules.OPEN_FOR.days,
        state=standing.state,
        attempt_id=attempt.id if attempt else None,
        result_id=standing.result.attempt_id if standing.result else None,
        due=moment(attempt.due_at, timezone) if attempt and attempt.due_at else "",
        next_on=_day(standing.next_on),
    )


def question_page(
    sitting: Sitting,
    number: int,
    timezone: str,
    *,
    given: Response = NOTHING,
    offered: Response | None = None,
) -> QuestionPage:
    """Build a question; `given` shows again what could not be accepted, `offered` what another tab would replace."""
    question = sitting.question(number)
    draft = sitting.drafts.get(question.id)
    shown = offered or (given if given != NOTHING else draft.response if draft else NOTHING)
    return QuestionPage(
        attempt_id=sitting.row.id,
        title=sitting.quiz.title,
        number=number,
        total=len(sitting.quiz.questions),
        situation=Markup(question.situation),  # noqa: S704 - the library sanitises what it renders
        facts=tuple((fact.label, fact.value) for fact in question.facts),
        transcript=tuple((line.who, line.text) for line in question.transcript),
        prompt=question.prompt,
        asking=asking(question, shown),
        revision=draft.revision if draft else 0,
        saved=moment(draft.saved_at, timezone) if draft else "",
        due=moment(sitting.due_at, timezone),
        kept=judging.words(question, draft.response) if draft and offered else (),
        offered=judging.words(question, offered) if offered else (),
    )


def review_page(sitting: Sitting, timezone: str, now: datetime) -> ReviewPage:
    """Build the page read before sending."""
    rows = tuple(
        ReviewRow(number, question.prompt, _given(sitting, question))
        for number, question in enumerate(sitting.quiz.questions, 1)
    )
    return ReviewPage(
        attempt_id=sitting.row.id,
        title=sitting.quiz.title,
        rows=rows,
        blanks=sum(not row.given for row in rows),
        due=moment(sitting.due_at, timezone),
        is_overdue=rules.is_over(sitting.due_at, now),
    )


def _given(sitting: Sitting, question: Question) -> tuple[str, ...]:
    draft = sitting.drafts.get(question.id)
    return judging.words(question, draft.response) if draft else ()


def result_page(
    sitting: Sitting,
    result: ExamResult,
    answers: Mapping[str, Answer],
    lessons: Mapping[str, Sequence[Lesson]],
    standing: Standing,
    timezone: str,
) -> ResultPage:
    """Build the result; `lessons` are those that teach each objective.

    Once its answers were forgotten for their age, a result tells its score and date only: nothing is said to be at 0 %.
    """
    aims = _aims(sitting.quiz, answers, lessons) if answers else ()
    return ResultPage(
        title=sitting.quiz.title,
        quiz_id=sitting.quiz.id,
        receipt=result.receipt,
        sent=moment(result.sent_at, timezone),
        percent=_percents(result.percent),
        pass_percent=_percents(rules.PASS_PERCENT),
        passed=result.passed,
        red_lines=result.red_lines,
        is_late=result.is_late,
        met=tuple(aim for aim in aims if aim.is_met),
        to_review=tuple(aim for aim in aims if not aim.is_met),
        corrected=_corrected(sitting, answers) if result.passed and answers else (),
        next_on=_day(standing.next_on),
        regradings=regradings(sitting.corrections.values(), timezone),
        percent_before=_percents(result.worth_before[0]["percent"]) if result.worth_before else "",
        is_kept=result.passed and not rules.Outcome(result.percent, result.red_lines).passed,
    )


def _aims(quiz: Quiz, answers: Mapping[str, Answer], lessons: Mapping[str, Sequence[Lesson]]) -> tuple[Aim, ...]:
    objectives = dict.fromkeys(question.objective for question in quiz.questions if question.objective)
    return tuple(
        Aim(each, _percent(quiz, answers, each), tuple((one.id, one.title) for one in lessons.get(each, ())))
        for each in objectives
    )


def _percent(quiz: Quiz, answers: Mapping[str, Answer], objective: str) -> int:
    asked = [question.id for question in quiz.questions if question.objective == objective]
    earned = sum(answers[each].credit_percent or 0 for each in asked if each in answers)
    return earned // len(asked)


def _corrected(sitting: Sitting, answers: Mapping[str, Answer]) -> tuple[Corrected, ...]:
    corrections = sitting.corrections
    return tuple(
        _correction(
            number,
            corrections[question.id].question if question.id in corrections else question,
            answers.get(question.id),
        )
        for number, question in enumerate(sitting.quiz.questions, 1)
    )


def _correction(number: int, question: Question, answer: Answer | None) -> Corrected:
    response = answer.response if answer else judging.parse(question, right_answer(question))
    feedback = judging.explain(question, response).spoken[0].feedback
    correct = answer is not None and bool(answer.correct)
    return Corrected(
        number=number,
        prompt=question.prompt,
        given=judging.words(question, response) if answer else (),
        expected=() if correct else expected(question),
        correct=correct,
        rule=feedback.rule if feedback else "",
    )
