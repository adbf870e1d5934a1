"""Links to choose a new password: issued, shown, used once (security.md S36, S37).

Takes a session, never commits. A link is tied to the account's id; its token is stored hashed.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from course_app.accounts import sessions
from course_app.accounts.models import PasswordReset, User
from course_app.core.errors import Gone

LINK_LIFE = timedelta(minutes=30)
GONE_MESSAGE = "Ce lien a déjà servi, ou il a expiré. Demandez-en un nouveau : il arrive en une minute."


def issue(session: Session, user: User, token: str, now: datetime) -> None:
    """Make a token open a new link, good for `LINK_LIFE`; a person's older links stop working."""
    session.execute(
        delete(PasswordReset).where(
            PasswordReset.organisation_id == user.organisation_id, PasswordReset.user_id == user.id
        )
    )
    session.add(
        PasswordReset(
            organisation_id=user.organisation_id,
            user_id=user.id,
            token_hash=sessions.token_hash(token),
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
    )
    session.flush()


def holder(session: Session, token: str, now: datetime) -> User:
    """Return whose password a link may change; raise `Gone` when it is unknown, used or expired. Uses nothing up."""
    user = session.scalar(
        select(User)
        .join(PasswordReset, PasswordReset.user_id == User.id)
        .where(*_alive(token, now), User.deactivated_at.is_(None))
        .execution_options(across_organisations=True)  # the token itself says which organisation
    )
    if user is None:
        raise Gone(GONE_MESSAGE)
    return user


def use(session: Session, token: str, new_hash: str, now: datetime) -> User:
    """Change the password, once: end every session and return the person; raise `Gone` otherwise.

    Of two parallel requests, the database lets one mark the link.
    """
    user = holder(session, token, now)
    marked = session.execute(
        update(PasswordReset)
        .where(*_alive(token, now), PasswordReset.organisation_id == user.organisation_id)
        .values(used_at=now)
    )
    if cast("CursorResult[Any]", marked).rowcount != 1:
        raise Gone(GONE_MESSAGE)
    user.password_hash = new_hash
    sessions.end_all(session, user, now)
    session.flush()
    return user


def _alive(token: str, now: datetime) -> tuple[Any, ...]:
    return (
        PasswordReset.token_hash == sessions.token_hash(token),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > now,
    )
