"""Mails as rows: written once, taken once, ended. Takes a session, never commits. Must not know Flask."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from course_app.outbox.models import OutgoingMail
from course_app.outbox.rules import (
    LEASE,
    LIFE,
    MOST_HAND_OVERS,
    PENDING,
    PROBLEM_LENGTH,
    RETRY_AFTER,
    MailState,
    Recipient,
    next_try,
)

ERASED: Mapping[str, Any] = {"values": {}, "address": None, "sender": None, "held_until": None}


def write(
    session: Session, kind: str, to: Recipient, values: Mapping[str, str], now: datetime, key: str | None = None
) -> bool:
    """Have a mail sent once the caller has committed; tell whether it is new.

    `kind` names a `MailKind`, `values` are what its writer needs and may hold no secret: a link that opens something
    is made when the mail leaves. `key` names the occasion: the second mail of a kind and key is not written, whoever
    asks for it at the same moment. Without a key, each call is an occasion.
    """
    once = (
        _insert(session).values(_row(kind, to, values, now, key)).on_conflict_do_nothing(index_elements=["kind", "key"])
    )
    return session.scalar(once.returning(OutgoingMail.id)) is not None


def write_all(
    session: Session, kind: str, mails: Iterable[tuple[Recipient, Mapping[str, str], str]], now: datetime
) -> None:
    """Have many mails of a kind sent, each with its own key, in one statement; as `write` otherwise."""
    rows = [_row(kind, to, values, now, key) for to, values, key in mails]
    if rows:
        session.execute(_insert(session).on_conflict_do_nothing(index_elements=["kind", "key"]), rows)


def _insert(session: Session) -> Any:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(OutgoingMail)


def _row(kind: str, to: Recipient, values: Mapping[str, str], now: datetime, key: str | None) -> dict[str, Any]:
    return {
        "mark": uuid.uuid4(),
        "kind": kind,
        "key": key or str(uuid.uuid4()),
        "organisation_id": to.organisation_id,
        "person_id": to.person_id,
        "address": to.address,
        "values": dict(values),
        "state": MailState.WAITING,
        "written_at": now,
        "due_at": now,
        "tries": 0,
        "hand_overs": 0,
    }


def _takeable(now: datetime) -> ColumnElement[bool]:
    """What a sender may take. Moments that lie ahead were written by a clock that was wrong: nobody waits for them (R13).

    A lease of slack: two senders never read quite the same time.
    """
    due = or_(
        OutgoingMail.due_at <= now,
        OutgoingMail.due_at > now + max(RETRY_AFTER) + LEASE,
        OutgoingMail.written_at > now + LEASE,
    )
    abandoned = or_(OutgoingMail.held_until < now, OutgoingMail.held_until > now + 2 * LEASE)
    return or_(
        and_(OutgoingMail.state == MailState.WAITING, due), and_(OutgoingMail.state == MailState.IN_HAND, abandoned)
    )


def has_due(session: Session, now: datetime) -> bool:
    """Tell whether a sender would find a mail to take; reads only."""
    return session.scalar(select(OutgoingMail.id).where(_takeable(now)).limit(1)) is not None


def take(session: Session, sender: str, now: datetime) -> OutgoingMail | None:
    """Give the next mail to a sender, or None; two senders never get the same one.

    PostgreSQL skips rows that another sender is taking; SQLite lets one writer in at a time. What is too old, or may
    already have left twice, is ended instead.
    """
    ready = select(OutgoingMail).where(_takeable(now)).order_by(OutgoingMail.due_at, OutgoingMail.id).limit(1)
    while True:
        mail = session.scalar(ready.with_for_update(skip_locked=True))
        if mail is None:
            return None
        if mail.hand_overs >= MOST_HAND_OVERS:
            _end(mail, MailState.UNCERTAIN, now)
        elif mail.written_at < now - LIFE:
            _end(mail, MailState.EXPIRED, now)
        else:
            mail.state, mail.sender, mail.held_until = MailState.IN_HAND, sender, now + LEASE
            session.flush()
            return mail
        session.flush()


def _end(mail: OutgoingMail, state: MailState, now: datetime) -> None:
    mail.state, mail.ended_at = state, now
    for name, value in ERASED.items():
        setattr(mail, name, value)


def _held(session: Session, mail_id: int, sender: str, values: Mapping[str, Any]) -> bool:
    """Change a mail if this sender still holds it; tell whether it did."""
    held = (OutgoingMail.id == mail_id, OutgoingMail.sender == sender, OutgoingMail.state == MailState.IN_HAND)
    changed = session.execute(
        update(OutgoingMail).where(*held).values(dict(values)).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", changed).rowcount == 1


def hand_over(session: Session, mail_id: int, sender: str, now: datetime) -> bool:
    """Note that the mail is about to be given to the server; False when it is no longer this sender's.

    Committed before the server hears of it: whoever finds the mail abandoned knows that it may have left.
    """
    counted = {"hand_overs": OutgoingMail.hand_overs + 1, "held_until": now + LEASE}
    return _held(session, mail_id, sender, counted)


def end(session: Session, mail_id: int, sender: str, state: MailState, now: datetime, problem: str = "") -> bool:
    """End a mail and erase what it said; False when it is no longer this sender's."""
    ended = {**ERASED, "state": state, "ended_at": now, "problem": problem[:PROBLEM_LENGTH] or None}
    return _held(session, mail_id, sender, ended)


