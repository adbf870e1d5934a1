"""Reads everything, says every fault, builds the catalogue.

The only place where files, checks and rendering meet. Knows neither where versions are kept nor who asks.
"""

import gc
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter

from course_app.library import files, wording
from course_app.library.building import build
from course_app.library.call_checks import call_findings
from course_app.library.calls import Phrasebook
from course_app.library.catalog import Catalog
from course_app.library.checks import Declared, anchor_findings, cross_findings, quoted_facts
from course_app.library.claim_checks import claim_findings
from course_app.library.clearance_checks import clearance_findings
from course_app.library.clearances import Information
from course_app.library.coverage_checks import coverage_findings
from course_app.library.exam_checks import exam_findings
from course_app.library.files import CallFile, ExerciseFile, GlossaryFile, LetterFile, QuizFile, ScenarioFile, Written
from course_app.library.folders import Folders
from course_app.library.forked import at_once
from course_app.library.freshness import freshness_findings
from course_app.library.letter_checks import letter_findings
from course_app.library.letters import CHECKLISTS, LETTERS, Checklist
from course_app.library.markdown_checks import Scan, scan, too_heavy
from course_app.library.model import Finding, ItemKind, LessonHeader, Path
from course_app.library.parts import Parts, WrittenLesson
from course_app.library.placement_checks import placement_findings
from course_app.library.quiz_checks import quiz_findings
from course_app.library.registers import Coverage
from course_app.library.registry import Use, uses
from course_app.library.scenario_checks import scenario_findings
from course_app.library.yaml_reader import Document, Fault, read_yaml

_Value = TypeVar("_Value")
_ID_LINE = re.compile(r"^id:[ ]*[\"']?([a-z0-9-]+)", re.MULTILINE)


@dataclass(frozen=True)
class Bundle:
    """What the files make: a catalogue, and every finding in the order of files and lines.

    `is_whole` is false when a file could not be turned into what it declares: the catalogue then lacks it.
    """

    catalog: Catalog
    findings: tuple[Finding, ...]
    is_whole: bool
    uses: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)
    """Places that show each fact, by its id."""

    @property
    def is_publishable(self) -> bool:
        """Whether this may become the published version: nothing missing and no error."""
        return self.is_whole and not any(finding.is_error for finding in self.findings)

    @property
    def only_aged(self) -> bool:
        """Whether the calendar alone stands against it: every error is a date that has passed."""
        return self.is_whole and all(finding.ages for finding in self.findings if finding.is_error)


Apart = Callable[[Callable[[], list[Finding]]], Callable[[], list[Finding]]]
"""How the faults are looked for: starts the search, returns what waits for what it found (`library.forked`)."""


