"""What all kinds of question share: an answer, its grade, its parts as judged. Values only, no rule."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction
from typing import Any

from course_app.core.errors import Invalid
from course_app.library.model import Feedback

MOST_CHOSEN = 64
"""More values than any question offers: beyond, nothing is even compared."""

ELSEWHERE = "Choisissez parmi les réponses proposées, une seule fois chacune."


@dataclass(frozen=True)
class Response:
    """An answer as sent, or as kept: ids chosen (in the order that means something), text typed."""

    chosen: tuple[str, ...] = ()
    typed: str = ""


NOTHING, WHOLE = Fraction(0), Fraction(1)
"""The credit of an answer that is right or not, nothing between."""


class Mark(Enum):
    """What a part of an answer turns out to be; a criterion is ticked or not, neither right nor wrong."""

    CHOSEN_RIGHT = auto()
    CHOSEN_WRONG = auto()
    MISSED = auto()
    LEFT = auto()
    TICKED = auto()
    UNTICKED = auto()


@dataclass(frozen=True)
class Grade:
    """Verdict on one answer.

    `correct`: nothing missed and nothing wrong; None for what is never marked. `credit`: share of the answer that
    is right, from 0 to 1, by the rule each kind states; None like `correct`. `missed` and `wrong`: ids of parts, in
    the question's order. `red_line`: the answer crosses a line the trade never crosses (threat, harassment,
    disclosure to a third party).
    """

    correct: bool | None
    credit: Fraction | None
    missed: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    red_line: bool = False

    @property
    def percent(self) -> int | None:
        """The credit in whole percent, rounded down; None for what is never marked."""
        return None if self.credit is None else 100 * self.credit.numerator // self.credit.denominator


@dataclass(frozen=True)
class Part:
    """One part of an answer as judged: in words, with its mark, what was expected instead, and its feedback."""

    text: str
    mark: Mark
    feedback: Feedback | None = None
    red_line: bool = False
    expected: str = ""


@dataclass(frozen=True)
class Explained:
    """An answer explained.

    `parts`: everything shown, in order. `spoken`: what is read out at once, most useful first. `others`: what the
    rest would have led to. `model`: a text to compare with, where one was written.
    """

    parts: tuple[Part, ...]
    spoken: tuple[Part, ...] = ()
    others: tuple[Part, ...] = ()
    model: str = ""


@dataclass(frozen=True)
class Kind:
    """What a kind of question can do.

    `parse` returns the answer in its kept form and raises `Invalid` for what cannot be accepted; `grade` judges a
    parsed answer; `explain` says why; `words` tells the answer in French, one line per part.
    """

    parse: Callable[[Any, Response], Response]
    grade: Callable[[Any, Response], Grade]
    explain: Callable[[Any, Response], Explained]
    words: Callable[[Any, Response], tuple[str, ...]]


def refuse_strangers(chosen: tuple[str, ...], known: tuple[str, ...]) -> None:
    """Raise `Invalid` unless every id is known and comes once."""
    if len(chosen) > MOST_CHOSEN or len(set(chosen)) != len(chosen) or not set(chosen) <= set(known):
        raise Invalid(ELSEWHERE, code="option-inconnue")
