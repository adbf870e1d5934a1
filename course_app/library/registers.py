"""The lists beside the items: terms, facts, traps, sources, and the French of our enumerations.

Frozen values, as `library.model`; each entry is declared once and quoted by its id.
"""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt
from pydantic_core import PydanticCustomError

from course_app.library.model import Day, Frozen, Line, Reference, Slug, Text


def _only_decimals(value: Any) -> Any:
    """Refuse what is not a figure written in quotes with a point: « 12.40 »."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,6})?", value):
        return Decimal(value)
    raise PydanticCustomError("figure_expected", "a figure in quotes is expected")


def _only_patterns(value: str) -> str:
    """Refuse a regular expression that cannot be read."""
    try:
        re.compile(value)
    except re.error:
        raise PydanticCustomError("pattern_expected", "a regular expression is expected") from None
    return value


Figure = Annotated[Decimal, BeforeValidator(_only_decimals)]
Pattern = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_only_patterns)]


class Term(Frozen):
    """A word of the trade and its definition in everyday French; `also` is what people say instead, for the search."""

    id: Slug
    term: Line
    definition: Text
    also: tuple[Line, ...] = ()


class Fact(Frozen):
    """A figure or rule that may change: declared once, with its source and the dates of its checks.

    `valid_to` is its last day (None: no known end); `next_check_on` is the day somebody must look again. `number` is
    the value for calculators, in the unit that `value` shows. No text may hold the value typed by hand in a sentence
    that holds a word of `near`.
    """

    id: Slug
    value: Line
    number: Figure | None = None
    label: Line
    source: Reference
    checked_on: Day
    valid_from: Day | None = None
    valid_to: Day | None = None
    next_check_on: Day
    near: tuple[Line, ...] = ()


class Trap(Frozen):
    """A statement that old course books still teach, found by a pattern, with sentences that prove the rule.

    `number` is its place among the forty of domaine.md §10; only texts that hold a word of `near` are read; a sentence
    that matches `unless` is left alone.
    """

    id: Slug
    number: Annotated[StrictInt, Field(ge=1)]
    message: Line
    pattern: Pattern
    near: Annotated[tuple[Line, ...], Field(min_length=1)]
    unless: Pattern | None = None
    must: Annotated[tuple[Line, ...], Field(min_length=1)]
    must_not: Annotated[tuple[Line, ...], Field(min_length=1)]


class Advice(Frozen):
    """A piece of advice of one of the five articles, and where it is taught, tested and practised.

    `taught` are places of lessons (`lesson#anchor`), `tested` questions (`quiz/question`), `practised` items
    (`exercise/id`, `call/id`, `scenario/id#situation`).
    """

    id: Slug
    advice: Line
    article: Reference
    taught: tuple[Line, ...] = ()
    tested: tuple[Line, ...] = ()
    practised: tuple[Line, ...] = ()


class Coverage(Frozen):
    """What the programme owes: the advice of the articles, and the numbered facts that lessons and questions must cite."""

    advice: tuple[Advice, ...]
    facts: tuple[Reference, ...]


class SourceRef(Frozen):
    """A text the content relies on, and the day it was last read."""

    id: Reference
    title: Line
    checked_on: Day
    url: Annotated[str, Field(pattern=r"^https://\S+$")] | None = None


class EnumLabel(Frozen):
    """How a member of an English enumeration is stored (`slug`) and shown (`label`)."""

    enum: Line
    member: Line
    slug: Line
    label: Line
