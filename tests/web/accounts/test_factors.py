"""The second factor: asked for, added, shown, lost, removed."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from course_app.accounts.factors import rules
from course_app.accounts.factors.models import CodeApplication, RecoveryCode
from course_app.accounts.rules import PERMISSIONS, ROLES_WITH_FACTOR, Permission, Role
from course_app.audit.models import AuditEntry
from course_app.web.clock import now
from tests.support import people
from tests.support.browsers import ANYWHERE, Browser, copied, enter_as, open_sessions, user_of
from tests.support.mails import sent_to
from tests.web.security.routes_table import EXPECTED

COMPANY = "Fonderie du Gave"
ADD = "/reglages/securite/application"
CODE = "/connexion/code"


def _text(answer):
    return unescape(answer.get_data(as_text=True))


def _field(answer, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', _text(answer))[1]


def _shown_secret(page):
    return re.search(r"<code translate=\"no\">([A-Z2-7 ]+)</code>", _text(page))[1].replace(" ", "")


def _code(secret, shift=0):
    return rules.code_at(secret, rules.step_at(now()) + shift)


def _enrol(client, **form):
    """Add an application; return its secret and the page of recovery codes."""
    page = client.get(ADD)
    secret = _shown_secret(page)
    sent = {
        "secret_token": _field(page, "secret_token"),
        "code": _code(secret),
        "csrf_token": people.csrf(page),
        **form,
    }
    return secret, client.post(ADD, data=sent)


def _recovery_codes(page):
    return re.findall(r"<li><code>([A-Z0-9-]{14})</code>", _text(page))


def _password_step(client, person, **form):
    sent = {"email": person.email, "password": person.password, **form}
    return client.post("/connexion", data={**sent, "csrf_token": people.csrf(client.get("/connexion"))})


def _second_step(client, code, path=CODE):
    return client.post(path, data={"code": code, "csrf_token": people.csrf(client.get(path))})


def _is_in(client):
    return client.get("/reglages").status_code == 200


def _acts(session, person):
    session.commit()
    rows = (
        select(AuditEntry.act).where(AuditEntry.subject == f"personne:{person.actor.user_id}").order_by(AuditEntry.id)
    )
    return list(session.scalars(rows.execution_options(**ANYWHERE)))


@pytest.fixture
def manager(clock, client, make_person):
    """A manager who has just added an application of codes, then left; with its secret and their recovery codes."""
    person = make_person(Role.MANAGER, COMPANY)
    people.sign_in(client, person, with_factor=False)
    secret, page = _enrol(client)
    client.post("/deconnexion", data={"csrf_token": people.csrf(client.get("/reglages"))})
    clock.shift(timedelta(minutes=1))
    return person, secret, _recovery_codes(page)


@pytest.mark.parametrize("role", sorted(ROLES_WITH_FACTOR))
def test_s39_elevated_pages_wait_for_a_second_factor(app, session, role):
    """Without second factor, each page that a learner may not see leads to the page that adds one; the others open (S39)."""
    held = enter_as(app, session, role, with_factor=False)
    name = {Role.MANAGER: "manager", Role.AUTHOR: "author", Role.ADMINISTRATOR: "administrator"}[role]
    elevated = [
        route.split(" ")[1]
        for route, answers in EXPECTED.items()
        if route.startswith("GET ") and "<" not in route and answers["learner"] == 403 != answers[name]
    ]
    assert elevated
    for path in elevated:
        answer = held.client.get(path)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/reglages/securite"), path
    assert held.client.get("/parcours").status_code == 200
    page = _text(held.client.get(held.client.get(elevated[0]).location))
    assert "Votre rôle demande un second moyen" in page


@pytest.mark.parametrize("role", list(Role))
def test_s39_what_a_role_may_without_its_factor(app, session, role):
    """Until the factor is shown, a role may what a learner may and nothing else; learners lose nothing (S39)."""
    actor = enter_as(app, session, role, with_factor=False).actor
    assert {permission for permission in Permission if actor.may(permission)} == PERMISSIONS[Role.LEARNER]


def test_s39_adding_an_application_opens_what_was_closed(clock, client, make_person, session):
    """After the first code, ten recovery codes are shown once, and the wanted page opens (S39)."""
    person = make_person(Role.MANAGER)
    people.sign_in(client, person, with_factor=False)
    other_device = copied(client.application, client)
    _secret, page = _enrol(client, next="/laboratoire")
    assert page.status_code == 200
    assert len(set(_recovery_codes(page))) == 10
    assert 'href="/laboratoire"' in _text(page)
    assert client.get("/laboratoire").status_code == 200
    assert not _is_in(other_device)
    assert not _recovery_codes(client.get("/reglages/securite"))
    assert _acts(session, person)[-2:] == ["second-moyen-ajoute", "codes-de-secours-tires"]


def test_s39_nothing_readable_is_kept(session, manager):
    """The database holds neither the secret nor a recovery code in clear (S39)."""
    _person, secret, codes = manager
    session.commit()
    sealed = session.scalars(select(CodeApplication.sealed_secret).execution_options(**ANYWHERE)).one()
    hashes = session.scalars(select(RecoveryCode.code_hash).execution_options(**ANYWHERE)).all()
    assert secret not in sealed
    assert len(set(hashes)) == 10
    assert not {code.replace("-", "") for code in codes} & set(hashes)


def test_s39_a_wrong_or_foreign_enrolment_adds_nothing(client, session, sign_in, make_person):
    """A wrong code, a secret not shown to this person, or none at all: 422, nothing added (S39)."""
    stranger = client.application.test_client()
    stranger.shared_session = session
    people.sign_in(stranger, make_person())
    theirs = _field(stranger.get(ADD), "secret_token")
    sign_in(client)
    secret, answer = _enrol(client, code="000000")
    assert answer.status_code == 422
    assert _shown_secret(answer) == secret
    for token in (theirs, "", "x.y.z"):
        _secret, answer = _enrol(client, secret_token=token)
        assert answer.status_code == 422
    assert not session.scalars(select(CodeApplication).execution_options(**ANYWHERE)).all()


def test_s39_the_code_is_asked_at_every_sign_in(clock, client, manager):
    """The password alone opens no session; the code then does, and leads where the person was going (S39)."""
    person, secret, _codes = manager
    answer = _password_step(client, person, next="/laboratoire")
    assert (answer.status_code, answer.location) == (303, CODE)
    assert not _is_in(client)
    assert client.get("/laboratoire").status_code == 302
    answer = _second_step(client, _code(secret))
    assert (answer.status_code, answer.location) == (303, "/laboratoire")
    assert client.get("/laboratoire").status_code == 200


def test_s39_a_used_code_fails(clock, app, client, manager, session):
    """A code that has just opened a session opens no other, on another device or this one (S39)."""
    person, secret, _codes = manager
    code = _code(secret)
    _password_step(client, person)
    assert _second_step(client, code).status_code == 303
    other = app.test_client()
    other.shared_session = session
    _password_step(other, person)
    assert _second_step(other, code).status_code == 422
    assert not _is_in(other)


def test_s39_a_recovery_code_works_once(clock, client, manager, session):
    """A recovery code lets in, once; its use is recorded and told by mail (S39)."""
    person, _secret, codes = manager
    path = f"{CODE}?secours=1"
    for status in (303, 422):
        client.delete_cookie(client.application.config["SESSION_COOKIE_NAME"])
        _password_step(client, person)
        assert _second_step(client, codes[3].lower(), path).status_code == status
    assert "code-de-secours-utilise" in _acts(session, person)
    told = [mail.body for mail in sent_to(client.application, person.email)]
    assert sum("code de secours vient de servir" in body for body in told) == 1


def test_s34_s39_wrong_codes_are_counted(clock, client, manager):
    """After five wrong codes the right one is refused for a while, with a Retry-After; never for good (S34, S39)."""
    person, secret, _codes = manager
    _password_step(client, person)
    for _try in range(5):
        assert _second_step(client, "000000").status_code == 422
    answer = _second_step(client, _code(secret))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    clock.shift(timedelta(minutes=16))
    _password_step(client, person)
    assert _second_step(client, _code(secret)).status_code == 303


@pytest.mark.parametrize("change", ["time", "password", "nobody"])
def test_s39_the_first_step_does_not_last(clock, client, manager, session, change):
    """Ten minutes later, after a new password, or without first step, the second one sends back to the first (S39)."""
    person, _secret, _codes = manager
    if change != "nobody":
        _password_step(client, person)
    if change == "time":
        clock.shift(timedelta(minutes=11))
    if change == "password":
        user_of(session, person.actor).password_hash = "another"
        session.commit()
    answer = client.get(CODE)
    assert (answer.status_code, answer.location) == (302, "/connexion")


def test_s39_the_last_factor_of_a_manager_stays(clock, client, manager):
    """A manager cannot remove the only factor: 409 and what to do; a learner can, and is then asked for none (S39)."""
    person, secret, _codes = manager
    _password_step(client, person)
    _second_step(client, _code(secret))
    path = f"{ADD}/retirer"
    form = {"current_password": person.password, "csrf_token": people.csrf(client.get(path))}
    assert client.post(path, data={**form, "current_password": "non"}).status_code == 422
    answer = client.post(path, data=form)
    assert answer.status_code == 409
    assert "Ajoutez-en un autre" in _text(answer)


def test_learners_choose_and_may_stop(clock, client, make_person):
    """A learner adds a factor, is asked for it, removes it, and enters with the password alone again."""
    person = make_person()
    people.sign_in(client, person)
    secret, _page = _enrol(client)
    clock.shift(timedelta(minutes=1))
    client.post("/deconnexion", data={"csrf_token": people.csrf(client.get("/reglages"))})
    assert _password_step(client, person).location == CODE
    _second_step(client, _code(secret))
    path = f"{ADD}/retirer"
    form = {"current_password": person.password, "csrf_token": people.csrf(client.get(path))}
    assert client.post(path, data=form).status_code == 303
    client.post("/deconnexion", data={"csrf_token": people.csrf(client.get("/reglages"))})
    assert _password_step(client, person).location == "/parcours"


def test_new_recovery_codes_replace_the_former(clock, client, manager):
    """Drawing codes again asks for the password, shows ten others, and voids the first ones."""
    person, secret, codes = manager
    _password_step(client, person)
    _second_step(client, _code(secret))
    path = "/reglages/securite/codes"
    form = {"current_password": person.password, "csrf_token": people.csrf(client.get(path))}
    fresh = _recovery_codes(client.post(path, data=form))
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    client.post("/deconnexion", data={"csrf_token": people.csrf(client.get("/reglages"))})
    _password_step(client, person)
    assert _second_step(client, codes[0], f"{CODE}?secours=1").status_code == 422
    assert _second_step(client, fresh[0], f"{CODE}?secours=1").status_code == 303


def test_adding_a_factor_long_after_coming_in_asks_for_the_password(clock, client, sign_in):
    """A quarter of an hour after signing in, a borrowed phone adds no factor without the password."""
    person = sign_in(client)
    clock.shift(timedelta(minutes=20))
    _secret, answer = _enrol(client)
    assert answer.status_code == 422
    _secret, answer = _enrol(client, current_password=person.password)
    assert answer.status_code == 200


def test_s41_the_factor_survives_a_new_password(clock, client, manager):
    """Changing the password opens a session that has shown its factor too: nobody is asked twice (S41)."""
    person, secret, _codes = manager
    _password_step(client, person)
    _second_step(client, _code(secret))
    form = {"current_password": person.password, "new_password": "quatre-phoques-sur-la-plage"}
    answer = client.post("/reglages/mot-de-passe", data={**form, "csrf_token": people.csrf(client.get("/reglages"))})
    assert answer.status_code == 303
    assert client.get("/laboratoire").status_code == 200


@pytest.fixture
def administrator(app, session, make_person, manager):
    """The browser of somebody who administers the manager's company."""
    client = app.test_client()
    client.shared_session = session
    person = make_person(Role.ADMINISTRATOR, COMPANY)
    people.sign_in(client, person)
    return Browser(client, person.actor, people.csrf(client.get("/reglages")))


