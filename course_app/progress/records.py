"""What is kept of a person's progress, as a whole: exported, brought from a trial, erased, expired. Never commits."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor, Cutoffs
from course_app.progress.models import ItemProgress, LearningEvent
from course_app.progress.rules import ItemState
from course_app.progress.service import journey
from course_app.store.deleting import deleted


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return all that is kept about the person's progress, oldest first, ready for JSON."""
    events = session.scalars(
        select(LearningEvent)
        .where(LearningEvent.organisation_id == actor.organisation_id, LearningEvent.learner_id == actor.user_id)
        .order_by(LearningEvent.id)
    )
    return {
        "events": [
            {
                "kind": event.kind.value,
                "item_kind": event.item_kind.value,
                "item": event.item_id,
                "content_hash": event.content_hash,
                "payload": event.payload,
                "occurred_at": event.occurred_at.isoformat(),
            }
            for event in events
        ],
        "items": [
            {
                "kind": state.kind.value,
                "item": state.item_id,
                "place": dict(state.place),
                "updated_at": state.updated_at.isoformat(),
                "done_at": state.done_at.isoformat() if state.done_at else None,
            }
            for state in journey(session, actor).values()
        ],
    }


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Re-home a guest's events and places; an item both touched keeps its first success and its latest place."""
    theirs = select(LearningEvent.key).where(
        LearningEvent.organisation_id == to.organisation_id, LearningEvent.learner_id == to.user_id
    )
    session.execute(  # one key tells one event per person: where it is taken, the guest's event goes without
        update(LearningEvent)
        .where(LearningEvent.organisation_id == guest.organisation_id, LearningEvent.learner_id == guest.user_id)
        .where(LearningEvent.key.in_(theirs))
        .values(key=None)
    )
    session.execute(
        update(LearningEvent)
        .where(LearningEvent.organisation_id == guest.organisation_id, LearningEvent.learner_id == guest.user_id)
        .values(organisation_id=to.organisation_id, learner_id=to.user_id)
    )
    own = journey(session, to)
    for (kind, item_id), state in journey(session, guest).items():
        row = (
            ItemProgress.organisation_id == guest.organisation_id,
            ItemProgress.learner_id == guest.user_id,
            ItemProgress.item_kind == kind,
            ItemProgress.item_id == item_id,
        )
        if (kind, item_id) in own:
            session.execute(delete(ItemProgress).where(*row))
            _join(session, to, state, own[kind, item_id])
        else:
            session.execute(
                update(ItemProgress).where(*row).values(organisation_id=to.organisation_id, learner_id=to.user_id)
            )


def _join(session: Session, to: Actor, carried: ItemState, own: ItemState) -> None:
    latest = max(own, carried, key=lambda state: state.updated_at)
    done = [state.done_at for state in (own, carried) if state.done_at]
    session.execute(
        update(ItemProgress)
        .where(
            ItemProgress.organisation_id == to.organisation_id,
            ItemProgress.learner_id == to.user_id,
            ItemProgress.item_kind == own.kind,
            ItemProgress.item_id == own.item_id,
        )
        .values(
            place=dict(latest.place),
            label=latest.label,
            content_hash=latest.content_hash,
            updated_at=latest.updated_at,
            done_at=min(done, default=None),
        )
    )


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Forget where the person was reading; what they completed stays as proof. The log holds no word of theirs."""
    session.execute(
        update(ItemProgress)
        .where(ItemProgress.organisation_id == actor.organisation_id, ItemProgress.learner_id == actor.user_id)
        .values(place={}, label="")
    )


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete events and standings older than what results are kept."""
    events = deleted(session, LearningEvent, LearningEvent.occurred_at < cutoffs.results)
    return {
        "événements d'apprentissage": events,
        "états d'avancement": deleted(session, ItemProgress, ItemProgress.updated_at < cutoffs.results),
    }
