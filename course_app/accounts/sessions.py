"""Signed-in browsers: opening, recognising, listing and ending their sessions.

Takes a session of the database, never commits; knows nothing of cookies. The browser holds 256 random bits, the
database their SHA-256, so that a copy of the database opens nothing and a copied cookie dies with its row (S41).
"""

import hashlib
import itertools
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.orm import Session

from course_app.accounts.models import AddressChange, SignInSession, User
from course_app.accounts.rules import Actor, Role, Theme, owes_factor
from course_app.core.errors import NotFound
from course_app.store.prepared import Prepared

TOKEN_BYTES = 32
TOKEN_LENGTH = 43  # 32 bytes in unpadded base 64
# security.md S43; the two idle hours are the cookie's (access.py).
ABSOLUTE_LIFE = timedelta(hours=12)
REMEMBERED_LIFE = timedelta(days=30)
KEPT_AFTER_END = timedelta(days=30)
LAST_USED_STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class OpenedSession:
    """A new session: the only moment when its token exists in clear outside the browser."""

    actor: Actor
    token: str
    remember_for: timedelta | None
    """How long the browser keeps it once closed; None: not at all."""


@dataclass(frozen=True)
class KnownSession:
    """Who a token stands for, when the session last wrote something, and when its person last proved who they are."""

    actor: Actor
    last_used_at: datetime
    proved_at: datetime
    """When the person last showed who they are in this session: its opening, or a second factor since."""


@dataclass(frozen=True)
class SessionLine:
    """One line of the list of a person's open sessions."""

    id: uuid.UUID
    device: str
    created_at: datetime
    last_used_at: datetime
    is_current: bool


def new_token() -> str:
    """Return 256 random bits, safe in a cookie and in a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return what the database holds of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def open_session(
    session: Session,
    user: User,
    now: datetime,
    *,
    device: str,
    remember: bool = False,
    factor_verified_at: datetime | None = None,
) -> OpenedSession:
    """Sign a person in on one device, under a token never used before; forgets their long-ended sessions.

    `factor_verified_at` is when a second factor was shown, if one was.
    """
    _forget_ended(session, user, now)
    life = REMEMBERED_LIFE if remember else ABSOLUTE_LIFE
    expires_at = user.guest_until or now + life
    token = new_token()
    row = SignInSession(
        id=uuid.uuid4(),
        organisation_id=user.organisation_id,
        user_id=user.id,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=expires_at,
        remembered=remember,
        device=device,
        last_used_at=now,
        factor_verified_at=factor_verified_at,
    )
    session.add(row)
    session.flush()
    kept = expires_at - now if remember or user.is_guest else None
    actor = actor_of(user, row.id, factor_due=owes_factor(user.role, factor_verified_at))
    return OpenedSession(actor, token, kept)


def actor_of(user: User, session_id: uuid.UUID, *, factor_due: bool = False) -> Actor:
    """Return the frozen view of a person that requests carry; of browsers, only `recognise` and `open_session` do."""
    return Actor(
        user_id=user.id,
        organisation_id=user.organisation_id,
        role=user.role,
        first_name=user.first_name,
        is_guest=user.is_guest,
        theme=user.theme,
        timezone=user.timezone,
        session_id=session_id,
        factor_due=factor_due,
    )


_PEOPLE, _SESSIONS = User.__table__.c, SignInSession.__table__.c
_HOLDER = Prepared(
    select(
        *(_PEOPLE[name] for name in ("id", "organisation_id", "role", "first_name", "is_guest", "theme", "timezone")),
        *(_SESSIONS[name] for name in ("id", "last_used_at", "created_at", "factor_verified_at")),
    )
    .join_from(User.__table__, SignInSession.__table__, _SESSIONS.user_id == _PEOPLE.id)
    .where(
        _SESSIONS.token_hash == bindparam("token_hash"),  # the token itself says which organisation
        _SESSIONS.revoked_at.is_(None),
        _SESSIONS.expires_at > bindparam("now"),
        _PEOPLE.deactivated_at.is_(None),
    ),
    across_organisations=True,
)
"""Who holds a token: asked at every request; rows are `_Holder`'s."""


class _Holder(NamedTuple):
    user_id: uuid.UUID
    organisation_id: uuid.UUID
    role: Role
    first_name: str
    is_guest: bool
    theme: Theme
    timezone: str
    session_id: uuid.UUID
    last_used_at: datetime
    created_at: datetime
    factor_verified_at: datetime | None


