"""A guest who becomes somebody: clumsy or parallel requests lose nothing and break nothing."""

import uuid
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from course_app.accounts.models import User
from tests.support.browsers import ANYWHERE, Browser, copied, enter_as_guest, user_at
from tests.support.people import PASSWORD

SIGN_UP = {"first_name": "Samira", "email": "samira@bocage.fr", "password": PASSWORD, "company": "Menuiserie Bocage"}


def _same_browser(app, held):
    """Return the same browser, for a request of its own thread."""
    client = copied(app, held.client)
    client.shared_session = None
    return Browser(client, held.actor, held.csrf)


def test_a_double_click_on_sign_up_keeps_the_guests_account(app, session):
    """A guest who clicks twice on « Créer » has one account, and is signed in to it."""
    guest = enter_as_guest(app, session)
    twice = [_same_browser(app, guest) for _click in range(4)]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda each: each.post("/inscription", **SIGN_UP), twice))
    assert [answer.status_code for answer in answers] == [303] * 4
    user = user_at(session, SIGN_UP["email"])
    assert user is not None
    assert user.id == guest.actor.user_id
    assert session.scalar(select(func.count()).select_from(User).execution_options(**ANYWHERE)) == 1
    assert any(each.client.get("/reglages").status_code == 200 for each in twice)
