"""What the catalogue holds: lessons, quizzes, exercises, paths, terms, facts, sources.

Frozen values, ready to show: texts are typeset, Markdown is rendered and sanitised. Knows neither files nor
positions; `library.files` describes what authors write. An item carries the hash of all it shows, so that an
attempt can point at the exact words a learner met.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)
from pydantic_core import PydanticCustomError

SLUG_LENGTH = 64
MAX_MINUTES = 240


class Stage(StrEnum):
    """Where an invoice stands on the due-date line; members in the order of the line (experience.md §2.2)."""

    QUOTE = "devis"
    ORDER = "commande"
    DELIVERY = "livraison"
    INVOICE = "facture"
    BEFORE_DUE = "j-7"
    DUE = "echeance"
    OVERDUE_3 = "j+3"
    OVERDUE_15 = "j+15"
    OVERDUE_30 = "j+30"
    LITIGATION = "contentieux"


class Audience(StrEnum):
    """For whom content is written: the whole team, sales people, temporary staff."""

    TEAM = "equipe"
    SALES = "commerciaux"
    TEMPS = "interimaires"


class ItemKind(StrEnum):
    """What a learner can work through; stored with every event."""

    LESSON = "lesson"
    QUIZ = "quiz"
    EXERCISE = "exercise"


class QuizKind(StrEnum):
    """Practice belongs to a lesson; the trial is played by visitors before they have an account."""

    PRACTICE = "practice"
    TRIAL = "trial"


class QuestionType(StrEnum):
    """How many options may be right: exactly one, or one at least."""

    SINGLE = "single"
    MULTIPLE = "multiple"


def _only_dates(value: Any) -> Any:
    """Refuse what pydantic would guess a date from: numbers and free text."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise PydanticCustomError("date_expected", "a date is expected") from None


Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=SLUG_LENGTH)]
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*$", max_length=SLUG_LENGTH)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Minutes = Annotated[StrictInt, Field(ge=1, le=MAX_MINUTES)]
Day = Annotated[date, BeforeValidator(_only_dates)]


class Frozen(BaseModel):
    """A value of the catalogue: never changed after it is built. Unknown keys of old archives are left out."""

    model_config = ConfigDict(frozen=True)


class Case(Frozen):
    """The concrete case of a lesson: who owes, how much (cents), since when."""

    customer: Line
    amount_cents: Annotated[StrictInt, Field(gt=0)]
    on: Day


class Heading(NamedTuple):
    """A second-level title of a lesson and its anchor."""

    anchor: str
    title: str


class Header(Frozen):
    """What every item says of itself; the id is permanent, `minutes` is the planned duration."""

    id: Slug
    title: Line
    minutes: Minutes


class Item(Header):
    """What can be opened and finished, in one version.

    `content_hash` is the SHA-256 (hexadecimal) of everything else the item holds; it is computed when missing,
    and kept as it was when an archived item is rebuilt.
    """

    content_hash: str = ""

    @model_validator(mode="after")
    def _seal(self) -> Self:
        if not self.content_hash:
            object.__setattr__(self, "content_hash", digest(self.model_dump(mode="json", exclude={"content_hash"})))
        return self


class LessonHeader(Header):
    """The front matter of a lesson. `prerequisites` are lesson ids, `sources` keys of the sources."""

    summary: Line
    stage: Stage
    audiences: Annotated[tuple[Audience, ...], Field(min_length=1)]
    objectives: Annotated[tuple[Line, ...], Field(min_length=1)]
    prerequisites: tuple[Slug, ...] = ()
    sources: tuple[Reference, ...]
    case: Case
    reviewed_on: Day


class Lesson(LessonHeader, Item):
    """A lesson. `html` is sanitised; `paragraphs` are the anchors p-1..p-n in order, to keep the place.

    `facts` are the ids of the facts quoted, `quizzes` and `exercises` the ids embedded, in order of appearance.
    """

    kind: Literal[ItemKind.LESSON] = ItemKind.LESSON
    html: str
    outline: tuple[Heading, ...] = ()
    paragraphs: tuple[str, ...] = ()
    quizzes: tuple[Slug, ...] = ()
    exercises: tuple[Slug, ...] = ()
    facts: tuple[Slug, ...] = ()


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


class Question(Frozen):
    """One decision. `situation` is sanitised HTML (Markdown in the file); every other text is plain."""

    id: Slug
    type: QuestionType
    situation: Annotated[str, Field(min_length=1, max_length=20_000)]
    facts: tuple[FactLine, ...] = ()
    transcript: tuple[TranscriptLine, ...] = ()
    prompt: Line
    objective: Line | None = None
    sources: tuple[Reference, ...] = ()
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=4)]


class QuizHeader(Header):
    """What a quiz file and a quiz share. `lesson` is the id of the lesson it belongs to, if any."""

    lesson: Slug | None = None
    introduction: Text
    reviewed_on: Day
    sources: tuple[Reference, ...] = ()
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class Quiz(QuizHeader, Item):
    """Decisions on one theme, in order; the trial is played before there is an account."""

    kind: Literal[ItemKind.QUIZ] = ItemKind.QUIZ
    kind_of_quiz: QuizKind


class ExerciseHeader(Header):
    """What an exercise file and an exercise share. `engine` names who plays it."""

    summary: Line
    audiences: Annotated[tuple[Audience, ...], Field(min_length=1)]
    engine: Slug
    reviewed_on: Day
    sources: tuple[Reference, ...] = ()


class Exercise(ExerciseHeader, Item):
    """A simulated case. `body` is what the engine plays: JSON values, accepted by the engine's own model."""

    kind: Literal[ItemKind.EXERCISE] = ItemKind.EXERCISE
    body: Mapping[str, Any]


class ItemRef(Frozen):
    """A pointer to an item."""

    kind: ItemKind
    id: Slug

    @property
    def key(self) -> tuple[ItemKind, str]:
        """The pair that names an item everywhere: its kind and its id."""
        return self.kind, self.id


class Module(Frozen):
    """A part of a path with its own aim: what one can do afterwards (`objectives`), its items in order."""

    id: Slug
    title: Line
    objectives: Annotated[tuple[Line, ...], Field(min_length=1)]
    items: Annotated[tuple[ItemRef, ...], Field(min_length=1)]


class Path(Frozen):
    """A route through the content for one audience, module after module; all its items are required.

    `door` is its name on the landing.
    """

    id: Slug
    title: Line
    door: Line
    audience: Audience
    summary: Line
    modules: Annotated[tuple[Module, ...], Field(min_length=1)]

    @property
    def items(self) -> tuple[ItemRef, ...]:
        """The items of all modules, in order."""
        return tuple(ref for module in self.modules for ref in module.items)


@dataclass(frozen=True)
class Finding:
    """A fault of a file: where (`line` and `column` from 1), a stable code, a French sentence.

    `severity` is `ERROR` (the file cannot be published) or `WARNING`. `ages` is true for a fault that the calendar
    makes, on a file nobody touched.
    """

    ERROR: ClassVar[str] = "erreur"
    WARNING: ClassVar[str] = "avertissement"

    path: str
    line: int
    column: int
    code: str
    message: str
    severity: str = ERROR
    ages: bool = False

    @property
    def is_error(self) -> bool:
        """Whether it stops publication."""
        return self.severity == self.ERROR

    def __str__(self) -> str:
        """Return `path:line:column code message`."""
        return f"{self.path}:{self.line}:{self.column} {self.code} {self.message}"


def digest(value: Any) -> str:
    """Return the SHA-256 (hexadecimal) of a JSON value in canonical form."""
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
