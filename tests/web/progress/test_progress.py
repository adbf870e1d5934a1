"""The event log and kept places, on a real database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from course_app.core.errors import NotFound
from course_app.library.model import ItemKind, Lesson
from course_app.progress import records
from course_app.progress import service as progress
from course_app.progress.models import ContentVersion, LearningEvent
from course_app.progress.rules import EventKind
from course_app.web.library import catalog

NOW = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)


@pytest.fixture
def lesson(app):
    """The first lesson of the real content."""
    with app.app_context():
        return next(iter(catalog().lessons.values()))


def count_events(session, actor):
    """Return how many events a person has."""
    owned = LearningEvent.organisation_id == actor.organisation_id
    return session.scalar(select(func.count(LearningEvent.id)).where(owned, LearningEvent.learner_id == actor.user_id))


def test_r2_a_keyed_event_is_recorded_once(session, actor, lesson):
    """The same key by the same person gives back the first event."""
    first = progress.record(session, actor, lesson, EventKind.LESSON_OPENED, NOW, key="k", payload={"n": 1})
    again = progress.record(session, actor, lesson, EventKind.LESSON_OPENED, NOW, key="k", payload={"n": 2})
    assert (again.id, again.payload) == (first.id, {"n": 1})
    assert count_events(session, actor) == 1


def test_the_same_key_serves_two_people(session, make_person, lesson):
    """A key is private to a person."""
    for person in (make_person().actor, make_person().actor):
        progress.record(session, person, lesson, EventKind.LESSON_OPENED, NOW, key="k")
        assert count_events(session, person) == 1


def test_r12_a_version_stays_readable(session, actor, lesson, monkeypatch):
    """R12: what an event points to can be rebuilt, word for word, under the hash it had."""
    monkeypatch.setattr(progress, "_versions", {})
    progress.record(session, actor, lesson, EventKind.LESSON_READ, NOW)
    session.commit()
    for _first_from_the_database_then_from_memory in range(2):
        assert progress.pinned(session, lesson.content_hash) == lesson
    assert progress.has_event_on(session, actor, ItemKind.LESSON, lesson.id, lesson.content_hash)
    with pytest.raises(NotFound):
        progress.pinned(session, "0" * 64)


def test_memory_holds_the_last_versions_read(session, actor, lesson, monkeypatch):
    """What stays in memory is bounded, and what left it is read from the database again."""
    monkeypatch.setattr(progress, "KEPT_VERSIONS", 2)
    monkeypatch.setattr(progress, "_versions", {})
    versions = [
        Lesson.model_validate({**lesson.model_dump(), "title": f"Titre {n}", "content_hash": ""}) for n in "abc"
    ]
    for version in versions:
        progress.pin(session, version, NOW)
        assert progress.pinned(session, version.content_hash) == version
    assert list(progress._versions) == [version.content_hash for version in versions[1:]]
    assert progress.pinned(session, versions[0].content_hash) == versions[0]


def test_a_version_is_archived_once(session, make_person, lesson):
    """Many events on one wording archive it once."""
    for person in (make_person().actor, make_person().actor):
        progress.record(session, person, lesson, EventKind.LESSON_READ, NOW)
    assert session.scalar(select(func.count()).select_from(ContentVersion)) == 1


def test_finishing_keeps_the_first_date(session, actor, lesson):
    """An item stays done: later places and finishes do not move the date of success."""
    progress.keep_place(session, actor, lesson, {"anchor": "p-3"}, "paragraphe 3", NOW)
    progress.finish(session, actor, lesson, NOW + timedelta(minutes=4))
    progress.keep_place(session, actor, lesson, {"anchor": "p-1"}, "paragraphe 1", NOW + timedelta(days=1))
    progress.finish(session, actor, lesson, NOW + timedelta(days=2))
    session.commit()
    state = progress.journey(session, actor)[ItemKind.LESSON, lesson.id]
    assert state.done_at == NOW + timedelta(minutes=4)
    assert not state.is_open


def test_a_guest_s_work_is_carried_to_the_account(session, make_person, lesson):
    """Events move to the account; left at the same moment, the person's own place stays."""
    guest, person = make_person().actor, make_person().actor
    progress.keep_place(session, guest, lesson, {"anchor": "p-2"}, "paragraphe 2", NOW)
    progress.record(session, guest, lesson, EventKind.LESSON_OPENED, NOW, key="g")
    progress.keep_place(session, person, lesson, {"anchor": "p-7"}, "paragraphe 7", NOW)
    records.carry(session, guest, person)
    session.commit()
    assert progress.journey(session, guest) == {}
    assert progress.journey(session, person)[ItemKind.LESSON, lesson.id].place == {"anchor": "p-7"}
    assert (count_events(session, guest), count_events(session, person)) == (0, 1)


def test_the_export_holds_every_event(session, actor, lesson):
    """What is exported is what happened, oldest first."""
    progress.record(session, actor, lesson, EventKind.LESSON_OPENED, NOW)
    progress.finish(session, actor, lesson, NOW + timedelta(minutes=5))
    exported = records.export(session, actor)
    assert [event["kind"] for event in exported["events"]] == ["lecon-ouverte", "lecon-lue"]
    assert exported["items"][0]["done_at"] == (NOW + timedelta(minutes=5)).isoformat()
