"""Changing one's address: a link to the new one, a notice to the old one (security.md S38).

Takes a session, never commits. Like a link to choose a password, this one is drawn when its mail leaves: the database
holds its hash only.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from course_app.accounts import sessions
from course_app.accounts.models import AddressChange, PasswordReset, User
from course_app.accounts.rules import Actor
from course_app.accounts.service import find
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import Gone

LINK_LIFE = timedelta(minutes=30)
GONE_MESSAGE = "Ce lien a déjà servi, ou il a expiré. Demandez à nouveau le changement dans vos réglages."


def issue(session: Session, user: User, new_email: str, token: str, now: datetime) -> bool:
    """Make a token open a new link, good for `LINK_LIFE`; older ones stop working. False when the address is taken.

    Whoever asked is not told that an address is taken: the holder of that address alone could say so (S31).
    """
    session.execute(delete(AddressChange).where(*_of(user)))
    if find(session, new_email) is not None:
        return False
    row = AddressChange(id=uuid.uuid4(), organisation_id=user.organisation_id, user_id=user.id, new_email=new_email)
    row.token_hash, row.created_at, row.expires_at = sessions.token_hash(token), now, now + LINK_LIFE
    session.add(row)
    session.flush()
    return True


def waiting(session: Session, token: str, now: datetime) -> AddressChange:
    """Return the change that a link would make; raise `Gone` when it is unknown, used or expired. Uses nothing up."""
    row = session.scalar(
        select(AddressChange)
        .join(User, AddressChange.user_id == User.id)
        .where(*_alive(token, now), User.deactivated_at.is_(None))
        .execution_options(across_organisations=True)  # the token itself says which organisation
    )
    if row is None:
        raise Gone(GONE_MESSAGE)
    return row


def use(session: Session, token: str, now: datetime) -> tuple[User, str]:
    """Give a person their new address, once; return them and the old one. Raises `Gone`.

    Links to choose a password that went to the old address stop working. Of two parallel requests, one passes.
    """
    row = waiting(session, token, now)
    marked = session.execute(
        update(AddressChange)
        .where(*_alive(token, now), AddressChange.organisation_id == row.organisation_id)
        .values(used_at=now)
    )
    if cast("CursorResult[Any]", marked).rowcount != 1:
        raise Gone(GONE_MESSAGE)
    user = session.scalars(
        select(User).where(User.organisation_id == row.organisation_id, User.id == row.user_id)
    ).one()
    old, new = user.email or "", row.new_email
    try:
        with session.begin_nested():
            user.email = new
            session.flush()
    except IntegrityError:  # somebody has opened an account there since
        raise Gone(GONE_MESSAGE) from None
    session.execute(
        delete(PasswordReset).where(
            PasswordReset.organisation_id == user.organisation_id, PasswordReset.user_id == user.id
        )
    )
    audit.record(session, Entry(user.organisation_id, Act.ADDRESS_CHANGED, user.id, f"personne:{user.id}"), now)
    return user, old


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the changes of address that a person asked for, ready for JSON; no token."""
    rows = session.scalars(
        select(AddressChange)
        .where(AddressChange.organisation_id == actor.organisation_id, AddressChange.user_id == actor.user_id)
        .order_by(AddressChange.created_at)
    )
    told = [
        {
            "new_email": row.new_email,
            "asked_at": row.created_at.isoformat(),
            "used_at": row.used_at.isoformat() if row.used_at else None,
        }
        for row in rows
    ]
    return {"address_changes": told}


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Do nothing: a guest has no address."""


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Delete the addresses that a person asked for."""
    session.execute(
        delete(AddressChange).where(
            AddressChange.organisation_id == actor.organisation_id, AddressChange.user_id == actor.user_id
        )
    )


def _of(user: User) -> tuple[Any, ...]:
    return AddressChange.organisation_id == user.organisation_id, AddressChange.user_id == user.id


def _alive(token: str, now: datetime) -> tuple[Any, ...]:
    return (
        AddressChange.token_hash == sessions.token_hash(token),
        AddressChange.used_at.is_(None),
        AddressChange.expires_at > now,
    )
