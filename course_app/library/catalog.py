"""The read-only index of everything published, by id, and the rebuilding of archived items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from course_app.library.calls import Call, Objection, Phrasebook
from course_app.library.clearances import CallType, ClearanceRule, Information
from course_app.library.letters import Checklist, Letter
from course_app.library.model import Exercise, ItemKind, Lesson, Path, Quiz, QuizKind, digest
from course_app.library.registers import EnumLabel, Fact, SourceRef, Term
from course_app.library.scenario_model import Scenario

AnyItem = Lesson | Quiz | Exercise | Scenario | Call
"""Whatever a learner can work through."""

ITEM_MODELS: Mapping[ItemKind, type[AnyItem]] = MappingProxyType(
    {
        ItemKind.LESSON: Lesson,
        ItemKind.QUIZ: Quiz,
        ItemKind.EXERCISE: Exercise,
        ItemKind.SCENARIO: Scenario,
        ItemKind.CALL: Call,
    }
)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Entry = TypeVar("_Entry", bound=_Named)


def index(entries: Iterable[_Entry]) -> Mapping[str, _Entry]:
    """Return a read-only mapping by id, in the order given; the first of two entries with one id wins."""
    found: dict[str, _Entry] = {}
    for entry in entries:
        found.setdefault(entry.id, entry)
    return MappingProxyType(found)


@dataclass(frozen=True)
class Catalog:
    """Everything published. Each mapping is read-only, by id, in the order of the files."""

    lessons: Mapping[str, Lesson] = field(default_factory=dict)
    quizzes: Mapping[str, Quiz] = field(default_factory=dict)
    exercises: Mapping[str, Exercise] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    letters: Mapping[str, Letter] = field(default_factory=dict)
    checklists: Mapping[str, Checklist] = field(default_factory=dict)
    paths: Mapping[str, Path] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    sources: Mapping[str, SourceRef] = field(default_factory=dict)
    enum_labels: tuple[EnumLabel, ...] = ()
    objections: tuple[Objection, ...] = ()
    phrasebook: Phrasebook | None = None
    clearances: tuple[ClearanceRule, ...] = ()
    information: Information | None = None

    @cached_property
    def content_hash(self) -> str:
        """The version of the whole: SHA-256 (hexadecimal) over every item, tool, path, term, fact, source and label."""
        items = [
            [item.kind.value, item.id, item.content_hash] for group in self.groups.values() for item in group.values()
        ]
        rest = [
            entry.model_dump(mode="json")
            for group in (self.letters, self.checklists, self.paths, self.terms, self.facts, self.sources)
            for entry in group.values()
        ]
        labels = [label.model_dump(mode="json") for label in (*self.enum_labels, *self.objections, *self.clearances)]
        shared = [one.model_dump(mode="json") if one else None for one in (self.phrasebook, self.information)]
        return digest([items, rest, labels, shared])

    @cached_property
    def _labels(self) -> Mapping[tuple[str, str], str]:
        return {(label.enum, label.member): label.label for label in self.enum_labels}

    @property
    def groups(self) -> Mapping[ItemKind, Mapping[str, AnyItem]]:
        """Every item, by kind then by id."""
        return {
            ItemKind.LESSON: self.lessons,
            ItemKind.QUIZ: self.quizzes,
            ItemKind.EXERCISE: self.exercises,
            ItemKind.SCENARIO: self.scenarios,
            ItemKind.CALL: self.calls,
        }

    def item(self, kind: ItemKind, item_id: str) -> AnyItem | None:
        """Return the item of this kind and id, None when there is none."""
        return self.groups[kind].get(item_id)

    def test_of(self, path: Path) -> Quiz | None:
        """Return the test that certifies a path: the last test among its items, None when it has none."""
        quizzes = [self.quizzes[ref.id] for ref in path.items if ref.kind is ItemKind.QUIZ and ref.id in self.quizzes]
        return next((quiz for quiz in reversed(quizzes) if quiz.kind_of_quiz is QuizKind.TEST), None)

    def rule_of(self, call_type: CallType) -> ClearanceRule | None:
        """Return the rule that opens a kind of call, None when none does."""
        return next((rule for rule in self.clearances if rule.call_type is call_type), None)

    def label(self, member: StrEnum) -> str:
        """Return the French label of an enumeration's member, its stored slug when the glossary has none."""
        return self._labels.get((type(member).__name__, member.name), member.value)


class _Dump(BaseModel):
    """A catalogue as JSON."""

    lessons: tuple[Lesson, ...] = ()
    quizzes: tuple[Quiz, ...] = ()
    exercises: tuple[Exercise, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    calls: tuple[Call, ...] = ()
    letters: tuple[Letter, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    paths: tuple[Path, ...] = ()
    terms: tuple[Term, ...] = ()
    facts: tuple[Fact, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    enum_labels: tuple[EnumLabel, ...] = ()
    objections: tuple[Objection, ...] = ()
    phrasebook: Phrasebook | None = None
    clearances: tuple[ClearanceRule, ...] = ()
    information: Information | None = None


_PLAIN_FIELDS = ("enum_labels", "objections", "phrasebook", "clearances", "information")
"""What a dump holds as it is; the rest is indexed by id."""


def dump(catalog: Catalog) -> str:
    """Return a whole catalogue as JSON, for `load_dump`."""
    plain: dict[str, Any] = {name: getattr(catalog, name) for name in _PLAIN_FIELDS}
    groups = {name: tuple(getattr(catalog, name).values()) for name in _Dump.model_fields if name not in plain}
    return _Dump(**groups, **plain).model_dump_json()


def load_dump(text: str) -> Catalog:
    """Rebuild a catalogue exactly as it was dumped. Raises ValueError when the JSON does not describe one."""
    found = _Dump.model_validate_json(text)
    return Catalog(
        lessons=index(found.lessons),
        quizzes=index(found.quizzes),
        exercises=index(found.exercises),
        scenarios=index(found.scenarios),
        calls=index(found.calls),
        letters=index(found.letters),
        checklists=index(found.checklists),
        paths=index(found.paths),
        terms=index(found.terms),
        facts=index(found.facts),
        sources=index(found.sources),
        enum_labels=found.enum_labels,
        objections=found.objections,
        phrasebook=found.phrasebook,
        clearances=found.clearances,
        information=found.information,
    )


def restore(kind: ItemKind | str, body_json: str) -> AnyItem:
    """Rebuild an item from its archived JSON (`item.model_dump_json()`), under the hash it had then.

    Raises ValueError when the kind is unknown or the JSON no longer describes such an item.
    """
    return ITEM_MODELS[ItemKind(kind)].model_validate_json(body_json)
