"""Choosing a new password: the link, what it opens, and what it never tells."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from course_app.accounts import passwords, service, sessions
from course_app.accounts.models import PasswordReset
from course_app.web.clock import now
from tests.support.browsers import ANYWHERE, browser, enter_as, open_sessions, user_at, user_of
from tests.support.mails import link_in, path_in, sent_to
from tests.support.people import PASSWORD

NEW = "quatre-phoques-sur-la-plage"
OTHER = "cinq-otaries-sur-le-rocher"


@pytest.fixture
def visitor(app, session):
    """A browser nobody is signed in with."""
    return browser(app, None, session)


@pytest.fixture
def person(make_person):
    """Somebody with an account."""
    return make_person()


@pytest.fixture
def ask(app, visitor):
    """`ask(email)`: ask for a link and return its path."""

    def asked(email):
        assert visitor.post("/mot-de-passe-oublie", email=email).status_code == 303
        return path_in(sent_to(app, email.strip().lower())[-1])

    return asked


def test_s36_a_link_changes_the_password_once(app, session, visitor, person, ask):
    """The link lets one new password in, ends every session, and mails a notice (S36)."""
    held = browser(app, sessions.open_session(session, user_of(session, person.actor), now(), device="Mac"), session)
    path = ask(person.email)
    used = visitor.post(path, new_password=NEW)
    assert (used.status_code, used.location) == (303, "/connexion")
    assert passwords.check(NEW, user_at(session, person.email).password_hash).right
    assert not open_sessions(session, person.actor)
    assert held.client.get("/reglages").status_code == 302
    assert sent_to(app, person.email)[-1].subject == "Votre mot de passe a changé"
    assert visitor.post(path, new_password=OTHER).status_code == 410
    assert passwords.check(NEW, user_at(session, person.email).password_hash).right


def test_s36_opening_the_link_uses_nothing_up(visitor, person, ask):
    """Mail scanners open links: only the form's sending counts (S36)."""
    path = ask(person.email)
    assert [visitor.client.get(path).status_code for _turn in range(3)] == [200] * 3
    assert visitor.client.head(path).status_code == 200
    assert visitor.post(path, new_password=NEW).status_code == 303
    assert visitor.client.get(path).status_code == 410


def test_s36_a_refused_password_leaves_the_link_alive(visitor, person, ask):
    """A weak password is sent back with its reason; the same link then takes a better one (S36)."""
    path = ask(person.email)
    refused = visitor.post(path, new_password="motdepasse123")
    assert refused.status_code == 422
    assert "motdepasse123" not in refused.get_data(as_text=True)
    assert visitor.post(path, new_password=NEW).status_code == 303


def test_s36_thirty_minutes(clock, visitor, person, ask):
    """The link dies thirty minutes after it was asked for (S36)."""
    path = ask(person.email)
    clock.shift(timedelta(minutes=29, seconds=59))
    assert visitor.client.get(path).status_code == 200
    clock.shift(timedelta(seconds=2))
    assert visitor.client.get(path).status_code == 410
    assert visitor.post(path, new_password=NEW).status_code == 410


def test_s36_a_newer_link_voids_the_older(visitor, person, ask):
    """Only the latest link works (S36)."""
    older, newer = ask(person.email), ask(person.email)
    gone = visitor.client.get(older)
    assert gone.status_code == 410
    assert "/mot-de-passe-oublie" in gone.get_data(as_text=True)
    assert visitor.client.get(newer).status_code == 200


def test_s36_two_parallel_uses_make_one_change(app, session, person, ask):
    """Of eight requests with the same link at once, one changes the password (S36)."""
    path, browsers = ask(person.email), [browser(app, None, None) for _number in range(8)]
    session.commit()
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda each: each.post(path, new_password=NEW).status_code, browsers))
    assert sorted(statuses) == [303] + [410] * 7


def test_s36_a_link_of_a_deactivated_person_is_dead(session, visitor, person, ask):
    """Leaving the company voids the link in the mailbox (S36, S09)."""
    path = ask(person.email)
    service.deactivate(session, person.actor.organisation_id, person.actor.user_id, now())
    assert visitor.client.get(path).status_code == 410
    assert visitor.post(path, new_password=NEW).status_code == 410


def test_s09_a_deactivated_person_gets_no_mail(app, session, visitor, person):
    """No more mails once deactivated (S09)."""
    service.deactivate(session, person.actor.organisation_id, person.actor.user_id, now())
    assert visitor.post("/mot-de-passe-oublie", email=person.email).status_code == 303
    assert not sent_to(app, person.email)


def test_s14_the_token_is_256_random_bits_and_only_its_hash_is_kept(session, person, ask):
    """A copy of the database opens no link, and no displayed id is a secret (S14, S36)."""
    token = ask(person.email).rpartition("/")[2]
    assert len(token) == sessions.TOKEN_LENGTH
    row = session.scalars(select(PasswordReset).execution_options(**ANYWHERE)).one()
    assert row.token_hash == sessions.token_hash(token)
    assert token not in {str(value) for value in vars(row).values()}


