"""What leaves a line in the register, and what lines never hold (S78, S64)."""

import json

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from course_app.accounts.rules import Role
from course_app.administration.publication_notes import note_publication
from course_app.audit.models import AuditEntry, NeverChanged
from course_app.membership import people as members
from course_app.web.clock import now
from tests.support import people
from tests.support.browsers import ANYWHERE, browser
from tests.support.people import PASSWORD


def _acts(session, organisation_id):
    session.commit()
    lines = session.scalars(
        select(AuditEntry).where(AuditEntry.organisation_id == organisation_id).order_by(AuditEntry.id)
    ).all()
    session.commit()
    return [line.act for line in lines]


def test_s78_coming_in_and_taking_ones_data_are_written(client, sign_in, session):
    """A sign-in and an export, each with who and when (S78)."""
    person = sign_in(client)
    token = people.csrf(client.get("/reglages"))
    assert client.post("/reglages/donnees", data={"csrf_token": token}).status_code == 200
    assert _acts(session, person.actor.organisation_id) == ["connexion", "donnees-exportees"]
    line = session.scalars(select(AuditEntry).execution_options(**ANYWHERE).order_by(AuditEntry.id.desc())).first()
    assert (line.actor_id, line.occurred_at.utcoffset().total_seconds()) == (person.actor.user_id, 0)


def test_s78_signing_up_is_written(app, session):
    """Whoever opens their own account comes in by it (S78)."""
    visitor = browser(app, None, session)
    form = {"first_name": "Nadia", "email": "nadia@exemple.fr", "password": PASSWORD, "company": "", "accept": "y"}
    assert visitor.post("/inscription", **form).status_code == 303
    lines = session.scalars(select(AuditEntry.act).execution_options(**ANYWHERE)).all()
    assert "connexion" in lines


def test_s78_a_role_given_is_written(session, make_person):
    """A change of role names who gave it, to whom, which (S78)."""
    boss = make_person(role=Role.ADMINISTRATOR, organisation="Menuiserie Bocage")
    other = make_person(organisation="Menuiserie Bocage")
    members.change_role(session, boss.actor, other.actor.user_id, Role.MANAGER, now())
    assert "role-change" in _acts(session, boss.actor.organisation_id)


def test_s78_r20_a_new_version_of_the_content_is_written_once(app, session, make_person):
    """Every company with an administrator reads which version is served since when; two servers write one line (S78)."""
    boss, learner = make_person(role=Role.ADMINISTRATOR), make_person()
    session.commit()
    with app.app_context():
        note_publication()
        note_publication()
    assert _acts(session, boss.actor.organisation_id).count("contenu-publie") == 1
    assert "contenu-publie" not in _acts(session, learner.actor.organisation_id)


def test_s64_s78_neither_logs_nor_register_hold_a_secret(app, client, sign_in, session):
    """Signing in, changing one's password, asking for a link: no password, token or address is logged or written (S64)."""
    new = "quatre-phoques-sur-la-plage"
    with capture_logs() as lines:
        person = sign_in(client)
        token = people.csrf(client.get("/reglages"))
        form = {"csrf_token": token, "current_password": PASSWORD, "new_password": new}
        assert client.post("/reglages/mot-de-passe", data=form).status_code == 303
    kept = session.scalars(select(AuditEntry).execution_options(**ANYWHERE)).all()
    said = str(lines) + json.dumps([[line.act, line.subject, line.details] for line in kept])
    for secret in (PASSWORD, new, person.email, token):
        assert secret not in said


def test_ones_data_are_read_without_the_site(client, sign_in, session):
    """One press gives a French page: names in French, nothing fetched from anywhere, the same content (G5)."""
    person = sign_in(client)
    token = people.csrf(client.get("/reglages"))
    answer = client.post("/reglages/donnees", data={"csrf_token": token, "format": "page"})
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/html"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert person.email in text
    assert "appareils connectés" in text
    assert not any(mark in text for mark in ("<script", "src=", "href=", "style="))


def test_s78_a_line_of_the_register_is_never_changed(session, make_person):
    """A line written is not rewritten nor taken away one by one, whatever the code; it only leaves with its age (S78)."""
    boss = make_person(role=Role.ADMINISTRATOR, organisation="Menuiserie Bocage")
    members.change_role(
        session, boss.actor, make_person(organisation="Menuiserie Bocage").actor.user_id, Role.AUTHOR, now()
    )
    session.commit()
    (line,) = session.scalars(select(AuditEntry).execution_options(**ANYWHERE))
    line.act = "rien"
    with pytest.raises(NeverChanged):
        session.flush()
    session.rollback()
    session.delete(line)
    with pytest.raises(NeverChanged):
        session.flush()
    session.rollback()
    assert _acts(session, boss.actor.organisation_id) == ["role-change"]
