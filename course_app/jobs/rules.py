"""What a job may be, how long a silent runner keeps it, and how many a person may have at once.

Pure: knows neither the web nor the database.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

LEASE = timedelta(seconds=15)
"""A runner that has said nothing for so long is taken for dead: five missed beats."""
BEAT_SECONDS = 3.0
MOST_UNFINISHED = 3
"""Jobs of one person waiting or running at once; a double click or a script cannot fill the queue."""
MOST_KEPT = 60
"""Finished jobs of one kind kept for one person; older ones leave when a new one is asked."""
MOST_ATTEMPTS = 3
"""Starts of one job before it is given up: work that kills its runner must not kill every runner."""
KIND_LENGTH, PAGE_LENGTH, ERROR_LENGTH, RUNNER_LENGTH = 40, 300, 400, 80

GIVEN_UP = "Ce calcul s'est arrêté plusieurs fois sans finir. Relancez-le, ou prévenez-nous s'il s'arrête encore."
BROKEN = "Le calcul a rencontré une erreur de notre côté. Vos données sont intactes : relancez-le."


class JobState(StrEnum):
    """Where a job is."""

    WAITING = "en-attente"
    RUNNING = "en-cours"
    DONE = "terminee"
    FAILED = "echouee"


FINISHED = frozenset({JobState.DONE, JobState.FAILED})


@dataclass(frozen=True)
class JobView:
    """A job as pages show it: `progress` from 0 to 1, `page` the local address where its result is shown.

    `result` is what the handler returned (JSON values), None until it is done; `error` is French, empty otherwise.
    """

    id: UUID
    kind: str
    parameters: dict[str, Any]
    page: str
    state: JobState
    progress: float
    result: dict[str, Any] | None
    error: str
    asked_at: datetime
    finished_at: datetime | None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in FINISHED

    @property
    def percent(self) -> int:
        """Progress in whole percent."""
        return int(100 * self.progress)


def is_abandoned(state: JobState, beat_at: datetime | None, now: datetime) -> bool:
    """Tell whether a running job lost its runner: no beat for a whole lease."""
    return state is JobState.RUNNING and (beat_at is None or beat_at < now - LEASE)
