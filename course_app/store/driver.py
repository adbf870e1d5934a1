"""Asking the driver itself, in a transaction that SQLAlchemy began: for the few statements that every answer runs.

A statement through SQLAlchemy costs ten times what SQLite takes for it (docs/performance.md). Both drivers, sqlite3 and
psycopg, run text and values on a connection; what they raise is raised here as SQLAlchemy words it everywhere else, so
that a full disk, a lock, a clash and a lost connection are told as on any other page.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from course_app.store.turns import BEGIN_WRITING, QueueingConnection

listeners: list[Callable[[str, Any], None]] = []
"""Told each statement and its values: for tests and measures, since the events of SQLAlchemy do not see them."""


def asked(connection: Connection, text: str, values: Any = (), *, gives_rows: bool = False) -> Sequence[Any]:
    """Run a statement worded for this driver, and return its rows as the driver gives them, or none when it gives none.

    Raises the errors of `sqlalchemy.exc`, the values left out of them (S64).
    """
    for listener in listeners:
        listener(text, values)
    try:
        answered = cast(Any, connection.connection.driver_connection).execute(text, values)
        return cast("Sequence[Any]", answered.fetchall()) if gives_rows else ()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_everywhere(connection, text, error) from error


def begin_writing(connection: Connection) -> None:
    """Begin a transaction that writes to SQLite, in the order in which this process asked (`store.turns`).

    Raises the errors of `sqlalchemy.exc`: `OperationalError` when others write for too long.
    """
    for listener in listeners:
        listener(BEGIN_WRITING, ())
    try:
        cast(QueueingConnection, connection.connection.driver_connection).begin_writing()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_everywhere(connection, BEGIN_WRITING, error) from error


def _as_everywhere(connection: Connection, text: str, error: Exception) -> BaseException:
    """Return a driver's error as SQLAlchemy raises it; a connection that it says lost leaves the pool."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(cast(Any, error), cast(Any, connection.connection.dbapi_connection), None)
    told = DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
    if is_lost:
        connection.invalidate(error)
    return told
