"""What first answers say of a question: difficulty, discrimination, the error people make, what certainty is worth.

Pure: receives plain values, returns frozen values. Answers to two wordings of a question are never added up.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction

from course_app.quizzes.rules import Certainty

ENOUGH_ANSWERS = 30
"""Under this many first answers nothing is told: too early to judge (experience.md §1, S3)."""
WEAK = 0.20
"""Floor of a discrimination that is worth something: Ebel and Frisbie, Essentials of Educational Measurement (1991), ch. 13."""
HARD, EASY = 30, 95
"""Success, in percent, under which a question looks too hard, and from which it teaches little: design choices."""


@dataclass(frozen=True)
class FirstAnswer:
    """What somebody answered the first time they met a question.

    `attempt` tells answers of one attempt from those of another, and nobody. `wording` names the version of the
    question. `credit`: whole percent of the answer that is right. `mistakes`: each error of the answer, in words.
    """

    attempt: Hashable
    question: str
    wording: str
    credit: int
    correct: bool
    certainty: Certainty | None = None
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Degree:
    """How many people answered with one certainty (None: not said), and how many of them were right."""

    certainty: Certainty | None
    answers: int
    right: int

    @property
    def percent(self) -> int | None:
        """Share of right answers, in whole percent; None when nobody answered with this certainty."""
        return round(100 * self.right / self.answers) if self.answers else None


@dataclass(frozen=True)
class Mistake:
    """The error most people make, in words, and how many make it; `percent` of all who answered."""

    text: str
    people: int
    percent: int


class Concern(Enum):
    """What an author should look at."""

    REVERSED = auto()
    FLAT = auto()
    HARD = auto()
    EASY = auto()


@dataclass(frozen=True)
class Measure:
    """What one wording of a question is worth; but for `answers`, empty while it is too early to judge.

    `success`: the difficulty of classical test theory, the mean credit, in whole percent (100: everybody is right).
    `discrimination`: from -1 to 1 over `compared` answers; None when it cannot be worked out. `degrees`: one per
    certainty, from the surest, then « not said ».
    """

    answers: int
    success: int | None = None
    discrimination: float | None = None
    compared: int = 0
    mistake: Mistake | None = None
    degrees: tuple[Degree, ...] = ()

    @property
    def is_early(self) -> bool:
        """Whether too few people answered to judge."""
        return self.answers < ENOUGH_ANSWERS

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """Return what to look at, most serious first."""
        found = []
        if self.discrimination is not None and self.discrimination < WEAK:
            is_backwards = is_reversed(self.discrimination, self.compared)
            found.append(Concern.REVERSED if is_backwards else Concern.FLAT)
        if self.success is not None and not HARD <= self.success < EASY:
            found.append(Concern.HARD if self.success < HARD else Concern.EASY)
        return tuple(found)


def is_reversed(discrimination: float | None, compared: int) -> bool:
    """Tell whether those who know the rest fail here: a discrimination over `compared` answers that is under zero.

    By more than the standard error of a correlation that is nil, 1/√n: less is chance.
    """
    return discrimination is not None and compared > 0 and discrimination < -(compared**-0.5)


def measured(answers: Sequence[FirstAnswer]) -> Mapping[tuple[str, str], Measure]:
    """Return what each (question, wording) is worth, from the first answers of everybody to all questions of a quiz."""
    rests = _rests(answers)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, answer in enumerate(answers):
        groups[answer.question, answer.wording].append(place)
    return {key: _measure([(answers[each], rests[each]) for each in places]) for key, places in groups.items()}


def _rests(answers: Sequence[FirstAnswer]) -> list[Fraction | None]:
    """Return, for each answer, the mean credit of the other answers of its attempt; None when there is no other."""
    totals: Counter[Hashable] = Counter()
    numbers: Counter[Hashable] = Counter()
    for answer in answers:
        totals[answer.attempt] += answer.credit
        numbers[answer.attempt] += 1
    return [
        Fraction(totals[each.attempt] - each.credit, numbers[each.attempt] - 1) if numbers[each.attempt] > 1 else None
        for each in answers
    ]


def _measure(group: Sequence[tuple[FirstAnswer, Fraction | None]]) -> Measure:
    answers = [answer for answer, _rest in group]
    if len(answers) < ENOUGH_ANSWERS:
        return Measure(len(answers))
    pairs = [(answer.credit, rest) for answer, rest in group if rest is not None]
    return Measure(
        answers=len(answers),
        success=round(Fraction(sum(answer.credit for answer in answers), len(answers))),
        discrimination=discrimination(pairs),
        compared=len(pairs),
        mistake=_most_made(answers),
        degrees=tuple(_degree(certainty, answers) for certainty in (*reversed(Certainty), None)),
    )


def discrimination(pairs: Sequence[tuple[int, Fraction]]) -> float | None:
    """Return how well a question tells those who know the rest from those who do not, from -1 to 1.

    The corrected item-total correlation: Pearson's correlation between the credit of the question and the mean credit
    of the *other* questions of the same attempt (the rest score; for a question that is right or wrong, the corrected
    point-biserial). Leaving the question out of the total is Henrysson's correction (Psychometrika 28, 1963, p. 211):
    in a quiz of five questions, a question would otherwise be compared with itself for a fifth. Preferred to the
    difference between the best and the worst 27 % (Kelley, 1939): at thirty answers that would compare eight people
    with eight, lose the rest, and ignore partly right answers. None under `ENOUGH_ANSWERS` pairs, or when everybody
    earned the same, on the question or elsewhere.
    """
    earned, rests = [credit for credit, _rest in pairs], [rest for _credit, rest in pairs]
    if len(pairs) < ENOUGH_ANSWERS or len(set(earned)) == 1 or len(set(rests)) == 1:
        return None
    found = statistics.correlation(earned, [float(rest) for rest in rests])
    return max(-1.0, min(1.0, found))


def _most_made(answers: Iterable[FirstAnswer]) -> Mistake | None:
    """Return the error most people make; of two as common, the first in alphabetical order."""
    everyone = list(answers)
    made = Counter(text for answer in everyone for text in set(answer.mistakes))
    if not made:
        return None
    text, people = min(made.items(), key=lambda each: (-each[1], each[0]))
    return Mistake(text, people, round(100 * people / len(everyone)))


def _degree(certainty: Certainty | None, answers: Iterable[FirstAnswer]) -> Degree:
    mine = [answer.correct for answer in answers if answer.certainty is certainty]
    return Degree(certainty, len(mine), sum(mine))
