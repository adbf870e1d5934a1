"""The application on a real database, people, and a clock: what tests of pages and services start from.

One application serves a whole test process; its database, mails, request limits and files start empty in each test.
CSRF stays on.
"""

import shutil
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from course_app.accounts.rules import Role
from course_app.config import load_settings
from course_app.factory import create_app
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web import library
from tests.support import people
from tests.support.databases import PostgresDatabase, SqliteFile
from tests.support.mails import HELD
from tests.support.postgres import start_postgres

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="session")
def database(request, tmp_path_factory):
    """The database of this test process, on the engine chosen by `--database`."""
    if request.config.getoption("database") == "sqlite":
        yield SqliteFile(tmp_path_factory.mktemp("sqlite"))
        return
    server = start_postgres()
    yield PostgresDatabase(server)
    server.stop()


@pytest.fixture(scope="session")
def settings(database, tmp_path_factory):
    """Settings of a test installation: real content, its own data folder, mails kept in memory."""
    environ = {"ENVIRONMENT": "test", "DATABASE_URL": database.url, "MAIL_URL": "memory:"}
    return load_settings({**environ, "DATA_DIR": str(tmp_path_factory.mktemp("data"))})


def _close(application):
    """Close every connection."""
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def make_app(settings):
    """Build another application, closed after the test: `make_app(base_url="https://…")` changes those settings only."""
    made = []

    def make(**changes):
        made.append(create_app(replace(settings, **changes)))
        return made[-1]

    yield make
    for application in made:
        _close(application)


@pytest.fixture(scope="session")
def _served(settings):
    application = create_app(settings)
    application.testing = True
    application.test_client_class = people.Browserless
    return application


@pytest.fixture
def app(_served, database, settings):
    """The application, its database empty."""
    database.empty(_served)
    _served.extensions.get("mailman").__dict__.pop("outbox", None)
    shutil.rmtree(settings.data_dir / "courriels", ignore_errors=True)
    yield _served
    _close(_served)


@pytest.fixture
def session(app):
    """A database session of the test's own; committed before each request of `client`."""
    with app.app_context():
        engine = db.engine
    with TenantSession(engine) as own:
        app.extensions[HELD] = own
        yield own


@pytest.fixture
def client(app, session):
    """A browser without JavaScript: keeps cookies, follows no redirect unless asked."""
    browserless = app.test_client()
    browserless.shared_session = session
    return browserless


@pytest.fixture
def csrf():
    """`csrf(page_or_client)`: the token a form of that page carries."""
    return people.csrf


@pytest.fixture
def make_person(app, session):
    """`make_person(role, organisation=None)`: a Person with an account, alone or in the organisation of another.

    They have read what is told before the first attempt, unless `informed=False`.
    """
    with app.app_context():
        told = library.catalog().information

    def make(role=Role.LEARNER, organisation=None, first_name="Samira", *, informed=True):
        return people.create(session, role, organisation, first_name, told if informed else None)

    return make


@pytest.fixture
def actor(make_person):
    """A learner, as services see them."""
    return make_person().actor


@pytest.fixture
def sign_in(make_person):
    """`sign_in(client, role=…)` or `sign_in(client, person)`: signs somebody in and returns the Person."""

    def enter(client, person=None, role=Role.LEARNER):
        person = person or make_person(role)
        people.sign_in(client, person)
        return person

    return enter


@pytest.fixture
def clock():
    """Time stands still on Tuesday 8 December 2026, 9:00 in Paris; `clock.shift(seconds)` or `clock.move_to(moment)`."""
    with time_machine.travel(datetime(2026, 12, 8, 9, 0, tzinfo=PARIS), tick=False) as traveller:
        yield traveller
