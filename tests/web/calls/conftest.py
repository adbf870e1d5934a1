"""A learner on the telephone, through the pages of a browser without JavaScript."""

import re
import secrets
import uuid
from dataclasses import dataclass
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from course_app.calls.models import CallTurn

EVERYWHERE = {"across_organisations": True}


@dataclass
class Caller:
    """Somebody at one call."""

    client: FlaskClient
    token: str
    attempt_id: str = ""

    def post(self, url, **fields):
        """Send a form of the site."""
        return self.client.post(url, data={"csrf_token": self.token, **fields})

    def dial(self, call="mon-assistante", key=None, mode="guide", temperature="calme", base="/appels/"):
        """Dial, and remember the attempt."""
        answer = self.post(f"{base}{call}", key=key or str(uuid.uuid4()), mode=mode, temperature=temperature)
        if answer.status_code == 303:
            self.attempt_id = re.search(r"/essais/([0-9a-f-]+)", answer.location)[1]
        return answer

    @property
    def url(self):
        """The address of the call."""
        return f"/appels/essais/{self.attempt_id}"

    def say(self, turn, choice="a", key=None):
        """Say a sentence."""
        return self.post(self.url, turn=turn, choice=choice, key=key or str(uuid.uuid4()))

    def page(self, suffix=""):
        """Return the text of the call's page."""
        return unescape(self.client.get(self.url + suffix).get_data(as_text=True))

    def talk_to_the_end(self):
        """Say the first sentence until the call is over; return how many were said."""
        for turn in range(1, 12):
            if self.client.get(self.url).status_code == 302:
                return turn - 1
            assert self.say(turn).status_code == 303
        raise AssertionError("the call never ends")


@pytest.fixture
def caller(client, sign_in, csrf, monkeypatch):
    """A learner who has just signed in; customers answer as drawn once: one in a hundred would hang up early."""
    monkeypatch.setattr(secrets, "randbelow", lambda limit: 7 % limit)
    sign_in(client)
    return Caller(client, csrf(client.get("/appels/mon-assistante")))


@pytest.fixture
def turns(session):
    """`turns()`: every sentence as the database has it now, those taken back included."""

    def read():
        session.expire_all()
        return list(session.scalars(select(CallTurn).order_by(CallTurn.receipt).execution_options(**EVERYWHERE)))

    return read
