"""Fixtures that leave nothing running behind a test: mails in hand are sent, connections of other applications closed."""

import pytest

from course_app.accounts.access import accounts
from course_app.store.session import db


def _finish_mails(application):
    with application.app_context():
        accounts().post.drain()


@pytest.fixture
def app(app):
    """The application; mails handed over during the test are sent before its database is emptied."""
    yield app
    _finish_mails(app)


@pytest.fixture
def make_app(make_app):
    """Build another application, closed after the test."""
    made = []

    def make(**changes):
        made.append(make_app(**changes))
        return made[-1]

    yield make
    for application in made:
        _finish_mails(application)
        with application.app_context():
            db.engine.dispose()
