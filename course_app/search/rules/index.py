"""The index: entries by group, found by their words, ranked by BM25.

SQLite's full-text engine ranks, in memory and apart from the installation's database: results are therefore the same
whichever database serves the site, and the index can never disagree with the content it was built from.
"""

import math
import sqlite3
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from course_app.search.rules.passages import Piece, passage
from course_app.search.rules.words import nearest, stem, telling, words

LONGEST_QUERY = 120
"""Characters of a question that are read: nobody types more, and the rest could only cost time."""
MOST_WORDS = 12
# BM25 weights: a title says what a lesson is about, its aims and headings nearly so, its body mentions much else.
_RANKED = "SELECT rowid, bm25(entry, 6.0, 3.0, 1.0) FROM entry WHERE entry MATCH ? ORDER BY rowid"
# The least share of the question that an answer holds. A definition or a figure is one sentence: one word of five there
# answers nothing.
_LEAST_SHARE, _LEAST_SHARE_SHORT = 0.3, 0.5


class Group(StrEnum):
    """What kind of thing is found; results are shown group by group, in this order."""

    LESSON = "lecon"
    FACT = "chiffre"
    TERM = "mot"
    TOOL = "outil"
    PRACTICE = "entrainement"


MOST_SHOWN: Mapping[Group, int] = {
    Group.LESSON: 6,
    Group.FACT: 4,
    Group.TERM: 4,
    Group.TOOL: 4,
    Group.PRACTICE: 4,
}


@dataclass(frozen=True)
class Section:
    """A part of an entry that can be opened by itself: its anchor in the page, its title, its words."""

    anchor: str
    title: str
    text: str


@dataclass(frozen=True)
class Entry:
    """Something to find. `key` tells the page's address to whoever made the entry; `aims` weigh more than `sections`."""

    group: Group
    key: tuple[str, str]
    title: str
    aims: str = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Hit:
    """An entry found, the section that answers best (None: the entry as a whole), and the passage to show."""

    entry: Entry
    section: Section | None
    passage: tuple[Piece, ...]


@dataclass(frozen=True)
class Answer:
    """What was found, group by group; `read_as` is the question with its typos mended, when some were."""

    hits: Mapping[Group, tuple[Hit, ...]]
    read_as: str | None = None

    @property
    def count(self) -> int:
        """How many hits are shown."""
        return sum(len(found) for found in self.hits.values())


class Index:
    """Entries, ready to be searched by several threads."""

    def __init__(self, entries: Iterable[Entry], also: Mapping[str, Sequence[str]] | None = None) -> None:
        """Index the entries. `also` gives, for what people say, the words of the trade to look for as well."""
        self._entries = tuple(entries)
        self._lock = threading.Lock()
        self._also = tuple(
            (_telling_stems(said), _telling_stems(" ".join(meant))) for said, meant in (also or {}).items()
        )
        self._written: dict[str, str] = {}
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute("CREATE VIRTUAL TABLE entry USING fts5(title, aims, body, tokenize='ascii')")
        rows = [(number, *self._columns(entry)) for number, entry in enumerate(self._entries)]
        self._database.executemany("INSERT INTO entry(rowid, title, aims, body) VALUES (?, ?, ?, ?)", rows)
        for said in also or {}:
            self._learn(said)
        self._parts = [[_part_stems(part) for part in entry.sections] for entry in self._entries]
        self._stems = [frozenset(" ".join(columns).split()) for _number, *columns in rows]
        self._holding = Counter(each for found in self._stems for each in found)
        self._known = frozenset(self._holding) | {each for said, _meant in self._also for each in said}

    def _columns(self, entry: Entry) -> tuple[str, str, str]:
        body = " ".join(f"{part.title} {part.text}" for part in entry.sections)
        return self._learn(entry.title), self._learn(entry.aims), self._learn(body)

    def _learn(self, text: str) -> str:
        """Return the stems of a text, and remember its words as written, to mend typos."""
        found = words(text)
        for word in found:
            self._written.setdefault(word.folded, text[word.start : word.end].lower())
        return " ".join(word.stem for word in found)

    def find(self, question: str) -> Answer:
        """Return what answers a question; nothing for one without a word."""
        asked, read_as = self._understood(question[:LONGEST_QUERY])
        meant = [each for said, others in self._also if said <= set(asked) for each in sorted(others)]
        stems = tuple(dict.fromkeys([*asked, *meant]))
        if not stems:
            return Answer({})
        with self._lock:
            ranked = self._database.execute(_RANKED, (" OR ".join(f'"{each}"' for each in stems),)).fetchall()
        weights = {each: self._rarity(each) for each in stems}
        shares = {number: _share(self._stems[number], weights) for number, _score in ranked}
        return Answer(self._shown(_best_first(ranked, shares), shares, weights), read_as)

    def _rarity(self, stem_: str) -> float:
        """Return how much a stem tells: the logarithm of how few entries hold it (inverse document frequency)."""
        return math.log(1 + len(self._entries) / (1 + self._holding[stem_]))

    def _understood(self, question: str) -> tuple[list[str], str | None]:
        """Return the stems asked for, unknown words replaced by the nearest known one; and the question so read."""
        stems, mended, said = [], False, []
        for word in telling(question)[:MOST_WORDS]:
            known = word.folded if word.stem in self._known else nearest(word.folded, self._written)
            mended = mended or known not in (None, word.folded)
            said.append(self._written.get(known or "", word.folded))
            stems.append(stem(known or word.folded))
        return stems, " ".join(said) if mended else None

    def _shown(
        self, ranked: Sequence[int], shares: Mapping[int, float], weights: Mapping[str, float]
    ) -> Mapping[Group, tuple[Hit, ...]]:
        hits: dict[Group, list[Hit]] = {group: [] for group in Group}
        for number in ranked:
            entry, shown = self._entries[number], hits[self._entries[number].group]
            enough = _LEAST_SHARE if entry.sections else _LEAST_SHARE_SHORT
            if len(shown) < MOST_SHOWN[entry.group] and shares[number] >= enough:
                part = self._best_section(number, weights)
                shown.append(Hit(entry, part, passage(part.text if part else entry.aims, weights)))
        return {group: tuple(found) for group, found in hits.items() if found}

    def _best_section(self, number: int, weights: Mapping[str, float]) -> Section | None:
        """Return the part that holds most of what is asked, its title counting twice; the first of equals."""
        parts = zip(self._entries[number].sections, self._parts[number], strict=True)
        best = max(parts, key=lambda each: sum(_share(held, weights) for held in each[1]), default=None)
        return best[0] if best else None


def _telling_stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in telling(text))


def _share(held: Collection[str], weights: Mapping[str, float]) -> float:
    """Return how much of what is asked an entry holds, rare words weighing more: from 0 to 1."""
    return sum([weight for each, weight in weights.items() if each in held]) / sum(weights.values())


def _best_first(ranked: Iterable[tuple[int, float]], shares: Mapping[int, float]) -> list[int]:
    """Return entries by BM25, times the share of the question they hold: three words of four beat one word often."""
    scores = [(score * shares[number], number) for number, score in ranked]
    return [number for _score, number in sorted(scores)]  # BM25 is negative in SQLite: best is least


def _part_stems(part: Section) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of a section's title, and those of the whole section."""
    title = frozenset(word.stem for word in words(part.title))
    return title, title | {word.stem for word in words(part.text)}
