"""Deleting rows by age, for every organisation at once, and saying how many."""

from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete
from sqlalchemy.orm import Session


def deleted(session: Session, model: type[Any], *which: ColumnElement[bool]) -> int:
    """Delete the rows of a table that satisfy all conditions; return how many. The database removes what hangs on them."""
    done = session.execute(
        delete(model).where(*which).execution_options(synchronize_session=False, across_organisations=True)
    )
    return cast("CursorResult[Any]", done).rowcount
