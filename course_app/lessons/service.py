"""Reading a lesson: the page, the place kept to the paragraph, finishing, the version a learner had.

Takes a session, never commits. Showing a lesson asks the database once and writes nothing.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.core.errors import Invalid, NotFound
from course_app.lessons import rules
from course_app.library.catalog import Catalog
from course_app.library.model import ItemKind, Lesson
from course_app.library.registers import SourceRef
from course_app.progress import service as progress
from course_app.progress.rules import EventKind, ItemKey

_HASH = re.compile(r"[0-9a-f]{64}")
_SLUG = re.compile(r"[a-z0-9-]{1,80}")


@dataclass(frozen=True)
class LessonPage:
    """A lesson, ready to show.

    `resume` is the paragraph to offer, with `resume_label` naming its section. `earlier` is the hash of the
    version the learner had, when it is not this one. `is_current` is false for an archived version. `may_take_back`: it was
    marked as read, and that may still be undone.
    """

    lesson: Lesson
    sections: tuple[rules.Section, ...]
    rank: rules.Rank | None
    sources: tuple[SourceRef, ...]
    resume: str | None
    resume_label: str
    is_done: bool
    may_take_back: bool
    earlier: str | None
    is_current: bool


def page(session: Session, catalog: Catalog, lesson: Lesson, actor: Actor | None, now: datetime) -> LessonPage:
    """Build the page of a published lesson; one query for a signed-in person, none for a visitor."""
    state = progress.state_of(session, actor, lesson) if actor else None
    resume = rules.resume_anchor(lesson, state.place) if state else None
    changed = state is not None and state.content_hash != lesson.content_hash
    done_at = state.done_at if state else None
    return LessonPage(
        lesson=lesson,
        sections=rules.closing_sections(lesson) if actor and done_at is None else rules.sections(lesson),
        rank=rules.rank(catalog.paths.values(), lesson.id),
        sources=_sources(catalog, lesson),
        resume=resume,
        resume_label=rules.section_title(lesson, resume) or "" if resume else "",
        is_done=done_at is not None,
        may_take_back=rules.may_take_back(done_at, now),
        earlier=state.content_hash if state and changed else None,
        is_current=True,
    )


def version_page(session: Session, catalog: Catalog, actor: Actor, lesson_id: str, content_hash: str) -> LessonPage:
    """Build the page of the very version a learner met; raise `NotFound` for any they did not."""
    if not _HASH.fullmatch(content_hash) or not _SLUG.fullmatch(lesson_id):
        raise NotFound
    if not progress.has_event_on(session, actor, ItemKind.LESSON, lesson_id, content_hash):
        raise NotFound
    lesson = progress.pinned(session, content_hash)
    if not isinstance(lesson, Lesson):
        raise NotFound
    return LessonPage(
        lesson=lesson,
        sections=rules.sections(lesson),
        rank=None,
        sources=_sources(catalog, lesson),
        resume=None,
        resume_label="",
        is_done=False,
        may_take_back=False,
        earlier=None,
        is_current=False,
    )


def _sources(catalog: Catalog, lesson: Lesson) -> tuple[SourceRef, ...]:
    return tuple(catalog.sources[key] for key in lesson.sources if key in catalog.sources)


def keep_place(session: Session, actor: Actor, lesson: Lesson, paragraph: str, now: datetime) -> None:
    """Keep the paragraph a learner reached; sending it again changes nothing that shows.

    Raises `Invalid` for a paragraph the lesson does not have. A lesson already done keeps no place: the last
    beacon of a page that is closing would otherwise reopen what the learner has just marked as read.
    """
    if paragraph not in lesson.paragraphs:
        raise Invalid("Ce passage n'existe plus dans la leçon. Rechargez la page.", code="passage-inconnu")
    state = progress.state_of(session, actor, lesson)
    if state is not None and state.is_done:
        return
    key = f"ouverte-{actor.user_id.hex}-{lesson.content_hash}"
    progress.record(session, actor, lesson, EventKind.LESSON_OPENED, now, key=key)
    label = rules.section_title(lesson, paragraph)
    progress.keep_place(session, actor, lesson, {"anchor": paragraph}, label or "le début", now)


def finish(session: Session, actor: Actor, lesson: Lesson, key: uuid.UUID, now: datetime) -> set[ItemKey]:
    """Mark a lesson as read, once per form; return what the learner has done so far."""
    state = progress.state_of(session, actor, lesson)
    name = f"lue-{key}" if state is not None and state.is_done else _act(session, actor, "lue", key)
    progress.finish(session, actor, lesson, now, key=name)
    session.flush()
    return {each for each, state in progress.journey(session, actor).items() if state.is_done}


def card(lesson: Lesson, pressed: str) -> ItemKey | None:
    """Return what the pressed card leads to, None when none was; raise `Invalid` for a card the lesson does not have."""
    if not pressed:
        return None
    found = rules.embedded(lesson).get(pressed)
    if found is None:
        raise Invalid("Cette suite n'est plus dans la leçon. Rechargez la page.", code="suite-inconnue")
    return found


def take_back(session: Session, actor: Actor, lesson: Lesson, key: uuid.UUID, now: datetime) -> None:
    """Put a lesson back to reading, at its last paragraph; nothing once `TAKING_BACK` has passed, or when not read."""
    state = progress.state_of(session, actor, lesson)
    if state is None or not rules.may_take_back(state.done_at, now):
        return
    last = lesson.paragraphs[-1]
    label = rules.section_title(lesson, last) or "le début"
    progress.reopen(session, actor, lesson, {"anchor": last}, label, now, key=_act(session, actor, "rouverte", key))


def _act(session: Session, actor: Actor, what: str, key: uuid.UUID) -> str:
    """Return the key under which the log keeps an act that changes how a lesson stands.

    A form that was sent already and changes it again (the page was kept by the browser) is another act: without a line
    of its own, the log would end otherwise than the lesson stands.
    """
    told = f"{what}-{key}"
    return f"{what}-{uuid.uuid4()}" if progress.is_told(session, actor, told) else told
