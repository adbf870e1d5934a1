"""What a branching scenario holds: situations, the choices they offer, what each choice changes, and how it may end.

Frozen values, as in `library.model`. Situations are named by slug, never by position, so that a file can be
reordered without moving anybody's place. What the values mean in play is told by `library.scenario_play`.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from course_app.library.model import Audience, Case, Header, Item, ItemKind
from course_app.library.questions import Feedback, TranscriptLine
from course_app.library.values import Day, Frozen, Line, Reference, Slug, Text

COLDEST, WARMEST = 0, 4
"""Bounds of the client's temperature: 0 furious, 1 tense, 2 neutral, 3 cordial, 4 confident (our own scale)."""


class ChoiceQuality(StrEnum):
    """What a choice is worth: two points, one, none."""

    GOOD = "juste"
    FAIR = "passable"
    POOR = "a-revoir"


class Outcome(StrEnum):
    """How a story ends for the invoice: paid, secured in writing, partly lost, lost."""

    PAID = "paye"
    SECURED = "securise"
    PARTIAL = "a-moitie"
    LOST = "perdu"


ChoiceRef = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=129)]
Markdown = Annotated[str, Field(min_length=1, max_length=20_000)]


class Span(Frozen):
    """Bounds of a number, both included; None: no bound."""

    min: StrictInt | None = None
    max: StrictInt | None = None


class Condition(Frozen):
    """What must hold; every part that is written must. An empty condition always holds.

    `has` and `lacks` name pieces of evidence, `flags` and `without` named facts, `visited` and `unvisited`
    situations left earlier, `chosen` and `unchosen` choices made earlier as « situation.choice ».
    """

    temperature: Span = Span()
    days: Span = Span()
    cash_cents: Span = Span()
    red_lines: Span = Span()
    has: tuple[Slug, ...] = ()
    lacks: tuple[Slug, ...] = ()
    flags: tuple[Slug, ...] = ()
    without: tuple[Slug, ...] = ()
    visited: tuple[Slug, ...] = ()
    unvisited: tuple[Slug, ...] = ()
    chosen: tuple[ChoiceRef, ...] = ()
    unchosen: tuple[ChoiceRef, ...] = ()


class Effects(Frozen):
    """What a choice changes: degrees of temperature, days gone by, cents received, evidence gained, flags.

    `settles`: all that is still owed comes in, whatever was received before. Days and money only grow: time does not run backwards, and what was received is not taken back.
    """

    temperature: Annotated[StrictInt, Field(ge=COLDEST - WARMEST, le=WARMEST)] = 0
    days: Annotated[StrictInt, Field(ge=0, le=365)] = 0
    cash_cents: Annotated[StrictInt, Field(ge=0)] = 0
    settles: StrictBool = False
    adds: tuple[Slug, ...] = ()
    raises: tuple[Slug, ...] = ()
    lowers: tuple[Slug, ...] = ()


class Route(Frozen):
    """Where a choice leads when a condition holds, once its effects have been felt."""

    when: Condition
    to: Slug


class Choice(Frozen):
    """One way to act. The first of `routes` that holds decides where it leads, else `to`.

    `red_line`: a threat, harassment, or disclosure to a third party. `lesson` and `anchor` name where the rule is
    taught.
    """

    id: Slug
    text: Text
    quality: ChoiceQuality
    red_line: StrictBool = False
    when: Condition = Condition()
    effects: Effects = Effects()
    to: Slug
    routes: tuple[Route, ...] = ()
    feedback: Feedback
    lesson: Slug | None = None
    anchor: str | None = None


class Variant(Frozen):
    """A paragraph that a situation adds when a condition holds: the same morning, after another history."""

    when: Condition
    text: Markdown


class Node(Frozen):
    """One situation: what is seen and heard, then a decision. `situation` is sanitised HTML (Markdown in the file)."""

    id: Slug
    title: Line
    situation: Markdown
    variants: tuple[Variant, ...] = ()
    transcript: tuple[TranscriptLine, ...] = ()
    prompt: Line
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=5)]


class Ending(Frozen):
    """One way the story ends: what happens (`story`, HTML; Markdown in the file), why, and the rule it teaches."""

    id: Slug
    title: Line
    outcome: Outcome
    story: Markdown
    reason: Text
    rule: Text
    lesson: Slug | None = None
    anchor: str | None = None


class Named(Frozen):
    """A piece of evidence or a flag: its id, and what it is called."""

    id: Slug
    label: Line


class Opening(Frozen):
    """Where the story begins, and how things stand."""

    node: Slug
    temperature: Annotated[StrictInt, Field(ge=COLDEST, le=WARMEST)] = 2
    has: tuple[Slug, ...] = ()
    flags: tuple[Slug, ...] = ()


class ScenarioHeader(Header):
    """What a scenario file and a scenario share. `lesson` is the id of the lesson it puts to work, if any."""

    summary: Line
    audiences: Annotated[tuple[Audience, ...], Field(min_length=1)]
    lesson: Slug | None = None
    introduction: Text
    case: Case
    reviewed_on: Day
    sources: tuple[Reference, ...] = ()
    evidence: tuple[Named, ...] = ()
    flags: tuple[Named, ...] = ()
    opening: Opening
    nodes: Annotated[tuple[Node, ...], Field(min_length=1)]
    endings: Annotated[tuple[Ending, ...], Field(min_length=1)]


class Scenario(ScenarioHeader, Item):
    """A story to decide in, situation after situation, with several endings."""

    kind: Literal[ItemKind.SCENARIO] = ItemKind.SCENARIO
