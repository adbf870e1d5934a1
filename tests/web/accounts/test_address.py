"""Changing one's address."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from course_app.accounts import sessions
from course_app.accounts.federation import service as federation
from course_app.accounts.federation.rules import Identity
from course_app.accounts.models import AddressChange
from course_app.accounts.rules import Role
from course_app.audit.models import AuditEntry
from course_app.web.clock import now
from tests.support import people
from tests.support.browsers import ANYWHERE, browser, enter_as, user_at, user_of
from tests.support.mails import path_in, sent_to

PAGE, NEW = "/reglages/adresse", "samira.nouvelle@exemple.fr"


def _ask(client, person, **changes):
    form = {"new_email": NEW, "current_password": person.password, **changes}
    return client.post(PAGE, data={**form, "csrf_token": people.csrf(client.get(PAGE))})


def _link(app, address=NEW):
    return re.search(r"/adresse/[\w-]+", sent_to(app, address)[-1].body)[0]


def _confirm(client, path):
    return client.post(path, data={"csrf_token": people.csrf(client.get(path))})


def test_s38_the_new_address_confirms_and_the_old_one_is_told(app, client, session, sign_in):
    """Password, then a link at the new address, then a notice at the old one: only then does the address change (S38)."""
    person = sign_in(client)
    answer = _ask(client, person)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?envoye=1")
    path = _link(app)
    assert user_of(session, person.actor).email == person.email
    assert NEW in client.get(path).get_data(as_text=True)
    assert user_of(session, person.actor).email == person.email
    assert _confirm(client, path).status_code == 303
    assert user_at(session, NEW).id == person.actor.user_id
    assert "n'ouvre plus votre compte" in unescape(sent_to(app, person.email)[-1].body).replace("’", "'")
    acts = session.scalars(select(AuditEntry.act).execution_options(**ANYWHERE)).all()
    assert "adresse-changee" in acts


def test_s38_the_link_works_once_and_for_half_an_hour(app, clock, client, session, sign_in):
    """A used link, an expired one, and one replaced by a newer read as gone, and change nothing (S38)."""
    person = sign_in(client)
    _ask(client, person)
    first = _link(app)
    clock.shift(timedelta(minutes=1))
    _ask(client, person)
    second = _link(app)
    assert client.get(first).status_code == 410
    clock.shift(timedelta(minutes=31))
    assert client.get(second).status_code == 410
    assert user_of(session, person.actor).email == person.email
    _ask(client, person)
    third = _link(app)
    token = people.csrf(client.get(third))
    assert [client.post(third, data={"csrf_token": token}).status_code for _time in range(2)] == [303, 410]


def test_s38_s14_only_a_hash_is_kept(app, client, session, sign_in):
    """The database holds the hash of the link, never the link (S38, S14)."""
    _ask(client, sign_in(client))
    token = _link(app).rpartition("/")[2]
    session.commit()
    row = session.scalars(select(AddressChange).execution_options(**ANYWHERE)).one()
    assert token not in str(vars(row).values())


@pytest.mark.parametrize(
    "changes",
    [{"current_password": "pas le bon du tout"}, {"new_email": "samira"}, {"new_email": ""}, {"current_password": ""}],
    ids=["password", "half an address", "no address", "no password"],
)
def test_s38_a_refused_request_keeps_what_was_typed(app, client, sign_in, changes):
    """A wrong password or half an address: 422, the address typed stays, nothing leaves (S38)."""
    person = sign_in(client)
    answer = _ask(client, person, **changes)
    assert answer.status_code == 422
    assert f'value="{changes.get("new_email", NEW)}"' in answer.get_data(as_text=True)
    assert not sent_to(app, NEW)


def test_s31_s38_a_taken_address_answers_alike(app, client, make_person, sign_in):
    """Asking for somebody else's address gets the same answer, and no mail tells anything to anybody (S31, S38)."""
    other, person = make_person(), sign_in(client)
    answer = _ask(client, person, new_email=other.email)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?envoye=1")
    assert not sent_to(app, other.email)


def test_s37_two_who_want_one_address(app, client, session, make_person, sign_in):
    """An address taken between request and click stays its first taker's; the other link reads as gone (S37)."""
    person = sign_in(client)
    _ask(client, person)
    path = _link(app)
    taker = make_person()
    user_of(session, taker.actor).email = NEW
    session.commit()
    assert _confirm(client, path).status_code == 410
    assert user_of(session, person.actor).email == person.email


def test_s79_three_requests_an_hour(client, clock, sign_in):
    """The fourth request of an hour is refused for a while (S79)."""
    person = sign_in(client)
    assert [_ask(client, person).status_code for _time in range(4)] == [303, 303, 303, 429]


@pytest.mark.parametrize("way", ["password", "link", "company"])
def test_s38_a_link_asked_by_a_thief_dies_with_their_session(app, client, session, sign_in, way):
    """Whoever takes their account back, by a new password or by their company, takes back the change a thief asked (S38)."""
    person = sign_in(client)
    _ask(client, person)
    path, new = _link(app), "quatre-phoques-sur-la-plage"
    form = {"new_password": new, "csrf_token": people.csrf(client.get("/reglages"))}
    if way == "password":
        client.post("/reglages/mot-de-passe", data={**form, "current_password": person.password})
    if way == "link":
        client.post("/mot-de-passe-oublie", data={**form, "email": person.email})
        reset = path_in(sent_to(app, person.email)[-1])
        assert client.post(reset, data=form).status_code == 303
    if way == "company":
        federation.holder(
            session, Identity("https://compagnie.exemple", "u-42", person.email, several_factors=True), now()
        )
    visitor = app.test_client()
    visitor.shared_session = session
    assert visitor.get(path).status_code == 410
    assert visitor.post(path, data={"csrf_token": people.csrf(visitor)}).status_code == 410
    assert user_of(session, person.actor).email == person.email


def test_s38_a_borrowed_phone_chooses_no_first_password(app, clock, session):
    """Whoever has no password chooses one from a session just opened: one chosen by a passer-by would prove the rest (S38)."""
    held = enter_as(app, session, Role.LEARNER)
    first, new = "/reglages/premier-mot-de-passe", "quatre-phoques-sur-la-plage"
    clock.shift(timedelta(minutes=16))
    for answer in (held.client.get(first), held.post(first, new_password=new)):
        assert "plus d'un quart d'heure" in unescape(answer.get_data(as_text=True)).replace("’", "'")
    assert answer.status_code == 422
    assert user_of(session, held.actor).password_hash is None
    assert held.post(PAGE, new_email=NEW, current_password=new).status_code == 422
    assert not sent_to(app, NEW)
    fresh = enter_as(app, session, Role.LEARNER)
    assert fresh.post(first, new_password=new).status_code == 303
    assert user_of(session, fresh.actor).password_hash


@pytest.mark.parametrize("way", ["/reglages/premier-mot-de-passe", "/reglages/sessions/autres/fermer"])
def test_s38_a_link_asked_by_a_squatter_dies_with_their_session(app, session, way):
    """Whoever chooses a first password, or ends their other devices, ends the change of address asked on one (S38)."""
    squatter = enter_as(app, session, Role.LEARNER)
    assert squatter.post(PAGE, new_email=NEW).status_code == 303
    path, user = _link(app), user_of(session, squatter.actor)
    held = browser(app, sessions.open_session(session, user, now(), device="Firefox sur Linux"), session)
    assert held.post(way, new_password="quatre-phoques-sur-la-plage").status_code == 303
    assert squatter.client.get(path).status_code == 410