def load(
    folders: Folders, exercise_bodies: Mapping[str, type[BaseModel]], today: date, apart: Apart = at_once
) -> Bundle:
    """Read all content; never raises because of what authors wrote.

    `exercise_bodies` gives, for each engine's name, the model its scripts must follow.
    """
    with _without_collections():
        gathering = _Gathering(folders, exercise_bodies)
        gathering.gather()
        return gathering.bundle(today, apart)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Pause the search for unreachable cycles: nearly all that a reading makes stays, and looking at it costs a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Gathering:
    """One reading of the files, from text to catalogue."""

    def __init__(self, folders: Folders, exercise_bodies: Mapping[str, type[BaseModel]]) -> None:
        self.folders = folders
        self.exercise_bodies = exercise_bodies
        self.parts = Parts()
        self.findings: list[Finding] = []
        self.items: set[tuple[ItemKind, str]] = set()
        self.tools: set[str] = set()
        self.is_whole = True

    def gather(self) -> None:
        """Understand every file, alone."""
        content, parts = self.folders.content, self.parts
        parts.sources = self._list(content / "sources.yaml", files.SOURCES)
        parts.facts = self._list(content / "facts.yaml", files.FACTS)
        parts.traps = self._list(content / "traps.yaml", files.TRAPS)
        parts.glossary = self._list(content / "glossary.yaml", GlossaryFile)
        parts.lessons = list(self._lessons())
        parts.quizzes = list(self._folder(self.folders.quizzes, QuizFile, ItemKind.QUIZ))
        parts.exercises = list(self._folder(content / "exercises", ExerciseFile, ItemKind.EXERCISE))
        parts.scenarios = list(self._folder(content / "scenarios", ScenarioFile, ItemKind.SCENARIO))
        parts.calls = list(self._folder(content / "calls", CallFile, ItemKind.CALL))
        parts.objections = self._optional(content / "objections.yaml", files.OBJECTIONS)
        parts.phrasebook = self._optional(content / "repliques.yaml", Phrasebook)
        if (content / "clearances.yaml").exists():
            parts.clearances = self._list(content / "clearances.yaml", files.CLEARANCES)
        if (content / "information.yaml").exists():
            parts.information = self._list(content / "information.yaml", Information)
        parts.letters = list(self._folder(content / "letters", LetterFile, LETTERS))
        if parts.letters or (content / "champs.yaml").exists():
            parts.fields = self._list(content / "champs.yaml", files.FIELDS)
        parts.checklists = list(self._folder(content / "checklists", Checklist, CHECKLISTS))
        parts.paths = list(self._folder(content / "paths", Path, None))
        if (content / "coverage.yaml").exists():
            parts.coverage = self._list(content / "coverage.yaml", Coverage)

    def _name(self, path: FilePath) -> str:
        for root in (self.folders.content, self.folders.quizzes):
            if path.is_relative_to(root):
                return files.printable("/".join((root.name, *path.relative_to(root).parts)))
        return files.printable(path.name)

    def _list(self, path: FilePath, model: type[_Value] | TypeAdapter[_Value]) -> Written[_Value] | None:
        file = files.read(path, self._name(path))
        return self._understood(file, read_yaml(file.text), model)

    def _optional(self, path: FilePath, model: type[_Value] | TypeAdapter[_Value]) -> Written[_Value] | None:
        """Read a list that only calls need: a content without calls may lack it."""
        return self._list(path, model) if path.exists() or self.parts.calls else None

    def _understood(
        self, file: files.SourceFile, document: Document, model: type[_Value] | TypeAdapter[_Value]
    ) -> Written[_Value] | None:
        written, found = files.understand(file, document, model)
        self.findings += [*found, *files.findings(file.name, files.unfinished(file))]
        self.is_whole &= written is not None
        return written

    def _paths(self, folder: FilePath, suffix: str) -> list[FilePath]:
        paths, strange = files.in_folder(folder, self._name(folder), suffix)
        self.findings += strange
        return paths

    def _folder(self, folder: FilePath, model: type[_Value], kind: ItemKind | str | None) -> Iterator[Written[_Value]]:
        for path in self._paths(folder, ".yaml"):
            file = files.read(path, self._name(path))
            document = read_yaml(file.text)
            self._declare(kind, file, document)
            written = self._understood(file, document, model)
            if written is not None:
                yield written

    def _declare(self, kind: ItemKind | str | None, file: files.SourceFile, document: Document) -> None:
        """Note that an item or a tool exists, even in a file too broken to be understood: one fault is enough for it.

        A tool is named by the start of its address.
        """
        whole = isinstance(document.value, Mapping)
        names = [str(document.value.get("id"))] if whole else _ID_LINE.findall(file.text)
        if isinstance(kind, ItemKind):
            self.items |= {(kind, name) for name in names}
        elif kind is not None:
            self.tools |= {f"{kind}{name}" for name in names}

    def _lessons(self) -> Iterator[WrittenLesson]:
        for path in self._paths(self.folders.content / "modules", ".md"):
            file = files.read(path, self._name(path))
            document, body, above = files.split_front_matter(file)
            self._declare(ItemKind.LESSON, file, document)
            header = self._understood(file, document, LessonHeader)
            reason = too_heavy(body)
            found = Scan([Fault(above + 1, 1, "texte-trop-lourd", reason)]) if reason else scan(body, above)
            self.findings += files.findings(file.name, found.faults)
            self.is_whole &= reason is None
            if header is not None and reason is None:
                yield WrittenLesson(header, body, above, found)

    def bundle(self, today: date, apart: Apart) -> Bundle:
        """Check the files together and build the catalogue."""
        parts = self.parts
        faults = apart(lambda: list(self._faults(today)))
        catalog, refused = build(parts, self.exercise_bodies)
        self.findings += [*faults(), *refused]
        scripted: list[Written[Any]] = [*parts.exercises, *parts.scenarios]
        for written in scripted:
            self.findings += anchor_findings(written, catalog.lessons)
        if self.is_whole and not refused:  # what a broken file holds is missing for one reason, already told
            self.findings += coverage_findings(parts.coverage, catalog)
        ordered = sorted(dict.fromkeys(self.findings), key=lambda one: (one.path, one.line, one.column, one.code))
        return Bundle(catalog, tuple(ordered), self.is_whole and not refused, uses(parts))

    def _faults(self, today: date) -> Iterator[Finding]:
        """Yield the faults that the files show before anything is made of them."""
        parts = self.parts
        yield from cross_findings(parts, self._declared())
        yield from freshness_findings(parts, today, quoted_facts(parts))
        for quiz in parts.quizzes:
            yield from quiz_findings(quiz)
        for scenario in parts.scenarios:
            yield from scenario_findings(scenario)
        yield from exam_findings(parts)
        yield from placement_findings(parts)
        yield from call_findings(parts)
        yield from clearance_findings(parts)
        yield from letter_findings(parts, is_whole=self.is_whole)
        yield from self._wording()
        yield from claim_findings(parts)
        yield from self._nothing()

    def _nothing(self) -> Iterator[Finding]:
        """Yield a fault for each folder a site cannot do without, when it holds no file."""
        content = self.folders.content
        for folder, suffix in ((content / "modules", ".md"), (content / "paths", ".yaml")):
            if not files.in_folder(folder, "", suffix)[0]:
                message = f"il faut au moins un fichier {suffix} dans ce dossier"
                yield Finding(self._name(folder), 1, 1, "dossier-vide", message)

    def _declared(self) -> Declared:
        sources, facts, glossary = self.parts.sources, self.parts.facts, self.parts.glossary
        return Declared(
            items=frozenset(self.items),
            sources=frozenset(source.id for source in sources.value) if sources else None,
            facts=frozenset(fact.id for fact in facts.value) if facts else None,
            terms=frozenset(term.id for term in glossary.value.terms) if glossary else None,
            tools=frozenset(self.tools),
        )

    def _wording(self) -> Iterator[Finding]:
        parts, known = self.parts, self.parts.known
        for lesson in parts.lessons:
            yield from wording.values_findings(lesson.header, known)
            yield from wording.body_findings(lesson.header.name, lesson.body, lesson.above, known)
        for quiz in parts.quizzes:
            yield from wording.values_findings(quiz, known)
            yield from wording.feedback_findings(quiz, known)
        for scenario in parts.scenarios:
            yield from wording.values_findings(scenario, known)
            yield from wording.feedback_findings(scenario, known)
        for exercise in parts.exercises:
            yield from wording.values_findings(exercise, known, relaxed=("script",))
        tools: list[Written[Any]] = [*parts.letters, *parts.checklists]
        spoken: tuple[Written[Any] | None, ...] = (parts.objections, parts.phrasebook, *parts.calls)
        told: tuple[Written[Any] | None, ...] = (parts.clearances, parts.information)
        lists: tuple[Written[Any] | None, ...] = (parts.glossary, *spoken, *parts.paths, parts.fields, *tools, *told)
        for written in lists:
            if written is not None:
                yield from wording.values_findings(written, known)
