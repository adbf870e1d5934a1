"""A learner at the desk: what tests of exercises start from."""

import re
import uuid
from dataclasses import dataclass
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from course_app.exercise.models import ExerciseRun, RunDecision
from course_app.web import library

EXERCISE = "facture-orpheline"
EVERYWHERE = {"across_organisations": True}
SESSIONS = 5


def text(answer: TestResponse) -> str:
    """Return a page as a person reads it: entities resolved."""
    return unescape(answer.get_data(as_text=True))


@dataclass
class Player:
    """Somebody at one exercise, through the pages of a browser without JavaScript."""

    client: FlaskClient
    token: str
    run_id: str = ""
    exercise: str = EXERCISE
    sessions: int = SESSIONS

    def post(self, url: str, **fields: object) -> TestResponse:
        """Send a form of the site."""
        return self.client.post(url, data={"csrf_token": self.token, **fields})

    def start(self, mode: str = "guide", key: str | None = None) -> TestResponse:
        """Start a run, and remember it."""
        answer = self.post(f"/exercices/{self.exercise}", mode=mode, key=key or str(uuid.uuid4()))
        if answer.status_code == 303:
            self.run_id = answer.location.rsplit("/", 1)[1]
        return answer

    def url(self, tail: str = "") -> str:
        """Return an address of the run."""
        return f"/exercices/parties/{self.run_id}{tail}"

    def get(self, tail: str = "") -> TestResponse:
        """Open a page of the run."""
        return self.client.get(self.url(tail))

    def decide(self, customer: str, action: str, session: object = 0, **fields: object) -> TestResponse:
        """Send a decision; `fields` may hold `until` and `key`."""
        sent = {"key": str(uuid.uuid4()), "customer": customer, "action": action, "session": session, **fields}
        return self.post(self.url("/decision"), **sent)

    def undo(self, move: object) -> TestResponse:
        """Take back a move by its place."""
        return self.post(self.url("/annuler"), move=move, key=str(uuid.uuid4()))

    def close(self, session: object, key: str | None = None) -> TestResponse:
        """Close a séance."""
        return self.post(self.url("/seance"), session=session, key=key or str(uuid.uuid4()))

    def finish(self, first: int = 0) -> TestResponse:
        """Close every séance from this one on."""
        return [self.close(session) for session in range(first, self.sessions)][-1]


@pytest.fixture
def learner(client, sign_in):
    """A person who has just signed in."""
    return sign_in(client)


@pytest.fixture
def newcomer(client, learner, csrf):
    """A signed-in learner who has started nothing."""
    return Player(client, csrf(client.get(f"/exercices/{EXERCISE}")))


@pytest.fixture
def player(newcomer):
    """A learner in the first séance of a guided run."""
    assert newcomer.start().status_code == 303
    return newcomer


@pytest.fixture
def free(newcomer):
    """A learner in the first séance of a free run."""
    assert newcomer.start("libre").status_code == 303
    return newcomer


@pytest.fixture
def stored(session):
    """`stored(RunDecision)`: every row of that table, in order, as the database has them now."""

    def read(model: type[ExerciseRun] | type[RunDecision]) -> list:
        session.expire_all()
        order = model.number if model is ExerciseRun else model.sequence
        return list(session.scalars(select(model).order_by(order).execution_options(**EVERYWHERE)))

    return read


@pytest.fixture
def exercise(app):
    """The exercise as it is published."""
    with app.app_context():
        return library.catalog().exercises[EXERCISE]


@pytest.fixture
def stranger(app, session, sign_in):
    """Another browser, in which somebody else has signed in."""
    browser = app.test_client()
    browser.shared_session = session
    sign_in(browser)
    return browser


def key_on(page: TestResponse) -> str:
    """Return the first idempotency key that a form of a page carries."""
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page.get_data(as_text=True))
    assert found, page.request.path
    return found[1]
