"""The rule that no query on an organisation's rows may forget the organisation (security.md S04).

The check reads the statement, not the data: a select, update or delete on an `OrganisationScoped` class must
compare its `organisation_id` in WHERE, or say `execution_options(across_organisations=True)`.
"""

from typing import Any
from weakref import WeakSet

from sqlalchemy import ColumnClause, Table, event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import visitors

from course_app.store.base import OrganisationScoped


class TenancyError(Exception):
    """A query on an organisation's rows that does not name the organisation; a programming error."""


_proved: WeakSet[Any] = WeakSet()
"""Statements found to name the organisation of all they touch: a statement never changes, those built once are read once."""


def _tables_constrained(statement: Any) -> set[Table]:
    """Return the tables whose organisation_id the statement's WHERE mentions."""
    where = getattr(statement, "whereclause", None)
    if where is None:
        return set()
    columns = (element for element in visitors.iterate(where) if isinstance(element, ColumnClause))
    tables = (column.table for column in columns if column.name == "organisation_id")
    return {table for table in tables if isinstance(table, Table)}


def refuse_unscoped_tables(statement: Any) -> None:
    """Raise `TenancyError` when a statement on tables, which no session reads, forgets an organisation in its WHERE.

    An insert names the organisation in its values: the column takes no NULL.
    """
    if getattr(statement, "is_insert", False):
        return
    columns = (each for each in visitors.iterate(statement) if isinstance(each, ColumnClause))
    touched = {column.table for column in columns} | {getattr(statement, "table", None)}
    scoped = {table for table in touched if isinstance(table, Table) and "organisation_id" in table.c}
    if forgotten := scoped - _tables_constrained(statement):
        names = ", ".join(sorted(table.name for table in forgotten))
        raise TenancyError(f"this query on {names} does not compare organisation_id")


def _refuse_unscoped(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load or state.is_insert or state.statement in _proved:
        return
    if state.execution_options.get("across_organisations"):
        return
    scoped = {
        mapper.local_table: mapper.class_.__name__
        for mapper in state.all_mappers
        if issubclass(mapper.class_, OrganisationScoped)
    }
    forgotten = scoped.keys() - _tables_constrained(state.statement) if scoped else set()
    if forgotten:
        names = ", ".join(sorted(scoped[table] for table in forgotten))
        raise TenancyError(f"this query on {names} does not compare organisation_id")
    _proved.add(state.statement)


def guard_tenants(session_factory: Any) -> None:
    """Arm the rule on a session class or factory; calling it twice changes nothing."""
    if not event.contains(session_factory, "do_orm_execute", _refuse_unscoped):
        event.listen(session_factory, "do_orm_execute", _refuse_unscoped)


class TenantSession(Session):
    """The session class of the product: every one of its queries is checked."""


guard_tenants(TenantSession)
