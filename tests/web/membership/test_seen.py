"""Whom a manager sees, today."""

import uuid
from datetime import UTC, datetime

import pytest

from course_app.accounts.rules import Role
from course_app.core.errors import Forbidden, NotFound
from course_app.membership import service
from course_app.membership.models import Team, TeamMember

COMPANY = "Atelier Vercors"
NOW = datetime(2026, 12, 8, 8, tzinfo=UTC)


def _team(session, person, name="Ventes"):
    team = Team(id=uuid.uuid4(), organisation_id=person.actor.organisation_id, name=name, created_at=NOW)
    session.add(team)
    session.flush()
    return team


def _stay(session, team, person, *, leads=False):
    stay = TeamMember(
        organisation_id=team.organisation_id, team_id=team.id, user_id=person.actor.user_id, leads=leads, joined_at=NOW
    )
    session.add(stay)
    session.flush()
    return stay


@pytest.fixture
def company(session, make_person):
    """A manager leading « Ventes », a learner in it, another in « Atelier », and a stranger's manager."""
    manager = make_person(Role.MANAGER, COMPANY)
    learner = make_person(Role.LEARNER, COMPANY, "Karim")
    other = make_person(Role.LEARNER, COMPANY, "Lucie")
    sales, workshop = _team(session, manager), _team(session, manager, "Atelier")
    return {
        "manager": manager,
        "learner": learner,
        "other": other,
        "lead": _stay(session, sales, manager, leads=True),
        "stay": _stay(session, sales, learner),
        "away": _stay(session, workshop, other),
        "workshop": workshop,
    }


def _names(members):
    return [member.first_name for member in members]


def test_s05_a_manager_sees_the_members_of_the_teams_they_lead(session, company):
    """A manager sees their teams' members, and nobody else of the company."""
    assert _names(service.seen_by(session, company["manager"].actor)) == ["Karim", "Samira"]
    with pytest.raises(NotFound):
        service.seen_person(session, company["manager"].actor, company["other"].actor.user_id)
    with pytest.raises(NotFound):
        service.seen_by(session, company["manager"].actor, company["workshop"].id)


def test_s05_whoever_leaves_is_out_of_sight_at_once(session, company):
    """A stay that ended this minute shows nobody any more; nor does a team that one leads no more."""
    company["stay"].left_at = NOW
    session.flush()
    assert _names(service.seen_by(session, company["manager"].actor)) == ["Samira"]
    company["lead"].leads = False
    session.flush()
    assert service.seen_by(session, company["manager"].actor) == []


def test_s02_another_company_is_never_seen(session, company, make_person):
    """A manager of another company reads the same refusal for a member here as for nobody."""
    stranger = make_person(Role.MANAGER).actor
    for user_id in (company["learner"].actor.user_id, uuid.uuid4()):
        with pytest.raises(NotFound):
            service.seen_person(session, stranger, user_id)


def test_people_are_listed_as_french_sorts_them(session, company, make_person):
    """Accents and capitals do not count: « Élise » comes before « Karim », not after everybody."""
    administrator = make_person(Role.ADMINISTRATOR, COMPANY, "Zoé").actor
    make_person(Role.LEARNER, COMPANY, "Élise")
    make_person(Role.LEARNER, COMPANY, "marc")
    assert _names(service.seen_by(session, administrator)) == ["Élise", "Karim", "Lucie", "marc", "Samira", "Zoé"]


def test_an_administrator_sees_everybody_and_a_learner_nobody(session, company, make_person):
    """An administrator sees each member of the company, in a team or not; a learner has no team to see."""
    administrator = make_person(Role.ADMINISTRATOR, COMPANY, "Zoé").actor
    assert _names(service.seen_by(session, administrator)) == ["Karim", "Lucie", "Samira", "Zoé"]
    with pytest.raises(Forbidden):
        service.seen_by(session, company["learner"].actor)
