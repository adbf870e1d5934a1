"""What a question shows to be answered: one frozen value per kind, built by allow-list.

Nothing here reads a key, a rank, a group or a feedback (security.md S15).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from course_app.core.calendar import public_holidays
from course_app.core.french import weekday_date
from course_app.library.questions import (
    ChoiceQuestion,
    Criterion,
    DateQuestion,
    Document,
    FindErrorQuestion,
    FreeTextQuestion,
    MissingDocumentsQuestion,
    NumericQuestion,
    Option,
    OrderingQuestion,
    Passage,
    PlacingQuestion,
    Question,
    QuestionType,
    Unit,
)
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.kinds.placing import BETWEEN, FIELD
from course_app.quizzes.kinds.writing import LONGEST_TEXT


@dataclass(frozen=True)
class Choice:
    """Something to tick, or a step to move; `who` says it, in a call."""

    value: str
    label: str
    checked: bool
    who: str = ""


@dataclass(frozen=True)
class Row:
    """One thing to place, the field that says where, and what may be chosen for it; `is_short` when it fits abreast."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    is_short: bool


@dataclass(frozen=True)
class CalendarDay:
    """One day of the calendar; `note` says that it is a public holiday."""

    value: str
    number: int
    name: str
    checked: bool
    is_off: bool
    note: str


@dataclass(frozen=True)
class Asking:
    """The controls of a question. `template` names them; the rest is what that template shows."""

    template: str
    several: bool = False
    choices: tuple[Choice, ...] = ()
    rows: tuple[Row, ...] = ()
    months: tuple[tuple[str, tuple[tuple[CalendarDay | None, ...], ...]], ...] = ()
    unit: str = ""
    typed: str = ""
    longest: int = 0
    hint: str = ""
    takes_certainty: bool = True


def asking(question: Question, given: Response) -> Asking:
    """Return the controls of a question, holding what was given so far."""
    return _ASKING[type(question)](question, given)


def _choice(question: ChoiceQuestion, given: Response) -> Asking:
    several = question.type is QuestionType.MULTIPLE
    hint = "Plusieurs réponses possibles." if several else ""
    return Asking("choice", several, _choices(question.options, given), hint=hint)


def _passages(question: FindErrorQuestion, given: Response) -> Asking:
    return Asking("passages", True, _choices(question.passages, given), hint="Sélectionnez chaque passage à corriger.")


def _documents(question: MissingDocumentsQuestion, given: Response) -> Asking:
    return Asking("choice", True, _choices(question.documents, given), hint="Cochez chaque pièce qui manque.")


def _ordering(question: OrderingQuestion, given: Response) -> Asking:
    order = {each: place for place, each in enumerate(given.chosen)}
    steps = sorted(question.steps, key=lambda step: order.get(step.id, len(order)))
    return Asking("ordering", choices=tuple(Choice(step.id, step.text, checked=False) for step in steps))


def _placing(question: PlacingQuestion, given: Response) -> Asking:
    return Asking("placing", rows=tuple(_rows(question, given)))


def _number(question: NumericQuestion, given: Response) -> Asking:
    return Asking("number", unit="" if question.unit is Unit.COUNT else question.unit.value, typed=given.typed)


def _calendar(question: DateQuestion, given: Response) -> Asking:
    return Asking("calendar", months=tuple(_months(question, given)))


def _text(question: FreeTextQuestion, given: Response) -> Asking:
    choices = _choices(question.criteria, given)
    return Asking("text", True, choices, typed=given.typed, longest=LONGEST_TEXT, takes_certainty=False)


_ASKING: dict[type, Callable[[Any, Response], Asking]] = {
    ChoiceQuestion: _choice,
    FindErrorQuestion: _passages,
    MissingDocumentsQuestion: _documents,
    OrderingQuestion: _ordering,
    PlacingQuestion: _placing,
    NumericQuestion: _number,
    DateQuestion: _calendar,
    FreeTextQuestion: _text,
}


def _choices(entries: Sequence[Option | Passage | Document | Criterion], given: Response) -> tuple[Choice, ...]:
    return tuple(
        Choice(entry.id, entry.text, entry.id in given.chosen, getattr(entry, "who", None) or "") for entry in entries
    )


SHORT = 12
"""Characters of an answer that stands beside another one on a phone."""


def _rows(question: PlacingQuestion, given: Response) -> Iterator[Row]:
    is_short = all(len(group.text) <= SHORT for group in question.groups)
    for thing in question.things:
        values = [(f"{thing.id}{BETWEEN}{group.id}", group.text) for group in question.groups]
        choices = tuple(Choice(value, text, value in given.chosen) for value, text in values)
        yield Row(f"{FIELD}{thing.id}", thing.text, choices, is_short)


_MONTHS = (
    "Janvier", "Février", "Mars", "Avril", "Mai", "Juin",
    "Juillet", "Août", "Septembre", "Octobre", "Novembre", "Décembre",
)  # fmt: skip


def _months(
    question: DateQuestion, given: Response
) -> Iterator[tuple[str, tuple[tuple[CalendarDay | None, ...], ...]]]:
    """Yield each month by name, as weeks of seven days from Monday; None where the calendar has no day."""
    for year, month in sorted({(day.year, day.month) for day in question.days}):
        days = [day for day in question.days if (day.year, day.month) == (year, month)]
        monday = days[0] - timedelta(days=days[0].weekday())
        weeks = []
        while monday <= days[-1]:
            week = [monday + timedelta(days=each) for each in range(7)]
            weeks.append(tuple(_day(day, given) if day in days else None for day in week))
            monday += timedelta(days=7)
        yield f"{_MONTHS[month - 1]} {year}", tuple(weeks)


def _day(day: date, given: Response) -> CalendarDay:
    holiday = day in public_holidays(day.year)
    off = holiday or day.weekday() >= 5
    value = day.isoformat()
    return CalendarDay(value, day.day, weekday_date(day), value in given.chosen, off, "férié" if holiday else "")
