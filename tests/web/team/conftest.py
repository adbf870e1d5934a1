"""A company with teams, as managers see it."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

import pytest

from course_app.accounts.rules import Actor, Role
from course_app.membership.models import Team, TeamMember
from course_app.web import library
from tests.support.people import Person, sign_in

LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
COMPANY = "Atelier Vercors"


@dataclass
class Company:
    """A company, its manager, and how to add people to its teams."""

    session: object
    make_person: object
    manager: Person

    def team(self, name="Ventes", lead=None):
        """Open a team, led by the manager unless told otherwise."""
        team = Team(organisation_id=self.manager.actor.organisation_id, name=name, created_at=LONG_AGO)
        self.session.add(team)
        self.session.flush()
        self.join(team, (lead or self.manager).actor, leads=True)
        return team

    def join(self, team, actor: Actor, *, leads=False):
        """Let somebody into a team."""
        stay = TeamMember(
            organisation_id=team.organisation_id,
            team_id=team.id,
            user_id=actor.user_id,
            leads=leads,
            joined_at=LONG_AGO,
        )
        self.session.add(stay)
        self.session.flush()
        return stay

    def person(self, team, first_name):
        """Add a learner to a team."""
        person = self.make_person(Role.LEARNER, COMPANY, first_name)
        self.join(team, person.actor)
        return person


@pytest.fixture
def catalog(app):
    """What is published."""
    with app.app_context():
        return library.catalog()


@pytest.fixture
def company(session, make_person):
    """A company with its manager, Claire."""
    return Company(session, make_person, make_person(Role.MANAGER, COMPANY, "Claire"))


@pytest.fixture
def read(client):
    """`read(path)`: the text of a page that opens for whoever is signed in."""
    return lambda path: _text(client, path)


@pytest.fixture
def browser_of(app, session):
    """`browser_of(person)`: another browser, with that person signed in."""

    def enter(person):
        other = app.test_client()
        other.shared_session = session
        sign_in(other, person)
        return other

    return enter


@pytest.fixture
def read_as(browser_of):
    """`read_as(person, path)`: the text of a page, in a browser of that person."""
    return lambda person, path: _text(browser_of(person), path)


def _text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.get_data(as_text=True)).replace("\u202f", " ").replace("\u00a0", " ")


NOBODY = uuid.UUID(int=9)
