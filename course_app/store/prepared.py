"""Statements of the writes that happen most, worded once: no row becomes an object, nothing is followed for changes.

A session that stores objects spends more on keeping track of them than SQLite does on making them durable, and half of
what remains goes into finding again the text of a statement that never changes (docs/performance.md). What runs at every
answer is therefore `Prepared`: plain values in, plain values out, asked of the driver in the session's transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from course_app.store.driver import asked
from course_app.store.tenancy import refuse_unscoped_tables

Inserting = Callable[[Table], Any]
"""`insert` in the words of the database at hand, which can give way to a row already there."""
_INSERTS: Mapping[str, Inserting] = {"postgresql": postgresql_insert, "sqlite": sqlite_insert}
_HELD = "reglo.transaction_and_connection"
_Processor = Callable[[Any], Any] | None


class _Worded:
    """A statement in the words of one database: its text, how each named value goes in, how each column comes out."""

    def __init__(self, statement: Any, dialect: Dialect, names: Sequence[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)
        self.text = str(compiled)
        types = {name: each.type.dialect_impl(dialect) for name, each in compiled.binds.items()}
        self._into: dict[str, _Processor] = {name: each.bind_processor(dialect) for name, each in types.items()}
        in_order: Sequence[str] | None = compiled.positiontup
        self._in_order = None if in_order is None else [(name, self._into[name]) for name in in_order]
        columns = [each.type.dialect_impl(dialect) for each in statement.exported_columns]
        self._out_of: list[_Processor] = [each.result_processor(dialect, None) for each in columns]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them: in order, or by name; raise `KeyError` for other names."""
        if values.keys() != self._into.keys():
            raise KeyError(*sorted(values.keys() ^ self._into.keys()))
        if self._in_order is None:
            return {name: into(values[name]) if into else values[name] for name, into in self._into.items()}
        return tuple([into(values[name]) if into else values[name] for name, into in self._in_order])

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """Return a row of the driver's in the types of its columns."""
        return tuple([out(value) if out else value for value, out in zip(row, self._out_of, strict=True)])


class Prepared:
    """A statement on tables, worded at its first run and proved then to name the organisation of what it touches.

    Given as it is, or as what makes it of the database's own `insert`. All its values are named; every run gives the
    same names, or raises `KeyError`. The first run raises `TenancyError` when the organisation is forgotten, unless
    `across_organisations` says that it is meant to be.
    """

    def __init__(self, statement: Any, *, across_organisations: bool = False) -> None:
        self._statement = statement
        self._across_organisations = across_organisations
        self._worded: dict[str, _Worded] = {}

    def run(self, session: Session, values: Mapping[str, Any]) -> None:
        """Run it on the session's connection, after what the session had still to write."""
        self._ask(session, values, gives_rows=False)

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Run it likewise, and return the rows it gives, as tuples."""
        return self._ask(session, values, gives_rows=True)

    def _ask(self, session: Session, values: Mapping[str, Any], *, gives_rows: bool) -> list[Any]:
        session.flush()
        connection = _connection(session)
        worded = self._worded.get(connection.dialect.name) or self._word(connection.dialect, values)
        rows = asked(connection, worded.text, worded.parameters(values), gives_rows=gives_rows)
        return [worded.read(row) for row in rows]

    def _word(self, dialect: Dialect, values: Mapping[str, Any]) -> _Worded:
        made = self._statement(_INSERTS[dialect.name]) if callable(self._statement) else self._statement
        if not self._across_organisations:
            refuse_unscoped_tables(made)
        worded = self._worded[dialect.name] = _Worded(made, dialect, list(values))
        return worded


def _connection(session: Session) -> Connection:
    """Return the connection of the session's transaction, looked for once in each.

    In a savepoint, or once the transaction has failed, only the session knows: it opens the one, and refuses the other.
    """
    if session.in_nested_transaction() or not session.is_active:
        return session.connection()
    transaction, connection = session.info.get(_HELD, (None, None))
    if transaction is None or transaction is not session.get_transaction():
        connection = session.connection()
        session.info[_HELD] = session.get_transaction(), connection
    return cast(Connection, connection)
