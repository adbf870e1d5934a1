"""What the catalogue holds: lessons, quizzes, exercises, paths, terms, facts, sources.

Frozen values, ready to show: texts are typeset, Markdown is rendered and sanitised. Knows neither files nor
positions; `library.files` describes what authors write. An item carries the hash of all it shows, so that an
attempt can point at the exact words a learner met.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import Field, StrictInt, model_validator

from course_app.library.questions import Feedback, Option, Question, QuestionType, TranscriptLine
from course_app.library.values import SLUG_LENGTH, Day, Frozen, Line, Minutes, Reference, Slug, Text

__all__ = [  # what readers of the catalogue also name, beside what is written here
    "SLUG_LENGTH",
    "Day",
    "Feedback",
    "Frozen",
    "Line",
    "Minutes",
    "Option",
    "Question",
    "QuestionType",
    "Reference",
    "Slug",
    "Text",
    "TranscriptLine",
]


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
    SCENARIO = "scenario"
    CALL = "call"


class QuizKind(StrEnum):
    """What a quiz is for.

    Practice belongs to a lesson; visitors play the trial before they have an account; a test certifies a path; a
    placement lets people skip the lessons they do not need.
    """

    PRACTICE = "practice"
    TRIAL = "trial"
    TEST = "test"
    PLACEMENT = "placement"


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
    """The front matter of a lesson. `prerequisites` are lesson ids, `sources` keys of the sources.

    `keywords` are what people type to find it, in words that the lesson does not use.
    """

    summary: Line
    stage: Stage
    audiences: Annotated[tuple[Audience, ...], Field(min_length=1)]
    objectives: Annotated[tuple[Line, ...], Field(min_length=1)]
    prerequisites: tuple[Slug, ...] = ()
    sources: tuple[Reference, ...]
    case: Case
    reviewed_on: Day
    keywords: tuple[Line, ...] = ()


class Lesson(LessonHeader, Item):
    """A lesson. `html` is sanitised; `paragraphs` are the anchors p-1..p-n in order, to keep the place.

    `facts` are the ids of the facts quoted; `quizzes`, `exercises`, `scenarios` and `calls` the ids embedded, in order
    of appearance.
    """

    kind: Literal[ItemKind.LESSON] = ItemKind.LESSON
    html: str
    outline: tuple[Heading, ...] = ()
    paragraphs: tuple[str, ...] = ()
    quizzes: tuple[Slug, ...] = ()
    exercises: tuple[Slug, ...] = ()
    scenarios: tuple[Slug, ...] = ()
    calls: tuple[Slug, ...] = ()
    facts: tuple[Slug, ...] = ()


class Draw(Frozen):
    """How many questions of one objective a test asks."""

    objective: Line
    count: Annotated[StrictInt, Field(ge=1, le=10)]


class QuizHeader(Header):
    """What a quiz file and a quiz share. `lesson` is the id of the lesson it belongs to, if any.

    A test has `draw`, and `pools`: the quizzes whose questions it may ask beside its own.
    """

    lesson: Slug | None = None
    introduction: Text
    reviewed_on: Day
    sources: tuple[Reference, ...] = ()
    pools: tuple[Slug, ...] = ()
    draw: tuple[Draw, ...] = ()
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


class Skip(Frozen):
    """The lessons (ids) that somebody who answers a question right may skip."""

    question: Slug
    lessons: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Placement(Frozen):
    """Six questions before a path (`quiz` is the id of a placement quiz), and what each right answer lets one skip."""

    quiz: Slug
    skips: tuple[Skip, ...]


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
    placement: Placement | None = None

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


_WORDINGS_KEPT = 2048
_wordings: dict[int, tuple[Question, str]] = {}
"""By identity: to hash a question, which is a tree, costs more than judging an answer to it. Held, so that none is reborn
under the same identity."""


def wording_hash(question: Question) -> str:
    """Return the hash of a question as it is asked and judged, whatever quiz or test asks it."""
    kept = _wordings.get(id(question))
    if kept is None:
        if len(_wordings) >= _WORDINGS_KEPT:
            _wordings.clear()
        kept = _wordings[id(question)] = question, digest(question.model_dump(mode="json", exclude={"id"}))
    return kept[1]
