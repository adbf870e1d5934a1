"""What this server answered since it started, counted for watchers: no address, no person, no page.

The counts of all the processes of one server are seen by each of them: they live in memory shared by the fork, one
row a process, so that nobody waits for a lock that a killed process would hold for ever.
"""

import mmap
import threading
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import cast

from flask import Flask, Response, current_app, g

_EXTENSION = "reglo.counters"
ROWS = 64
"""More than the processes of a server; a process started later takes the row of one long dead, and adds to it."""
BUCKETS_SECONDS = (0.05, 0.1, 0.3, 1.0, 3.0)


class Counter(IntEnum):
    """What is counted, and its place in a row."""

    ANSWERED = 0
    REFUSED = 1
    """Client's errors: 4xx."""
    CRASHED = 2
    """Our errors: 500 and what is not 503."""
    UNAVAILABLE = 3
    """503: the database away, full or read-only."""
    MILLISECONDS = 4
    FIRST_BUCKET = 5


WIDTH = Counter.FIRST_BUCKET + len(BUCKETS_SECONDS)


@dataclass(frozen=True)
class Counts:
    """Totals since the server started; `buckets` are cumulative, in the order of `BUCKETS_SECONDS`."""

    answered: int
    refused: int
    crashed: int
    unavailable: int
    seconds: float
    buckets: tuple[int, ...]


class Counters:
    """The shared table of one server."""

    def __init__(self) -> None:
        """Make the table; before the fork, or each process counts alone."""
        self._cells = memoryview(mmap.mmap(-1, ROWS * WIDTH * 8)).cast("Q")
        self._row = 0
        self._lock = threading.Lock()

    def take_row(self, number: int) -> None:
        """Count in a row of this process's own from now on."""
        self._row = number % ROWS

    def note(self, status: int, seconds: float) -> None:
        """Count one answer."""
        milliseconds = int(seconds * 1000)
        with self._lock:
            self._add(Counter.ANSWERED, 1)
            self._add(Counter.MILLISECONDS, milliseconds)
            if status == 503:
                self._add(Counter.UNAVAILABLE, 1)
            elif status >= 500:
                self._add(Counter.CRASHED, 1)
            elif status >= 400:
                self._add(Counter.REFUSED, 1)
            for place, limit in enumerate(BUCKETS_SECONDS, start=Counter.FIRST_BUCKET):
                if seconds <= limit:
                    self._add(place, 1)

    def _add(self, place: int, amount: int) -> None:
        self._cells[self._row * WIDTH + place] += amount

    def own(self) -> tuple[int, ...]:
        """Return this process's row, by `Counter`."""
        with self._lock:
            return tuple(self._cells[self._row * WIDTH : (self._row + 1) * WIDTH])

    def totals(self) -> Counts:
        """Return the counts of all the processes of this server."""
        sums = [sum(self._cells[place::WIDTH]) for place in range(WIDTH)]
        return Counts(
            sums[Counter.ANSWERED], sums[Counter.REFUSED], sums[Counter.CRASHED], sums[Counter.UNAVAILABLE],
            sums[Counter.MILLISECONDS] / 1000, tuple(sums[Counter.FIRST_BUCKET :]),
        )  # fmt: skip


def init_counters(app: Flask) -> None:
    """Count what the application answers."""
    app.extensions[_EXTENSION] = counters = Counters()

    def begin() -> None:
        g.began = time.monotonic()

    def end(response: Response) -> Response:
        counters.note(response.status_code, time.monotonic() - g.get("began", time.monotonic()))
        return response

    app.before_request(begin)
    app.after_request(end)


def counters_of(app: Flask) -> Counters:
    """Return the counters of an application."""
    return cast(Counters, app.extensions[_EXTENSION])


def counters() -> Counters:
    """Return the counters of the running application."""
    return counters_of(current_app)
