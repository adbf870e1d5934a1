"""What learning events are called, and what they add up to: completion and the line that resumes.

Pure: receives plain values, never rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from course_app.library.calls import Temperature
from course_app.library.model import ItemKind

ItemKey = tuple[ItemKind, str]


class EventKind(StrEnum):
    """A fact of learning; values are the slugs kept in the log."""

    LESSON_OPENED = "lecon-ouverte"
    LESSON_READ = "lecon-lue"
    QUIZ_STARTED = "quiz-commence"
    QUESTION_ANSWERED = "question-repondue"
    QUIZ_FINISHED = "quiz-termine"
    EXERCISE_STARTED = "exercice-commence"
    DECISION_MADE = "decision-prise"
    DECISION_UNDONE = "decision-annulee"
    SESSION_CLOSED = "seance-close"
    EXERCISE_FINISHED = "exercice-termine"
    SCENARIO_STARTED = "scenario-commence"
    SCENARIO_FINISHED = "scenario-termine"
    CALL_STARTED = "appel-commence"
    CALL_TURN = "replique-dite"
    CALL_TURN_UNDONE = "replique-reprise"
    CALL_FINISHED = "appel-termine"
    EXAM_PASSED = "test-reussi"
    EXAM_FAILED = "test-manque"
    CERTIFICATE_ISSUED = "attestation-etablie"


STARTING = frozenset(
    {EventKind.QUIZ_STARTED, EventKind.EXERCISE_STARTED, EventKind.SCENARIO_STARTED, EventKind.CALL_STARTED}
)
"""The events that start an attempt, in any room."""

FINISHING_EVENT: Mapping[ItemKind, EventKind] = {
    ItemKind.LESSON: EventKind.LESSON_READ,
    ItemKind.QUIZ: EventKind.QUIZ_FINISHED,
    ItemKind.EXERCISE: EventKind.EXERCISE_FINISHED,
    ItemKind.SCENARIO: EventKind.SCENARIO_FINISHED,
    ItemKind.CALL: EventKind.CALL_FINISHED,
}


@dataclass(frozen=True)
class Exam:
    """What one sent test was worth, as the log keeps it for the rooms that may not know the tests.

    `learner_id` and `test_id` say whose and which (the path is the one whose `Catalog.test_of` it is), `content_hash`
    the questions as drawn, `attempt` and `receipt` the sending, `percent` whole, `red_lines` how many were crossed,
    `told_at` when it was told (a regrading may tell a success later).
    """

    learner_id: UUID
    test_id: str
    content_hash: str
    attempt: str
    receipt: int
    percent: int
    red_lines: int
    passed: bool
    told_at: datetime


@dataclass(frozen=True)
class CallResult:
    """One call that reached its end, from the second attempt on.

    `worst` is the slug of its worst sentence's grade; `replay`: a moment played again rather than a whole call;
    `concluded`: the learner ended it, neither the customer nor the clock.
    """

    call_id: str
    at: datetime
    counts: bool
    temperature: Temperature
    guided: bool
    replay: bool
    concluded: bool
    red_lines: int
    worst: str


@dataclass(frozen=True)
class ItemState:
    """Where a person stands with one item: `place` resumes it, `label` names the place in French."""

    kind: ItemKind
    item_id: str
    content_hash: str
    place: Mapping[str, object]
    label: str
    updated_at: datetime
    done_at: datetime | None

    @property
    def is_done(self) -> bool:
        """Whether the item was finished once; starting it again does not undo that."""
        return self.done_at is not None

    @property
    def is_open(self) -> bool:
        """Whether a place is kept to come back to."""
        return bool(self.place)


@dataclass(frozen=True)
class Completion:
    """How much of a path is done: a set of required ids, never a rounded percentage (evidence.md §2.4)."""

    required: tuple[ItemKey, ...]
    done: frozenset[ItemKey]

    @property
    def is_complete(self) -> bool:
        """Whether every required item is done; a path without items is never complete."""
        return bool(self.required) and self.done.issuperset(self.required)

    @property
    def remaining(self) -> tuple[ItemKey, ...]:
        """Required items still to do, in the path's order."""
        return tuple(key for key in self.required if key not in self.done)


def completion(required: Iterable[ItemKey], states: Mapping[ItemKey, ItemState]) -> Completion:
    """Return the completion of a list of required items, given what the person has done."""
    wanted = tuple(dict.fromkeys(required))
    return Completion(wanted, frozenset(key for key in wanted if key in states and states[key].is_done))


def to_resume(states: Iterable[ItemState]) -> ItemState | None:
    """Return the place a person left last, or None when nothing is open."""
    return max((state for state in states if state.is_open), key=lambda state: state.updated_at, default=None)
