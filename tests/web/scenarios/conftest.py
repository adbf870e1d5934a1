"""A learner in a story: what tests of plays start from."""

import re
import uuid
from dataclasses import dataclass
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from course_app.library.scenario_model import Scenario
from course_app.scenarios.models import ScenarioAttempt, ScenarioMove
from course_app.web import library

EVERYWHERE = {"across_organisations": True}


@dataclass
class Player:
    """Somebody in one story, through the pages of a browser without JavaScript."""

    client: FlaskClient
    scenario: Scenario
    token: str
    attempt_id: str = ""

    def post(self, url: str, **fields: object) -> TestResponse:
        """Send a form of the site, with a key of its own unless one is given."""
        return self.client.post(url, data={"csrf_token": self.token, "key": str(uuid.uuid4()), **fields})

    def start(self, **fields: object) -> TestResponse:
        """Start or resume the story, and remember the attempt."""
        answer = self.post(f"/scenarios/{self.scenario.id}", **fields)
        if answer.status_code == 303:
            self.attempt_id = re.search(r"/parties/([0-9a-f-]{36})", answer.location)[1]
        return answer

    @property
    def base(self) -> str:
        """The address of the attempt."""
        return f"/scenarios/parties/{self.attempt_id}"

    def url(self, number: int) -> str:
        """Return the address of a moment."""
        return f"{self.base}/moment/{number}"

    def choose(self, number: int, choice: object, **fields: object) -> TestResponse:
        """Send a choice at a moment."""
        return self.post(self.url(number), choice=choice, **fields)

    def back(self, at: object, to: object, **fields: object) -> TestResponse:
        """Go back before a choice."""
        return self.post(f"{self.base}/retour", at=at, moment=to, **fields)

    def page(self, url: str) -> str:
        """Return the words of a page."""
        return unescape(self.client.get(url).get_data(as_text=True))

    def finish(self, first: int = 1) -> int:
        """Make a good choice everywhere; return the number of the last moment."""
        number = first
        while True:
            page = self.client.get(self.url(number)).get_data(as_text=True)
            node = next(one for one in self.scenario.nodes if f">{one.title}<" in unescape(page))
            good = next(one for one in node.choices if one.quality.value == "juste")
            assert self.choose(number, good.id).status_code == 303
            if "/debrief" in self.client.get(self.base).location:
                return number
            number += 1


@pytest.fixture
def scenario(app):
    """The story of the tests."""
    with app.app_context():
        return library.catalog().scenarios["promesse-de-vendredi"]


@pytest.fixture
def learner(client, sign_in):
    """A person who has just signed in."""
    return sign_in(client)


@pytest.fixture
def player(client, learner, scenario, csrf):
    """A signed-in learner who has just started the story."""
    playing = Player(client, scenario, csrf(client.get(f"/scenarios/{scenario.id}")))
    assert playing.start().status_code == 303
    return playing


@pytest.fixture
def stored(session):
    """`stored(ScenarioMove)`: every row of that table, in order, as the database has them now."""

    def read(model: type[ScenarioAttempt] | type[ScenarioMove]) -> list:
        session.commit()
        session.expire_all()
        order = model.receipt if model is ScenarioMove else model.number
        return list(session.scalars(select(model).order_by(order).execution_options(**EVERYWHERE)))

    return read


@pytest.fixture
def stranger(app, session, sign_in):
    """Another browser, in which somebody else has signed in."""
    browser = app.test_client()
    browser.shared_session = session
    sign_in(browser)
    return browser
