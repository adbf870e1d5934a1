"""The demonstration's entry list: open there, absent everywhere else."""

import uuid

import pytest

from course_app.accounts import service
from course_app.accounts.rules import Role
from course_app.config import Environment
from course_app.web.clock import now
from tests.support.browsers import browser, enter_as, enter_as_guest, open_sessions, user_of


@pytest.fixture
def demonstration(make_app, session):
    """The application in demonstration mode."""
    session.commit()
    return make_app(environment=Environment.DEMONSTRATION)


@pytest.fixture
def karim(app, session):
    """One of the demonstration's people."""
    company = service.found_organisation(session, "Atelier", now())
    given = service.NewPerson("Karim", "karim@demo.reglo.invalid", "x")
    user = service.add_person(session, company, given, Role.LEARNER, now())
    service.present(session, user, 1, "A fini la leçon sur la signature.")
    session.commit()
    return user


def test_a_visitor_enters_in_one_click(session, demonstration, karim):
    """The list names people, roles and what they did; one button enters."""
    visitor = browser(demonstration, None, session)
    page = visitor.client.get("/demonstration").get_data(as_text=True)
    assert "Karim" in page
    assert "A fini la leçon sur la signature." in page
    answer = visitor.post("/demonstration", person=karim.id)
    assert (answer.status_code, answer.location) == (303, "/parcours")
    assert "Karim" in visitor.client.get("/parcours").get_data(as_text=True)


def test_changing_person_leaves_the_first(session, demonstration, karim):
    """Entering again ends the session of before."""
    visitor = browser(demonstration, None, session)
    for _turn in range(2):
        with visitor.client.session_transaction() as held:
            held.setdefault("csrf_token", "x")
        page = visitor.client.get("/demonstration")
        token = page.get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]
        sent = {"person": karim.id, "csrf_token": token}
        assert visitor.client.post("/demonstration", data=sent).status_code == 303
    actor = service.sessions.actor_of(karim, uuid.uuid4())
    assert len(open_sessions(session, actor)) == 1


@pytest.mark.parametrize("person", ["", "1", "karim", str(uuid.UUID(int=7)), "\x00", "x" * 5000])
def test_only_its_people_may_be_entered(session, demonstration, karim, person):
    """Nobody else's account opens this way: 404."""
    assert browser(demonstration, None, session).post("/demonstration", person=person).status_code == 404


def test_real_people_are_not_listed_nor_entered(app, session, demonstration, karim):
    """Somebody who signed up during a demonstration stays behind their password."""
    member = enter_as(app, session, first_name="Margaux")
    guest = enter_as_guest(app, session)
    visitor = browser(demonstration, None, session)
    assert "Margaux" not in visitor.client.get("/demonstration").get_data(as_text=True)
    for held in (member, guest):
        assert visitor.post("/demonstration", person=held.actor.user_id).status_code == 404
    assert user_of(session, member.actor).first_name == "Margaux"


@pytest.mark.parametrize("environment", [each for each in Environment if each is not Environment.DEMONSTRATION])
def test_s40_elsewhere_the_page_does_not_exist(make_app, session, karim, environment):
    """Outside demonstration mode, reading and entering are 404, even with the right id."""
    elsewhere = make_app(environment=environment)
    visitor = browser(elsewhere, None, session)
    assert visitor.client.get("/demonstration").status_code == 404
    assert visitor.post("/demonstration", person=karim.id).status_code == 404
    assert "/demonstration" not in visitor.client.get("/connexion").get_data(as_text=True)
