"""Statements of the writes that happen most, worded once: no row becomes an object, nothing is followed for changes.

A session that stores objects spends more on keeping track of them than SQLite does on making them durable, and half of
what remains goes into finding again the text of a statement that never changes (docs/performance.md). What runs at every
answer is therefore `Prepared`: plain values in, plain values out, in the session's transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, Dialect, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from course_app.store.tenancy import refuse_unscoped_tables

Inserting = Callable[[Table], Any]
"""`insert` in the words of the database at hand, which can give way to a row already there."""
_INSERTS: Mapping[str, Inserting] = {"postgresql": postgresql_insert, "sqlite": sqlite_insert}
_Processor = Callable[[Any], Any] | None


class _Worded:
    """A statement in the words of one database: its text, how each named value goes in, how each column comes out."""

    def __init__(self, statement: Any, dialect: Dialect, names: Sequence[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)
        self.text = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup
        types = {name: each.type.dialect_impl(dialect) for name, each in compiled.binds.items()}
        self._into: dict[str, _Processor] = {name: each.bind_processor(dialect) for name, each in types.items()}
        columns = [each.type.dialect_impl(dialect) for each in statement.exported_columns]
        self._out_of: list[_Processor] = [each.result_processor(dialect, None) for each in columns]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them: in order, or by name; raise `KeyError` for other names."""
        if values.keys() != self._into.keys():
            raise KeyError(*sorted(values.keys() ^ self._into.keys()))
        stored = {name: into(values[name]) if into else values[name] for name, into in self._into.items()}
        return stored if self._order is None else tuple([stored[name] for name in self._order])

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """Return a row of the driver's in the types of its columns."""
        return tuple([out(value) if out else value for value, out in zip(row, self._out_of, strict=True)])


class Prepared:
    """A statement on tables, worded at its first run and proved then to name the organisation of what it touches.

    Given as it is, or as what makes it of the database's own `insert`. All its values are named; every run gives the
    same names, or raises `KeyError`. The first run raises `TenancyError` when the organisation is forgotten.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._worded: dict[str, _Worded] = {}

    def run(self, session: Session, values: Mapping[str, Any]) -> None:
        """Run it on the session's connection, after what the session had still to write."""
        self._execute(session, values)

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Run it likewise, and return the rows it gives, as tuples."""
        worded, result = self._execute(session, values)
        return [worded.read(row) for row in result]

    def _execute(self, session: Session, values: Mapping[str, Any]) -> tuple[_Worded, CursorResult[Any]]:
        session.flush()
        connection = session.connection()
        worded = self._worded.get(connection.dialect.name) or self._word(connection.dialect, values)
        return worded, connection.exec_driver_sql(worded.text, worded.parameters(values))

    def _word(self, dialect: Dialect, values: Mapping[str, Any]) -> _Worded:
        made = self._statement(_INSERTS[dialect.name]) if callable(self._statement) else self._statement
        refuse_unscoped_tables(made)
        worded = self._worded[dialect.name] = _Worded(made, dialect, list(values))
        return worded
