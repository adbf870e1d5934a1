"""Engines and sessions: durable SQLite by default, PostgreSQL by address.

SQLite runs with WAL, `synchronous=FULL`, foreign keys on and `BEGIN IMMEDIATE`: a write transaction takes its
place in the queue at once instead of failing half-way (security.md §3 measured 30 % failures otherwise).
Requests that only read begin deferred, so that they never wait for a writer.
"""

import os
import sqlite3
from contextlib import suppress
from contextvars import ContextVar
from inspect import iscoroutinefunction
from typing import Any
from urllib.parse import quote

from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from course_app.store.driver import asked, begin_writing
from course_app.store.tenancy import TenantSession
from course_app.store.turns import QueueingConnection, Turns

BUSY_TIMEOUT_MS = 10_000
CACHE_KIB = 1024
"""Pages that each connection keeps; there are as many as threads, and the system keeps the file in memory besides."""
CONNECT_TIMEOUT_SECONDS = 4  # security.md R8: a database that is away is told within 5 seconds

_READ_ONLY = "reglo.read_only"
"""Set on a connection that can only read: the path of its database."""

reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)


class Database(SQLAlchemy):
    """The extension, without what it does at the end of each request for asynchronous sessions, of which there are none."""

    def init_app(self, app: Any) -> None:
        """Attach the engines to an application; closing no asynchronous session would cost a thread per request."""
        super().init_app(app)
        app.teardown_appcontext_funcs = [
            teardown for teardown in app.teardown_appcontext_funcs if not iscoroutinefunction(teardown)
        ]


db = Database(
    engine_options={"pool_pre_ping": False},
    session_options={"class_": TenantSession, "expire_on_commit": False},
)


def is_sqlite(url: str) -> bool:
    """Tell whether a database address is SQLite's."""
    return make_url(url).get_backend_name() == "sqlite"


def driver_url(url: str) -> str:
    """Return the address with the driver we ship: psycopg 3 for PostgreSQL."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_options(url: str, threads: int) -> dict[str, Any]:
    """Return create_engine options: a pool as large as the threads that use it."""
    # Errors are logged: the values of a statement (answers, addresses, hashes) stay out of them (S64).
    options: dict[str, Any] = {
        "url": driver_url(url), "pool_size": threads, "max_overflow": 4, "hide_parameters": True
    }  # fmt: skip
    if is_sqlite(url):
        options["connect_args"] = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    else:
        options["pool_pre_ping"] = True
        options["connect_args"] = {"connect_timeout": CONNECT_TIMEOUT_SECONDS}
    return options


def _begin(connection: Connection) -> None:
    if reads_only.get():
        asked(connection, "BEGIN")
    else:
        begin_writing(connection)


def _queue_writers(engine: Engine) -> None:
    """Have the connections of an engine write one after the other, in the order they asked."""
    turns = Turns()

    def with_turns(_dialect: object, _record: object, _arguments: list[Any], options: dict[str, Any]) -> None:
        options["factory"] = QueueingConnection

    def on_connect(connection: QueueingConnection, _record: ConnectionPoolEntry) -> None:
        connection.turns = turns

    event.listen(engine, "do_connect", with_turns)
    event.listen(engine, "connect", on_connect)


def _settle(foreign_keys: bool) -> Any:
    def on_connect(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # sqlite3: we begin ourselves
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        if _READ_ONLY not in record.info:  # where nothing can be written, asking for a mode breaks even reading
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    return on_connect


def _create_private(_dialect: object, _record: object, arguments: list[Any], _options: dict[str, Any]) -> None:
    """Create a missing database file for its owner alone; SQLite gives its -wal and -shm the same mode.

    A file that exists is never opened here: closing it would drop every lock this process holds on it (POSIX; SQLite,
    « How To Corrupt An SQLite Database File », section 2.2), and another process would then throw our -wal away.
    """
    path = str(arguments[0]) if arguments else ""
    if path and path != ":memory:" and not path.startswith("file:"):
        with suppress(OSError):  # it exists already, or SQLite says better why it cannot
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDONLY, 0o600))


def _is_read_only(path: str) -> bool:
    """Tell whether the file system of a database has become read-only, as Linux makes it after an error of the disk."""
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _read_at_least(
    _dialect: object, record: ConnectionPoolEntry, arguments: list[Any], options: dict[str, Any]
) -> sqlite3.Connection | None:
    """Open a database that cannot be written so that it is still read (security.md R7).

    SQLite wants to create a -shm beside a database in WAL mode. A server that was stopped leaves none, nor any -wal: the
    file is then whole by itself, and says so by `immutable` (sqlite.org/wal.html, « Read-Only Databases »).
    """
    path = str(arguments[0]) if arguments else ""
    if not _is_read_only(path):
        return None
    record.info[_READ_ONLY] = path
    alone = "" if os.path.exists(f"{path}-wal") else "&immutable=1"  # noqa: PTH110 - beside os.statvfs
    address = f"file:{quote(os.path.abspath(path))}?mode=ro{alone}"  # noqa: PTH100
    opened: sqlite3.Connection = sqlite3.connect(address, uri=True, **options)
    return opened


def _write_again(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Replace a connection that only reads once the file system can be written again.

    Where a -wal was left, SQLite goes on remembering in this process that its -shm could not be written: such a server,
    killed before, must be started again. One that had been stopped needs nothing.
    """
    path = record.info.get(_READ_ONLY)
    if path is not None and not _is_read_only(path):
        raise DisconnectionError


def make_durable(engine: Engine, *, foreign_keys: bool = True) -> None:
    """Give a SQLite engine its modes on every connection; leaves other databases alone."""
    if engine.dialect.name == "sqlite":
        _queue_writers(engine)
        event.listen(engine, "do_connect", _create_private)
        event.listen(engine, "do_connect", _read_at_least)
        event.listen(engine, "checkout", _write_again)
        event.listen(engine, "connect", _settle(foreign_keys))
        event.listen(engine, "begin", _begin)


def migration_engine(url: str) -> Engine:
    """Return an engine for migrations: foreign keys off, or rebuilding a parent table deletes its children.

    Proved with Alembic's batch mode (dependencies.md, trap 1); `store.migrate` runs foreign_key_check after.
    """
    engine = create_engine(driver_url(url), poolclass=NullPool)
    make_durable(engine, foreign_keys=False)
    return engine