@pytest.mark.parametrize("token", ["x", "é" * 43, "a" * 43, "%00" * 43, "%ED%A0%80" * 10, "x" * 4000, "%2e%2e%5c"])
def test_s62_any_other_token_is_gone(visitor, token):
    """An invented link reads as an expired one, on every database (S62)."""
    assert visitor.client.get(f"/reinitialiser/{token}").status_code in (404, 410)
    assert visitor.post(f"/reinitialiser/{token}", new_password=NEW).status_code in (404, 410)


def test_s35_the_link_comes_from_configuration(app, visitor, person, settings):
    """The mail names the configured address, whatever the browser says (S35)."""
    visitor.post("/mot-de-passe-oublie", email=person.email)
    assert link_in(sent_to(app, person.email)[-1]).startswith(f"{settings.base_url}/reinitialiser/")


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_s35_a_forged_host_is_refused(app, visitor, person, header):
    """A forged host gets 400, to read as to send, and sends nothing (S35)."""
    assert visitor.client.get("/connexion", headers={header: "exemple.net"}).status_code == 400
    form = {"email": person.email, "csrf_token": visitor.csrf}
    answer = visitor.client.post("/mot-de-passe-oublie", data=form, headers={header: "exemple.net"})
    assert answer.status_code == 400
    assert not sent_to(app, person.email)


@pytest.mark.parametrize("disguise", [str.upper, "  {} ".format])
def test_s37_the_link_goes_to_the_stored_address(app, session, visitor, person, disguise):
    """However the address is typed, the mail goes to the account's own mailbox, keyed on its id (S37)."""
    visitor.post("/mot-de-passe-oublie", email=disguise(person.email))
    assert len(sent_to(app, person.email)) == 1
    row = session.scalars(select(PasswordReset).execution_options(**ANYWHERE)).one()
    assert row.user_id == person.actor.user_id


@pytest.mark.parametrize(
    "typed", ["{}\r\nBcc: tous@exemple.fr", "{},tous@exemple.fr", "{};tous@exemple.fr", "{}\x00", "<{}>"]
)
def test_s59_one_mail_one_recipient(app, visitor, person, typed):
    """An address with header lines or company in it reaches nobody (S59)."""
    visitor.post("/mot-de-passe-oublie", email=typed.format(person.email))
    assert not sent_to(app, person.email)
    assert not sent_to(app, "tous@exemple.fr")


def test_s79_three_links_an_hour(clock, visitor, person):
    """The fourth request within an hour gets 429 with the wait; unknown addresses alike (S79)."""
    for email in (person.email, "personne@exemple.fr"):
        answers = [visitor.post("/mot-de-passe-oublie", email=email) for _turn in range(4)]
        assert [answer.status_code for answer in answers] == [303] * 3 + [429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    clock.shift(timedelta(hours=1, seconds=1))
    assert visitor.post("/mot-de-passe-oublie", email=person.email).status_code == 303


def test_s34_a_new_password_opens_a_door_that_failures_had_closed(visitor, person, ask):
    """Whoever forgot after five failures does not wait again (S34)."""
    for _turn in range(5):
        visitor.post("/connexion", email=person.email, password="x")
    visitor.post(ask(person.email), new_password=NEW)
    assert visitor.post("/connexion", email=person.email, password=NEW).status_code == 303


def test_changing_the_password_asks_for_the_present_one(app, session, person, sign_in, client):
    """A borrowed session cannot take the account: the present password is needed, and attempts are counted."""
    held = browser(app, sessions.open_session(session, user_of(session, person.actor), now(), device="Mac"), session)
    form = {"current_password": "un-autre-mot-de-passe", "new_password": NEW}
    statuses = [held.post("/reglages/mot-de-passe", **form).status_code for _turn in range(6)]
    assert statuses == [422] * 5 + [429]
    assert passwords.check(PASSWORD, user_at(session, person.email).password_hash).right


def test_changing_the_password_mails_a_notice(app, session):
    """The person learns that the password changed, by a mail that holds neither password nor link to enter."""
    held = enter_as(app, session, password_hash=passwords.hashed(PASSWORD))
    email = user_of(session, held.actor).email
    answer = held.post("/reglages/mot-de-passe", current_password=PASSWORD, new_password=NEW)
    assert answer.status_code == 303
    (notice,) = sent_to(app, email)
    assert notice.subject == "Votre mot de passe a changé"
    assert NEW not in notice.body
    assert "/reinitialiser/" not in notice.body


def test_the_mail_says_it_in_text_and_in_html(app, visitor, person):
    """Both parts hold the link, once each in the text; accents arrive whole."""
    visitor.post("/mot-de-passe-oublie", email=person.email)
    mail = sent_to(app, person.email)[-1]
    html, mimetype = mail.alternatives[0]
    assert mimetype == "text/html"
    assert mail.body.count(link_in(mail)) == 1
    assert link_in(mail) in html
    with app.app_context():
        raw = mail.message().as_bytes()
    assert "Réglo".encode() in raw
    assert "30 minutes" in mail.body
