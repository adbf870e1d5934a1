"""What the index and the debrief of an exercise show: frozen pages built from runs (play: `desk_pages`).

Pure: no database, no Flask. Grades enter a page only with the debrief.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from course_app.core.french import NBSP, number, ordinal_day
from course_app.exercise.engine.contract import Debrief, MomentReview
from course_app.exercise.models import ExerciseRun
from course_app.exercise.runs import Run, is_outdated
from course_app.library.model import Exercise


@dataclass(frozen=True)
class RunLine:
    """One run in a list: `is_readable` unless its engine changed since."""

    id: uuid.UUID
    number: int
    guided: bool
    started_at: datetime
    is_finished: bool
    is_readable: bool
    is_replay: bool


@dataclass(frozen=True)
class ExerciseCard:
    """One exercise with the learner's runs, latest first."""

    exercise: Exercise
    runs: tuple[RunLine, ...]

    @property
    def level(self) -> str:
        """How hard it is, for the exercises that say so; empty for the others."""
        return str(self.exercise.body.get("level", ""))

    @property
    def open_run(self) -> RunLine | None:
        """The run to resume: the latest one that is not finished."""
        return next((run for run in self.runs if run.is_readable and not run.is_finished), None)

    @property
    def last_finished(self) -> RunLine | None:
        """The latest run with a debrief."""
        return next((run for run in self.runs if run.is_readable and run.is_finished), None)


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: its place in the drawing and its words, empty when there is no room for them."""

    at: int
    label: str


@dataclass(frozen=True)
class Drawing:
    """The cash curve as a drawing, in units of its own box: two broken lines, ticks, where their labels stand."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    mine: str
    reference: str
    days: tuple[Tick, ...]
    amounts: tuple[Tick, ...]


@dataclass(frozen=True)
class DebriefPage:
    """The debrief of a run; `marked` are the moments the learner thought mattered, before knowing."""

    run: RunLine
    exercise: Exercise
    debrief: Debrief
    marked: tuple[int, ...]
    drawing: Drawing
    takeaway: str

    @property
    def bad_luck_cents(self) -> int:
        """What luck cost, as an amount to read."""
        return max(0, -self.debrief.luck_cents)

    @property
    def found(self) -> int:
        """How many of the moments that mattered the learner had marked."""
        return len(set(self.marked) & set(self.debrief.key_numbers))


@dataclass(frozen=True)
class MomentPage:
    """One judged moment, with the key moments around it."""

    run: RunLine
    exercise: Exercise
    moment: MomentReview
    rank: int | None
    """Its rank among the key moments, from 1."""
    keys: int
    previous: int | None
    following: int | None


def run_line(row: ExerciseRun, exercise: Exercise) -> RunLine:
    """Return a run as lists show it."""
    return RunLine(
        id=row.id,
        number=row.number,
        guided=row.guided,
        started_at=row.started_at,
        is_finished=row.finished_at is not None,
        is_readable=not is_outdated(row, exercise),
        is_replay=row.replay_of is not None,
    )


def exercise_card(exercise: Exercise, rows: Sequence[ExerciseRun]) -> ExerciseCard:
    """Return an exercise with the runs played on it."""
    mine = [run_line(row, exercise) for row in rows if row.exercise_id == exercise.id]
    return ExerciseCard(exercise, tuple(reversed(mine)))


def debrief_page(run: Run, marked: Sequence[int]) -> DebriefPage:
    """Return the debrief of a finished run."""
    known = {moment.number for moment in run.debrief.moments}
    return DebriefPage(
        run=run_line(run.row, run.exercise),
        exercise=run.exercise,
        debrief=run.debrief,
        marked=tuple(sorted(known.intersection(marked))),
        drawing=_drawing(run.debrief),
        takeaway=run.row.takeaway or "",
    )


def moment_page(run: Run, number: int) -> MomentPage:
    """Return one moment of a finished run; raise `NotFound` outside it."""
    moment, keys = run.moment(number), run.debrief.key_numbers
    rank = keys.index(number) if number in keys else None
    return MomentPage(
        run=run_line(run.row, run.exercise),
        exercise=run.exercise,
        moment=moment,
        rank=None if rank is None else rank + 1,
        keys=len(keys),
        previous=keys[rank - 1] if rank else None,
        following=keys[rank + 1] if rank is not None and rank + 1 < len(keys) else None,
    )


WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 380, 230, 64, 24, 12, 34
LABEL_HALF = 23
"""Half the room a day needs under the axis."""
_SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
_NICE_STEPS = (1, 2, 5)
_AXIS_PARTS = 4


def _drawing(debrief: Debrief) -> Drawing:
    """Place the curve in its box: days from left to right, euros from bottom to top, steps when money comes."""
    points = debrief.curve
    first, last = points[0].on, points[-1].on
    highest = max(debrief.initial_cents, 1)
    step = _nice_step(highest)
    days = [LEFT + (WIDTH - LEFT - RIGHT) * (point.on - first).days // max((last - first).days, 1) for point in points]
    mine = [_height(point.collected_cents, highest) for point in points]
    reference = [_height(point.reference_cents or 0, highest) for point in points]
    return Drawing(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - FOOT,
        mine=_steps(days, mine),
        reference=_steps(days, reference) if points[-1].reference_cents is not None else "",
        days=_day_ticks(days, [point.on for point in points]),
        amounts=tuple(
            Tick(_height(cents, highest), f"{number(cents // 100)}{NBSP}€") for cents in range(0, highest + 1, step)
        ),
    )


def _day_ticks(places: Sequence[int], days: Sequence[date]) -> tuple[Tick, ...]:
    """Return the days under the axis, in words while they do not touch."""
    ticks: list[Tick] = []
    free_from = 0
    for at, day in zip(places, days, strict=True):
        label = _short_date(day) if at - LABEL_HALF >= free_from else ""
        free_from = at + LABEL_HALF if label else free_from
        ticks.append(Tick(at, label))
    return tuple(ticks)


def _short_date(day: date) -> str:
    return f"{ordinal_day(day.day)} {_SHORT_MONTHS[day.month - 1]}"


def _height(cents: int, highest: int) -> int:
    return HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * cents // highest


def _steps(days: Sequence[int], heights: Sequence[int]) -> str:
    """Return the points of a staircase: level until a day, then straight up."""
    corners = [f"{days[0]},{heights[0]}"]
    for rank in range(1, len(days)):
        corners += [f"{days[rank]},{heights[rank - 1]}", f"{days[rank]},{heights[rank]}"]
    return " ".join(corners)


def _nice_step(highest: int) -> int:
    """Return a round step in cents that cuts an axis in about four."""
    power = 1
    while True:
        for step in _NICE_STEPS:
            if step * power * _AXIS_PARTS >= highest:
                return step * power
        power *= 10
