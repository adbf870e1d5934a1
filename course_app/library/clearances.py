"""What people are told and asked before they call: the rules of the feu vert, and the notice read before any attempt.

Frozen values; see `library.model` for what they have in common. `content/clearances.yaml` and
`content/information.yaml`.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictInt

from course_app.library.calls import Temperature
from course_app.library.model import Frozen, Line, Slug, Text, digest


class CallType(StrEnum):
    """A kind of call that needs a feu vert of its own, from the mildest to the firmest."""

    COURTESY = "courtoisie"
    OVERDUE = "echeance-depassee"
    FORMAL_NOTICE = "mise-en-demeure"


Count = Annotated[StrictInt, Field(ge=0, le=10)]


class ClearanceRule(Frozen):
    """What opens one kind of call.

    `passed` different calls among `calls`, of which `hard` at least as warm as `temperature` and `free` without help;
    one of the `tests` at `percent` or more. The feu vert holds `months`. `stop` says what ends such a call and passes
    it to somebody else; `lesson` teaches how.
    """

    call_type: CallType
    title: Line
    summary: Line
    calls: Annotated[tuple[Slug, ...], Field(min_length=1)]
    passed: Annotated[StrictInt, Field(ge=1, le=10)]
    temperature: Temperature = Temperature.CALM
    hard: Count = 0
    free: Count = 0
    tests: Annotated[tuple[Slug, ...], Field(min_length=1)]
    percent: Annotated[StrictInt, Field(ge=50, le=100)]
    months: Annotated[StrictInt, Field(ge=1, le=36)]
    stop: Annotated[tuple[Line, ...], Field(min_length=1)]
    lesson: Slug

    @property
    def version(self) -> str:
        """Hash of the rule, kept with each feu vert it gave."""
        return digest(self.model_dump(mode="json"))


class InformationPart(Frozen):
    """One answer of the notice: its question as a title, its paragraphs."""

    id: Slug
    title: Line
    paragraphs: Annotated[tuple[Text, ...], Field(min_length=1)]


class Information(Frozen):
    """What members of a company are told before their first attempt (security.md G1); `alone`, what others read."""

    title: Line
    parts: Annotated[tuple[InformationPart, ...], Field(min_length=5)]
    alone: Annotated[tuple[Text, ...], Field(min_length=1)]

    @property
    def version(self) -> str:
        """Hash of the text, kept with each acknowledgement."""
        return digest(self.model_dump(mode="json"))
