"""What one file owes to another: ids that are unique, targets that exist, paths that lead somewhere.

Takes what was understood of the files; says nothing of a file that could not be understood, except that what it
declares exists.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from course_app.library import references
from course_app.library.files import Written
from course_app.library.letters import CHECKLISTS, LETTERS
from course_app.library.markdown_checks import Pointed
from course_app.library.markdown_html import PREFIXES
from course_app.library.model import Finding, ItemKind, Lesson, Path
from course_app.library.parts import Parts, WrittenLesson
from course_app.library.references import FACT
from course_app.library.yaml_reader import Location

_WORDS: Mapping[str, str] = {
    "lesson": "leçon inconnue",
    "quiz": "quiz inconnu",
    "exercise": "exercice inconnu",
    "scenario": "scénario inconnu",
    "call": "appel inconnu",
    "source": "source inconnue",
    "fact": "fait inconnu",
    "term": "terme inconnu",
}
_CODES: Mapping[str, str] = {
    name: words.replace("ç", "c").replace("é", "e").replace(" ", "-") for name, words in _WORDS.items()
}

_TOOLS: Mapping[str, tuple[str, str]] = {
    LETTERS: ("lettre-inconnue", "lettre inconnue"),
    CHECKLISTS: ("liste-inconnue", "liste à cocher inconnue"),
}


@dataclass(frozen=True)
class Declared:
    """Every id that some file declares, even a file with faults; None where the list itself could not be read."""

    items: frozenset[tuple[ItemKind, str]]
    sources: frozenset[str] | None
    facts: frozenset[str] | None
    terms: frozenset[str] | None
    tools: frozenset[str]
    """Addresses of the letters and the checklists."""

    def knows(self, name: str, target: str) -> bool:
        """Whether a target exists, or may exist in a list that could not be read."""
        lists = {"source": self.sources, "fact": self.facts, "term": self.terms}
        if name in lists:
            declared = lists[name]
            return declared is None or target in declared
        return (ItemKind(name), target) in self.items


def cross_findings(parts: Parts, declared: Declared) -> Iterator[Finding]:
    """Yield the faults that appear when files are read together."""
    yield from _duplicates(parts)
    for lesson in parts.lessons:
        yield from _lesson(lesson, declared)
    yield from _prerequisite_loops(parts.lessons)
    for written in parts.in_yaml:
        yield from _pointers(written, written.document.value, (), declared)
        yield from _text_references(written, written.document.value, (), declared)
    for number, fact in enumerate(parts.facts.value if parts.facts else ()):
        if parts.facts and not declared.knows("source", fact.source):
            yield _unknown(parts.facts, (number, "source"), "source", fact.source)
    yield from _paths(parts, declared)


def quoted_facts(parts: Parts) -> frozenset[str]:
    """Return the ids of the facts that lessons, quizzes, exercises and scenarios show."""
    pointed = [one.mention for lesson in parts.lessons for one in lesson.pointed if one.mention]
    texts = [text for written in parts.in_yaml for _at, text in strings(written.document.value, ())]
    found = [*pointed, *(mention for text in texts for mention in references.find(text))]
    return frozenset(mention.id for mention in found if mention.kind == FACT)


def _unknown(written: Written[Any], location: Location, name: str, target: str) -> Finding:
    return written.finding(location, _CODES[name], f"{_WORDS[name]} : « {target} »")


def _duplicates(parts: Parts) -> Iterator[Finding]:
    lessons = [lesson.header for lesson in parts.lessons]
    groups: tuple[list[Written[Any]], ...] = (
        lessons, list(parts.quizzes), list(parts.exercises), list(parts.scenarios), list(parts.calls), list(parts.paths),
        list(parts.letters), list(parts.checklists),
    )  # fmt: skip
    for group in groups:
        first: dict[str, str] = {}
        for written in group:
            other = first.setdefault(written.value.id, written.name)
            if other != written.name:
                message = f"l'identifiant « {written.value.id} » est déjà pris par {other}"
                yield written.finding(("id",), "identifiant-en-double", message)
    if parts.sources:
        yield from _repeated(parts.sources, (), [source.id for source in parts.sources.value])
    if parts.facts:
        yield from _repeated(parts.facts, (), [fact.id for fact in parts.facts.value])
    if parts.glossary:
        yield from _repeated(parts.glossary, ("terms",), [term.id for term in parts.glossary.value.terms])


def _repeated(written: Written[Any], under: Location, ids: Iterable[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, one in enumerate(ids):
        if one in seen:
            message = f"l'identifiant « {one} » sert déjà plus haut"
            yield written.finding((*under, number, "id"), "identifiant-en-double", message)
        seen.add(one)


def _lesson(lesson: WrittenLesson, declared: Declared) -> Iterator[Finding]:
    header = lesson.header
    yield from _pointers(header, header.document.value, (), declared)
    for number, target in enumerate(header.value.prerequisites):
        if not declared.knows("lesson", target):
            yield _unknown(header, ("prerequisites", number), "lesson", target)
    for embed in lesson.embeds:
        if not declared.knows(embed.kind, embed.id):
            message = f"{_WORDS[embed.kind]} : « {embed.id} »"
            yield Finding(header.name, embed.line, embed.column, _CODES[embed.kind], message)
    for pointed in lesson.pointed:
        for code, message in _pointed_faults(pointed, declared):
            yield Finding(header.name, pointed.line, pointed.column, code, message)
    for box, words in (("a-retenir", "finissez par « ::: a-retenir »"), ("case", "racontez le cas dans « ::: case »")):
        if box not in lesson.scan.boxes:
            yield Finding(header.name, lesson.above + 1, 1, f"sans-{box}", words, Finding.WARNING)


def _pointed_faults(pointed: Pointed, declared: Declared) -> Iterator[tuple[str, str]]:
    if pointed.mention is not None:
        name = "fact" if pointed.mention.kind == FACT else "term"
        if not declared.knows(name, pointed.mention.id):
            yield _CODES[name], f"{_WORDS[name]} : « {pointed.mention.id} »"
    for kind, prefix in PREFIXES.items():
        target = pointed.address.removeprefix(prefix).partition("#")[0]
        if pointed.address.startswith(prefix) and not declared.knows(kind, target):
            yield _CODES[kind], f"{_WORDS[kind]} : « {target} »"
    for prefix, (code, words) in _TOOLS.items():
        if pointed.address.startswith(prefix) and pointed.address.partition("#")[0] not in declared.tools:
            yield code, f"{words} : « {pointed.address.removeprefix(prefix)} »"


def _prerequisite_loops(lessons: list[WrittenLesson]) -> Iterator[Finding]:
    needs = {lesson.header.value.id: lesson.header.value.prerequisites for lesson in lessons}
    for lesson in lessons:
        ahead, seen = list(needs[lesson.header.value.id]), set[str]()
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                ahead += needs.get(one, ())
        if lesson.header.value.id in seen:
            message = "cette leçon finit par se demander elle-même comme préalable"
            yield lesson.header.finding(("prerequisites",), "prealables-en-boucle", message)


def _pointers(written: Written[Any], value: Any, location: Location, declared: Declared) -> Iterator[Finding]:
    """Yield the unknown targets of keys named `lesson`, `source` and `sources`, wherever they stand."""
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        place = (*location, key)
        if key in {"lesson", "source"} and isinstance(part, str) and part and not declared.knows(key, part):
            yield _unknown(written, place, key, part)
        elif key == "sources" and isinstance(part, list):
            for number, source in enumerate(part):
                if isinstance(source, str) and not declared.knows("source", source):
                    yield _unknown(written, (*place, number), "source", source)
        else:
            yield from _pointers(written, part, place, declared)


def strings(value: Any, location: Location) -> Iterator[tuple[Location, str]]:
    """Yield the strings of a YAML value, with where they are; `location` is where the value itself is."""
    if isinstance(value, str):
        yield location, value
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from strings(part, (*location, key))


def _text_references(written: Written[Any], value: Any, under: Location, declared: Declared) -> Iterator[Finding]:
    for location, text in strings(value, under):
        for mention in references.find(text):
            name = "fact" if mention.kind == FACT else "term"
            if not declared.knows(name, mention.id):
                yield _unknown(written, location, name, mention.id)
        if next(references.broken(text), None) is not None:
            message = "renvoi mal écrit : {{fait:identifiant}}, {{terme:identifiant}} ou {{terme:identifiant|mots}}"
            yield written.finding(location, "renvoi-mal-ecrit", message)


def _paths(parts: Parts, declared: Declared) -> Iterator[Finding]:
    reached: set[tuple[ItemKind, str]] = set()
    for path in parts.paths:
        yield from _steps(path, declared)
        reached |= {ref.key for ref in path.value.items}
    for lesson in parts.lessons:
        if parts.paths and (ItemKind.LESSON, lesson.header.value.id) not in reached:
            message = "cette leçon n'est dans aucun parcours (content/paths)"
            yield lesson.header.finding(("id",), "hors-parcours", message, Finding.WARNING)


def _steps(path: Written[Path], declared: Declared) -> Iterator[Finding]:
    """Yield the steps of one path that lead nowhere or come twice, and the modules that share an id."""
    seen: set[tuple[ItemKind, str]] = set()
    names: set[str] = set()
    for rank, module in enumerate(path.value.modules):
        if module.id in names:
            yield path.finding(("modules", rank, "id"), "id-en-double", f"« {module.id} » nomme déjà un module")
        names.add(module.id)
        for number, ref in enumerate(module.items):
            place = ("modules", rank, "items", number)
            if not declared.knows(ref.kind, ref.id):
                yield _unknown(path, (*place, "id"), ref.kind, ref.id)
            if ref.key in seen:
                yield path.finding(place, "etape-en-double", f"« {ref.id} » est déjà dans ce parcours")
            seen.add(ref.key)


def anchor_findings(written: Written[Any], lessons: Mapping[str, Lesson]) -> Iterator[Finding]:
    """Yield the anchors of an exercise or a scenario that name no title of the lesson beside them."""
    for location, pointer in _anchored(written.document.value, ()):
        lesson = lessons.get(str(pointer.get("lesson")))
        known = [heading.anchor for heading in lesson.outline] if lesson else []
        if lesson and pointer["anchor"] and pointer["anchor"] not in known:
            message = f"« {pointer['anchor']} » n'est pas un titre de cette leçon. Titres : {', '.join(known)}"
            yield written.finding((*location, "anchor"), "ancre-inconnue", message)


def _anchored(value: Any, location: Location) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    if isinstance(value, Mapping) and {"lesson", "anchor"} <= set(value):
        yield location, value
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _anchored(part, (*location, key))
