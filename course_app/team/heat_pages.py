"""What the team's briefing shows, in words of the content: the mistake, the rule, the lesson. No figure of anybody."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from course_app.clearance.rules import paris_day
from course_app.core.french import long_date, typeset
from course_app.library.calls import Call
from course_app.library.catalog import Catalog
from course_app.library.model import Option, Question
from course_app.team import call_words
from course_app.team.heat_service import Topic


class Told(Protocol):
    """A costly kind of decision in words, as the room of exercises tells it."""

    @property
    def title(self) -> str:
        """What the decision is about."""

    @property
    def case(self) -> str:
        """A case to read aloud."""

    @property
    def chosen(self) -> str:
        """What tempts."""

    @property
    def why(self) -> str:
        """What it costs."""

    @property
    def rule(self) -> str:
        """The rule to keep."""

    @property
    def lesson_id(self) -> str:
        """The lesson that teaches it."""


InWords = Callable[[str, str, Catalog], Told | None]
"""Words of a costly kind of decision, by exercise and kind; None when it is no longer published."""


@dataclass(frozen=True)
class Mistake:
    """One mistake of more than half a group: what was asked, what was chosen, why it costs, the rule, the lesson.

    `is_decision` tells a costly kind of decision (a call, the bureau des relances) from a wrong option of a question.
    """

    topic_id: uuid.UUID
    team: str
    people: int
    on: str
    source: str
    situation: str
    question: str
    chosen: str
    why: str
    rule: str
    answer: str
    lesson_id: str
    lesson: str
    is_decision: bool


@dataclass(frozen=True)
class Briefing:
    """Everything that was published of the teams a manager sees, what most people were asked first."""

    mistakes: tuple[Mistake, ...]

    @property
    def first(self) -> Mistake | None:
        """What to take up first; None before anything is published."""
        return self.mistakes[0] if self.mistakes else None

    @property
    def answers(self) -> tuple[Mistake, ...]:
        """Wrong options of questions."""
        return tuple(one for one in self.mistakes if not one.is_decision)

    @property
    def decisions(self) -> tuple[Mistake, ...]:
        """Costly kinds of decision, of calls and of the bureau des relances."""
        return tuple(one for one in self.mistakes if one.is_decision)


def mistake(topic: Topic, team: str, catalog: Catalog, in_words: InWords) -> Mistake | None:
    """Return a mistake in words; None when its question, call or exercise is no longer published."""
    kind, _slash, rest = topic.subject.partition("/")
    name, _slash, question_id = rest.partition("/")
    if kind == "quiz":
        found = _of_question(name, question_id, topic.option, catalog)
    elif kind == "exercise":
        found = _of_exercise(name, catalog, in_words(name, topic.option, catalog))
    else:
        found = _of_call(name, topic.option, catalog)
    if found is None:
        return None
    lesson = catalog.lessons.get(found.pop("lesson_id"))
    return Mistake(
        topic_id=topic.id,
        team=team,
        people=topic.people,
        on=long_date(paris_day(topic.frozen_at)),
        lesson_id=lesson.id if lesson else "",
        lesson=lesson.title if lesson else "",
        is_decision=kind != "quiz",
        **found,
    )


def _of_question(quiz_id: str, question_id: str, option_id: str, catalog: Catalog) -> dict[str, str] | None:
    quiz = catalog.quizzes.get(quiz_id)
    question = next((one for one in quiz.questions if one.id == question_id), None) if quiz else None
    option = _option(question, option_id) if question else None
    if quiz is None or question is None or option is None:
        return None
    right = next((one.text for one in getattr(question, "options", ()) if one.correct), "")
    feedback = option.feedback
    return {
        "source": quiz.title,
        "situation": question.situation,
        "question": question.prompt,
        "chosen": option.text,
        "why": f"{feedback.consequence} {feedback.reason}" if feedback else "",
        "rule": feedback.rule if feedback else "",
        "answer": right,
        "lesson_id": quiz.lesson or "",
    }


def _option(question: Question, option_id: str) -> Option | None:
    return next((one for one in getattr(question, "options", ()) if one.id == option_id), None)


def _of_call(call_id: str, remark: str, catalog: Catalog) -> dict[str, str] | None:
    call = catalog.calls.get(call_id)
    comment = _comment(call, remark) if call else ""
    if call is None or not comment:
        return None
    cost, rule = call_words.cost_and_rule(comment)
    return {
        "source": call.title,
        "situation": call.summary,
        "question": call.aim,
        "chosen": typeset(call_words.ACTS[remark]),
        "why": cost,
        "rule": rule or " ".join(call.rules),
        "answer": "",
        "lesson_id": call.lesson or "",
    }


def _of_exercise(exercise_id: str, catalog: Catalog, told: Told | None) -> dict[str, str] | None:
    exercise = catalog.exercises.get(exercise_id)
    if exercise is None or told is None:
        return None
    return {
        "source": exercise.title,
        "situation": told.case,
        "question": told.title,
        "chosen": told.chosen,
        "why": told.why,
        "rule": told.rule,
        "answer": "",
        "lesson_id": told.lesson_id,
    }


def _comment(call: Call, remark: str) -> str:
    return getattr(call.comments, remark, None) or getattr(call.phrasebook.comments, remark, None) or ""
