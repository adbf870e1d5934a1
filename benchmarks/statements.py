"""Hearing every statement of an engine: those of SQLAlchemy, and those asked of the driver, which its events miss."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from course_app.store import driver

Statement = tuple[str, Any]
"""Text and values, as the driver gets them."""


@contextmanager
def heard(engine: Engine) -> Iterator[list[Statement]]:
    """Yield the list that fills with what is asked, in order; `BEGIN` and `COMMIT` left out."""
    statements: list[Statement] = []

    def tell(text: str, values: Any) -> None:
        if not text.startswith("BEGIN"):
            statements.append((text, values))

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_rest: Any) -> None:
        tell(text, values)

    event.listen(engine, "before_cursor_execute", note)
    driver.listeners.append(tell)
    try:
        yield statements
    finally:
        driver.listeners.remove(tell)
        event.remove(engine, "before_cursor_execute", note)
