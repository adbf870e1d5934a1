"""Working out a number: French writing accepted, right within the question's tolerance, all or nothing."""

import re
from decimal import Decimal

from course_app.core.errors import Invalid
from course_app.core.french import decimal
from course_app.library.model import Feedback
from course_app.library.questions import NumericQuestion, Unit
from course_app.quizzes.kinds.answers import NOTHING, WHOLE, Explained, Grade, Kind, Mark, Part, Response

LONGEST = 40
"""Characters: no number people type is longer."""

_SPACES = re.compile(r"[\s\u00a0\u202f']+")
_UNITS: dict[Unit, re.Pattern[str]] = {
    Unit.EURO: re.compile(r"(€|euros?|eur)$", re.IGNORECASE),
    Unit.PERCENT: re.compile(r"(%|pourcents?|pour-?cents?)$", re.IGNORECASE),
    Unit.DAY: re.compile(r"(jours?|j)$", re.IGNORECASE),
    Unit.MONTH: re.compile(r"mois$", re.IGNORECASE),
    Unit.COUNT: re.compile(r"unités?$", re.IGNORECASE),
}
_PLAIN = re.compile(r"[-+]?\d{1,12}(\.\d{1,6})?", re.ASCII)
_DOTTED_THOUSANDS = re.compile(r"[-+]?\d{1,3}(\.\d{3})+", re.ASCII)
_EXAMPLES = {
    Unit.EURO: "131,43",
    Unit.PERCENT: "12,4",
    Unit.DAY: "26",
    Unit.MONTH: "3",
    Unit.COUNT: "12",
}


def read_number(typed: str, unit: Unit) -> Decimal:
    """Return the number somebody typed: « 1 131,43 € », « 12.4 % », « −3 ».

    Spaces, the unit and a comma are accepted. « 1.131 » could be a thousand or one: it is asked again, as is anything
    else. Raises `Invalid`.
    """
    text = _SPACES.sub("", typed).replace("−", "-")
    if not text:
        raise Invalid("Écrivez un nombre, puis validez.", code="reponse-vide")
    text = _UNITS[unit].sub("", text) if len(text) <= LONGEST else ""
    if "," in text:
        text = text.replace(".", "").replace(",", ".") if text.count(",") == 1 else ""
    elif _DOTTED_THOUSANDS.fullmatch(text):
        message = "Ce point sépare-t-il les milliers ? Écrivez « 1 234 » ou « 1,234 »."
        raise Invalid(message, code="nombre-ambigu")
    if not _PLAIN.fullmatch(text):
        message = f"Écrivez un nombre en chiffres, par exemple « {_EXAMPLES[unit]} »."
        raise Invalid(message, code="nombre-illisible")
    return Decimal(text)


def parse(question: NumericQuestion, sent: Response) -> Response:
    """Return the number in plain digits, with what was typed."""
    value = read_number(sent.typed, question.unit)
    return Response((format(value.normalize() + 0, "f"),), sent.typed.strip())


def _value(response: Response) -> Decimal:
    return Decimal(response.chosen[0])


def is_right(question: NumericQuestion, value: Decimal) -> bool:
    """Whether a number is within the tolerance, bounds included."""
    return abs(value - question.expected) <= question.tolerance


def grade(question: NumericQuestion, response: Response) -> Grade:
    """Judge a number: right or not."""
    right = is_right(question, _value(response))
    return Grade(right, WHOLE if right else NOTHING, wrong=() if right else response.chosen)


def explain(question: NumericQuestion, response: Response) -> Explained:
    """Explain a right number, a mistake that has a name, or any other."""
    value = _value(response)
    right = is_right(question, value)
    part = Part(
        _amount(question, value),
        Mark.CHOSEN_RIGHT if right else Mark.CHOSEN_WRONG,
        question.right if right else _mistake(question, value),
        expected="" if right else _amount(question, question.expected),
    )
    return Explained((part,), (part,))


def _mistake(question: NumericQuestion, value: Decimal) -> Feedback:
    named = (each.feedback for each in question.mistakes if abs(each.value - value) <= question.tolerance)
    return next(named, question.otherwise)


def _amount(question: NumericQuestion, value: Decimal) -> str:
    if question.unit is Unit.COUNT:
        return decimal(value)
    word = "jour" if question.unit is Unit.DAY and abs(value) < 2 else question.unit.value
    return f"{decimal(value, 2 if question.unit is Unit.EURO else 0)}\u00a0{word}"


def words(question: NumericQuestion, response: Response) -> tuple[str, ...]:
    """Return the number with its unit."""
    return (_amount(question, _value(response)),)


KIND = Kind(parse, grade, explain, words)
