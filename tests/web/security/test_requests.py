"""Hostile and clumsy requests: refused in French, nothing changed, never an error of ours."""

import uuid

import pytest
from sqlalchemy import func, select

from course_app.accounts.models import Organisation, User
from course_app.accounts.rules import Role
from course_app.store.base import Base
from tests.support.browsers import ANYWHERE, browser, enter_as, enter_as_guest, user_at, user_of
from tests.support.people import PASSWORD

SIGN_UP = {"first_name": "Samira", "email": "samira@bocage.fr", "password": PASSWORD, "company": "Menuiserie Bocage"}
UNSAFE = [
    "/inscription", "/connexion", "/deconnexion", "/mot-de-passe-oublie", "/reinitialiser/x", "/reglages/affichage",
    "/reglages/mot-de-passe", f"/reglages/sessions/{uuid.UUID(int=7)}/fermer", "/reglages/sessions/autres/fermer",
    "/reglages/donnees", "/demonstration",
]  # fmt: skip


def _rows(session):
    """Return the number of rows of each table and a digest of their content."""
    session.commit()
    held = {}
    for table in Base.metadata.sorted_tables:
        rows = session.execute(select(table)).all()
        held[table.name] = sorted(map(str, rows))
    session.commit()
    return held


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize("token", [None, "", "x", "another"])
def test_s47_no_unsafe_request_without_its_own_token(app, session, path, token):
    """Without token, with a made-up one or another session's: 400, nothing changed (S47)."""
    held, other = enter_as(app, session), enter_as(app, session)
    before = _rows(session)
    sent = {} if token is None else {"csrf_token": other.csrf if token == "another" else token}
    answer = held.client.post(path, data={**SIGN_UP, **sent})
    assert answer.status_code == 400
    assert _rows(session) == before


def test_s47_what_was_typed_comes_back_but_never_the_password(app):
    """The page of a lost token shows what was typed, so that it can be copied; not the password (S47)."""
    page = app.test_client().post("/inscription", data=SIGN_UP)
    assert page.status_code == 400
    text = page.get_data(as_text=True)
    assert "Menuiserie Bocage" in text
    assert PASSWORD not in text


def test_s48_reading_writes_nothing(app, session, person_with_everything):
    """All pages of accounts, opened by everybody, leave the database identical (S48)."""
    held, guest, visitor = person_with_everything, enter_as_guest(app, session), browser(app, None, session)
    paths = ["/inscription", "/connexion", "/mot-de-passe-oublie", "/reinitialiser/x", "/reglages", "/demonstration"]
    before = _rows(session)
    for each in (held, guest, visitor):
        for path in paths:
            each.client.get(path)
            each.client.head(path)
    assert _rows(session) == before


@pytest.fixture
def person_with_everything(app, session):
    """A person with a session."""
    return enter_as(app, session)


def test_s06_no_field_of_the_row_can_be_posted(app, session):
    """Every column sent along with sign-up and settings is ignored (S06)."""
    extra = {column.name: "1" for model in (User, Organisation) for column in model.__table__.columns}
    extra |= {"role": "administrateur", "is_guest": "", "organisation_id": str(uuid.uuid4()), "id": str(uuid.uuid4())}
    visitor = browser(app, None, session)
    assert visitor.post("/inscription", **{**extra, **SIGN_UP}).status_code == 303
    user = user_at(session, SIGN_UP["email"])
    assert (user.role, user.is_guest, user.deactivated_at) == (Role.LEARNER, False, None)
    assert str(user.organisation_id) != extra["organisation_id"]
    before = {column.name: getattr(user, column.name) for column in User.__table__.columns}
    held = enter_as(app, session)
    mine = {column.name: getattr(user_of(session, held.actor), column.name) for column in User.__table__.columns}
    form = {**extra, "theme": "sombre", "timezone": "Indian/Reunion"}
    assert held.post("/reglages/affichage", **form).status_code == 303
    changed = {column.name: getattr(user_of(session, held.actor), column.name) for column in User.__table__.columns}
    assert changed == {**mine, "theme": "sombre", "timezone": "Indian/Reunion"}
    user = user_at(session, SIGN_UP["email"])
    assert {column.name: getattr(user, column.name) for column in User.__table__.columns} == before


def test_s02_a_foreign_session_reads_like_a_missing_one(clock, app, session):
    """Ending somebody else's session: 404, the body of an unknown id, nothing changed (S02)."""
    held, colleague = enter_as(app, session), enter_as(app, session)
    bodies = []
    for session_id in (colleague.actor.session_id, uuid.uuid4()):
        answer = held.post(f"/reglages/sessions/{session_id}/fermer")
        assert answer.status_code == 404
        text = answer.get_data(as_text=True)
        nonce = answer.headers["Content-Security-Policy"].partition("nonce-")[2].partition("'")[0]
        bodies.append(
            [line.replace(nonce, "") for line in text.splitlines() if "Réf" not in line and "référence" not in line]
        )
    assert bodies[0] == bodies[1]
    assert colleague.client.get("/reglages").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "</script><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{7*7}}",
        "${7*7}",
        "=1+1",
        "O'Brien & fils",
    ],
)
def test_s53_s58_names_come_back_as_they_were_typed(app, session, name):
    """A name that looks like code is only ever text, in pages as in mails (S53, S58)."""
    held = enter_as(app, session, first_name=name, password_hash=None)
    page = held.client.get("/parcours").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "49" not in page.partition("<h1>")[2].partition("</h1>")[0]
    exported = held.post("/reglages/donnees").get_json()
    assert exported["account"]["first_name"] == name


