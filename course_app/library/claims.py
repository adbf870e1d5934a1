"""What no text may claim: figures typed by hand beside their subject, and what old course books still teach.

Pure: takes plain text in which the facts quoted by id are not expanded, gives faults by offset. The figures come
from the register of facts, the forty traps from `content/traps.yaml` (domaine.md §10); both prove themselves on their
own examples at every check.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from course_app.library.prose import ProseFault, sentences
from course_app.library.registers import Fact, Trap

MOST_CHARACTERS = 1_000
"""A longer sentence is not read: it is at fault already, and a pattern could take long on it."""
_PLAIN = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " "})
_TELLS_AN_ERROR = re.compile(
    r"\b(?:faux|fausse|à tort|croire|croi[st]|croient|croyez|idée reçue|ancien(?:ne)?s?|autrefois|périmée?s?)\b|"
    r"\bn(?:'est|'existe|e sont) plus\b|\bavant (?:le|la|20)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[0-9]")


def unified(text: str) -> str:
    """Return a text of the same length with plain spaces and straight apostrophes, so that one pattern reads all."""
    return text.translate(_PLAIN)


@dataclass(frozen=True)
class _Figure:
    """A fact whose value is not typed by hand in a sentence that holds one of `near`."""

    fact: Fact

    @cached_property
    def value(self) -> re.Pattern[str]:
        return re.compile(r"(?<![\w,.])" + re.escape(unified(self.fact.value)) + r"(?![\w])", re.IGNORECASE)

    @cached_property
    def near(self) -> re.Pattern[str]:
        words = "|".join(re.escape(unified(word)) for word in self.fact.near)
        return re.compile(rf"\b(?:{words})", re.IGNORECASE)

    def faults(self, sentence: str) -> Iterator[tuple[int, str, str]]:
        match = self.value.search(sentence)
        if match and self.near.search(sentence):
            message = f"« {self.fact.value} » ne se tape pas : citez {{{{fait:{self.fact.id}}}}}"
            yield match.start(), "chiffre-a-la-main", message


@dataclass(frozen=True)
class _Rule:
    """A trap, compiled."""

    trap: Trap

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.trap.pattern, re.IGNORECASE)

    @cached_property
    def unless(self) -> re.Pattern[str] | None:
        return re.compile(self.trap.unless, re.IGNORECASE) if self.trap.unless else None

    def faults(self, sentence: str) -> Iterator[tuple[int, str, str]]:
        match = self.pattern.search(sentence)
        if match and not self._is_told_as_error(sentence):
            yield match.start(), "piege", f"piège {self.trap.number}, {self.trap.id} : {self.trap.message}"

    def _is_told_as_error(self, sentence: str) -> bool:
        return bool(_TELLS_AN_ERROR.search(sentence) or (self.unless and self.unless.search(sentence)))


class Claims:
    """The claims that no text may make, ready to be searched for in many texts."""

    def __init__(self, facts: Iterable[Fact], traps: Iterable[Trap]) -> None:
        figures = [_Figure(fact) for fact in facts if fact.near and _FIGURE.search(fact.value)]
        rules = [_Rule(trap) for trap in traps]
        self._by_word: dict[str, list[_Figure | _Rule]] = {}
        for figure in figures:
            self._file(figure, figure.fact.near)
        for rule in rules:
            self._file(rule, rule.trap.near)
        self._words = tuple(self._by_word)
        self._rules = rules

    def _file(self, check: "_Figure | _Rule", near: Iterable[str]) -> None:
        for word in near:
            self._by_word.setdefault(unified(word).lower(), []).append(check)

    def faults(self, text: str) -> Iterator[ProseFault]:
        """Yield what one block of text claims and may not; each check once, whatever the words that call for it."""
        same = unified(text)
        lowered = same.lower()
        present = [word for word in self._words if word in lowered]
        if not present:
            return
        checks = list({id(check): check for word in present for check in self._by_word[word]}.values())
        starts = [sentence.offset for sentence in sentences(same)]
        for start, end in zip(starts, [*starts[1:], len(same)], strict=True):
            if end - start <= MOST_CHARACTERS:
                for check in checks:
                    for offset, code, message in check.faults(same[start:end]):
                        yield ProseFault(start + offset, code, message)

    def unproved(self) -> Iterator[tuple[Trap, str]]:
        """Yield each example that its own trap judges wrongly, with the example."""
        for rule in self._rules:
            alone = Claims((), (rule.trap,))
            yield from ((rule.trap, text) for text in rule.trap.must if not list(alone.faults(text)))
            yield from ((rule.trap, text) for text in rule.trap.must_not if list(alone.faults(text)))
