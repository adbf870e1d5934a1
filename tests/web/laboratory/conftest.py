"""A manager at the laboratory, through the pages of a browser without script."""

import re
import uuid
from dataclasses import dataclass
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from course_app.accounts.rules import Role
from course_app.jobs.models import Job

EVERYWHERE = {"across_organisations": True}


def text(answer: TestResponse) -> str:
    """Return a page as a person reads it, every space being a plain one."""
    return re.sub(r"[\u00a0\u202f]", " ", unescape(answer.get_data(as_text=True)))


@dataclass
class Bench:
    """The laboratory's form, as a browser sends it."""

    client: FlaskClient
    token: str
    key: str = ""

    def form(self, *rules: dict[str, object], **fields: object) -> dict[str, object]:
        """Return the fields of a form with these rules, in order."""
        named = {f"regles-{rank}-{name}": value for rank, rule in enumerate(rules) for name, value in rule.items()}
        blank = {"nom": "Le mien", "portefeuilles": "standard", "releve_toutes_les": "1", "key": self.key}
        return {"csrf_token": self.token, **blank, **named, **fields}

    def send(self, op: str, *rules: dict[str, object], **fields: object) -> TestResponse:
        """Press a button of the form."""
        return self.client.post("/laboratoire", data=self.form(*rules, op=op, **fields))


def rule(faire: str = "mail", situation: str = "rien-en-cours", **conditions: object) -> dict[str, object]:
    """Return the fields of one rule."""
    return {"faire": faire, "situation": situation, **conditions}


def sentences(answer: TestResponse) -> list[str]:
    """Return the rules of a page, in words."""
    return re.findall(r"<summary[^>]*>([^<]* : [^<]*|à corriger)</summary>", text(answer))


@pytest.fixture
def manager(client, sign_in):
    """A manager who has just signed in."""
    return sign_in(client, role=Role.MANAGER)


@pytest.fixture
def bench(client, manager, csrf):
    """The laboratory, open."""
    return Bench(client, csrf(client.get("/laboratoire")), str(uuid.uuid4()))


@pytest.fixture
def trials(session):
    """`trials()`: the rows of the trials, latest last."""

    def read() -> list[Job]:
        session.expire_all()
        found = session.scalars(select(Job).order_by(Job.asked_at).execution_options(**EVERYWHERE)).all()
        session.rollback()
        return list(found)

    return read
