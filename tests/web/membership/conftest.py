"""A company with an administrator, a manager who leads a team, a learner in it, and their browsers."""

import uuid
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from course_app.accounts import service as accounts
from course_app.accounts import sessions
from course_app.accounts.models import Organisation, User
from course_app.accounts.rules import Role
from course_app.membership import teams
from course_app.membership.models import Team
from course_app.web.clock import now
from tests.support.browsers import ANYWHERE, Browser, browser


@dataclass
class Company:
    """An organisation of a test, and how to add to it."""

    app: object
    session: object
    organisation: Organisation

    def person(self, role=Role.LEARNER, first_name="Samira", email=None):
        """Add a person; return their row."""
        given = accounts.NewPerson(first_name, email or f"{first_name.lower()}.{uuid.uuid4().hex[:8]}@exemple.fr", None)
        user = accounts.add_person(self.session, self.organisation, given, role, now())
        self.session.commit()
        return user

    def enter(self, user) -> Browser:
        """Return a browser signed in as a person, their second factor shown."""
        moment = now()
        opened = sessions.open_session(
            self.session, user, moment, device="Firefox sur Linux", factor_verified_at=moment
        )
        self.session.commit()
        return browser(self.app, opened, self.session)

    def team(self, name, *people, leader=None):
        """Make a team with these people in it."""
        team = Team(id=uuid.uuid4(), organisation_id=self.organisation.id, name=name, created_at=now())
        self.session.add(team)
        self.session.flush()
        for person in (*people, *([leader] if leader else [])):
            teams.join(self.session, self.organisation.id, team.id, person.id, now(), leads=person is leader)
        self.session.commit()
        return team

    def all(self, model):
        """Return every row of a table, whatever the company."""
        self.session.commit()
        return list(self.session.scalars(select(model).execution_options(**ANYWHERE)))


@pytest.fixture
def found(app, session):
    """`found(name)`: a new company."""

    def make(name="Atelier Vercors"):
        return Company(app, session, accounts.found_organisation(session, name, now()))

    return make


@pytest.fixture
def company(found):
    """A company."""
    return found()


@dataclass
class Office:
    """Who is in the company: Nadège administers, Claire leads « Bureau » where Karim is, Lucie is in « Chantier »."""

    company: Company
    nadege: User
    claire: User
    karim: User
    lucie: User
    office: Team
    yard: Team


@pytest.fixture
def vercors(company):
    """The company with its people and teams."""
    nadege = company.person(Role.ADMINISTRATOR, "Nadège", "nadege@exemple.fr")
    claire = company.person(Role.MANAGER, "Claire", "claire@exemple.fr")
    karim = company.person(Role.LEARNER, "Karim", "karim@exemple.fr")
    lucie = company.person(Role.LEARNER, "Lucie", "lucie@exemple.fr")
    office = company.team("Bureau", karim, leader=claire)
    return Office(company, nadege, claire, karim, lucie, office, company.team("Chantier", lucie))


@pytest.fixture
def claire(vercors):
    """The browser of the manager."""
    return vercors.company.enter(vercors.claire)


@pytest.fixture
def nadege(vercors):
    """The browser of the administrator."""
    return vercors.company.enter(vercors.nadege)
