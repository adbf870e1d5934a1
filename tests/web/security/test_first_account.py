"""Who exists on a new installation, and how somebody gets more than a learner's rights."""

import pytest
from sqlalchemy import func, select

from course_app.accounts.models import Organisation, User
from course_app.accounts.rules import Role
from tests.support.browsers import ANYWHERE, browser, user_at
from tests.support.people import PASSWORD

USUAL = ["admin", "administrateur", "root", "demo", "test", "reglo"]


def test_s40_a_new_installation_holds_nobody(app, session):
    """After the migrations there is no account, no company: the first administrator comes from the command line."""
    for model in (User, Organisation):
        assert session.scalar(select(func.count()).select_from(model).execution_options(**ANYWHERE)) == 0


@pytest.mark.parametrize("name", USUAL)
def test_s40_no_usual_account_opens(app, session, name):
    """The names and passwords everybody tries first open nothing."""
    visitor = browser(app, None, session)
    for email in (name, f"{name}@localhost", f"{name}@exemple.fr"):
        answer = visitor.post("/connexion", email=email, password=name)
        assert answer.status_code == 422
    assert visitor.client.get("/parcours").status_code == 302


def test_s40_signing_up_gives_a_learner_whatever_is_asked(app, session):
    """The first person who signs up is a learner like the next one: nobody becomes administrator by coming first."""
    form = {"first_name": "Samira", "email": "samira@bocage.fr", "password": PASSWORD, "role": "administrateur"}
    assert browser(app, None, session).post("/inscription", **form).status_code == 303
    assert user_at(session, "samira@bocage.fr").role is Role.LEARNER
