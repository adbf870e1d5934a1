"""Claims that no text may make, found in the files: each at its line and column.

An answer that is offered as a wrong one may hold anything: it is what people believe. So do the texts marked as
faulty, and the choices of a scenario, whose feedback tells the truth.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from course_app.library.claims import Claims
from course_app.library.files import Written
from course_app.library.markdown import parse
from course_app.library.model import Finding
from course_app.library.parts import Parts
from course_app.library.plain_text import place_in_block, plain
from course_app.library.references import Known
from course_app.library.registers import Trap
from course_app.library.wording import place_in_value
from course_app.library.yaml_reader import Location

SAID_BY_OTHERS = frozenset({"choices", "options", "passages", "replies", "lines"})
"""Keys of lists whose entries may say something false, as people do, unless they say that they are right."""


def claim_findings(parts: Parts) -> Iterator[Finding]:
    """Yield the claims of every text of the content that the register or the traps refuse."""
    traps = parts.traps.value if parts.traps else ()
    claims = Claims(parts.facts.value if parts.facts else (), traps)
    bare = Known(terms=parts.known.terms)
    if parts.traps:
        yield from _unproved(parts.traps, claims)
    for lesson in parts.lessons:
        yield from _values(lesson.header, claims, bare)
        lines = lesson.body.split("\n")
        for token in parse(lesson.body):
            if token.type == "inline":
                words = plain(token.content, bare)
                for fault in claims.faults(words.text):
                    line, column = place_in_block(token, lines, words.origin(fault.offset))
                    yield Finding(lesson.header.name, line + lesson.above, column, fault.code, fault.message)
    for written in (*parts.in_yaml, *parts.paths):
        yield from _values(written, claims, bare)


def _unproved(written: Written[tuple[Trap, ...]], claims: Claims) -> Iterator[Finding]:
    ranks = {trap.id: rank for rank, trap in enumerate(written.value)}
    for trap, text in claims.unproved():
        message = f"le piège « {trap.id} » juge mal son propre exemple : « {text} »"
        yield written.finding((ranks[trap.id],), "piege-mal-ecrit", message)


def _values(written: Written[Any], claims: Claims, bare: Known) -> Iterator[Finding]:
    for location, text in _told(written.document.value, ()):
        words = plain(text, bare)
        for fault in claims.faults(words.text):
            line, column = place_in_value(written.document, location, words, fault.offset)
            yield Finding(written.name, line, column, fault.code, fault.message)


def _told(value: Any, location: Location) -> Iterator[tuple[Location, str]]:
    """Yield the texts that speak in our name, with where they are."""
    if isinstance(value, str) and " " in value:
        yield location, value
    elif isinstance(value, Mapping):
        wrong = _is_somebody_else(value, location)
        for key, part in value.items():
            if not (wrong and isinstance(part, str)):
                yield from _told(part, (*location, key))
    elif isinstance(value, list):
        for rank, part in enumerate(value):
            yield from _told(part, (*location, rank))


def _is_somebody_else(value: Mapping[str, Any], location: Location) -> bool:
    listed = len(location) > 1 and location[-2] in SAID_BY_OTHERS
    return listed and value.get("correct") is not True
