"""Joining a company while somebody there is put out (security.md S09, S12)."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from course_app.accounts import service as accounts
from course_app.accounts import sessions
from course_app.accounts.administrators import hold_administrators
from course_app.accounts.models import Organisation
from course_app.accounts.rules import Role
from course_app.accounts.sessions import actor_of
from course_app.membership import people
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now
from tests.support import mails
from tests.support.browsers import browser, user_at


def test_s09_a_link_used_while_its_sender_is_put_out_waits_and_is_dead(app, session, vercors, claire, company):
    """Whoever joins and whoever puts the sender out hold rows in one order: one waits, no database ends either (S09)."""
    order = {"team": str(vercors.office.id), "role": "apprenant", "path": "", "deadline_on": ""}
    claire.post("/equipe/inviter/envoyer", people="rose@exemple.fr", **order)
    path = mails.path_in(mails.sent_to(app, "rose@exemple.fr")[-1])
    boss, sender, visitor = actor_of(vercors.nadege, uuid.uuid4()), vercors.claire.id, browser(app, None, None)
    session.commit()
    with app.app_context(), TenantSession(db.engine) as own, ThreadPoolExecutor(1) as thread:
        hold_administrators(own, boss.organisation_id)  # as far as closing an access had come
        joined = thread.submit(visitor.post, path, first_name="Rose")
        with pytest.raises(TimeoutError):
            joined.result(timeout=1)
        people.close(own, boss, sender, now())
        own.commit()
        assert joined.result().status_code == 410


def test_an_administrator_invites_while_somebody_joins(app, session, vercors, company):
    """A list is sent while somebody joins: neither waits for what the other waits for, both are done."""
    boss, given = actor_of(vercors.nadege, uuid.uuid4()), accounts.NewPerson("Rose", "rose@exemple.fr", None)
    form = {"people": "paul@exemple.fr", "team": "", "role": "apprenant", "path": "", "deadline_on": ""}
    opened = sessions.open_session(session, vercors.nadege, now(), device="Firefox sur Linux", factor_verified_at=now())
    inviting = browser(app, opened, None)
    session.commit()
    with app.app_context(), TenantSession(db.engine) as own, ThreadPoolExecutor(1) as thread:
        hold_administrators(own, boss.organisation_id)  # as far as joining had come
        sent = thread.submit(inviting.post, "/equipe/inviter/envoyer", **form)
        time.sleep(1)  # the other holds the company, where a database lets it
        accounts.add_person(own, own.get_one(Organisation, boss.organisation_id), given, Role.LEARNER, now())
        own.commit()
        assert sent.result().status_code == 303
    assert user_at(session, "rose@exemple.fr").organisation_id == boss.organisation_id
