"""A thread of each serving process that adds what it answered to the totals of the day, once a minute.

At most the last minute of a process that is killed is missing from the charts; nothing that a person did depends on it.
"""

import threading
from collections.abc import Sequence

import structlog
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from course_app.administration import service
from course_app.administration.service import DayKind
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import today
from course_app.web.counters import Counter, Counters, counters_of

log = structlog.get_logger("reglo.counts")

EVERY_SECONDS = 60.0
PLACES = {
    DayKind.ANSWERED: Counter.ANSWERED,
    DayKind.REFUSED: Counter.REFUSED,
    DayKind.CRASHED: Counter.CRASHED,
    DayKind.UNAVAILABLE: Counter.UNAVAILABLE,
}


class Keeper:
    """Writes what one process answered since it last wrote."""

    def __init__(self, engine: Engine, counters: Counters) -> None:
        """Start from what the process's row holds now: an earlier process may have counted in it."""
        self._engine, self._counters = engine, counters
        self._written: Sequence[int] = counters.own()

    def keep(self) -> bool:
        """Add the news to today's totals; False, to be tried again with the rest, when the database refuses."""
        held = self._counters.own()
        news = {kind: held[place] - self._written[place] for kind, place in PLACES.items()}
        if not any(news.values()):
            return True
        try:
            with TenantSession(self._engine) as session:
                service.add(session, today(), news)
                session.commit()
        except SQLAlchemyError as error:
            log.warning("counts wait for the database", error=type(error).__name__)
            return False
        self._written = held
        return True


class Keeping:
    """The thread that keeps, from `start` to `stop`."""

    def __init__(self, app: Flask) -> None:
        """Prepare the thread; to be started after the fork."""
        with app.app_context():
            self._keeper = Keeper(db.engine, counters_of(app))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="counts", daemon=True)

    def start(self) -> None:
        """Start keeping."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Ask the thread to write the last counts and end, and wait for nothing."""
        self._over.set()

    def stop(self, patience: float) -> None:
        """Write the last counts, waiting `patience` seconds at most."""
        self._over.set()
        self._thread.join(patience)

    def _run(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            self._keeper.keep()
        self._keeper.keep()
