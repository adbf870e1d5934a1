"""The kinds of question authors may write: what each holds, as a union told apart by `type`.

Frozen values, ready to show. A question says what is right; how an answer to it is judged belongs to
`quizzes.kinds`. Lists stand in the order shown: nothing of that order, nor of the ids, gives the key away.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Discriminator, Field, StrictBool, StrictInt, Tag, model_validator
from pydantic_core import PydanticCustomError

from course_app.library.values import Day, Frozen, Line, Number, Reference, Slug, Text

MAX_CALENDAR_DAYS = 42
"""Six weeks: a calendar that still fits on a phone."""


class QuestionType(StrEnum):
    """What one does to answer; values are what authors write."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    ORDERING = "ordering"
    MATCHING = "matching"
    CATEGORISE = "categorise"
    NUMERIC = "numeric"
    DATE = "date"
    FIND_ERROR = "find-error"
    MISSING_DOCUMENTS = "missing-documents"
    FREE_TEXT = "free-text"


class Feedback(Frozen):
    """What a choice leads to, why, and the rule it teaches; plain text."""

    consequence: Text
    reason: Text
    rule: Text


class Option(Frozen):
    """One possible decision. `red_line`: a threat, harassment, or disclosure to a third party."""

    id: Slug
    text: Text
    correct: StrictBool = False
    red_line: StrictBool = False
    feedback: Feedback


class FactLine(Frozen):
    """One line of the file a learner decides on."""

    label: Line
    value: Line


class TranscriptLine(Frozen):
    """One line heard on the phone before deciding."""

    who: Line
    text: Text


class Reason(Frozen):
    """« La raison ? », asked once the answer is given and explained; never part of the score."""

    prompt: Line
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=4)]


class Asked(Frozen):
    """What every question has. `situation` is sanitised HTML (Markdown in the file); other texts are plain.

    The id of a question drawn for a test is « quiz.question ».
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)?$", max_length=130)]
    situation: Annotated[str, Field(min_length=1, max_length=20_000)]
    facts: tuple[FactLine, ...] = ()
    transcript: tuple[TranscriptLine, ...] = ()
    prompt: Line
    objective: Line | None = None
    sources: tuple[Reference, ...] = ()
    reason: Reason | None = None


class ChoiceQuestion(Asked):
    """Choose one decision, or all those that help."""

    type: Literal[QuestionType.SINGLE, QuestionType.MULTIPLE]
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=4)]


class Step(Frozen):
    """One thing to put in order; `rank` (from 1) is its right place."""

    id: Slug
    text: Line
    rank: Annotated[StrictInt, Field(ge=1)]
    feedback: Feedback


class OrderingQuestion(Asked):
    """Put steps in order."""

    type: Literal[QuestionType.ORDERING]
    steps: Annotated[tuple[Step, ...], Field(min_length=3, max_length=8)]
    right: Feedback


class Group(Frozen):
    """What things are matched with, or the box they go in."""

    id: Slug
    text: Line


class Placed(Frozen):
    """One thing to place; `group` is where it belongs, `feedback` what a wrong place leads to."""

    id: Slug
    text: Text
    group: Slug
    feedback: Feedback


class PlacingQuestion(Asked):
    """Match things one to one, or sort them into boxes."""

    type: Literal[QuestionType.MATCHING, QuestionType.CATEGORISE]
    groups: Annotated[tuple[Group, ...], Field(min_length=2, max_length=8)]
    things: Annotated[tuple[Placed, ...], Field(min_length=2, max_length=10)]
    right: Feedback


class Unit(StrEnum):
    """What a number counts; values are shown beside it."""

    EURO = "€"
    PERCENT = "%"
    DAY = "jours"
    MONTH = "mois"
    COUNT = "unités"


class NumberMistake(Frozen):
    """A wrong number people really find, and what it comes from."""

    value: Number
    feedback: Feedback


class NumericQuestion(Asked):
    """Work out a number. An answer is right within `tolerance` of `expected`, both in `unit`."""

    type: Literal[QuestionType.NUMERIC]
    expected: Number
    tolerance: Annotated[Number, Field(ge=0)] = Decimal(0)
    unit: Unit
    mistakes: Annotated[tuple[NumberMistake, ...], Field(max_length=6)] = ()
    right: Feedback
    otherwise: Feedback


class DayMistake(Frozen):
    """A wrong day people really choose, and what comes of it."""

    on: Day
    feedback: Feedback


class DateQuestion(Asked):
    """Choose a day of a calendar that runs from `first` to `last`. Any day of `accepted` is right."""

    type: Literal[QuestionType.DATE]
    first: Day
    last: Day
    accepted: Annotated[tuple[Day, ...], Field(min_length=1, max_length=5)]
    mistakes: Annotated[tuple[DayMistake, ...], Field(max_length=8)] = ()
    right: Feedback
    otherwise: Feedback

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if not timedelta() <= self.last - self.first < timedelta(days=MAX_CALENDAR_DAYS):
            raise PydanticCustomError(
                "hors-bornes", f"le calendrier va de « first » à « last », {MAX_CALENDAR_DAYS} jours au plus"
            )
        return self

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the calendar, in order."""
        return tuple(self.first + timedelta(days=each) for each in range((self.last - self.first).days + 1))


