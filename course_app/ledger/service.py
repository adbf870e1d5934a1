"""Sealing an organisation's new events into its chain, reading the head, checking the whole.

Takes a session, never commits. Events are sealed in batches, before each export and once a day, not when they happen:
what protects is the head that left the building, and answers need not queue for one row.
"""

import secrets
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.orm import Session

from course_app.accounts.models import Organisation, User
from course_app.accounts.rules import Actor, Cutoffs
from course_app.ledger import rules
from course_app.ledger.models import LedgerLine
from course_app.ledger.rules import Head, Line
from course_app.progress.models import LearningEvent

BATCH = 2_000
"""Events read, and lines written, at a time: memory stays flat however long nobody sealed."""


def head(session: Session, organisation_id: uuid.UUID) -> Head:
    """Return where the chain of an organisation stands."""
    last = session.execute(
        select(LedgerLine.number, LedgerLine.link)
        .where(LedgerLine.organisation_id == organisation_id)
        .order_by(LedgerLine.number.desc())
        .limit(1)
    ).first()
    return Head(*last) if last else rules.EMPTY


def seal(session: Session, organisation_id: uuid.UUID, now: datetime) -> Head:
    """Chain the events that are not yet, in the order of their ids, and return the new head.

    The organisation's row is held until the commit, so that two sealings come one after the other. Guests' events wait
    until they belong to somebody: they may still move to another organisation.
    """
    session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True))
    at = head(session, organisation_id)
    while events := _unsealed(session, organisation_id):
        lines = []
        for event in events:
            salt = secrets.token_hex(rules.SALT_BYTES)
            committed = rules.commitment(salt, _canonical(event))
            at = Head(at.number + 1, rules.link(at.link, committed))
            lines.append(
                {
                    "organisation_id": organisation_id,
                    "number": at.number,
                    "event_id": event.id,
                    "learner_id": event.learner_id,
                    "salt": salt,
                    "commitment": committed,
                    "link": at.link,
                    "sealed_at": now,
                }
            )
        session.execute(insert(LedgerLine), lines)
        session.flush()
    return at


def _unsealed(session: Session, organisation_id: uuid.UUID) -> list[Any]:
    """Return the next events without a line; plain rows, so that nothing stays in the session."""
    sealed = select(LedgerLine.id).where(
        LedgerLine.organisation_id == organisation_id, LedgerLine.event_id == LearningEvent.id
    )
    return list(
        session.execute(
            select(*_COLUMNS)
            .join(User, User.id == LearningEvent.learner_id)
            .where(
                LearningEvent.organisation_id == organisation_id,
                User.organisation_id == organisation_id,
                User.is_guest.is_(False),
                ~sealed.exists(),
            )
            .order_by(LearningEvent.id)
            .limit(BATCH)
        )
    )


_COLUMNS = (
    LearningEvent.id,
    LearningEvent.learner_id,
    LearningEvent.kind,
    LearningEvent.item_kind,
    LearningEvent.item_id,
    LearningEvent.content_hash,
    LearningEvent.payload,
    LearningEvent.occurred_at,
)


def _canonical(event: Any) -> bytes:
    fields = {
        "learner": str(event.learner_id),
        "kind": event.kind.value,
        "item": f"{event.item_kind.value}:{event.item_id}",
        "content_hash": event.content_hash,
        "payload": event.payload,
    }
    return rules.canonical(fields, event.occurred_at)


def faults(session: Session, organisation_id: uuid.UUID, known: Iterable[Head] = ()) -> list[str]:
    """Return what is wrong with the chain of an organisation, in French; empty when it holds."""
    return list(rules.faults(_lines(session, organisation_id), known))


def _lines(session: Session, organisation_id: uuid.UUID) -> Iterator[Line]:
    after = 0
    while True:
        rows = session.execute(
            select(LedgerLine.number, LedgerLine.salt, LedgerLine.commitment, LedgerLine.link, *_COLUMNS)
            .outerjoin(
                LearningEvent,
                (LearningEvent.id == LedgerLine.event_id) & (LearningEvent.organisation_id == organisation_id),
            )
            .where(LedgerLine.organisation_id == organisation_id, LedgerLine.number > after)
            .order_by(LedgerLine.number)
            .limit(BATCH)
            .execution_options(across_organisations=True)  # both sides are compared above, one of them in the join
        ).all()
        for row in rows:
            event = _canonical(row) if row.id is not None else None
            yield Line(row.number, row.salt, row.commitment, row.link, event)
        if len(rows) < BATCH:
            return
        after = rows[-1].number


def erase(session: Session, learner: Actor, _now: datetime) -> None:
    """Take off the salts of a person being erased: their lines hold the chain, and say nothing of them any more."""
    session.execute(
        update(LedgerLine)
        .where(LedgerLine.organisation_id == learner.organisation_id, LedgerLine.learner_id == learner.user_id)
        .values(salt=None, learner_id=None)
    )


def export(session: Session, learner: Actor) -> dict[str, Any]:
    """Return the lines of the chain that speak of a person, with the salts that let them check their own events."""
    lines = session.execute(
        select(LedgerLine.number, LedgerLine.salt, LedgerLine.commitment, LedgerLine.link, LedgerLine.sealed_at)
        .where(LedgerLine.organisation_id == learner.organisation_id, LedgerLine.learner_id == learner.user_id)
        .order_by(LedgerLine.number)
    )
    return {"ledger": [{**line._asdict(), "sealed_at": line.sealed_at.isoformat()} for line in lines]}


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Do nothing: a guest's events are sealed once they belong to an account."""


def everybody(session: Session) -> list[uuid.UUID]:
    """Return the organisations that have events: those the daily sealing goes through."""
    found = select(LearningEvent.organisation_id).distinct().execution_options(across_organisations=True)
    return list(session.scalars(found))


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Take off the salts of events about to be deleted for their age; goes before the log itself."""
    old = select(LearningEvent.id).where(LearningEvent.occurred_at < cutoffs.results)
    unsalted = session.execute(
        update(LedgerLine)
        .where(LedgerLine.event_id.in_(old), LedgerLine.salt.is_not(None))
        .values(salt=None, learner_id=None)
        .execution_options(synchronize_session=False, across_organisations=True)
    )
    return {"lignes de la chaîne rendues muettes": cast("CursorResult[Any]", unsalted).rowcount}
