"""A long list as people read it: fifty at a time, and a search by a name typed in a hurry."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PER_PAGE = 50
ASKED_LIMIT = 120
"""Letters of a search that are read."""

_JOINED = str.maketrans({"œ": "oe", "æ": "ae"})  # « Lætitia » is also written « Laetitia »

Line = TypeVar("Line")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Part(Generic[Line]):
    """One page of what was asked for."""

    shown: tuple[Line, ...]
    count: int
    """How many on all pages."""
    number: int
    """Number of this page, from 1."""
    last: int
    asked: str = ""
    """What was searched for; empty for everybody."""

    @property
    def may_search(self) -> bool:
        """Whether the list is long enough, or already narrowed, for a search to serve."""
        return bool(self.asked) or self.last > 1

    def of(self, shown: Iterable[Other]) -> "Part[Other]":
        """Return the same page, its lines told otherwise."""
        return Part(tuple(shown), self.count, self.number, self.last, self.asked)


def part(found: Sequence[Line], number: int, asked: str = "") -> Part[Line]:
    """Return one page of a list, in its order; a number past either end gives the page at that end."""
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(max(1, number), last)
    return Part(tuple(found[(number - 1) * PER_PAGE : number * PER_PAGE]), len(found), number, last, asked)


def tidied(asked: str) -> str:
    """Return the words of a search, one space between them, none beyond the limit."""
    return " ".join(asked[:ASKED_LIMIT].split())


def finder(asked: str) -> Callable[[str], bool]:
    """Return what tells whether a text holds every word of a search, whatever their capitals and accents."""
    words = folded(asked).split()

    def holds(text: str) -> bool:
        told = folded(text)
        return all(word in told for word in words)

    return holds if words else lambda _text: True


def folded(text: str) -> str:
    """Return a text without capitals, accents nor joined letters: to find names, and to put « Élise » before « Fanny »."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_JOINED))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
