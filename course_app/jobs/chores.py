"""What the runner does by itself from time to time: sending mails, reminding, forgetting what is too old.

Each process that runs jobs walks the rounds, so two may do the same chore at the same moment: a chore takes rows one
by one (as mails are), or asks `take_turn` first.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from course_app.jobs.models import ChoreTurn

log = structlog.get_logger("reglo.jobs")

STEP_SECONDS = 0.5
"""Between two looks at the list of chores."""
STOP_SECONDS = 1.0


@dataclass(frozen=True)
class Chore:
    """One chore: its name, the pause between two looks, and what does it.

    `do` runs in an application context, opens its own sessions, and must not mind being cut at any point. It is not
    called at fixed hours: it asks the clock itself what is due.
    """

    name: str
    pause: timedelta
    do: Callable[[], object]


def take_turn(session: Session, name: str, occasion: str) -> bool:
    """Tell whether a chore is this caller's for an occasion (« 2026-12-08 »); of several callers, one reads True.

    The caller commits. An occasion is compared, not ordered: a clock that was a year ahead does not stop the chore.
    """
    known = last_turn(session, name)
    if known == occasion:
        return False
    if known is None:
        try:
            with session.begin_nested():
                session.execute(insert(ChoreTurn).values(name=name, occasion=occasion))
        except IntegrityError:
            return False
        return True
    taken = update(ChoreTurn).where(ChoreTurn.name == name, ChoreTurn.occasion == known).values(occasion=occasion)
    return session.scalar(taken.returning(ChoreTurn.name)) is not None


def last_turn(session: Session, name: str) -> str | None:
    """Return the last occasion on which a chore was taken, None when never."""
    return session.scalar(select(ChoreTurn.occasion).where(ChoreTurn.name == name))


class Rounds:
    """Does each chore when its pause is over; a chore that fails is logged and waits for its next turn."""

    def __init__(self, app: Flask, chores: Iterable[Chore]) -> None:
        """Prepare the rounds of an application; nothing is done until `walk` or `start`."""
        self._app, self._chores = app, tuple(chores)
        self._due: dict[str, float] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        """Walk the rounds in a thread, until `stop`."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Ask the thread to end, and wait for nothing."""
        self._stopping.set()

    def stop(self) -> None:
        """Ask the thread to end and give it a second: what it leaves half done, another process takes up."""
        self._stopping.set()
        self._thread.join(STOP_SECONDS)

    def walk(self) -> None:
        """Do every chore whose pause is over."""
        for chore in self._chores:
            if not self._stopping.is_set() and time.monotonic() >= self._due.get(chore.name, 0.0):
                self._do(chore)
                self._due[chore.name] = time.monotonic() + chore.pause.total_seconds()

    def _do(self, chore: Chore) -> None:
        try:
            with self._app.app_context():
                chore.do()
        except OperationalError as failure:
            log.warning("chore waits for the database", chore=chore.name, error=type(failure.orig).__name__)
        except Exception:
            log.exception("chore failed", chore=chore.name)

    def _run(self) -> None:
        while not self._stopping.wait(STEP_SECONDS):
            self.walk()
