"""Which answers a corrected question may judge again, and what that changes.

Pure. An answer is judged again only when everything its learner saw before answering is the same today: then the key
alone was corrected. Whoever read another statement, or chose among other things, answered another question.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from course_app.library.model import Question
from course_app.quizzes.exam.rules import Outcome
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.answers import Response

_KEY = frozenset(
    {"correct", "red_line", "feedback", "rank", "group", "expected", "tolerance", "mistakes", "accepted", "faulty"}
    | {"missing", "right", "otherwise", "reason", "objective", "sources"}
)
"""Fields no learner sees before answering: the key, explanations, what authors classify by. Any other field was seen."""
_UNORDERED = ("options", "steps", "things", "groups", "documents")
"""Lists whose order says nothing: shuffling them does not make another question."""
_STATEMENT = ("situation", "facts", "transcript", "prompt")


class Likeness(Enum):
    """How an answered wording compares with today's question, as its learner saw it."""

    SAME = auto()
    REWORDED = auto()
    """The statement reads otherwise."""
    OTHER_CHOICES = auto()
    """What could be answered is not the same: something was added, removed or rewritten."""
    GONE = auto()
    """The question is no longer asked."""
    NEVER_MARKED = auto()


def likeness(before: Question, after: Question | None) -> Likeness:
    """Compare an answered wording with today's question (None: there is none)."""
    if after is None:
        return Likeness.GONE
    if not judging.is_marked(after) or not judging.is_marked(before):
        return Likeness.NEVER_MARKED
    seen, shown = _seen(before), _seen(after)
    if seen == shown:
        return Likeness.SAME
    same_choices = all(seen.get(name) == shown.get(name) for name in (seen | shown).keys() - set(_STATEMENT))
    return Likeness.REWORDED if same_choices else Likeness.OTHER_CHOICES


def _seen(question: Question) -> dict[str, Any]:
    values: dict[str, Any] = _without_key(question.model_dump(mode="json", exclude={"id"}))
    return values | {name: sorted(values[name], key=lambda each: each["id"]) for name in _UNORDERED if name in values}


def _without_key(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_key(each) for name, each in value.items() if name not in _KEY}
    return [_without_key(each) for each in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Verdict:
    """What an answer is worth: right or not, whole percent of credit, red line crossed."""

    correct: bool | None
    credit_percent: int | None
    red_line: bool


def verdict(question: Question, response: Response) -> Verdict:
    """Judge a kept answer by a question that offered the same choices."""
    grade = judging.grade(question, response)
    return Verdict(grade.correct, grade.percent, grade.red_line)


@dataclass(frozen=True)
class Group:
    """Answers to one wording of one question: how it compares with today's, their verdicts before and after.

    `verdicts` is empty unless the wording is the same.
    """

    question_id: str
    prompt: str
    likeness: Likeness
    answers: int
    verdicts: tuple[tuple[Verdict, Verdict], ...] = ()

    @property
    def changed(self) -> int:
        """How many answers are no longer worth the same."""
        return sum(before != after for before, after in self.verdicts)

    @property
    def right(self) -> tuple[int, int]:
        """How many are right, before and after."""
        return sum(bool(before.correct) for before, _ in self.verdicts), sum(
            bool(after.correct) for _, after in self.verdicts
        )

    @property
    def gaining(self) -> int:
        """How many earn more than before."""
        return sum(_credit(after) > _credit(before) for before, after in self.verdicts)

    @property
    def losing(self) -> int:
        """How many earn less than before."""
        return sum(_credit(after) < _credit(before) for before, after in self.verdicts)

    @property
    def red_lines(self) -> tuple[int, int]:
        """How many cross a red line, before and after."""
        return sum(before.red_line for before, _ in self.verdicts), sum(after.red_line for _, after in self.verdicts)


def _credit(verdict: Verdict) -> int:
    return verdict.credit_percent or 0


def passed_after(passed: bool, now: Outcome) -> bool:
    """Whether a test counts as passed once judged again: a success that was told is never taken back.

    The mistake was ours; a certificate is dated of its achievement and does not change (evidence.md §2, rule 5).
    """
    return passed or now.passed


def is_rise(passed: bool, now: Outcome) -> bool:
    """Whether a test that was not passed becomes passed."""
    return now.passed and not passed


def is_fall(passed: bool, now: Outcome) -> bool:
    """Whether a test that was passed would no longer be."""
    return passed and not now.passed


def changed(groups: Iterable[Group]) -> int:
    """How many answers are no longer worth the same, all questions together."""
    return sum(group.changed for group in groups)


def merged(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Return one group per question and likeness, in the order given: several older wordings read as one line."""
    found: dict[tuple[str, Likeness], Group] = {}
    for group in groups:
        key = (group.question_id, group.likeness)
        known = found.get(key)
        found[key] = (
            Group(
                *key[:1], group.prompt, group.likeness, known.answers + group.answers, known.verdicts + group.verdicts
            )
            if known
            else group
        )
    return tuple(found.values())
