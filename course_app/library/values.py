"""The smallest words of content: slugs, lines, texts, days, numbers, and the frozen base of every value."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt
from pydantic_core import PydanticCustomError

SLUG_LENGTH = 64
MAX_MINUTES = 240
MAX_NUMBER = Decimal(10) ** 12
MAX_DECIMALS = 4


def _only_dates(value: Any) -> Any:
    """Refuse what pydantic would guess a date from: numbers and free text."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise PydanticCustomError("date_expected", "a date is expected") from None


def _only_numbers(value: Any) -> Any:
    """Refuse what is no plain number: true, words, infinity, more than four decimals, a thousand billion."""
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) >= MAX_NUMBER:
        raise PydanticCustomError("number_expected", "a number is expected")
    if round(number, MAX_DECIMALS) != number:
        raise PydanticCustomError("number_expected", "a number is expected")
    return number


Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=SLUG_LENGTH)]
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*$", max_length=SLUG_LENGTH)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Minutes = Annotated[StrictInt, Field(ge=1, le=MAX_MINUTES)]
Day = Annotated[date, BeforeValidator(_only_dates)]
Number = Annotated[Decimal, BeforeValidator(_only_numbers)]


_given: dict[frozenset[str], set[str]] = {}


class Frozen(BaseModel):
    """A value of the catalogue: never changed after it is built. Unknown keys of old archives are left out."""

    model_config = ConfigDict(frozen=True)

    def model_post_init(self, _context: Any) -> None:
        """Share the set of the fields that were given: twelve thousand values would hold 5 MiB of equal sets."""
        given = frozenset(self.__pydantic_fields_set__)
        object.__setattr__(self, "__pydantic_fields_set__", _given.setdefault(given, self.__pydantic_fields_set__))
