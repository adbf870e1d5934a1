"""Statements of the writes that happen most, built once: no row becomes an object, nothing is followed for changes.

A session that stores objects spends more on keeping track of them than SQLite does on making them durable. What runs at
every answer is therefore a `Prepared` statement on tables: plain values in, plain rows out, in the same transaction.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Executable, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from course_app.store.tenancy import refuse_unscoped_tables

Inserting = Callable[[Table], Any]
"""`insert` in the words of the database at hand, which can give way to a row already there."""


class Prepared:
    """A statement built once for each kind of database, and proved once to name the organisation of what it touches.

    `build` receives the database's own `insert` and returns a statement whose values are all bound parameters, or
    columns left to `run`. Raises `TenancyError` at its first run when it forgets the organisation.
    """

    def __init__(self, build: Callable[[Inserting], Executable]) -> None:
        self._for = cache(lambda dialect: _proved(build(_INSERTS[dialect])))

    def run(self, session: Session, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Run it on the session's connection, after what the session had still to write."""
        session.flush()
        connection = session.connection()
        return connection.execute(self._for(connection.dialect.name), values)


_INSERTS: Mapping[str, Inserting] = {"postgresql": postgresql_insert, "sqlite": sqlite_insert}


def _proved(statement: Executable) -> Executable:
    refuse_unscoped_tables(statement)
    return statement
