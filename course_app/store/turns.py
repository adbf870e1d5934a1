"""Writers of one process come one after the other, in the order they asked.

SQLite takes one writer at a time and keeps no queue: who finds the lock taken sleeps, longer each time, and may come too
late again, so that one answer in a hundred waited two thousand commits (docs/performance.md, B3). The threads of this
process wait here instead. What keeps two writers apart is still SQLite's own lock, for other processes too: a turn that
was never given back costs patience, never a row.
"""

import sqlite3
import threading
from collections import deque

BEGIN_WRITING = "BEGIN IMMEDIATE"
PATIENCE_SECONDS = 10.0
"""As long as SQLite itself waits (`session.BUSY_TIMEOUT_MS`): who waited longer takes its chance with SQLite at once."""


class Turns:
    """Whose turn it is to write, and who waits for it, first come first served."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._holder: object | None = None
        self._waiting: deque[tuple[object, threading.Lock]] = deque()

    def take(self, who: object, patience: float) -> bool:
        """Wait for the turn, so many seconds at most; tell whether it came. Who holds it already has it."""
        with self._guard:
            if self._holder is None or self._holder is who:
                self._holder = who
                return True
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append((who, gate))
        if gate.acquire(timeout=patience):
            return True
        with self._guard:
            if self._holder is who:  # it came just as patience ended
                return True
            self._waiting.remove((who, gate))
            return False

    def seize(self, who: object) -> None:
        """Take the turn from who kept it: for who has the database's own lock, which proves that nobody else writes."""
        with self._guard:
            self._holder = who

    def give(self, who: object) -> None:
        """Give the turn to who has waited longest; nothing happens when it is somebody else's."""
        with self._guard:
            if self._holder is who:
                self._holder, gate = self._waiting.popleft() if self._waiting else (None, None)
                if gate is not None:
                    gate.release()


class QueueingConnection(sqlite3.Connection):
    """A connection of SQLite's that waits for its turn to write, and gives it back however its transaction ends."""

    turns: Turns | None = None
    """Shared by the connections of one engine; without, SQLite alone decides."""

    def begin_writing(self) -> None:
        """Begin a transaction that writes; raises `sqlite3.OperationalError` when others write for too long."""
        came = self.turns is None or self.turns.take(self, PATIENCE_SECONDS)
        try:
            self._begin(waits=came)
        except BaseException:
            self._give()  # even closed meanwhile, when it can no longer say whether a transaction is open
            raise
        if not came and self.turns is not None:
            self.turns.seize(self)

    def commit(self) -> None:
        """Commit, then let the next one write."""
        try:
            super().commit()
        finally:
            self._give_back()

    def rollback(self) -> None:
        """Undo, then let the next one write."""
        try:
            super().rollback()
        finally:
            self._give_back()

    def close(self) -> None:
        """Close, which undoes what was not committed, then let the next one write."""
        try:
            super().close()
        finally:
            self._give()

    def _begin(self, *, waits: bool) -> None:
        if waits:
            self.execute(BEGIN_WRITING)
            return
        (usual,) = self.execute("PRAGMA busy_timeout").fetchone()
        self.execute("PRAGMA busy_timeout=0")
        try:
            self.execute(BEGIN_WRITING)
        finally:
            self.execute(f"PRAGMA busy_timeout={usual}")

    def _give_back(self) -> None:
        """Give the turn back, unless a commit failed and left the transaction open: its rollback will."""
        if not self.in_transaction:
            self._give()

    def _give(self) -> None:
        if self.turns is not None:
            self.turns.give(self)
