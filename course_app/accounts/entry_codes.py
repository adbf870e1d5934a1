"""Codes of six digits that open an account by mail: asked, drawn, tried, used once (experience.md §4, Access).

Takes a session, never commits. A code is asked for an address that nobody is known to hold: no account exists until it
is typed, so that nobody can hold an account in somebody else's name. Six digits are few: the code is stored as a keyed
hash, dies after five wrong tries, a quarter of an hour, or a newer one, and doors count tries by address (throttle).
"""

import hmac
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from course_app.accounts.models import EntryCode, User
from course_app.accounts.rules import Actor, Cutoffs, typed_digits
from course_app.store.deleting import deleted

CODE_LIFE = timedelta(minutes=15)
ASKED_LIFE = timedelta(hours=2)
"""How long a code may wait for its mail to leave; its own life begins there."""
MOST_TRIES = 5


@dataclass(frozen=True)
class Asked:
    """What was asked with a code that has just been used: the first name to keep, and the trial to keep with it."""

    first_name: str
    guest_id: uuid.UUID | None


def ask(session: Session, address: str, first_name: str, guest: Actor | None, key: str, now: datetime) -> uuid.UUID:
    """Note that a code is wanted at a normalised address, and return the note's id; a former code there dies.

    The same two statements whoever holds the address (S31). `first_name` is empty for somebody who comes back.
    """
    session.execute(delete(EntryCode).where(EntryCode.expires_at < now))
    values = {
        "id": uuid.uuid4(),
        "address_hash": _address_hash(key, address),
        "first_name": first_name,
        "guest_id": guest.user_id if guest is not None and guest.is_guest else None,
        "code_hash": None,
        "tries": 0,
        "asked_at": now,
        "expires_at": now + ASKED_LIFE,
    }
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(
        insert(EntryCode)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["address_hash"],
            set_={name: value for name, value in values.items() if name != "address_hash"},
        ),
        execution_options={"synchronize_session": False},
    )
    return values["id"]  # type: ignore[return-value]  # the dictionary holds values of all sorts


def waiting(session: Session, code_id: uuid.UUID, now: datetime) -> EntryCode | None:
    """Return what was asked, while its mail may still leave; None once a newer one took its place."""
    return session.scalar(select(EntryCode).where(EntryCode.id == code_id, EntryCode.expires_at > now))


def draw(asked: EntryCode, key: str, now: datetime) -> str:
    """Draw the code whose mail leaves now; the database keeps its keyed hash only."""
    code = f"{secrets.randbelow(10**6):06}"
    asked.code_hash, asked.tries, asked.expires_at = _code_hash(key, asked.id, code), 0, now + CODE_LIFE
    return code


def use(session: Session, address: str, typed: str, keys: Sequence[str], now: datetime) -> Asked | None:
    """Use a code up and return what it was asked for; None for any other. The caller commits in both cases.

    The try is counted before it is judged, on a row held until the commit: parallel guesses come one after the other.
    `keys` are the installation's secrets, today's first: a new one leaves codes alive.
    """
    counted = session.execute(
        update(EntryCode)
        .where(
            EntryCode.address_hash.in_([_address_hash(key, address) for key in keys]),
            EntryCode.code_hash.is_not(None),
            EntryCode.expires_at > now,
            EntryCode.tries < MOST_TRIES,
        )
        .values(tries=EntryCode.tries + 1)
        .returning(EntryCode.id, EntryCode.code_hash, EntryCode.first_name, EntryCode.guest_id),
        execution_options={"synchronize_session": False},
    ).all()
    code = typed_digits(typed) or ""
    for row in counted:
        if any(hmac.compare_digest(_code_hash(key, row.id, code), row.code_hash or "") for key in keys):
            session.execute(delete(EntryCode).where(EntryCode.id == row.id))
            return Asked(row.first_name, row.guest_id)
    return None


def guest_of(session: Session, asked: Asked) -> User | None:
    """Return the trial that was to be kept, if it still is one."""
    if asked.guest_id is None:
        return None
    return session.scalar(
        select(User)
        .where(User.id == asked.guest_id, User.is_guest)
        .execution_options(across_organisations=True)  # a guest is alone in their organisation
    )


def _address_hash(key: str, address: str) -> str:
    return hmac.digest(key.encode(), f"entry-address:{address}".encode(), "sha256").hex()


def _code_hash(key: str, code_id: uuid.UUID, code: str) -> str:
    return hmac.digest(key.encode(), f"entry-code:{code_id}:{code}".encode(), "sha256").hex()


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the codes that a person on trial asked for and has not typed yet: dates, never the code."""
    rows = session.scalars(select(EntryCode).where(EntryCode.guest_id == actor.user_id).order_by(EntryCode.asked_at))
    return {
        "entry_codes": [
            {
                "asked_at": row.asked_at.isoformat(),
                "first_name": row.first_name,
                "expires_at": row.expires_at.isoformat(),
            }
            for row in rows
        ]
    }


def carry(_session: Session, _guest: Actor, _to: Actor) -> None:
    """Do nothing: a code not typed yet dies by itself, without the trial it was to keep."""


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Forget the codes that a person asked for."""
    session.execute(delete(EntryCode).where(EntryCode.guest_id == actor.user_id))


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete the codes that nobody typed, a day after they died."""
    return {"codes pour entrer": deleted(session, EntryCode, EntryCode.expires_at < cutoffs.codes)}
