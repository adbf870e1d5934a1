"""Kinds of costly decisions that the log keeps for rooms that may not know calls nor exercises. Reads, never writes."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.progress.models import LearningEvent
from course_app.progress.rules import EventKind

_TOLD = (EventKind.CALL_FINISHED, EventKind.EXERCISE_FINISHED)
"""The ends that say which kinds of decision cost dearly; a first attempt never does."""


def first_costly(
    session: Session, organisation_id: UUID, people: Collection[UUID]
) -> dict[tuple[UUID, str], frozenset[str]]:
    """Return the costly kinds of each person's first attempt that counts, by person and subject; one query.

    A subject is « call/… » or « exercise/… ». An empty set: nothing cost dearly. A moment of a call played again begins
    with the sentences of the attempt it comes from, which may be the first: it tells nothing.
    """
    events = session.execute(
        select(LearningEvent.learner_id, LearningEvent.item_kind, LearningEvent.item_id, LearningEvent.payload)
        .where(
            LearningEvent.organisation_id == organisation_id,
            LearningEvent.learner_id.in_(people),
            LearningEvent.kind.in_(_TOLD),
        )
        .order_by(LearningEvent.id)
    )
    found: dict[tuple[UUID, str], frozenset[str]] = {}
    for learner_id, kind, item_id, payload in events:
        if "costly" in payload and not payload.get("replay"):
            found.setdefault((learner_id, f"{kind.value}/{item_id}"), frozenset(payload["costly"]))
    return found
