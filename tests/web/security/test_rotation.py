"""S71: a new key signs what comes next; what the former one signed stays good as long as it is listed."""

import uuid

import pytest
from itsdangerous import URLSafeTimedSerializer

from course_app.reminders import service as reminders
from course_app.reminders.kinds import stop_token
from course_app.reminders.rules import Topic
from tests.support.browsers import browser, cookies
from tests.support.mails import path_in, sent_to

NEW_KEY = "une-nouvelle-cle-tiree-au-hasard-0123456789"


@pytest.fixture
def rotated(make_app, settings):
    """`rotated(keep)`: the same installation with a new key, the former one listed or not."""

    def make(keep):
        return make_app(secret_key=NEW_KEY, secret_key_fallbacks=(settings.secret_key,) if keep else ())

    return make


def _carrying(app, names, held):
    browserless = app.test_client()
    for name, value in held.items():
        if name in names:
            browserless.set_cookie(name, value)
    return browserless


@pytest.mark.parametrize("names", [{"reglo"}, {"reglo-souvenir"}])
def test_s71_a_new_key_ends_no_session(app, client, make_person, csrf, session, rotated, names):
    """Signed in or remembered before the rotation, a browser is still known after it; without the former key, no more."""
    person = make_person()
    session.commit()
    form = {"email": person.email, "password": person.password, "remember": "y", "csrf_token": csrf(client)}
    assert client.post("/connexion", data=form).status_code == 303
    held = cookies(client)
    assert _carrying(rotated(keep=True), names, held).get("/reglages").status_code == 200
    assert _carrying(rotated(keep=False), names, held).get("/reglages").status_code == 302


def test_s71_a_form_opened_before_is_accepted_after(settings, rotated):
    """A page opened before the rotation can be sent after it: its token is still believed, a made-up one is not."""
    raw = uuid.uuid4().hex
    answers = []
    for key in (settings.secret_key, "x" * 40):
        visitor = rotated(keep=True).test_client()
        with visitor.session_transaction() as kept:
            kept["csrf_token"] = raw
        token = URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw)
        answers.append(visitor.post("/mot-de-passe-oublie", data={"csrf_token": token}).status_code)
    assert answers == [422, 400]


def test_s71_a_link_mailed_before_works_after(app, session, make_person, rotated):
    """The link that stops reminders is for years: mailed before the rotation, it stops them after; so does a reset."""
    person = make_person()
    with app.app_context():
        stop = stop_token(person.actor.organisation_id, person.actor.user_id, Topic.DEADLINE)
    visitor = browser(app, None, session)
    visitor.post("/mot-de-passe-oublie", email=person.email)
    reset = path_in(sent_to(app, person.email)[-1])
    session.commit()
    assert rotated(keep=False).test_client().get(f"/courriels/arret/{stop}").status_code == 410
    after = rotated(keep=True)
    assert after.test_client().get(reset).status_code == 200
    assert after.test_client().post(f"/courriels/arret/{stop}").status_code == 200
    wanted = reminders.wants(session, person.actor.organisation_id, person.actor.user_id, Topic.DEADLINE)
    assert not wanted


def test_s71_what_is_signed_anew_uses_the_new_key(rotated):
    """Once everybody has come back, the former key can go: nothing new depends on it."""
    after, alone = rotated(keep=True), rotated(keep=False)
    visitor = after.test_client()
    visitor.get("/connexion")
    with _carrying(alone, {"reglo"}, cookies(visitor)).session_transaction() as kept:
        assert kept.get("csrf_token")
