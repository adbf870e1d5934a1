"""What is kept about a learner's calls: the export they may ask for, and a guest's calls carried to an account.

Takes a session, never commits.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor, Cutoffs
from course_app.calls import clients
from course_app.calls.models import CallAttempt, CallTurn, DifficultClient
from course_app.calls.rules import counts
from course_app.calls.service import attempts
from course_app.store.deleting import deleted


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the learner's calls, sentences taken back included, and their own customers, oldest first."""
    turns = session.scalars(
        select(CallTurn)
        .where(CallTurn.organisation_id == actor.organisation_id, CallTurn.attempt_id.in_(own_attempt_ids(actor)))
        .order_by(CallTurn.receipt)
    ).all()
    rows = attempts(session, actor)
    return {
        "calls": [_exported(row, [turn for turn in turns if turn.attempt_id == row.id]) for row in rows],
        "difficult_clients": clients.export(session, actor),
    }


def own_attempt_ids(actor: Actor) -> Any:
    """Return the sub-select of the learner's attempt ids."""
    return select(CallAttempt.id).where(
        CallAttempt.organisation_id == actor.organisation_id, CallAttempt.learner_id == actor.user_id
    )


def _exported(row: CallAttempt, turns: Sequence[CallTurn]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "call": row.call_id,
        "number": row.number,
        "counts": row.counts,
        "content_hash": row.content_hash,
        "temperature": row.temperature.value,
        "guided": row.guided,
        "replay_from": row.replay_from,
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        "hung_up": row.hung_up,
        "turns": [
            {
                "receipt": turn.receipt,
                "number": turn.number,
                "intent": turn.intent.value,
                "said": turn.said,
                "how": turn.how.value,
                "said_at": turn.said_at.isoformat(),
                "undone_at": turn.undone_at.isoformat() if turn.undone_at else None,
            }
            for turn in turns
        ],
    }


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Re-home a guest's calls and customers to an account: numbers follow the account's own, receipts never change."""
    session.execute(
        update(CallTurn)
        .where(CallTurn.organisation_id == guest.organisation_id, CallTurn.attempt_id.in_(own_attempt_ids(guest)))
        .values(organisation_id=to.organisation_id)
    )
    clients.carry(session, guest, to)
    spent = set(
        session.scalars(
            select(CallAttempt.key).where(
                CallAttempt.organisation_id == to.organisation_id, CallAttempt.learner_id == to.user_id
            )
        )
    )
    for row in attempts(session, guest):
        if guest.user_id != to.user_id:
            row.number = _last_number(session, to, row.call_id) + 1
            row.counts = counts(row.number)
            row.key = uuid.uuid4() if row.key in spent else row.key
        row.learner_id, row.organisation_id = to.user_id, to.organisation_id
        session.flush()
    _leave_one_open(session, to)


def _last_number(session: Session, actor: Actor, call_id: str) -> int:
    last = session.scalar(
        select(func.max(CallAttempt.number)).where(
            CallAttempt.organisation_id == actor.organisation_id,
            CallAttempt.learner_id == actor.user_id,
            CallAttempt.call_id == call_id,
        )
    )
    return last or 0


def _leave_one_open(session: Session, actor: Actor) -> None:
    """Of two calls then open with one customer, the latest stays open, as Mon parcours resumes it."""
    latest: dict[str, CallAttempt] = {}
    for row in attempts(session, actor):
        if row.finished_at is None:
            if row.call_id in latest:
                latest[row.call_id].finished_at, latest[row.call_id].hung_up = row.started_at, True
            latest[row.call_id] = row
    session.flush()


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Delete the person's own customers with the calls made of them; forget what they said, keep what they meant."""
    mine = DifficultClient.organisation_id == actor.organisation_id, DifficultClient.learner_id == actor.user_id
    session.execute(delete(DifficultClient).where(*mine))
    session.execute(
        update(CallTurn)
        .where(CallTurn.organisation_id == actor.organisation_id, CallTurn.attempt_id.in_(own_attempt_ids(actor)))
        .values(said="")
    )


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete calls with their sentences, and customers described, once these are too old."""
    ended = func.coalesce(CallAttempt.finished_at, CallAttempt.started_at)
    return {
        "appels": deleted(session, CallAttempt, ended < cutoffs.answers),
        "clients décrits": deleted(session, DifficultClient, DifficultClient.created_at < cutoffs.answers),
    }
