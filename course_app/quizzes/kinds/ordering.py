"""Putting steps in order.

The steps that must move are those outside the longest run already in the right order; the credit is the share of
the others: (kept - 1) / (steps - 1). The reverse order keeps one step and earns nothing.
"""

from collections.abc import Sequence
from fractions import Fraction

from course_app.core.errors import Invalid
from course_app.core.french import ordinal
from course_app.library.questions import OrderingQuestion
from course_app.quizzes.kinds.answers import ELSEWHERE, Explained, Grade, Kind, Mark, Part, Response


def parse(question: OrderingQuestion, sent: Response) -> Response:
    """Return the steps' ids in the learner's order: every step, once."""
    known = [step.id for step in question.steps]
    if not sent.chosen:
        raise Invalid("Rangez les étapes, puis validez.", code="reponse-vide")
    if len(sent.chosen) != len(known) or set(sent.chosen) != set(known):
        raise Invalid(ELSEWHERE, code="option-inconnue")
    return Response(sent.chosen)


def moved(order: Sequence[str], step: str, by: int) -> tuple[str, ...]:
    """Return an order with one step moved up (`by` = -1) or down (1); past an end, or unknown, nothing moves."""
    found = list(order)
    place = found.index(step) if step in found else -1
    if place < 0 or not 0 <= place + by < len(found):
        return tuple(found)
    found.insert(place + by, found.pop(place))
    return tuple(found)


def kept(ranks: Sequence[int]) -> frozenset[int]:
    """Return the ranks of a longest increasing run (not necessarily side by side); the earliest one when several.

    `ranks` is never empty.
    """
    best: list[tuple[int, ...]] = []
    for rank in ranks:
        before: tuple[int, ...] = ()
        for run in best:
            before = run if run[-1] < rank and len(run) > len(before) else before
        best.append((*before, rank))
    longest = max(len(run) for run in best)
    return frozenset(next(run for run in best if len(run) == longest))


def _in_place(question: OrderingQuestion, response: Response) -> frozenset[int]:
    ranks = {step.id: step.rank for step in question.steps}
    return kept([ranks[step] for step in response.chosen])


def grade(question: OrderingQuestion, response: Response) -> Grade:
    """Judge an order; `wrong` are the steps that must move."""
    stay = _in_place(question, response)
    wrong = tuple(step.id for step in question.steps if step.rank not in stay)
    return Grade(not wrong, Fraction(len(stay) - 1, len(question.steps) - 1), wrong=wrong)


def explain(question: OrderingQuestion, response: Response) -> Explained:
    """Explain each step that must move; when none must, the reason of the whole order."""
    stay, steps = _in_place(question, response), {step.id: step for step in question.steps}
    parts = []
    for step in (steps[each] for each in response.chosen):
        is_right = step.rank in stay
        found = Mark.CHOSEN_RIGHT if is_right else Mark.CHOSEN_WRONG
        parts.append(Part(step.text, found, step.feedback, expected="" if is_right else f"{ordinal(step.rank)} place"))
    spoken = tuple(part for part in parts if part.mark is Mark.CHOSEN_WRONG)
    return Explained(tuple(parts), spoken or (Part("", Mark.CHOSEN_RIGHT, question.right),))


def words(question: OrderingQuestion, response: Response) -> tuple[str, ...]:
    """Return the steps in the learner's order."""
    steps = {step.id: step.text for step in question.steps}
    return tuple(f"{place}. {steps[each]}" for place, each in enumerate(response.chosen, 1))


KIND = Kind(parse, grade, explain, words)