class Passage(Frozen):
    """One passage of a letter, an e-mail or a call; `who` speaks, in a call. Without feedback: the question's `otherwise`."""

    id: Slug
    who: Line | None = None
    text: Text
    faulty: StrictBool = False
    feedback: Feedback | None = None


class FindErrorQuestion(Asked):
    """Select the faulty passages of a text."""

    type: Literal[QuestionType.FIND_ERROR]
    passages: Annotated[tuple[Passage, ...], Field(min_length=3, max_length=20)]
    otherwise: Feedback | None = None


class Document(Frozen):
    """One piece that a file should hold. Without feedback: the question's `otherwise`."""

    id: Slug
    text: Line
    missing: StrictBool = False
    feedback: Feedback | None = None


class MissingDocumentsQuestion(Asked):
    """Select the pieces that a file lacks; what it holds is told by the situation and the facts."""

    type: Literal[QuestionType.MISSING_DOCUMENTS]
    documents: Annotated[tuple[Document, ...], Field(min_length=3, max_length=12)]
    otherwise: Feedback | None = None


class Criterion(Frozen):
    """What a good text does; `why` says what it changes for the reader."""

    id: Slug
    text: Line
    why: Text


class FreeTextQuestion(Asked):
    """Write, tick the criteria one's text meets, then compare with a model; never marked."""

    type: Literal[QuestionType.FREE_TEXT]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=2, max_length=6)]
    model: Text


_TAGS: Mapping[
    type[Asked], tuple[str, str]
] = {  # which model reads a type; and, for a type nobody knows, which key gives away what was meant
    ChoiceQuestion: ("choice", "options"),
    OrderingQuestion: ("order", "steps"),
    PlacingQuestion: ("place", "things"),
    NumericQuestion: ("number", "unit"),
    DateQuestion: ("day", "accepted"),
    FindErrorQuestion: ("passage", "passages"),
    MissingDocumentsQuestion: ("document", "documents"),
    FreeTextQuestion: ("text", "criteria"),
}
_BY_TYPE = {
    kind.value: tag for model, (tag, _key) in _TAGS.items() for kind in get_args(model.model_fields["type"].annotation)
}


def _tag(value: Any) -> str:
    """Return which model reads a question.

    A wrong type must not hide the question's other faults: what the question holds says what was meant.
    """
    if isinstance(value, Asked):
        return _TAGS[type(value)][0]
    if not isinstance(value, Mapping):
        return "choice"
    meant = (tag for tag, key in _TAGS.values() if key in value)
    return _BY_TYPE.get(str(value.get("type"))) or next(meant, "choice")


Question = Annotated[
    Annotated[ChoiceQuestion, Tag("choice")]
    | Annotated[OrderingQuestion, Tag("order")]
    | Annotated[PlacingQuestion, Tag("place")]
    | Annotated[NumericQuestion, Tag("number")]
    | Annotated[DateQuestion, Tag("day")]
    | Annotated[FindErrorQuestion, Tag("passage")]
    | Annotated[MissingDocumentsQuestion, Tag("document")]
    | Annotated[FreeTextQuestion, Tag("text")],
    Discriminator(_tag),
]
