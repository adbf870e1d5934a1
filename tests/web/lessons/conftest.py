"""Lessons of the real content, and somebody to read them."""

import pytest

from course_app.library.model import ItemKind
from course_app.web import library


@pytest.fixture
def catalog(app):
    """What is published."""
    with app.app_context():
        return library.catalog()


@pytest.fixture
def lesson(catalog):
    """A lesson that opens a path, and leads to a quiz."""
    first = (path.items[0] for path in catalog.paths.values() if path.items[0].kind is ItemKind.LESSON)
    return next(catalog.lessons[ref.id] for ref in first if catalog.lessons[ref.id].quizzes)


@pytest.fixture
def learner(client, sign_in):
    """A person who has just signed in."""
    return sign_in(client)


@pytest.fixture
def token(client, learner, lesson, csrf):
    """The CSRF token of the learner's lesson page."""
    return csrf(client.get(f"/lecons/{lesson.id}"))


@pytest.fixture
def beacon(client, token, lesson):
    """`beacon(paragraph, **options)`: what the page sends in the background while somebody reads."""

    def send(paragraph: object, **options: object):
        headers = {"X-CSRFToken": token, "Accept": "application/json"}
        return client.post(
            f"/lecons/{lesson.id}/place", **{"json": {"paragraph": paragraph}, "headers": headers, **options}
        )

    return send
