"""What each quiz screen shows: frozen pages built from an attempt, by allow-list.

Makes no query and knows no request. A page about a question that is not answered holds its wording and nothing that
tells options apart (security.md S15): correctness and feedback enter a page only with the learner's answer.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from markupsafe import Markup

from course_app.core.french import clock_time, weekday_date
from course_app.library.model import Question, Quiz
from course_app.library.questions import Reason
from course_app.quizzes import rules
from course_app.quizzes.asking import Asking, Choice, asking
from course_app.quizzes.kinds import judging, selection
from course_app.quizzes.kinds.answers import Explained, Response
from course_app.quizzes.kinds.keys import expected, right_answer
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.quizzes.rules import Certainty, Judgement, Score
from course_app.quizzes.service import Attempt, Correction, Submission

NOTHING = Response()
YOU = "Vous"
"""How content names the learner in a transcript."""


@dataclass(frozen=True)
class Line:
    """One line of a call: said by `who`, or told (nobody, sanitised HTML).

    `rewound` when it replaces what the learner said; `newest` where the current turn begins.
    """

    who: str
    text: str | Markup
    rewound: bool = False
    newest: bool = False

    @property
    def mine(self) -> bool:
        """Whether the learner speaks."""
        return self.who == YOU


@dataclass(frozen=True)
class Verdict:
    """The feedback sheet: each part as judged, what is said at once, what the rest would have led to, the receipt.

    `correct` is None for what is never marked; `almost` when part of the answer is right.
    """

    correct: bool | None
    almost: bool
    red_line: bool
    explained: Explained
    judgement: Judgement | None
    receipt: int
    answered_at: str


@dataclass(frozen=True)
class Regraded:
    """What a regrading changed: the day, why in the author's words, how many answers."""

    on: str
    why: str
    answers: int = 1


@dataclass(frozen=True)
class Conflict:
    """Two answers to one question: the one that is kept and the one that came too late."""

    kept: tuple[str, ...]
    kept_certainty: Certainty | None
    offered: tuple[str, ...]
    offered_certainty: Certainty | None


@dataclass(frozen=True)
class ReasonPage:
    """« La raison ? » of an answered question: to choose, or chosen and explained (`parts`)."""

    prompt: str
    choices: tuple[Choice, ...]
    given: Explained | None


@dataclass(frozen=True)
class IntroPage:
    """The first screen of a quiz: what it is, how long, where to resume."""

    quiz: Quiz
    total: int
    is_call: bool
    open_attempt: uuid.UUID | None
    open_on_older_version: bool
    last_finished: uuid.UUID | None


@dataclass(frozen=True)
class QuestionPage:
    """One question, before or after its answer; `verdict` and `conflict` exist only after."""

    attempt_id: uuid.UUID
    quiz_id: str
    quiz_title: str
    is_call: bool
    number: int
    total: int
    question_id: str
    situation: Markup
    facts: tuple[tuple[str, str], ...]
    transcript: tuple[Line, ...]
    prompt: str
    asking: Asking
    certainty: str
    verdict: Verdict | None
    regraded: Regraded | None
    reason: ReasonPage | None
    conflict: Conflict | None
    leads_to_summary: bool
    is_closed: bool


@dataclass(frozen=True)
class SummaryRow:
    """One question of a finished attempt, answered or not; `correct` is None for what is never marked.

    `expected` tells what was expected of an answer that was not right, or the model of a text; empty otherwise.
    """

    number: int
    prompt: str
    is_answered: bool
    chosen: tuple[str, ...]
    expected: tuple[str, ...]
    correct: bool | None
    certainty: Certainty | None
    judgement: Judgement | None
    red_line: bool
    rule: str
    regraded: bool = False


@dataclass(frozen=True)
class SummaryPage:
    """The end of an attempt: score, each question, red lines apart, what comes next."""

    attempt_id: uuid.UUID
    quiz_id: str
    quiz_title: str
    is_call: bool
    attempt_number: int
    score: Score
    hung_up: bool
    rows: tuple[SummaryRow, ...]
    red_lines: tuple[SummaryRow, ...]
    sure_and_wrong: int
    regradings: tuple[Regraded, ...]


