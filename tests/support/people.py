"""People of tests, and how a browserless client signs them in."""

import re
import uuid
from dataclasses import dataclass
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from course_app.accounts import service as accounts
from course_app.accounts.models import Organisation, SignInSession
from course_app.accounts.rules import ROLES_WITH_FACTOR, Actor, Role
from course_app.accounts.sessions import actor_of, token_hash
from course_app.information import service as information
from course_app.library.clearances import Information
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now

PASSWORD = "trois-mouettes-sur-le-quai-42"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and what they type to enter."""

    email: str
    password: str
    actor: Actor


class Browserless(FlaskClient):
    """A client that shares the test's session of the database: each sees what the other wrote."""

    shared_session: Session | None = None

    def open(self, *args, **kwargs):
        """Commit what the test wrote, so that the request sees it, holds no lock of ours, and is seen afterwards."""
        if self.shared_session is not None:
            self.shared_session.commit()
        return super().open(*args, **kwargs)


def csrf(page: TestResponse | FlaskClient) -> str:
    """Return the CSRF token of a page's form; given a client, that of a page anybody may open."""
    if isinstance(page, FlaskClient):
        page = page.get("/connexion", follow_redirects=True)
    found = _TOKEN.search(page.get_data(as_text=True))
    assert found, f"no form with a CSRF token on {page.request.path} ({page.status})"
    return unescape(found[1] or found[2])


def sign_in(client: FlaskClient, person: Person, *, with_factor: bool = True) -> None:
    """Sign a person in through the page everybody uses; the session has then shown a second factor, if the role asks."""
    form = {"email": person.email, "password": person.password, "csrf_token": csrf(client.get("/connexion"))}
    answer = client.post("/connexion", data=form)
    assert answer.status_code in (302, 303), answer.get_data(as_text=True)
    if with_factor and person.actor.role in ROLES_WITH_FACTOR:
        _mark_factor(client)


def _mark_factor(client: FlaskClient) -> None:
    """Write in the browser's session row that a second factor was shown: its pages are tested on their own."""
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    row = update(SignInSession).where(SignInSession.token_hash == token_hash(token)).values(factor_verified_at=now())
    with client.application.app_context(), TenantSession(db.engine) as own:
        own.execute(row.execution_options(across_organisations=True))
        own.commit()


def new_email(role: Role) -> str:
    """Return an address nobody has yet."""
    return f"{role.value}.{uuid.uuid4().hex[:12]}@exemple.fr"


def create(
    session: Session, role: Role, organisation: str | None, first_name: str, told: Information | None = None
) -> Person:
    """Add a person with an account, in the organisation of that name or in one of their own, and commit.

    With the notice, they have read it: attempts are open to them.
    """
    email = new_email(role)
    name = organisation or f"Menuiserie {uuid.uuid4().hex[:6]}"
    known = session.scalar(select(Organisation.id).where(Organisation.name == name).limit(1))
    user = accounts.create_person(
        session,
        email=email,
        first_name=first_name,
        company=known or name,
        role=role,
        password=PASSWORD,
        now=now(),
    )
    actor = actor_of(user, uuid.uuid4())
    information.acknowledge(session, actor, told, now())
    session.commit()
    return Person(email, PASSWORD, actor)
