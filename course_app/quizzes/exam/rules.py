"""A test: which questions are drawn, when it may be taken, what passes.

Pure: receives catalogue values and plain facts, returns frozen values. Chance comes from the caller.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from course_app.library.model import Question, Quiz, QuizKind
from course_app.quizzes.kinds.judging import is_marked

PASS_PERCENT = 80
"""One constant threshold, with no red line crossed (experience.md §0)."""
OPEN_FOR = timedelta(days=7)
"""How long a test may stay unsent: the server's clock, no countdown on any page."""
GRACE = timedelta(seconds=60)
"""What is accepted after the deadline, and flagged (security.md S20)."""


@dataclass(frozen=True)
class Met:
    """What a learner has met of the questions of a test, as « quiz.question » ids.

    `tested`: the number of the last attempt that asked it. `practised`: answered in a practice quiz.
    """

    tested: Mapping[str, int]
    practised: frozenset[str]


class State(Enum):
    """Where somebody stands with a test."""

    READY = auto()
    OPEN = auto()
    OVERDUE = auto()
    TOMORROW = auto()
    PASSED = auto()


@dataclass(frozen=True)
class Outcome:
    """What an attempt is worth: whole percent, rounded down so that rounding passes nobody; red lines crossed."""

    percent: int
    red_lines: int

    @property
    def passed(self) -> bool:
        """Whether it certifies the path."""
        return self.percent >= PASS_PERCENT and not self.red_lines


def pool(test: Quiz, quizzes: Mapping[str, Quiz]) -> tuple[Question, ...]:
    """Return every question a test may ask, named « quiz.question »: its own first, then those of its pools.

    Texts that are never marked are left out, and so is a quiz that is no longer published.
    """
    sources = [test, *(quizzes[quiz_id] for quiz_id in test.pools if quiz_id in quizzes)]
    wanted = {each.objective for each in test.draw}
    return tuple(
        question.model_copy(update={"id": f"{source.id}.{question.id}"})
        for source in sources
        for question in source.questions
        if question.objective in wanted and is_marked(question)
    )


def drawn(test: Quiz, offered: Sequence[Question], met: Met, chance: random.Random) -> tuple[Question, ...]:
    """Return the questions of one attempt: for each objective, as many as it asks, the freshest first.

    Never asked in a test before those that were, the longest ago first; among equals, never practised before those
    that were; then by chance. When a pool is too small, all of it is asked.
    """
    chosen: list[Question] = []
    for each in test.draw:
        mine = [question for question in offered if question.objective == each.objective]
        chance.shuffle(mine)
        mine.sort(key=lambda question: (met.tested.get(question.id, 0), question.id in met.practised))
        chosen += mine[: each.count]
    return tuple(chosen)


def sealed(test: Quiz, questions: Sequence[Question]) -> Quiz:
    """Return the test as one attempt asks it, under its own content hash."""
    values = test.model_dump(exclude={"content_hash", "questions", "draw", "pools"})
    return Quiz(**values, questions=tuple(questions))


def is_test(quiz: Quiz) -> bool:
    """Whether a quiz certifies a path."""
    return quiz.kind_of_quiz is QuizKind.TEST


def outcome(total: int, earned: Iterable[int], red_lines: int) -> Outcome:
    """Return what an attempt of `total` questions is worth; `earned` in whole percent, nothing for a blank."""
    return Outcome(sum(earned) // total, red_lines)


def next_day(finished_at: datetime, timezone: str) -> date:
    """Return the first day a test may be taken again: the day after it was sent, where the learner lives."""
    return finished_at.astimezone(ZoneInfo(timezone)).date() + timedelta(days=1)


def is_over(due_at: datetime, now: datetime) -> bool:
    """Whether answers come too late, grace included."""
    return now > due_at + GRACE


def state(attempts: Sequence[tuple[datetime | None, datetime, bool]], timezone: str, now: datetime) -> State:
    """Return where somebody stands, from attempts as (finished at, due at, passed), oldest first."""
    if any(passed for _, _, passed in attempts):
        return State.PASSED
    if not attempts:
        return State.READY
    finished_at, due_at, _ = attempts[-1]
    if finished_at is None:
        return State.OVERDUE if is_over(due_at, now) else State.OPEN
    today = now.astimezone(ZoneInfo(timezone)).date()
    return State.TOMORROW if today < next_day(finished_at, timezone) else State.READY