def intro_page(quiz: Quiz, attempts: Sequence[QuizAttempt]) -> IntroPage:
    """Build the first screen from today's quiz and the learner's attempts, oldest first."""
    open_attempt = next((attempt for attempt in reversed(attempts) if attempt.finished_at is None), None)
    finished = next((attempt for attempt in reversed(attempts) if attempt.finished_at is not None), None)
    return IntroPage(
        quiz=quiz,
        total=len(quiz.questions),
        is_call=is_call(quiz),
        open_attempt=open_attempt.id if open_attempt else None,
        open_on_older_version=open_attempt is not None and open_attempt.content_hash != quiz.content_hash,
        last_finished=finished.id if finished else None,
    )


def question_page(
    attempt: Attempt,
    number: int,
    timezone: str,
    *,
    given: Response = NOTHING,
    certainty: str = "",
    offered: Submission | None = None,
) -> QuestionPage:
    """Build the screen of a question within reach.

    `given` and `certainty` show again what was sent when it could not be accepted; an answered question
    shows its answer instead. `offered` is a second answer that was refused. Raises as `Attempt.question`.
    """
    question = attempt.question(number)
    answer, correction = attempt.answers.get(question.id), attempt.corrections.get(question.id)
    return QuestionPage(
        attempt_id=attempt.row.id,
        quiz_id=attempt.quiz.id,
        quiz_title=attempt.quiz.title,
        is_call=is_call(attempt.quiz),
        number=number,
        total=len(attempt.quiz.questions),
        question_id=question.id,
        situation=_html(question.situation),
        facts=tuple((fact.label, fact.value) for fact in question.facts),
        transcript=_transcript(attempt, number),
        prompt=question.prompt,
        asking=asking(question, answer.response if answer else given),
        certainty=(answer.certainty or "") if answer else certainty,
        verdict=_verdict(attempt.judged_by(question), answer, timezone) if answer else None,
        regraded=next(iter(regradings([correction], timezone))) if correction else None,
        reason=_reason(question.reason, answer) if answer and question.reason else None,
        conflict=_conflict(question, answer, offered) if answer and offered else None,
        leads_to_summary=number == len(attempt.quiz.questions)
        or (attempt.is_finished and number >= len(attempt.answers)),
        is_closed=attempt.is_finished,
    )


def is_call(quiz: Quiz) -> bool:
    """Whether the questions are the turns of a phone call."""
    return str(quiz.kind_of_quiz) == "trial"


def _transcript(attempt: Attempt, number: int) -> tuple[Line, ...]:
    """Return what is heard at question `number`; a call gives all its turns so far, and none of the later ones."""
    asked = attempt.quiz.questions[number - 1]
    if not is_call(attempt.quiz):
        return _heard(asked)
    lines: list[Line] = []
    for before, question in zip((None, *attempt.quiz.questions), attempt.quiz.questions[:number], strict=False):
        lines += _turn(before, question, attempt, newest=question is asked)
        lines += _said(question, attempt)
    return tuple(lines)


def _heard(question: Question) -> tuple[Line, ...]:
    return tuple(Line(line.who, line.text) for line in question.transcript)


def _said(question: Question, attempt: Attempt) -> tuple[Line, ...]:
    answer = attempt.answers.get(question.id)
    return tuple(Line(YOU, text) for text in judging.words(question, answer.response)) if answer else ()


def _turn(before: Question | None, question: Question, attempt: Attempt, *, newest: bool) -> tuple[Line, ...]:
    """Tell a turn, joined to what the learner said before it: the call goes on from the right reply.

    Content may open a turn by repeating that reply. After a right answer it is not said twice; after another
    one, the call is rewound and says it.
    """
    told = Line("", _html(question.situation), newest=newest)
    heard = _heard(question)
    if before is None:
        return (told, *heard)
    opening = tuple(takewhile(lambda line: line.mine, heard))
    rest = heard[len(opening) :]
    answer = attempt.answers.get(before.id)
    if answer is None or answer.correct:
        return (told, *rest)
    right = opening or tuple(Line(YOU, text) for text in judging.words(before, right_answer(attempt.judged_by(before))))
    return (*(replace(line, rewound=True) for line in right), told, *rest)


