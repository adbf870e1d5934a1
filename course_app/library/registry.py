"""The register of facts as a tool: what must be looked at again, and what shows a given fact.

Pure: works on what the files say, so that an author knows what a new figure changes before changing it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from course_app.library import references
from course_app.library.checks import strings
from course_app.library.files import Written
from course_app.library.parts import Parts
from course_app.library.references import FACT
from course_app.library.registers import Fact
from course_app.library.yaml_reader import Location

_KINDS = {
    "content/modules": "leçon",
    "content/exercises": "exercice",
    "content/scenarios": "scénario",
    "content/calls": "appel",
    "content/letters": "lettre",
    "content/checklists": "liste",
    "quizzes": "quiz",
}


@dataclass(frozen=True)
class Use:
    """One place that shows a fact: the file and its line, the item, and the part of it (a question, say) if any."""

    path: str
    line: int
    kind: str
    id: str
    part: str = ""


def due(facts: Iterable[Fact], until: date) -> list[Fact]:
    """Return the facts to check again on or before a day, or that expire by then; the most pressing first."""
    return sorted((fact for fact in facts if _pressing(fact) <= until), key=lambda fact: (_pressing(fact), fact.id))


def _pressing(fact: Fact) -> date:
    return min(fact.next_check_on, fact.valid_to or fact.next_check_on)


def uses(parts: Parts) -> dict[str, tuple[Use, ...]]:
    """Return the places that show each fact, by its id, in the order of the files; a fact nobody shows is left out."""
    found: dict[str, list[Use]] = {}
    for fact_id, use in _uses(parts):
        found.setdefault(fact_id, []).append(use)
    return {fact_id: tuple(dict.fromkeys(each)) for fact_id, each in found.items()}


def _uses(parts: Parts) -> Iterator[tuple[str, Use]]:
    for lesson in parts.lessons:
        for one in lesson.pointed:
            if one.mention and one.mention.kind == FACT:
                yield one.mention.id, Use(lesson.header.name, one.line, "leçon", lesson.header.value.id)
    for written in parts.in_yaml:
        kind = _KINDS.get(written.name.rpartition("/")[0], "")
        for location, text in strings(written.document.value, ()):
            for mention in references.find(text):
                if mention.kind == FACT:
                    line, _column = written.document.position(location)
                    yield mention.id, Use(written.name, line, kind, written.value.id, _part(written, location))


def _part(written: Written[Any], location: Location) -> str:
    """Return the id of the entry of a list of the file's first level that holds a place: a question, a situation."""
    first, *rest = location
    entries = written.document.value[first]
    rank = rest[0] if rest else None
    held = entries[rank] if isinstance(entries, list) and isinstance(rank, int) else None
    return str(held.get("id", "")) if isinstance(held, dict) else ""
