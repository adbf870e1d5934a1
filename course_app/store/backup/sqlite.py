"""SQLite's backups: its online backup API both ways, never a copy of files.

One step copies everything inside one read transaction: writers go on, and what they commit meanwhile is not in it.
Putting back is one write transaction on the live file: a crash in the middle leaves the former database.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from course_app.store.backup.archive import BackupError, Content, Damaged, flush
from course_app.store.session import BUSY_TIMEOUT_MS

WHOLE = -1  # sqlite3.Connection.backup: all pages in one step
LIVE_FILES = ("", "-wal", "-shm")


def live_path(url: str) -> Path:
    """Return the file of a SQLite address; raise `BackupError` when it lives in memory."""
    database = make_url(url).database
    if not database or database == ":memory:":
        raise BackupError("Cette base vit en mémoire : elle ne se sauvegarde pas.")
    return Path(database)


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Open a file (mode: ro, rw, rwc); SQLite's errors become one French sentence."""
    try:
        address = f"{path.resolve().as_uri()}?mode={mode}"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
        with closing(connection):
            yield connection
    except sqlite3.OperationalError as error:
        raise BackupError(f"{path.name} : SQLite a refusé ({error}).") from None
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path.name} est illisible ou endommagé (SQLite : {error}).") from None


def _patient() -> Callable[[int, int, int], None]:
    """Return what stops a copy that stays locked out: Python alone would try again for ever."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000

    def after_step(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > deadline:
            raise BackupError("La base reste verrouillée par un autre programme. Arrêtez-le, puis recommencez.")

    return after_step


def _content(connection: sqlite3.Connection) -> Content:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = sorted(name for (name,) in names if not name.startswith("sqlite_"))
    rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
    if "alembic_version" not in rows:
        return Content("", rows)
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return Content(found[0] if found else "", rows)


def _refuse_damaged(connection: sqlite3.Connection, name: str) -> None:
    faults = [row[0] for row in connection.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
    if faults:
        raise Damaged(f"{name} est endommagé : {faults[0]}")


def _refuse_orphans(connection: sqlite3.Connection, name: str) -> None:
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise BackupError(f"{name} : {len(orphans)} ligne(s) sans parent, la première dans « {orphans[0][0]} ».")


def dump(url: str, draft: Path) -> Content:
    """Copy the live database into a draft, check the copy, and return what the live one held at that moment."""
    path = live_path(url)
    if not path.exists():
        raise BackupError(f"Il n'y a pas de base à sauvegarder : {path} n'existe pas.")
    with _opened(path, "rw") as live, _opened(draft, "rw") as copy:
        live.execute("BEGIN")  # the copy is made inside this transaction: counts and pages are of one moment
        content = _content(live)
        live.backup(copy, pages=WHOLE, progress=_patient())
        live.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file that needs no other
        _refuse_damaged(copy, "La copie")
    return content


def examine(backup: Path, scratch: Path) -> Content:
    """Restore a backup into a scratch folder, check it there, and return what it holds."""
    restored = scratch / "restored.sqlite3"
    with _opened(backup, "ro") as source, _opened(restored, "rwc") as target:
        source.backup(target, pages=WHOLE, progress=_patient())
    with _opened(restored, "rw") as target:
        _refuse_damaged(target, backup.name)
        _refuse_orphans(target, backup.name)
        return _content(target)


def content(url: str) -> Content | None:
    """Return what the live database holds, None when there is none; raise `BackupError` when it cannot be read."""
    path = live_path(url)
    if not path.exists() or not path.stat().st_size:
        return None
    with _opened(path, "rw") as live:
        return _content(live)


def connected(url: str) -> int:
    """Return 1 when another process holds the database open, else 0.

    In WAL every open connection keeps a shared lock on the file; leaving WAL needs the file to itself.
    """
    path = live_path(url)
    if not path.exists() or not path.stat().st_size:
        return 0
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            return int("locked" in str(error))
        except sqlite3.DatabaseError:
            return 0
    return 0


def restore(url: str, backup: Path) -> None:
    """Replace the live database by a backup, in one transaction; open connections see the restored rows."""
    path = live_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # on a new machine, the rows are for their owner alone; an existing file keeps its mode
    with _opened(backup, "ro") as source, _opened(path, "rwc") as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("PRAGMA synchronous=FULL")
        source.backup(live, pages=WHOLE, progress=_patient())
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    flush(path)
    flush(path.parent)


def set_aside(url: str, now: datetime) -> Path:
    """Rename a database that cannot be read, so that nothing of it is lost; return its new path."""
    path = live_path(url)
    aside = path.with_name(f"{path.name}.illisible-{now:%Y%m%dT%H%M%SZ}")
    for ending in LIVE_FILES:
        part = Path(f"{path}{ending}")
        if part.exists():
            part.rename(f"{aside}{ending}")
    flush(path.parent)
    return aside
