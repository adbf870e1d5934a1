"""Browsers in hand: a client whose cookie already holds a session, without the cost of a password."""

import uuid
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts import service, sessions
from course_app.accounts.models import SignInSession, User
from course_app.accounts.rules import ROLES_WITH_FACTOR, Actor, Role
from course_app.web.clock import now
from tests.support.people import Browserless

ANYWHERE = {"across_organisations": True}


@dataclass
class Browser:
    """A client, the person behind it (None for a visitor) and its CSRF token."""

    client: Browserless
    actor: Actor | None
    csrf: str

    def post(self, path: str, /, **form: object):
        """Post a form with its token."""
        return self.client.post(path, data={**form, "csrf_token": self.csrf})


def cookies(client: FlaskClient) -> dict[str, str]:
    """Return what the client's cookie jar holds for this site."""
    return {cookie.key: cookie.value for cookie in client._cookies.values()}


def copied(app: Flask, client: Browserless) -> Browserless:
    """Return another client that holds a copy of this one's cookies, as a thief would."""
    thief = app.test_client()
    thief.shared_session = client.shared_session
    for key, value in cookies(client).items():
        thief.set_cookie(key, value)
    return thief


def browser(app: Flask, opened: sessions.OpenedSession | None, session: Session | None) -> Browser:
    """Return a client that holds this session, or a visitor's.

    `session` is the test's own, committed before each request; None for a client used in a thread.
    """
    app.test_client_class = Browserless
    client, raw = app.test_client(), uuid.uuid4().hex
    client.shared_session = session
    with client.session_transaction() as kept:
        kept["csrf_token"] = raw
        if opened is not None:
            kept.permanent = True
            kept["_user_id"] = opened.token
    token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(raw)
    return Browser(client, opened.actor if opened else None, token)


def enter_as(
    app: Flask, session: Session, role: Role = Role.LEARNER, *, with_factor: bool = True, **changes: object
) -> Browser:
    """Return the browser of a new person with this role, alone in a company; `changes` are set on the User.

    Where the role asks for a second factor, the session has shown one, unless told otherwise.
    """
    company = service.found_organisation(session, "Menuiserie Bocage", now())
    user = User(id=uuid.uuid4(), organisation_id=company.id, first_name="Samira", role=role, created_at=now())
    user.email = f"{role}.{user.id.hex}@exemple.fr"
    for name, value in changes.items():
        setattr(user, name, value)
    session.add(user)
    session.flush()
    shown_at = now() if with_factor and role in ROLES_WITH_FACTOR else None
    opened = sessions.open_session(session, user, now(), device="Firefox sur Linux", factor_verified_at=shown_at)
    session.commit()
    return browser(app, opened, session)


def enter_as_guest(app: Flask, session: Session) -> Browser:
    """Return the browser of a visitor on trial."""
    opened = service.open_guest(session, now(), device="Safari sur iPhone")
    session.commit()
    return browser(app, opened, session)


def user_of(session: Session, actor: Actor) -> User:
    """Return a person's row as the database holds it now."""
    session.commit()
    return session.scalars(select(User).where(User.id == actor.user_id).execution_options(**ANYWHERE)).one()


def user_at(session: Session, email: str) -> User | None:
    """Return the row of an address, deactivated or not."""
    session.commit()
    return session.scalars(select(User).where(User.email == email).execution_options(**ANYWHERE)).one_or_none()


def open_sessions(session: Session, actor: Actor) -> list[SignInSession]:
    """Return a person's sessions that were not ended."""
    session.commit()
    rows = select(SignInSession).where(SignInSession.user_id == actor.user_id, SignInSession.revoked_at.is_(None))
    return list(session.scalars(rows.order_by(SignInSession.created_at).execution_options(**ANYWHERE)))
