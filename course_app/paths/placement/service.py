"""Placements taken: kept as answered, with the lessons the person decided to skip. Takes a session, never commits."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.library.model import ItemKind, Path, Quiz
from course_app.paths.models import PlacementTaken
from course_app.paths.placement import rules
from course_app.progress import service as progress
from course_app.progress.rules import ItemKey


def latest(session: Session, actor: Actor, path_id: str) -> PlacementTaken | None:
    """Return the placement that counts for a path, None when it was never taken."""
    return session.scalars(
        select(PlacementTaken)
        .where(
            PlacementTaken.organisation_id == actor.organisation_id,
            PlacementTaken.learner_id == actor.user_id,
            PlacementTaken.path_id == path_id,
        )
        .order_by(PlacementTaken.taken_at.desc(), PlacementTaken.id.desc())
        .limit(1)
    ).first()


def take(session: Session, actor: Actor, path: Path, quiz: Quiz, answers: Mapping[str, str], now: datetime) -> None:
    """Keep the answers of a placement; nothing is skipped yet."""
    progress.pin(session, quiz, now)
    session.add(
        PlacementTaken(
            organisation_id=actor.organisation_id,
            learner_id=actor.user_id,
            path_id=path.id,
            content_hash=quiz.content_hash,
            answers=rules.kept(quiz, answers),
            skipped=[],
            taken_at=now,
        )
    )
    session.flush()


def skip(session: Session, actor: Actor, path: Path, quiz: Quiz, lessons: Collection[str]) -> bool:
    """Skip, of the lessons the placement proposes, those named; False when no placement was taken.

    Naming none takes everything back: nothing is ever locked.
    """
    taken = latest(session, actor, path.id)
    if taken is None:
        return False
    offered = rules.proposed(rules.read(path, quiz, taken.answers))
    taken.skipped = [lesson for lesson in offered if lesson in lessons]
    session.flush()
    return True


def skipped(taken: PlacementTaken | None) -> frozenset[ItemKey]:
    """Return the items that the person decided to skip at this placement; none when it was never taken."""
    return frozenset((ItemKind.LESSON, lesson) for lesson in taken.skipped) if taken else frozenset()


def all_skipped(
    session: Session, organisation_id: UUID, people: Collection[UUID]
) -> dict[tuple[UUID, str], frozenset[ItemKey]]:
    """Return what each of these people decided to skip, by person and path, from their last placements; one query."""
    rows = session.scalars(
        select(PlacementTaken)
        .where(PlacementTaken.organisation_id == organisation_id, PlacementTaken.learner_id.in_(people))
        .order_by(PlacementTaken.taken_at, PlacementTaken.id)
    )
    return {(row.learner_id, row.path_id): skipped(row) for row in rows}


def export(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Return the placements taken, oldest first, ready for JSON."""
    found = session.scalars(
        select(PlacementTaken)
        .where(PlacementTaken.organisation_id == actor.organisation_id, PlacementTaken.learner_id == actor.user_id)
        .order_by(PlacementTaken.taken_at, PlacementTaken.id)
    )
    return [
        {
            "path": each.path_id,
            "taken_at": each.taken_at.isoformat(),
            "answers": each.answers,
            "skipped_lessons": each.skipped,
        }
        for each in found
    ]


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Give a guest's placements to the person they became."""
    session.execute(
        update(PlacementTaken)
        .where(PlacementTaken.organisation_id == guest.organisation_id, PlacementTaken.learner_id == guest.user_id)
        .values(organisation_id=to.organisation_id, learner_id=to.user_id)
    )
