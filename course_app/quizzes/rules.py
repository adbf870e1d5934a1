"""Grading: what an answer is worth, which feedback it calls, which question comes next, the score.

Owns the judgement of one answer and of one attempt. Must not know Flask, the database, who answers, nor the
words of the screens. Certainty never changes a score (experience.md §5, statement 44).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from course_app.core.errors import Invalid
from course_app.library.model import Option, Question


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


class Mark(Enum):
    """What an option turns out to be once the question is answered."""

    CHOSEN_RIGHT = auto()
    CHOSEN_WRONG = auto()
    MISSED = auto()
    LEFT = auto()


@dataclass(frozen=True)
class Grade:
    """Verdict on one answer.

    `correct`: exactly the right options were chosen. `missed`: right options left aside. `wrong`: chosen
    options that are not right. Both in the question's order, possibly empty. `red_line`: a chosen option
    crosses a line the trade never crosses (threat, harassment, disclosure to a third party).
    """

    correct: bool
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    red_line: bool


@dataclass(frozen=True)
class Score:
    """Where an attempt stands: right answers among those given, out of `total` questions; red lines apart."""

    right: int
    answered: int
    total: int
    red_lines: int


def is_several(question: Question) -> bool:
    """Whether more than one option may be chosen."""
    return str(question.type) == "multiple"


def validated(question: Question, chosen: Sequence[str]) -> tuple[str, ...]:
    """Return the chosen option ids in the question's order.

    Raises `Invalid` when nothing is chosen, an id is unknown or repeated, more ids come than there are
    options, or several come for a question with one answer. The codes tell these cases apart.
    """
    known = [option.id for option in question.options]
    if not chosen:
        raise Invalid(
            "Choisissez une réponse, puis validez."
            if not is_several(question)
            else "Choisissez au moins une réponse, puis validez.",
            code="reponse-vide",
        )
    if len(chosen) > len(known) or len(set(chosen)) != len(chosen) or not set(chosen) <= set(known):
        raise Invalid("Choisissez parmi les réponses proposées, une seule fois chacune.", code="option-inconnue")
    if len(chosen) > 1 and not is_several(question):
        raise Invalid("Choisissez une seule réponse.", code="une-seule-reponse")
    return tuple(option for option in known if option in chosen)


def grade(question: Question, chosen: Collection[str]) -> Grade:
    """Judge validated option ids. All or nothing: one right option missed makes the answer not right."""
    missed = tuple(option.id for option in question.options if option.correct and option.id not in chosen)
    wrong = tuple(option.id for option in question.options if not option.correct and option.id in chosen)
    red_line = any(option.red_line for option in question.options if option.id in chosen)
    return Grade(not missed and not wrong, missed, wrong, red_line)


def mark(option: Option, chosen: Collection[str]) -> Mark:
    """Return what one option turns out to be, for marks made of a sign and words."""
    if option.id in chosen:
        return Mark.CHOSEN_RIGHT if option.correct else Mark.CHOSEN_WRONG
    return Mark.MISSED if option.correct else Mark.LEFT


def spoken_feedback(question: Question, chosen: Collection[str]) -> tuple[Option, ...]:
    """Return the options whose feedback is read out at once, most useful first, never empty.

    One answer: the chosen one. Several answers: what was chosen wrongly, then what was missed; when all is
    right, the first right option, so that a good answer gets one clear reason and not a list.
    """
    if not is_several(question):
        return tuple(option for option in question.options if option.id in chosen)
    wrong = [option for option in question.options if mark(option, chosen) is Mark.CHOSEN_WRONG]
    missed = [option for option in question.options if mark(option, chosen) is Mark.MISSED]
    return tuple(wrong + missed) or tuple(option for option in question.options if option.correct)[:1]


def other_options(question: Question, chosen: Collection[str]) -> tuple[Option, ...]:
    """Return the options whose feedback was not read out: what they would have led to, in file order."""
    spoken = {option.id for option in spoken_feedback(question, chosen)}
    return tuple(option for option in question.options if option.id not in spoken)


def judgement(certainty: Certainty | None, correct: bool) -> Judgement:
    """Set certainty against correctness; None (left blank) counts as « je crois »."""
    return _JUDGEMENTS[(certainty or Certainty.BELIEF, correct)]


def reached(question_ids: Sequence[str], answered: Collection[str]) -> int:
    """Return the number (from 1) of the furthest question that may be opened: the first one unanswered.

    When every question is answered, the last one. `question_ids` is never empty.
    """
    numbers = (number for number, question in enumerate(question_ids, 1) if question not in answered)
    return next(numbers, len(question_ids))


def is_complete(question_ids: Sequence[str], answered: Collection[str]) -> bool:
    """Whether every question is answered."""
    return all(question in answered for question in question_ids)


def score(question_ids: Sequence[str], results: Sequence[tuple[bool, bool]]) -> Score:
    """Add up an attempt from its answers as (correct, red line) pairs; unanswered questions cost nothing."""
    right = sum(correct for correct, _ in results)
    return Score(right, len(results), len(question_ids), sum(crossed for _, crossed in results))
