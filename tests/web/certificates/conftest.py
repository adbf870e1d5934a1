"""People who have, or have not yet, earned an attestation."""

import uuid
from datetime import timedelta

import pytest

from course_app.certificates import service
from course_app.certificates.access import office
from course_app.membership.models import Team, TeamMember
from course_app.progress import service as progress
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.web.clock import now
from course_app.web.library import catalog as published
from tests.support.crowd import take_test

PATH = "interimaires"
EVERYWHERE = {"across_organisations": True}


def follow(session, actor, catalog, *, but=0, choose=right_answer, at=None):
    """Do the items of a path but the last so many, and take its test (no answer chosen: not taken); commits."""
    moment, path = at or now(), catalog.paths[PATH]
    test = catalog.test_of(path)
    items = [catalog.item(*ref.key) for ref in path.items if ref.key != (test.kind, test.id)]
    for rank, item in enumerate(items[: len(items) - but]):
        progress.finish(session, actor, item, moment + timedelta(minutes=rank))
    if choose is not None:
        take_test(session, actor, test, choose, published=catalog.quizzes, at=moment + timedelta(hours=2))
    session.commit()


@pytest.fixture
def catalog(app):
    """The real content."""
    with app.app_context():
        return published()


@pytest.fixture
def desk(app):
    """What issuing needs, as pages have it."""
    with app.app_context():
        return office()


@pytest.fixture
def earner(session, catalog, make_person):
    """Somebody of « Menuiserie Bocage » who has done everything and passed the test."""
    person = make_person(organisation="Menuiserie Bocage")
    follow(session, person.actor, catalog)
    return person


@pytest.fixture
def issued(session, desk, earner):
    """Their attestation of skills."""
    row = service.issue_skills(session, earner.actor, desk, PATH, "Samira Benali", now())
    session.commit()
    return row


def lead(session, leader, *people):
    """Put people in a team that somebody leads; commits."""
    team = Team(organisation_id=leader.organisation_id, name=f"Équipe {uuid.uuid4().hex[:6]}", created_at=now())
    session.add(team)
    session.flush()
    for person, leads in ((leader, True), *((each, False) for each in people)):
        session.add(
            TeamMember(
                organisation_id=leader.organisation_id,
                team_id=team.id,
                user_id=person.user_id,
                leads=leads,
                joined_at=now(),
            )
        )
    session.commit()


__all__ = ["EVERYWHERE", "PATH", "follow", "lead", "wrong_answer"]
