"""Everything written, gathered before it is compared: files understood, and what each says."""

from dataclasses import dataclass, field
from typing import Any

from course_app.library.calls import Objection, Phrasebook
from course_app.library.clearances import ClearanceRule, Information
from course_app.library.files import CallFile, ExerciseFile, GlossaryFile, LetterFile, QuizFile, ScenarioFile, Written
from course_app.library.letters import Checklist, LetterField
from course_app.library.markdown_checks import Embed, Pointed, Scan
from course_app.library.model import LessonHeader, Path
from course_app.library.references import Known
from course_app.library.registers import Coverage, Fact, SourceRef, Trap


@dataclass(frozen=True)
class WrittenLesson:
    """A lesson as written: its front matter, its body, the lines above the body, what the body points to."""

    header: Written[LessonHeader]
    body: str
    above: int
    scan: Scan

    @property
    def embeds(self) -> tuple[Embed, ...]:
        """The quizzes and exercises it leads to, in order."""
        return tuple(self.scan.embeds)

    @property
    def pointed(self) -> tuple[Pointed, ...]:
        """The references and links of its body, in order."""
        return tuple(self.scan.pointed)


@dataclass
class Parts:
    """What was understood of the files, in their order, before any of it is shown."""

    sources: Written[tuple[SourceRef, ...]] | None = None
    facts: Written[tuple[Fact, ...]] | None = None
    traps: Written[tuple[Trap, ...]] | None = None
    glossary: Written[GlossaryFile] | None = None
    coverage: Written[Coverage] | None = None
    lessons: list[WrittenLesson] = field(default_factory=list)
    quizzes: list[Written[QuizFile]] = field(default_factory=list)
    exercises: list[Written[ExerciseFile]] = field(default_factory=list)
    scenarios: list[Written[ScenarioFile]] = field(default_factory=list)
    calls: list[Written[CallFile]] = field(default_factory=list)
    objections: Written[tuple[Objection, ...]] | None = None
    phrasebook: Written[Phrasebook] | None = None
    fields: Written[tuple[LetterField, ...]] | None = None
    letters: list[Written[LetterFile]] = field(default_factory=list)
    checklists: list[Written[Checklist]] = field(default_factory=list)
    clearances: Written[tuple[ClearanceRule, ...]] | None = None
    information: Written[Information] | None = None
    paths: list[Written[Path]] = field(default_factory=list)

    @property
    def in_yaml(self) -> list[Written[Any]]:
        """What is written one a file in YAML: quizzes, exercises, scenarios, calls, letters, checklists."""
        items: list[Written[Any]] = [*self.quizzes, *self.exercises, *self.scenarios, *self.calls]
        return [*items, *self.letters, *self.checklists]

    @property
    def known(self) -> Known:
        """What references may point to; the first of two entries with one id."""
        facts = {fact.id: fact for fact in reversed(self.facts.value)} if self.facts else {}
        terms = {term.id: term for term in reversed(self.glossary.value.terms)} if self.glossary else {}
        return Known(facts, terms)
