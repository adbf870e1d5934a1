"""What the published content gives to find, and its index, made once per version. Knows neither row nor page."""

import re
import threading
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from course_app.library.catalog import AnyItem, Catalog
from course_app.library.model import Lesson
from course_app.search.rules.index import Answer, Entry, Group, Index, Section

_BREAKABLE = re.compile(r"[ \t\r\n]+")  # not the spaces that hold an amount or a guillemet together
_NO_ANSWER = ("faits-verifies",)  # the list of figures under a lesson: facts are found by themselves
TERM, FACT, LETTER, CHECKLIST = "term", "fact", "letter", "checklist"
"""First part of the key of an entry that is no item: a term, a fact, a letter to fill, a list to tick."""


class _Sections(HTMLParser):
    """Cuts a lesson's page at its second-level titles."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._anchor, self._title, self._text = "", title, ""
        self._in_title = False
        self._folded = 0
        self.found: list[Section] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._folded += tag == "details"  # definitions folded under a paragraph are found in the glossary
        if tag == "h2":
            self.finish()
            self._anchor, self._title, self._text, self._in_title = dict(attrs).get("id") or "", "", "", True

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self._in_title = False
        self._folded -= tag == "details"
        self._text += " " * (tag in {"p", "li", "h3", "div"})

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self._title += data
        elif not self._folded:
            self._text += data

    def finish(self) -> None:
        """Close the section being read."""
        text = _BREAKABLE.sub(" ", self._text).strip()
        if text and self._anchor not in _NO_ANSWER:
            self.found.append(Section(self._anchor, self._title, text))


def sections(lesson: Lesson) -> tuple[Section, ...]:
    """Return the parts of a lesson, in order; the first one, before any title, bears the lesson's."""
    reader = _Sections(lesson.title)
    reader.feed(lesson.html)
    reader.close()
    reader.finish()
    return tuple(reader.found)


def _summary(item: AnyItem) -> str:
    return str(getattr(item, "summary", None) or getattr(item, "introduction", ""))


def entries(catalog: Catalog) -> Iterator[Entry]:
    """Yield everything that can be found in a catalogue: lessons, facts, terms, letters, lists, and what people practise on."""
    for lesson in catalog.lessons.values():
        # A lesson's id is made of the words of its subject, which its title often says another way.
        aims = " ".join((lesson.summary, *lesson.objectives, *lesson.keywords, lesson.id))
        yield Entry(Group.LESSON, (lesson.kind.value, lesson.id), lesson.title, aims, sections(lesson))
    for fact in catalog.facts.values():
        yield Entry(Group.FACT, (FACT, fact.id), fact.label, fact.value)
    for term in catalog.terms.values():
        yield Entry(Group.TERM, (TERM, term.id), ", ".join((term.term, *term.also)), term.definition)
    for letter in catalog.letters.values():
        yield Entry(Group.TOOL, (LETTER, letter.id), letter.title, f"{letter.summary} {letter.when}")
    for checklist in catalog.checklists.values():
        yield Entry(Group.TOOL, (CHECKLIST, checklist.id), checklist.title, f"{checklist.summary} {checklist.when}")
    for group in (catalog.scenarios, catalog.calls, catalog.exercises):
        for item in group.values():
            yield Entry(Group.PRACTICE, (item.kind.value, item.id), item.title, _summary(item))


class Finder:
    """Keeps the index of the version served; a new publication is indexed at its first question."""

    def __init__(self, tools: Iterable[Entry]) -> None:
        """Remember the tools to find beside the content: what other rooms offer, told by whoever knows them all."""
        self._tools = tuple(tools)
        self._lock = threading.Lock()
        self._version = ""
        self._index = Index(())

    def find(self, catalog: Catalog, question: str) -> Answer:
        """Return what answers a question in this catalogue."""
        with self._lock:
            if self._version != catalog.content_hash:
                also = {said: (term.term,) for term in catalog.terms.values() for said in term.also}
                self._index = Index((*entries(catalog), *self._tools), also)
                self._version = catalog.content_hash
            index = self._index
        return index.find(question)
