"""What the lists of exercises and runs show: frozen pages (play: `desk_pages`; judgement: `debrief_pages`).

Pure: no database, no Flask, no grade.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from course_app.exercise.models import ExerciseRun
from course_app.exercise.runs import is_outdated
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
