"""`{{fait:id}}` and `{{terme:id|mots}}`: how they are written, found, and read as plain words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from course_app.library.registers import Fact, Term

FACT, TERM = "fait", "terme"
PATTERN = re.compile(r"\{\{[ ]*(fait|terme)[ ]*:[ ]*([^{}|\n]{1,64}?)[ ]*(?:\|([^{}\n]{1,200}))?\}\}")
_ATTEMPT = re.compile(r"\{\{[ ]*([^\W\d]{1,20})[ ]*:")


@dataclass(frozen=True)
class Mention:
    """One reference to a fact or a term, met in a text; `words` is what replaces the term, None to use the term itself."""

    offset: int
    kind: Literal["fait", "terme"]
    id: str
    words: str | None


@dataclass(frozen=True)
class Known:
    """What references may point to."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)

    def words(self, kind: str, target: str, words: str | None) -> str:
        """Return what a reader sees: the value of the fact, the words or the term; the bare id when unknown."""
        if kind == FACT:
            return self.facts[target].value if target in self.facts else target
        return (words or "").strip() or (self.terms[target].term if target in self.terms else target)


def read(match: re.Match[str]) -> Mention:
    """Return what a match of `PATTERN` says."""
    kind: Literal["fait", "terme"] = "fait" if match.group(1) == FACT else "terme"
    return Mention(match.start(), kind, match.group(2), match.group(3))


def find(text: str) -> Iterator[Mention]:
    """Yield the references of a text in order."""
    return (read(match) for match in PATTERN.finditer(text))


def broken(text: str) -> Iterator[int]:
    """Yield the offsets of what was meant as a reference and is not one: unknown word, missing brace."""
    return (match.start() for match in _ATTEMPT.finditer(text) if not PATTERN.match(text, match.start()))


def expand(text: str, known: Known) -> str:
    """Return a text with its references replaced by plain words."""
    return PATTERN.sub(lambda match: known.words(match.group(1), match.group(2), match.group(3)), text)
