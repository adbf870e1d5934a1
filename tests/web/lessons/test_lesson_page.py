"""Reading a lesson: what is shown, to whom, and at what price."""

from html import unescape

import pytest
from sqlalchemy import text

from benchmarks.statements import heard
from course_app.core.french import long_date
from course_app.library.model import ItemKind
from course_app.store.session import db


def test_a_lesson_says_where_it_stands(client, learner, catalog) -> None:
    """The head of a lesson gives its minutes, and its rank in the first path that holds it when there are several."""
    for lesson in catalog.lessons.values():
        page = unescape(client.get(f"/lecons/{lesson.id}").get_data(as_text=True))
        path = next(each for each in catalog.paths.values() if lesson.id in [ref.id for ref in each.items])
        lessons = [ref.id for ref in path.items if ref.kind is ItemKind.LESSON]
        rank = f"Leçon {lessons.index(lesson.id) + 1} sur {len(lessons)}, "
        assert (f"{rank}{lesson.minutes}\u00a0min" in page) == (len(lessons) > 1)
        assert f"{lesson.minutes}\u00a0min" in page
        assert lesson.title in page
        assert page.count("<h1") == 1


def test_a_lesson_shows_its_rendered_text_and_outline(client, learner, lesson) -> None:
    """The text is shown as it was rendered, with the list of its sections beside it."""
    page = client.get(f"/lecons/{lesson.id}").get_data(as_text=True)
    for heading in lesson.outline:
        assert f'href="#{heading.anchor}"' in page
    for paragraph in lesson.paragraphs:
        assert f'id="{paragraph}"' in page
    assert "&lt;p" not in page


def test_facts_say_when_they_were_checked(client, learner, catalog) -> None:
    """A lesson that quotes facts ends with each of them and « Vérifié le … » its date."""
    quoting = [each for each in catalog.lessons.values() if each.facts]
    assert quoting
    for lesson in quoting:
        page = unescape(client.get(f"/lecons/{lesson.id}").get_data(as_text=True))
        for fact in lesson.facts:
            assert f"Vérifié le {long_date(catalog.facts[fact].checked_on)}" in page


def test_a_visitor_reads_the_lesson_that_opens_a_path(client, lesson, session) -> None:
    """Without an account, the first lesson of a path is open, offers the trial, and keeps nothing."""
    reply = client.get(f"/lecons/{lesson.id}")
    page = reply.get_data(as_text=True)
    assert reply.status_code == 200
    assert "/inscription" in page
    assert "/place" not in page
    assert "J’ai lu cette leçon" not in page


def test_a_visitor_signs_in_for_the_others(client, catalog) -> None:
    """Any other lesson sends a visitor to sign in, and brings them back there."""
    firsts = {path.items[0].id for path in catalog.paths.values()}
    others = [lesson for lesson in catalog.lessons if lesson not in firsts]
    for lesson in others:
        reply = client.get(f"/lecons/{lesson}")
        assert (reply.status_code, reply.location) == (302, f"/connexion?next=/lecons/{lesson}")


@pytest.mark.parametrize("lesson_id", ["disparue", "%00", "%ED%A0%80", "é" * 300, "{{7*7}}", "9" * 40])
def test_a_lesson_that_is_not_there(client, learner, token, lesson_id: str) -> None:
    """A removed lesson, or anything that never was one, is a 404 for every action."""
    assert client.get(f"/lecons/{lesson_id}").status_code == 404
    for action in ("place", "terminer"):
        assert client.post(f"/lecons/{lesson_id}/{action}", data={"csrf_token": token}).status_code == 404


def test_s46_private_pages_are_not_kept_by_browsers(client, learner, lesson) -> None:
    """A signed-in lesson is never stored by a cache (S46)."""
    assert client.get(f"/lecons/{lesson.id}").headers["Cache-Control"] == "no-store"


def test_reading_costs_three_queries(app, client, learner, lesson, beacon) -> None:
    """A signed-in lesson page asks who is here, where they stand, what their company says of its ways; nothing else."""
    beacon(lesson.paragraphs[-1])
    with app.app_context():
        engine = db.engine
    with heard(engine) as asked:
        assert client.get(f"/lecons/{lesson.id}").status_code == 200
    assert len(asked) <= 3, asked
    assert {text.split()[0] for text, _values in asked} == {"SELECT"}


def test_s48_reading_writes_nothing(client, learner, session, lesson) -> None:
    """Opening a lesson again and again leaves no row: places are kept by POST only (S48)."""
    for _again in range(3):
        client.get(f"/lecons/{lesson.id}")
        client.head(f"/lecons/{lesson.id}")
    session.commit()
    for table in ("learning_event", "item_progress", "content_version"):
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608 - names written above