def recognise(session: Session, token: str, now: datetime) -> KnownSession | None:
    """Return who holds this token; None when it is unknown, ended, or its person deactivated. One query."""
    if len(token) != TOKEN_LENGTH:
        return None
    found = _HOLDER.rows(session, {"token_hash": token_hash(token), "now": now})
    if not found:
        return None
    [row] = itertools.starmap(_Holder, found)
    actor = Actor(
        user_id=row.user_id,
        organisation_id=row.organisation_id,
        role=row.role,
        first_name=row.first_name,
        is_guest=row.is_guest,
        theme=row.theme,
        timezone=row.timezone,
        session_id=row.session_id,
        factor_due=owes_factor(row.role, row.factor_verified_at),
    )
    return KnownSession(actor, row.last_used_at, max(row.created_at, row.factor_verified_at or row.created_at))


def factor_verified_at(session: Session, actor: Actor) -> datetime | None:
    """Return when a second factor was shown in this session, for the session that takes its place."""
    return session.scalar(
        select(SignInSession.factor_verified_at).where(*_of(actor), SignInSession.id == actor.session_id)
    )


def mark_used(session: Session, known: KnownSession, now: datetime) -> None:
    """Note that the session writes something, at most every five minutes; for requests that write anyway."""
    if now - known.last_used_at >= LAST_USED_STEP:
        mine = _of(known.actor)
        session.execute(
            update(SignInSession).where(*mine, SignInSession.id == known.actor.session_id).values(last_used_at=now)
        )


def listed(session: Session, actor: Actor, now: datetime) -> Sequence[SessionLine]:
    """Return a person's open sessions, this one first, then the latest used."""
    rows = session.scalars(
        select(SignInSession)
        .where(*_of(actor), SignInSession.revoked_at.is_(None), SignInSession.expires_at > now)
        .order_by(SignInSession.last_used_at.desc(), SignInSession.id)
    )
    lines = [
        SessionLine(row.id, row.device, row.created_at, row.last_used_at, row.id == actor.session_id) for row in rows
    ]
    return sorted(lines, key=lambda line: not line.is_current)


def end(session: Session, actor: Actor, session_id: uuid.UUID, now: datetime) -> None:
    """End one of one's own sessions; raise `NotFound` for any other, existing or not."""
    found = session.scalar(
        select(SignInSession).where(
            *_of(actor),
            SignInSession.id == session_id,
            SignInSession.revoked_at.is_(None),
        )
    )
    if found is None:
        raise NotFound
    found.revoked_at = now
    session.flush()


def end_others(session: Session, actor: Actor, now: datetime) -> None:
    """End all of one's sessions but this one, and the change of address asked: another device may have asked it."""
    _revoke(session, actor.organisation_id, actor.user_id, now, except_id=actor.session_id)
    _end_address_change(session, actor.organisation_id, actor.user_id)


def end_all(session: Session, user: User, now: datetime) -> None:
    """End every session of a person, and the change of address asked in one: a thief may have, before they were put out."""
    _revoke(session, user.organisation_id, user.id, now)
    _end_address_change(session, user.organisation_id, user.id)


def _end_address_change(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> None:
    asked = AddressChange.organisation_id == organisation_id, AddressChange.user_id == user_id
    session.execute(delete(AddressChange).where(*asked, AddressChange.used_at.is_(None)))


def _of(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return SignInSession.organisation_id == actor.organisation_id, SignInSession.user_id == actor.user_id


def _revoke(
    session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, now: datetime, except_id: uuid.UUID | None = None
) -> None:
    open_ones = [
        SignInSession.organisation_id == organisation_id,
        SignInSession.user_id == user_id,
        SignInSession.revoked_at.is_(None),
    ]
    if except_id is not None:
        open_ones.append(SignInSession.id != except_id)
    session.execute(update(SignInSession).where(*open_ones).values(revoked_at=now))


def _forget_ended(session: Session, user: User, now: datetime) -> None:
    session.execute(
        delete(SignInSession).where(
            SignInSession.organisation_id == user.organisation_id,
            SignInSession.user_id == user.id,
            SignInSession.expires_at < now - KEPT_AFTER_END,
        )
    )