@pytest.mark.parametrize(
    "name",
    [
        "Sam\r\nBcc: x@exemple.fr",
        "Sam\nira",
        "Sam\u2028ira",
        "Sam\u2029",
        "Sam\x00ira",
        "Sam\tira",
        "Samira\r\n",
        "\x1b[31m",
    ],
)
@pytest.mark.parametrize("field", ["first_name", "company"])
def test_s59_a_name_is_one_line(app, session, name, field):
    """Line breaks and control signs in a name: 422, what was typed is shown again, no account made (S59, S62)."""
    answer = browser(app, None, session).post("/inscription", **{**SIGN_UP, field: name})
    assert answer.status_code == 422
    assert PASSWORD not in answer.get_data(as_text=True)
    assert user_at(session, SIGN_UP["email"]) is None


@pytest.mark.parametrize("field", ["first_name", "company", "email", "password"])
@pytest.mark.parametrize("value", ["x" * 6000, "é" * 300, "😀" * 200])
def test_s62_long_text_is_refused_in_the_form(app, session, field, value):
    """Text longer than its column: 422 on both databases, nothing stored (S62)."""
    assert browser(app, None, session).post("/inscription", **{**SIGN_UP, field: value}).status_code == 422
    assert user_at(session, SIGN_UP["email"]) is None


@pytest.mark.parametrize(
    "value", ["a\x00b", "\ud800", "2" * 40, str(2**31), str(2**63), "-1", "", "../../etc/passwd", "[]"]
)
def test_s62_odd_values_never_break_settings(app, session, value):
    """Values out of the lists: 422, the form shown again (S62)."""
    sent = value.encode(errors="replace").decode()
    held = enter_as(app, session)
    for form in ({"theme": sent, "timezone": "Europe/Paris"}, {"theme": "clair", "timezone": sent}):
        assert held.post("/reglages/affichage", **form).status_code == 422
    assert user_of(session, held.actor).theme == "systeme"


@pytest.mark.parametrize(
    "session_id",
    [
        "1",
        str(2**31),
        str(2**63),
        str(2**127),
        "%00",
        "%ED%A0%80",
        "x" * 5000,
        "..%2f",
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_s62_odd_ids_are_not_found(app, session, session_id):
    """Ids that are none: 404, on both databases (S62)."""
    assert enter_as(app, session).post(f"/reglages/sessions/{session_id}/fermer").status_code == 404


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"a" * 300_000, b"&" * 2000, b"email=%ff%00&password=%ED%A0%80"])
@pytest.mark.parametrize("path", ["/inscription", "/connexion", "/mot-de-passe-oublie"])
def test_s62_odd_bodies_are_refused(app, session, path, body):
    """Unreadable bodies get a French refusal (S62)."""
    visitor = browser(app, None, session)
    answer = visitor.client.post(
        path, data=body, headers={"X-CSRFToken": visitor.csrf}, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (400, 413, 422)
    assert 'lang="fr"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/connexion", "/reglages", "/deconnexion"])
def test_s72_other_verbs_are_refused(app, path):
    """TRACE and its like: 405 (S72)."""
    client = app.test_client()
    assert {client.open(path, method=verb).status_code for verb in ("TRACE", "PUT", "PATCH", "DELETE")} <= {400, 405}
    assert client.open(path, method="TRACE").status_code == 405


def test_s72_an_unforeseen_failure_reads_french_with_a_reference(make_app, session):
    """When something breaks, the person gets a French page and a reference, never a trace (S72)."""
    application = make_app()
    application.add_url_rule("/panne", view_func=lambda: 1 // 0)
    answer = application.test_client().get("/panne")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "Réf." in text
    assert "ZeroDivisionError" not in text


def test_anonymous_background_saves_are_told_in_json(app, session):
    """A save without session gets 401 and where to sign in, in JSON: the page keeps its text."""
    visitor = browser(app, None, session)
    for headers in ({"Accept": "application/json"}, {"HX-Request": "true"}):
        sent = {"theme": "clair", "csrf_token": visitor.csrf}
        answer = visitor.client.post("/reglages/affichage", data=sent, headers=headers)
        assert answer.status_code == 401
        assert answer.get_json()["sign_in"] == "/connexion"


def test_a_visitor_who_sent_a_form_comes_back_to_its_page(app, session):
    """After signing in, a person whose session had ended finds the page that held the form."""
    visitor = browser(app, None, session)
    form = {"theme": "clair", "csrf_token": visitor.csrf}
    for referrer, expected in (
        ("http://localhost/reglages", "/connexion?next=/reglages"),
        ("http://exemple.net/reglages", "/connexion"),
    ):
        answer = visitor.client.post("/reglages/affichage", data=form, headers={"Referer": referrer})
        assert (answer.status_code, answer.location) == (302, expected)


def test_nothing_is_left_of_a_refused_sign_up(app, session):
    """A refused form leaves no organisation behind."""
    browser(app, None, session).post("/inscription", **{**SIGN_UP, "password": "court"})
    session.commit()
    assert session.scalar(select(func.count()).select_from(Organisation).execution_options(**ANYWHERE)) == 0
