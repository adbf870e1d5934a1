"""Plausible rows for any schema, read from the database itself: what migrations are tried on."""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, Connection, MetaData, Table, inspect, select, types

ROWS = 2
MOMENT = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
_ALLOWED = re.compile(r"(\w+)(?:::[\w ]+)?\)?(?:::[\w ]+)?\s*(?:IN \(|= ANY \(\(?ARRAY\[)(.*?)[\])]", re.IGNORECASE)
_QUOTED = re.compile(r"'((?:[^']|'')*)'")

# What a rule of a table asks beyond types; None leaves the column empty.
RULES: Mapping[tuple[str, str], Any] = {
    ("user", "is_guest"): False,
    ("user", "guest_until"): None,
    ("scenario_move", "back_to"): None,
    ("scenario_move", "points"): 1,
}


_MADE: tuple[tuple[Any, Callable[[int], Any]], ...] = (
    (types.Boolean, lambda number: bool(number % 2)),
    (types.DateTime, lambda number: MOMENT + timedelta(minutes=number)),
    (types.Date, lambda number: date(2026, 12, 8) + timedelta(days=number)),
    (types.LargeBinary, lambda number: f"octets {number}".encode()),
    (JSON, lambda number: {"nombre": number}),
    (types.Float | types.Numeric, lambda _number: 0.5),
)


def reflected(connection: Connection) -> MetaData:
    """Return the tables as the database has them."""
    metadata = MetaData()
    metadata.reflect(connection)
    return metadata


def populate(connection: Connection, turn: int) -> None:
    """Add `ROWS` rows to every table, parents first; `turn` keeps those of two calls apart."""
    for table in reflected(connection).sorted_tables:
        if table.name == "alembic_version":
            continue
        allowed = _allowed(connection, table)
        for number in range(turn * ROWS, turn * ROWS + ROWS):
            row = {column.name: _value(connection, column, number, allowed) for column in table.columns}
            connection.execute(table.insert().values({name: value for name, value in row.items() if value is not None}))


def _allowed(connection: Connection, table: Table) -> dict[str, list[str]]:
    """Return the texts that a check constraint accepts, by column."""
    found: dict[str, list[str]] = {}
    for check in inspect(connection).get_check_constraints(table.name):
        for name, listed in _ALLOWED.findall(check["sqltext"].replace('"', "")):
            values = _QUOTED.findall(listed)
            if values:
                found[name] = values
    return found


def _value(connection: Connection, column: Column[Any], number: int, allowed: dict[str, list[str]]) -> Any:
    table = column.table.name
    if (table, column.name) in RULES:
        return RULES[table, column.name]
    if column.foreign_keys:
        parent = next(iter(column.foreign_keys)).column  # its row of the same number was added just before
        return None if parent.table is column.table else _value(connection, parent, number, {})
    if column.name in allowed:
        return allowed[column.name][number % len(allowed[column.name])]
    return _of_type(column, number)


def _of_type(column: Column[Any], number: int) -> Any:
    length = getattr(column.type, "length", None)
    if isinstance(column.type, types.Uuid) or (isinstance(column.type, types.CHAR) and length == 32):
        key = uuid.uuid5(uuid.NAMESPACE_OID, f"{column.table.name}.{column.name}.{number}")
        return key if isinstance(column.type, types.Uuid) else key.hex
    if isinstance(column.type, types.Integer):  # keys far apart: a migration that adds rows finds room between them
        return number * 1000 + 500 if column.primary_key else number + 1
    for kinds, made in _MADE:
        if isinstance(column.type, kinds):
            return made(number)
    return f"{column.name} {number} é"[: length or 80]


def contents(connection: Connection) -> dict[str, list[dict[str, str]]]:
    """Return every row of every table, each value as text, so that two schemas can be compared."""
    held = {}
    for table in reflected(connection).sorted_tables:
        if table.name != "alembic_version":
            rows = connection.execute(select(table)).mappings()
            held[table.name] = [{name: str(value) for name, value in row.items()} for row in rows]
    return held
