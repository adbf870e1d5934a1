"""What finished calls were worth, as the log keeps it for the rooms that may not know the calls. Reads, never writes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.library.calls import Temperature
from course_app.progress.models import LearningEvent
from course_app.progress.rules import CallResult, EventKind


def call_results(session: Session, actor: Actor) -> list[CallResult]:
    """Return the finished calls of a person, oldest first; first attempts, and calls older than the grades, are absent."""
    events = session.execute(
        select(LearningEvent.item_id, LearningEvent.occurred_at, LearningEvent.payload)
        .where(
            LearningEvent.organisation_id == actor.organisation_id,
            LearningEvent.learner_id == actor.user_id,
            LearningEvent.kind == EventKind.CALL_FINISHED,
        )
        .order_by(LearningEvent.occurred_at, LearningEvent.id)
    )
    return [_result(item_id, at, payload) for item_id, at, payload in events if "worst" in payload]


def _result(call_id: str, at: datetime, payload: Mapping[str, Any]) -> CallResult:
    return CallResult(
        call_id,
        at,
        counts=payload["counts"],
        temperature=Temperature(payload["temperature"]),
        guided=payload["guided"],
        replay=payload["replay"],
        concluded=payload["concluded"],
        red_lines=payload["red_lines"],
        worst=payload["worst"],
    )
