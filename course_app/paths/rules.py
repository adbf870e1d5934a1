"""Finding one's way: which item comes next, and how far each stage of the due-date line is.

Pure: receives catalogue items and item states, returns frozen values.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from course_app.library.catalog import AnyItem
from course_app.library.model import ItemKind, Lesson, Module, Path, Stage
from course_app.progress.rules import ItemKey, ItemState


class StepState(StrEnum):
    """Where a person stands with one step of a path; values are shown."""

    TO_DISCOVER = "à découvrir"
    OPEN = "en cours"
    DONE = "fait"
    SKIPPED = "passée"


@dataclass(frozen=True)
class Step:
    """One required item of a path, as Mon parcours lists it; `minutes` is its planned duration."""

    key: ItemKey
    title: str
    minutes: int
    state: StepState
    label: str
    is_next: bool


@dataclass(frozen=True)
class ModuleSteps:
    """One module of a path and its steps, in order."""

    module: Module
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state is StepState.DONE for step in self.steps)

    @property
    def is_stamped(self) -> bool:
        """Whether every step that was not skipped is done; a module without any is never stamped."""
        asked = sum(step.state is not StepState.SKIPPED for step in self.steps)
        return asked > 0 and self.done == asked

    @property
    def is_current(self) -> bool:
        """Whether the next step of the path is here."""
        return any(step.is_next for step in self.steps)


@dataclass(frozen=True)
class StageMark:
    """One stage of the due-date line: how many lessons it has, how many are done, whether the next one is here."""

    stage: Stage
    lessons: int
    done: int
    lesson_id: str | None
    is_here: bool = False

    @property
    def is_stamped(self) -> bool:
        """Whether every lesson of the stage is done; a stage without lessons is never stamped."""
        return self.lessons > 0 and self.done == self.lessons


def step_state(state: ItemState | None, *, is_skipped: bool = False) -> StepState:
    """Return how a step reads, given what is known of the person's work on it; work done beats a step skipped."""
    if state is None or (is_skipped and not state.is_open and not state.is_done):
        return StepState.SKIPPED if is_skipped else StepState.TO_DISCOVER
    if state.is_open:
        return StepState.OPEN
    return StepState.DONE if state.is_done else StepState.TO_DISCOVER


def steps(
    path: Path,
    items: Mapping[ItemKey, AnyItem],
    states: Mapping[ItemKey, ItemState],
    skipped: Collection[ItemKey] = frozenset(),
) -> tuple[ModuleSteps, ...]:
    """Return the steps of a path by module, in order; the first one neither done nor skipped is the next."""
    keys = [ref.key for ref in path.items if ref.key in items and ref.key not in skipped]
    following = next((key for key in keys if key not in states or not states[key].is_done), None)
    return tuple(
        ModuleSteps(
            module,
            tuple(
                _step(items[ref.key], states.get(ref.key), ref.key == following, ref.key in skipped)
                for ref in module.items
                if ref.key in items
            ),
        )
        for module in path.modules
    )


def _step(item: AnyItem, state: ItemState | None, is_next: bool, is_skipped: bool) -> Step:
    label = state.label if state else ""
    reads = step_state(state, is_skipped=is_skipped)
    return Step((item.kind, item.id), item.title, item.minutes, reads, label, is_next)


def due_date_line(lessons: Sequence[Lesson], states: Mapping[ItemKey, ItemState]) -> tuple[StageMark, ...]:
    """Return every stage in order, from quote to court, with the lessons it holds.

    `lessons` come in the order of the path: the first one not done is where the person is, whatever its stage.
    """
    done_ids = {name for (kind, name), state in states.items() if kind is ItemKind.LESSON and state.is_done}
    following = next((lesson for lesson in lessons if lesson.id not in done_ids), None)
    marks = []
    for stage in Stage:
        here = [lesson for lesson in lessons if lesson.stage is stage]
        undone = [lesson for lesson in here if lesson.id not in done_ids]
        target = next(iter(undone or here), None)
        is_here = following is not None and following.stage is stage
        marks.append(StageMark(stage, len(here), len(here) - len(undone), target.id if target else None, is_here))
    return tuple(marks)
