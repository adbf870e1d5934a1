"""What is kept of a learner's scenarios: their export, their way into an account, and the shares of each branch.

Takes a session, never commits; must not know Flask.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor, Cutoffs
from course_app.scenarios.models import ScenarioAttempt, ScenarioMove
from course_app.scenarios.rules import MoveKind
from course_app.scenarios.service import attempts_at
from course_app.store.deleting import deleted

ENOUGH_LEARNERS = 30
"""Under this many learners at a situation, no share is shown: too early to judge (experience.md §1, S3)."""


def _own(actor: Actor) -> tuple[Any, Any]:
    return ScenarioAttempt.organisation_id == actor.organisation_id, ScenarioAttempt.learner_id == actor.user_id


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the learner's attempts and their logs as JSON-able values, oldest first."""
    rows = session.scalars(
        select(ScenarioAttempt).where(*_own(actor)).order_by(ScenarioAttempt.started_at, ScenarioAttempt.number)
    ).all()
    moves = session.scalars(
        select(ScenarioMove)
        .where(
            ScenarioMove.organisation_id == actor.organisation_id,
            ScenarioMove.attempt_id.in_(select(ScenarioAttempt.id).where(*_own(actor))),
        )
        .order_by(ScenarioMove.receipt)
    ).all()
    return {
        "scenario_attempts": [_exported(row, [move for move in moves if move.attempt_id == row.id]) for row in rows]
    }


def _exported(row: ScenarioAttempt, moves: Sequence[ScenarioMove]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "scenario": row.scenario_id,
        "number": row.number,
        "content_hash": row.content_hash,
        "replay_of": str(row.replay_of) if row.replay_of else None,
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        "ending": row.ending_id,
        "log": [
            {
                "receipt": move.receipt,
                "sequence": move.sequence,
                "kind": move.kind.value,
                "node": move.node_id,
                "choice": move.choice_id,
                "back_to": move.back_to,
                "counted": move.counted,
                "points": move.points,
                "red_line": move.red_line,
                "made_at": move.made_at.isoformat(),
            }
            for move in moves
        ],
    }


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Re-home a guest's attempts to an account: numbers follow the account's own, receipts never change."""
    taken = set(session.scalars(select(ScenarioAttempt.key).where(*_own(to))))
    session.execute(
        update(ScenarioMove)
        .where(
            ScenarioMove.organisation_id == guest.organisation_id,
            ScenarioMove.attempt_id.in_(select(ScenarioAttempt.id).where(*_own(guest))),
        )
        .values(organisation_id=to.organisation_id)
    )
    moved = session.scalars(
        select(ScenarioAttempt).where(*_own(guest)).order_by(ScenarioAttempt.scenario_id, ScenarioAttempt.number)
    ).all()
    for row in moved:
        if guest.user_id != to.user_id:
            row.number = len(attempts_at(session, to, row.scenario_id)) + 1
            row.key = uuid.uuid4() if row.key in taken else row.key
        row.learner_id, row.organisation_id = to.user_id, to.organisation_id
        session.flush()


@dataclass(frozen=True)
class Shares:
    """How many learners decided at each situation, and how many took each of its choices; nobody is named."""

    deciders: Mapping[str, int] = field(default_factory=dict)
    takers: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def is_early(self, node: str) -> bool:
        """Whether too few learners decided there to judge."""
        return self.deciders.get(node, 0) < ENOUGH_LEARNERS

    def percent(self, node: str, choice: str) -> int | None:
        """Return the share of a choice in whole hundredths, rounded; None while it is too early."""
        if self.is_early(node):
            return None
        return round(100 * self.takers.get((node, choice), 0) / self.deciders[node])


def shares(session: Session, scenario_id: str) -> Shares:
    """Count each learner once at each situation: the first choice of their first attempt there; one query.

    Counts every organisation's learners together, whatever the version: ids are permanent, and no row leaves here.
    """
    first = (
        select(
            ScenarioMove.attempt_id.label("attempt_id"),
            ScenarioMove.node_id.label("node_id"),
            func.min(ScenarioMove.sequence).label("sequence"),
        )
        .join(ScenarioAttempt, ScenarioAttempt.id == ScenarioMove.attempt_id)
        .where(
            ScenarioAttempt.scenario_id == scenario_id,
            ScenarioAttempt.number == 1,
            ScenarioMove.kind == MoveKind.CHOICE,
        )
        .group_by(ScenarioMove.attempt_id, ScenarioMove.node_id)
        .subquery()
    )
    rows = session.execute(
        select(ScenarioMove.node_id, ScenarioMove.choice_id, func.count())
        .join(
            first,
            (first.c.attempt_id == ScenarioMove.attempt_id) & (first.c.sequence == ScenarioMove.sequence),
        )
        .group_by(ScenarioMove.node_id, ScenarioMove.choice_id)
        .execution_options(across_organisations=True)
    ).all()
    deciders: dict[str, int] = {}
    takers: dict[tuple[str, str], int] = {}
    for node, choice, number in rows:
        takers[node, str(choice)] = number
        deciders[node] = deciders.get(node, 0) + number
    return Shares(deciders, takers)


def erase(_session: Session, _actor: Actor, _now: datetime) -> None:
    """Do nothing: a story keeps which choices were made, no word of the person."""


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete attempts with their choices once these are too old."""
    ended = func.coalesce(ScenarioAttempt.finished_at, ScenarioAttempt.started_at)
    return {"mises en situation": deleted(session, ScenarioAttempt, ended < cutoffs.answers)}
