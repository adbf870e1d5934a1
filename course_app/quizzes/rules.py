"""An attempt: which question comes next, what certainty says, the score.

How one answer is judged belongs to `quizzes.kinds`. Must not know Flask, the database, who answers, nor the words of
the screens. Certainty never changes a score (experience.md §5, statement 44).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Certainty(StrEnum):
    """How sure the learner says they are, before knowing; leaving it blank counts as « je crois »."""

    COIN_FLIP = "pile-ou-face"
    BELIEF = "je-crois"
    SURE = "main-au-feu"


class Judgement(Enum):
    """Certainty against correctness: what the pair says about how well one knows what one knows."""

    SURE_AND_RIGHT = auto()
    SURE_AND_WRONG = auto()
    BELIEVED_AND_RIGHT = auto()
    BELIEVED_AND_WRONG = auto()
    GUESSED_AND_RIGHT = auto()
    GUESSED_AND_WRONG = auto()


_JUDGEMENTS = {
    (Certainty.SURE, True): Judgement.SURE_AND_RIGHT,
    (Certainty.SURE, False): Judgement.SURE_AND_WRONG,
    (Certainty.BELIEF, True): Judgement.BELIEVED_AND_RIGHT,
    (Certainty.BELIEF, False): Judgement.BELIEVED_AND_WRONG,
    (Certainty.COIN_FLIP, True): Judgement.GUESSED_AND_RIGHT,
    (Certainty.COIN_FLIP, False): Judgement.GUESSED_AND_WRONG,
}


@dataclass(frozen=True)
class Score:
    """Where an attempt stands: right answers among those given, out of `total` questions; red lines apart.

    What is never marked counts nowhere.
    """

    right: int
    answered: int
    total: int
    red_lines: int


def judgement(certainty: Certainty | None, correct: bool) -> Judgement:
    """Set certainty against correctness; None (left blank) counts as « je crois »."""
    return _JUDGEMENTS[(certainty or Certainty.BELIEF, correct)]


def reached(question_ids: Sequence[str], answered: Collection[str]) -> int:
    """Return the number (from 1) of the furthest question that may be opened: the first one unanswered.

    When every question is answered, the last one. `question_ids` is never empty.
    """
    for number, question in enumerate(question_ids, 1):
        if question not in answered:
            return number
    return len(question_ids)


def score(total: int, results: Sequence[tuple[bool | None, bool]]) -> Score:
    """Add up an attempt of `total` marked questions from its answers as (correct, red line) pairs.

    Unanswered questions cost nothing; an answer that is never marked (None) is left out.
    """
    marked = [correct for correct, _ in results if correct is not None]
    return Score(sum(marked), len(marked), total, sum(crossed for _, crossed in results))