def test_s13_an_administrator_resets_factors(clock, client, administrator, manager, session):
    """An administrator takes somebody's factors away: recorded, told by mail; the password then enters alone (S13)."""
    person, _secret, _codes = manager
    path = f"/administration/personnes/{person.actor.user_id}/acces"
    page = _text(administrator.client.get(path))
    assert person.email in page
    assert 'type="password"' not in page
    assert administrator.post(f"{path}/effacer").status_code == 303
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.act == "seconds-moyens-effaces").execution_options(**ANYWHERE)
    ).one()
    assert entry.actor_id == administrator.actor.user_id
    assert _password_step(client, person).location == "/parcours"
    assert client.get("/laboratoire").location.startswith("/reglages/securite")


def test_s13_s79_an_administrator_sends_a_link_and_never_sees_a_password(clock, administrator, manager, session):
    """The link goes to the person alone, three times an hour; the administrator's page never holds it (S13, S79)."""
    person, _secret, _codes = manager
    path = f"/administration/personnes/{person.actor.user_id}/acces"
    for _time in range(3):
        answer = administrator.post(f"{path}/lien")
        assert answer.status_code == 303
        assert "reinitialiser" not in _text(administrator.client.get(path))
    assert administrator.post(f"{path}/lien").status_code == 429
    letters = sent_to(administrator.client.application, person.email)
    assert sum("/reinitialiser/" in mail.body for mail in letters) == 3


def test_s02_another_company_s_administrator_finds_nobody(app, session, manager):
    """A person of another company reads as a person that never was (S02)."""
    person, _secret, _codes = manager
    administrator = enter_as(app, session, Role.ADMINISTRATOR)
    path = f"/administration/personnes/{person.actor.user_id}/acces"
    assert administrator.client.get(path).status_code == 404
    assert administrator.post(f"{path}/effacer").status_code == 404
    assert administrator.post(f"{path}/lien").status_code == 404


def test_s45_the_session_row_says_when_the_factor_was_shown(clock, client, manager, session):
    """The row of the session holds the moment of the second factor; the export tells factors without secret (S45)."""
    person, secret, codes = manager
    _password_step(client, person)
    _second_step(client, _code(secret))
    (row,) = open_sessions(session, person.actor)
    assert row.factor_verified_at == now()
    taken = client.post("/reglages/donnees", data={"csrf_token": people.csrf(client.get("/reglages"))})
    assert taken.json["second_factors"]["recovery_codes_left"] == 10
    assert secret not in taken.get_data(as_text=True)
    assert codes[0] not in taken.get_data(as_text=True)
