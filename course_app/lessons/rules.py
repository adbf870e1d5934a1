"""Reading a lesson: its sections, the place kept in it, its rank in a path, who may read without an account.

Pure: receives values of the catalogue, returns frozen values.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from markupsafe import Markup

from course_app.library.model import ItemKind, Lesson, Path

_SECTION_START = re.compile(r'(?=<h2 id="s-)')  # the anchors of an author's titles (library.markdown_html)
_ANCHOR = re.compile(r'\sid="([^"]+)"')
_CARD_LINK = re.compile(
    r'(<div class="embed[^"]*" data-kind="(?P<kind>[a-z]+)" data-id="(?P<id>[a-z0-9-]+)">'
    r'<p class="embed-title">)<a href="[^"]*">(?P<title>[^<]*)</a>'
)

READING_FORM = "finish"
"""Id of the form that marks a lesson as read: the cards at its end are buttons of it."""

TAKING_BACK = timedelta(hours=24)
"""How long « lue » may be taken back: it undoes a press, it rewrites no record of a training."""


@dataclass(frozen=True)
class Section:
    """A stretch of a lesson between two titles: sanitised HTML, and the last paragraph it holds (None if none)."""

    html: Markup
    last_paragraph: str | None


@dataclass(frozen=True)
class Rank:
    """« Leçon `number` sur `total` » within the lessons of one path, from 1."""

    number: int
    total: int


@lru_cache(maxsize=256)  # a lesson never changes; cutting it again for each reader costs more than the rest of the page
def sections(lesson: Lesson) -> tuple[Section, ...]:
    """Cut a lesson at its second-level titles; the parts joined give the lesson back."""
    parts = [part for part in _SECTION_START.split(lesson.html) if part]
    return tuple(
        Section(Markup(part), _last_paragraph(part, lesson.paragraphs))  # noqa: S704 - sanitised by the library
        for part in parts
    )


def closing(section: Section) -> Section:
    """Return a section whose cards are buttons of the form that marks the lesson as read, worth « kind:id ».

    Whoever opens the questions at the end of a lesson has read it; a link could not say so (a GET never writes).
    """
    html = _CARD_LINK.sub(
        rf'\1<button type="submit" form="{READING_FORM}" name="onward" value="\g<kind>:\g<id>">\g<title></button>',
        str(section.html),
    )
    return Section(Markup(html), section.last_paragraph)  # noqa: S704 - sanitised by the library, rewritten above


@lru_cache(maxsize=256)
def closing_sections(lesson: Lesson) -> tuple[Section, ...]:
    """Cut a lesson as `sections` does, its cards being buttons that mark it as read."""
    return tuple(closing(section) for section in sections(lesson))


def embedded(lesson: Lesson) -> dict[str, tuple[ItemKind, str]]:
    """Return what the cards of a lesson lead to, by the value of their button."""
    held = {
        ItemKind.QUIZ: lesson.quizzes,
        ItemKind.EXERCISE: lesson.exercises,
        ItemKind.SCENARIO: lesson.scenarios,
        ItemKind.CALL: lesson.calls,
    }
    return {f"{kind.value}:{each}": (kind, each) for kind, ids in held.items() for each in ids}


def may_take_back(done_at: datetime | None, now: datetime) -> bool:
    """Whether a lesson was marked as read recently enough to be put back to reading."""
    return done_at is not None and now - done_at < TAKING_BACK


def _last_paragraph(html: str, paragraphs: Sequence[str]) -> str | None:
    known = set(paragraphs)
    return next((anchor for anchor in reversed(_ANCHOR.findall(html)) if anchor in known), None)


def section_title(lesson: Lesson, paragraph: str) -> str | None:
    """Return the title above a paragraph; None before the first title or for an unknown paragraph."""
    titles = {heading.anchor: heading.title for heading in lesson.outline}
    above = None
    for anchor in _ANCHOR.findall(lesson.html):
        if anchor == paragraph:
            return above
        above = titles.get(anchor, above)
    return None


def resume_anchor(lesson: Lesson, place: Mapping[str, object]) -> str | None:
    """Return the kept paragraph if this version still has it and it is not the first one."""
    anchor = place.get("anchor")
    return anchor if isinstance(anchor, str) and anchor in lesson.paragraphs[1:] else None


def rank(paths: Iterable[Path], lesson_id: str) -> Rank | None:
    """Return a lesson's rank in the first path that holds it, None when no path does."""
    for path in paths:
        lessons = [ref.id for ref in path.items if ref.kind is ItemKind.LESSON]
        if lesson_id in lessons:
            return Rank(lessons.index(lesson_id) + 1, len(lessons))
    return None


def is_open_to_all(paths: Iterable[Path], lesson_id: str) -> bool:
    """Whether a lesson may be read without an account: it opens a path."""
    return any(path.items[0].key == (ItemKind.LESSON, lesson_id) for path in paths)
