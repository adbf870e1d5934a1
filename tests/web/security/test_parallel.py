"""Two clicks at once, on both databases: one effect, no error of ours."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from course_app.paths.models import PathChoice
from course_app.progress.models import LearningEvent
from course_app.web import library
from tests.support.browsers import ANYWHERE, Browser, copied, enter_as

CLICKS = 6


@pytest.fixture
def click(app, session):
    """`click(url, **form)`: somebody sends the same form several times at once; returns the statuses."""
    held = enter_as(app, session)
    own = [Browser(copied(app, held.client), held.actor, held.csrf) for _click in range(CLICKS)]
    for each in own:
        each.client.shared_session = None
    start = Barrier(CLICKS)

    def send(url, **form):
        session.commit()

        def one(each):
            start.wait()
            return each.client.post(url, data={**form, "csrf_token": each.csrf}).status_code

        with ThreadPoolExecutor(CLICKS) as threads:
            return set(threads.map(one, own))

    return send


def _count(session, model):
    session.commit()
    return session.scalar(select(func.count()).select_from(model).execution_options(**ANYWHERE))


def test_a_lesson_is_read_once(app, session, click):
    """« J'ai lu cette leçon » pressed several times tells the lesson's end once."""
    with app.app_context():
        lesson = next(iter(library.catalog().lessons))
    for _turn in range(4):
        before = _count(session, LearningEvent)
        assert click(f"/lecons/{lesson}/terminer", key=str(uuid.uuid4())) == {303}
        assert _count(session, LearningEvent) == before + 1


def test_a_place_opens_a_lesson_once(app, session, click):
    """Beacons of several tabs of one lesson tell its opening once."""
    with app.app_context():
        lessons = list(library.catalog().lessons.values())[:4]
    for number, lesson in enumerate(lessons, 1):
        assert click(f"/lecons/{lesson.id}/place", paragraph=lesson.paragraphs[0]) == {303}
        assert _count(session, LearningEvent) == number


def test_a_path_is_chosen_once(app, session, click):
    """Choosing a path several times at once leaves one choice."""
    with app.app_context():
        paths = list(library.catalog().paths)
    for path in (*paths, *paths):
        assert click("/parcours/choix", path=path) == {303}
        assert _count(session, PathChoice) == 1
