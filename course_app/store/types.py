"""Column types shared by every feature: moments in UTC, identifiers, French slugs."""

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, String, Uuid
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both databases; a naive moment is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store aware moments only, converted to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its timezone")
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back moments in UTC: SQLite drops the timezone, PostgreSQL answers in the server's."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Text(TypeDecorator[str]):
    """Text that both databases accept: NUL and lone surrogates are refused with ValueError.

    SQLite takes them silently, PostgreSQL does not; forms refuse them first, this is the last guard.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Let only storable text through."""
        if value is not None and not is_storable(value):
            raise ValueError("text holds NUL or a lone surrogate")
        return value


def is_storable(text: str) -> bool:
    """Tell whether both databases can store this text (no NUL, no lone surrogate)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def uuid_key() -> MappedColumn[uuid.UUID]:
    """Return a random UUID primary key: 122 random bits, so that an id shown in a URL is not countable."""
    return mapped_column(Uuid, primary_key=True, default=uuid.uuid4)


def enum_slug(enum: type[StrEnum], length: int) -> Enum:
    """Return a column type that stores the French slug (the value) of a StrEnum, checked by the database."""

    def slugs(members: Any) -> list[str]:
        return [member.value for member in members]

    return Enum(
        enum,
        values_callable=slugs,
        native_enum=False,
        length=length,
        create_constraint=True,
        name=enum.__name__.lower(),
        validate_strings=True,
    )
