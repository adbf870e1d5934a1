"""Passkeys: made, shown as a second factor or alone, refused, named, removed."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from course_app.accounts import sessions
from course_app.accounts.factors import passkeys
from course_app.accounts.federation import service as federation
from course_app.accounts.federation.rules import Identity
from course_app.accounts.rules import Role
from course_app.web.clock import now
from tests.support import people
from tests.support.authenticator import ORIGIN, PRESENT, Authenticator

ADD = "/reglages/securite/cle"


@pytest.fixture
def site(app, session, monkeypatch):
    """`site()`: a browser of the site under an address that has a name, as passkeys need."""
    kept = app.extensions["reglo.accounts"]
    named = replace(kept, settings=replace(kept.settings, base_url=ORIGIN))
    monkeypatch.setitem(app.extensions, "reglo.accounts", named)

    def arrive():
        client = app.test_client()
        client.shared_session = session
        return client

    return arrive


def _options(page):
    found = re.search(r'data-options="([^"]+)"', page.get_data(as_text=True))
    return json.loads(unescape(found[1])) if found else None


def _add(client, authenticator, name="Mon téléphone"):
    page = client.get(ADD)
    answer = authenticator.make(_options(page))
    return client.post(ADD, data={"name": name, "key_answer": answer, "csrf_token": people.csrf(page)})


def _show(client, authenticator, path="/connexion", **form):
    page = client.get(path)
    return _send(client, people.csrf(page), authenticator.show(_options(page)), **form)


def _send(client, token, answer, **form):
    return client.post("/connexion/cle", data={"key_answer": answer, "csrf_token": token, **form})


def _password_step(client, person):
    form = {"email": person.email, "password": person.password}
    return client.post("/connexion", data={**form, "csrf_token": people.csrf(client.get("/connexion"))})


def _is_in(client):
    return client.get("/reglages").status_code == 200


@pytest.fixture
def holder(clock, site, make_person):
    """A manager with one passkey, and the authenticator that holds it."""
    person, authenticator, client = make_person(Role.MANAGER), Authenticator(), site()
    _sign_in(client, person)
    assert _add(client, authenticator).status_code == 200
    clock.shift(timedelta(minutes=1))
    return person, authenticator


def _sign_in(client, person):
    assert _password_step(client, person).status_code == 303


def test_s39_a_passkey_opens_what_a_manager_may_see(clock, site, make_person):
    """A first passkey is enough for a role that asks for a factor, comes with recovery codes, and bears its name (S39)."""
    client = site()
    _sign_in(client, make_person(Role.MANAGER))
    assert client.get("/laboratoire").status_code == 302
    page = _add(client, Authenticator())
    assert page.get_data(as_text=True).count("<li><code>") == 10
    assert client.get("/laboratoire").status_code == 200
    assert "Mon téléphone" in client.get("/reglages/securite").get_data(as_text=True)


def test_s39_a_passkey_is_asked_after_the_password(site, holder):
    """The password leads to the second step, which the passkey completes (S39)."""
    person, authenticator = holder
    client = site()
    assert _password_step(client, person).location == "/connexion/code"
    assert not _is_in(client)
    assert _show(client, authenticator, "/connexion/code").location == "/parcours"
    assert client.get("/laboratoire").status_code == 200


def test_a_passkey_alone_lets_in(site, holder):
    """A device that has checked its owner replaces address, password and code, and leads where one was going."""
    _person, authenticator = holder
    client = site()
    assert _show(client, authenticator, next="/laboratoire").location == "/laboratoire"
    assert client.get("/laboratoire").status_code == 200


def test_s39_alone_a_passkey_must_have_checked_its_owner(site, holder):
    """A key that anybody may touch is no password: alone it is refused, after the password it passes (S39)."""
    person, authenticator = holder
    authenticator.flags = PRESENT
    client = site()
    assert _show(client, authenticator).location == "/connexion"
    assert not _is_in(client)
    _password_step(client, person)
    assert _show(client, authenticator, "/connexion/code").location == "/parcours"


@pytest.mark.parametrize("cheat", ["origin", "host", "challenge", "key", "unknown", "garbage", "empty", "count"])
def test_s39_what_a_passkey_must_not_say(site, holder, cheat):
    """Another site, an old challenge, another key, an unknown one, noise, or a cloned counter: nobody comes in (S39)."""
    _person, authenticator = holder
    client = site()
    page = client.get("/connexion")
    options, token = _options(page), people.csrf(page)
    other = Authenticator()
    cheats = {
        "origin": lambda: replace(authenticator, origin="https://reglo.exemple.com").show(options),
        "host": lambda: replace(authenticator, host="exemple.fr").show(options),
        "challenge": lambda: authenticator.show({**options, "challenge": "A" * 43}),
        "key": lambda: replace(authenticator, key=other.key).show(options),
        "unknown": lambda: other.show(options),
        "garbage": lambda: '{"id": "x", "response": {"clientDataJSON": [1]}}',
        "empty": lambda: "",
        "count": lambda: replace(authenticator, sign_count=-1).show(options),
    }
    if cheat == "count":
        _show(site(), authenticator)
    answer = _send(client, token, cheats[cheat]())
    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert not _is_in(client)


def test_s39_an_answer_is_not_played_again(site, holder, app):
    """The same answer, with a copy of the cookie of before, opens nothing: its challenge is used up (S39)."""
    _person, authenticator = holder
    authenticator.sign_count = -1  # a key of a keychain counts nothing: its answers all say 0
    client = site()
    page = client.get("/connexion")
    thief = site()
    thief._cookies.update(client._cookies)
    answer = authenticator.show(_options(page))
    assert _send(client, people.csrf(page), answer).location == "/parcours"
    assert _send(thief, people.csrf(page), answer).location == "/connexion"
    assert not _is_in(thief)


def test_s39_somebody_else_s_key_is_no_second_factor(site, holder, make_person):
    """After one person's password, another person's passkey lets nobody in (S39)."""
    person, _authenticator = holder
    stranger, theirs, client = make_person(), Authenticator(), site()
    _sign_in(client, stranger)
    _add(client, theirs)
    client = site()
    _password_step(client, person)
    assert _show(client, theirs, "/connexion/code").location == "/connexion/code"
    assert not _is_in(client)


def test_several_keys_and_one_less(clock, site, holder):
    """A second key joins the first; the removed one no longer opens, the other does."""
    person, first = holder
    client, second = site(), Authenticator()
    _show(client, first)
    assert _add(client, second, "Clé du bureau").status_code == 303
    assert _add(client, second, "Encore elle").status_code == 422
    clock.shift(timedelta(minutes=1))
    overview = client.get("/reglages/securite").get_data(as_text=True)
    path = re.search(r"/reglages/securite/cles/[0-9a-f-]+/retirer", overview)[0]
    form = {"current_password": person.password, "csrf_token": people.csrf(client.get(path))}
    assert client.post(path, data=form).status_code == 303
    assert _show(site(), first).location == "/connexion"
    assert _show(site(), second).location == "/parcours"


def test_s59_a_key_s_name_is_one_line(site, make_person):
    """A name of several lines, or too long, is refused and what was typed stays (S59)."""
    client = site()
    _sign_in(client, make_person())
    for name in ("Deux\nlignes", "x" * 61, ""):
        assert _add(client, Authenticator(), name).status_code == 422


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://reglo.exemple.fr", ("reglo.exemple.fr", "https://reglo.exemple.fr")),
        ("https://reglo.exemple.fr:8443", ("reglo.exemple.fr", "https://reglo.exemple.fr:8443")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("https://[::1]:8000", None),
        ("http://reglo.exemple.fr", None),
    ],
)
def test_where_passkeys_are_offered(address, expected):
    """Passkeys belong to the host and origin of the public address; an IP address or plain http has none."""
    site = passkeys.site_of(address)
    assert (site and (site.host, site.origin)) == expected


def test_s39_a_key_older_than_the_company_s_account_enters_no_more_alone(clock, site, session, holder):
    """A key that a squatter may have left is no way in once the company says whose the account is; one added since is (S39)."""
    person, squatter = holder
    identity = Identity("https://compagnie.exemple", "u-42", person.email, several_factors=True)
    user, _is_new = federation.holder(session, identity, now())
    session.commit()
    client = site()
    assert _show(client, squatter).location == "/connexion"
    assert not _is_in(client)
    clock.shift(timedelta(minutes=1))
    opened = sessions.open_session(session, user, now(), device="Mac", factor_verified_at=now())
    newer, mine = Authenticator(), site()
    _keep_cookie(mine, opened)
    assert _add(mine, newer).status_code == 303
    clock.shift(timedelta(minutes=1))
    client = site()
    assert _show(client, newer).location == "/parcours"


def _keep_cookie(client, opened):
    with client.session_transaction() as kept:
        kept.permanent = True
        kept["_user_id"] = opened.token