def put_back(session: Session, mail: OutgoingMail, problem: str, now: datetime, *, surely_kept: bool) -> None:
    """Have a mail that failed tried again later, or given up after the last pause.

    `surely_kept`: the server did not accept it, so that trying again makes no duplicate. `mail` is the row as taken.
    """
    moment = next_try(mail.tries + 1, now)
    values: dict[str, Any] = {
        "state": MailState.WAITING if moment else MailState.REFUSED,
        "tries": OutgoingMail.tries + 1,
        "problem": problem[:PROBLEM_LENGTH],
        "sender": None,
        "held_until": None,
        "due_at": moment or now,
    }
    if surely_kept:
        values["hand_overs"] = mail.hand_overs
    if moment is None:
        values |= {**ERASED, "ended_at": now}
    _held(session, mail.id, mail.sender or "", values)


def forget_pending(session: Session, now: datetime) -> int:
    """Expire every mail not sent yet, and return how many: after a restore, nobody gets the mails of the past (R14)."""
    pending = update(OutgoingMail).where(OutgoingMail.state.in_(PENDING))
    expired = pending.values({**ERASED, "state": MailState.EXPIRED, "ended_at": now})
    changed = session.execute(expired.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", changed).rowcount


def pending(session: Session) -> int:
    """Return how many mails wait, for operators."""
    return session.scalar(select(func.count()).select_from(OutgoingMail).where(OutgoingMail.state.in_(PENDING))) or 0


def of_person(session: Session, organisation_id: uuid.UUID, person_id: uuid.UUID) -> Sequence[OutgoingMail]:
    """Return the mails written to a person, oldest first; their text is gone once they left."""
    theirs = select(OutgoingMail).where(
        OutgoingMail.organisation_id == organisation_id, OutgoingMail.person_id == person_id
    )
    return session.scalars(theirs.order_by(OutgoingMail.id)).all()


def forget_person(session: Session, organisation_id: uuid.UUID, person_id: uuid.UUID, address: str | None) -> None:
    """Delete every mail to a person, or to their address, sent or not."""
    theirs = and_(OutgoingMail.organisation_id == organisation_id, OutgoingMail.person_id == person_id)
    if address:
        theirs = or_(theirs, OutgoingMail.address == address)
    session.execute(delete(OutgoingMail).where(theirs).execution_options(synchronize_session=False))


def purge(session: Session, before: datetime) -> int:
    """Delete the mails that ended before a moment; return how many."""
    old = delete(OutgoingMail).where(OutgoingMail.ended_at < before)
    changed = session.execute(old.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", changed).rowcount
