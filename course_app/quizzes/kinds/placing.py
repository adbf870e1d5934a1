"""Matching things one to one, or sorting them into boxes.

The credit is the share of things in their place. An answer is kept as « thing:group », in the question's order.
"""

from fractions import Fraction

from course_app.core.errors import Invalid
from course_app.library.questions import Placed, PlacingQuestion
from course_app.quizzes.kinds.answers import ELSEWHERE, MOST_CHOSEN, Explained, Grade, Kind, Mark, Part, Response

BETWEEN = ":"
"""Stands in no slug."""

FIELD = "place-"
"""Begins the name of the field of each thing; its id follows."""


def parse(question: PlacingQuestion, sent: Response) -> Response:
    """Return one place for each thing, in the question's order; lines left blank are asked for."""
    if len(sent.chosen) > MOST_CHOSEN:
        raise Invalid(ELSEWHERE, code="option-inconnue")
    pairs = [each.split(BETWEEN, 1) for each in sent.chosen if each]
    places = {pair[0]: pair[-1] for pair in pairs if len(pair) == 2}
    things, groups = {thing.id for thing in question.things}, {group.id for group in question.groups}
    if len(places) != len(pairs) or not set(places) <= things or not set(places.values()) <= groups:
        raise Invalid(ELSEWHERE, code="option-inconnue")
    if len(places) < len(things):
        raise Invalid("Choisissez une réponse à chaque ligne, puis validez.", code="reponse-incomplete")
    return Response(tuple(f"{thing.id}{BETWEEN}{places[thing.id]}" for thing in question.things))


def placed(response: Response) -> dict[str, str]:
    """Return the group chosen for each thing; lines left blank are absent."""
    pairs = (each.split(BETWEEN, 1) for each in response.chosen)
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def _texts(question: PlacingQuestion) -> dict[str, str]:
    return {group.id: group.text for group in question.groups}


def _line(question: PlacingQuestion, thing: Placed, places: dict[str, str]) -> str:
    return f"{thing.text} → {_texts(question)[places[thing.id]]}"


def grade(question: PlacingQuestion, response: Response) -> Grade:
    """Judge where things were put; `wrong` are the things out of place."""
    places = placed(response)
    wrong = tuple(thing.id for thing in question.things if places[thing.id] != thing.group)
    total = len(question.things)
    return Grade(not wrong, Fraction(total - len(wrong), total), wrong=wrong)


def explain(question: PlacingQuestion, response: Response) -> Explained:
    """Explain each thing out of place; when none is, the reason of the whole."""
    places, groups = placed(response), _texts(question)
    parts = []
    for thing in question.things:
        is_right = places[thing.id] == thing.group
        found, expected = (Mark.CHOSEN_RIGHT, "") if is_right else (Mark.CHOSEN_WRONG, groups[thing.group])
        parts.append(Part(_line(question, thing, places), found, thing.feedback, expected=expected))
    spoken = tuple(part for part in parts if part.mark is Mark.CHOSEN_WRONG)
    return Explained(tuple(parts), spoken or (Part("", Mark.CHOSEN_RIGHT, question.right),))


def words(question: PlacingQuestion, response: Response) -> tuple[str, ...]:
    """Return « thing → group », one line each."""
    places = placed(response)
    return tuple(_line(question, thing, places) for thing in question.things)


KIND = Kind(parse, grade, explain, words)
