"""A person who left words everywhere, and the chores of privacy on the test's database."""

import pytest

from course_app.accounts import service as accounts
from course_app.accounts.access import accounts as kept
from course_app.privacy import keeping, service
from course_app.privacy.rules import ErasureReason
from course_app.web.clock import now
from course_app.web.library import catalog
from tests.support.browsers import user_of
from tests.support.planting import plant


@pytest.fixture
def planted(app, session, make_person):
    """A person whose word is everywhere, in a company with somebody else."""
    person = make_person(organisation="Menuiserie Bocage")
    make_person(organisation="Menuiserie Bocage")
    with app.app_context():
        plant(session, person.actor, catalog(), now())
    session.commit()
    return person


@pytest.fixture
def erase(app, session):
    """`erase(actor)`: erase a person at once."""

    def erased(actor):
        with app.app_context():
            service.erase_person(session, user_of(session, actor), kept().records, ErasureReason.ASKED, now())
        session.commit()

    return erased


@pytest.fixture
def look_after(app, session):
    """`look_after()`: one round of the chore."""

    def done():
        session.commit()
        with app.app_context():
            keeping.look_after()

    return done


@pytest.fixture
def exported(app, session):
    """`exported(actor)`: everything the site would give a person about themself."""

    def read(actor):
        with app.app_context():
            return accounts.export(session, actor, kept().records)

    return read