def _html(sanitised: str) -> Markup:
    return Markup(sanitised)  # noqa: S704 - the library sanitises what it renders


def _verdict(question: Question, answer: Answer, timezone: str) -> Verdict:
    grade = judging.grade(question, answer.response)
    return Verdict(
        correct=grade.correct,
        almost=bool(grade.credit),
        red_line=grade.red_line,
        explained=judging.explain(question, answer.response),
        judgement=_judgement(answer),
        receipt=answer.receipt,
        answered_at=_local_time(answer.answered_at, timezone),
    )


def _judgement(answer: Answer) -> Judgement | None:
    if answer.certainty is None or answer.correct is None:
        return None
    return rules.judgement(answer.certainty, answer.correct)


def _reason(asked: Reason, answer: Answer) -> ReasonPage:
    choices = tuple(Choice(option.id, option.text, option.id == answer.reason) for option in asked.options)
    return ReasonPage(asked.prompt, choices, selection.explain_reason(asked, answer.reason) if answer.reason else None)


def _conflict(question: Question, answer: Answer, offered: Submission) -> Conflict:
    return Conflict(
        kept=judging.words(question, answer.response),
        kept_certainty=answer.certainty,
        offered=judging.words(question, offered.response),
        offered_certainty=offered.certainty,
    )


def _local_time(moment: datetime, timezone: str) -> str:
    return clock_time(moment.astimezone(ZoneInfo(timezone)))


def regradings(corrections: Iterable[Correction], timezone: str) -> tuple[Regraded, ...]:
    """Return what was judged again, one line per regrading, the latest first; the day is the learner's."""
    told = Counter((each.at, each.why) for each in corrections)
    return tuple(
        Regraded(weekday_date(at.astimezone(ZoneInfo(timezone)).date()), why, answers)
        for (at, why), answers in sorted(told.items(), reverse=True)
    )


def summary_page(attempt: Attempt, timezone: str) -> SummaryPage:
    """Build the end of an attempt from the answers given; questions never reached stay without verdict."""
    rows = tuple(
        _summary_row(number, attempt.judged_by(question), attempt.answers.get(question.id), attempt.corrections)
        for number, question in enumerate(attempt.quiz.questions, 1)
    )
    results = [(answer.correct, answer.red_line) for answer in attempt.answers.values()]
    return SummaryPage(
        attempt_id=attempt.row.id,
        quiz_id=attempt.quiz.id,
        quiz_title=attempt.quiz.title,
        is_call=is_call(attempt.quiz),
        attempt_number=attempt.row.number,
        score=rules.score(sum(judging.is_marked(question) for question in attempt.quiz.questions), results),
        hung_up=len(results) < len(rows),
        rows=rows,
        red_lines=tuple(row for row in rows if row.red_line),
        sure_and_wrong=sum(row.judgement is Judgement.SURE_AND_WRONG for row in rows),
        regradings=regradings(attempt.corrections.values(), timezone),
    )


def _summary_row(
    number: int, question: Question, answer: Answer | None, corrections: Mapping[str, Correction]
) -> SummaryRow:
    if answer is None:
        return SummaryRow(
            number,
            question.prompt,
            is_answered=False,
            chosen=(),
            expected=(),
            correct=None,
            certainty=None,
            judgement=None,
            red_line=False,
            rule="",
        )
    explained = judging.explain(question, answer.response)
    feedback = explained.spoken[0].feedback if explained.spoken else None
    return SummaryRow(
        number=number,
        prompt=question.prompt,
        is_answered=True,
        chosen=judging.words(question, answer.response),
        expected=() if answer.correct else expected(question),
        correct=answer.correct,
        certainty=answer.certainty,
        judgement=_judgement(answer),
        red_line=answer.red_line,
        rule=feedback.rule if feedback else "",
        regraded=answer.question_id in corrections,
    )
