"""Keeping the line of each person, in the transaction of what they do. Takes a session, never commits; guests have none."""

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor, Cutoffs
from course_app.clearance import service as clearance
from course_app.clearance.rules import paris_day
from course_app.progress.following import Telling
from course_app.progress.models import ItemProgress
from course_app.store.deleting import deleted
from course_app.store.prepared import Inserting, Prepared
from course_app.team.models import HeatCounted, HeatTopic, TeamStanding


def moved(session: Session, actor: Actor, at: datetime) -> None:
    """Note that somebody learned that day; a second time the same day changes nothing."""
    if not actor.is_guest:
        _active_on(session, actor, paris_day(at))


def _noting(insert: Inserting) -> Any:
    """Return what makes somebody's line, or dates it by a later day."""
    statement = insert(_STANDINGS)
    return statement.on_conflict_do_update(
        index_elements=["learner_id"],
        set_={"last_active_on": statement.excluded.last_active_on},
        where=_STANDINGS.c.last_active_on < statement.excluded.last_active_on,
    )


_STANDINGS = cast(Table, TeamStanding.__table__)
_NOTE = Prepared(_noting)


def _active_on(session: Session, actor: Actor, day: date) -> None:
    _NOTE.run(
        session,
        {
            "organisation_id": actor.organisation_id,
            "learner_id": actor.user_id,
            "last_active_on": day,
            "cleared_until": None,
        },
    )


def heard(session: Session, telling: Telling) -> None:
    """Note until when somebody may call, after the clearances have heard the same event."""
    actor = telling.actor
    if telling.kind not in clearance.CHANGING or actor.is_guest:
        return
    day = paris_day(telling.at)
    _active_on(session, actor, day)
    held = clearance.held_by(session, actor.organisation_id, [actor.user_id], day).get(actor.user_id, ())
    session.execute(
        update(TeamStanding)
        .where(TeamStanding.organisation_id == actor.organisation_id, TeamStanding.learner_id == actor.user_id)
        .values(cleared_until=max((one.until for one in held), default=None)),
        execution_options={"synchronize_session": False},
    )


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the day of the person's last activity, as their manager reads it."""
    day = session.scalar(
        select(TeamStanding.last_active_on).where(
            TeamStanding.organisation_id == actor.organisation_id, TeamStanding.learner_id == actor.user_id
        )
    )
    return {"last_active_on": day.isoformat() if day else None}


def carry(session: Session, guest: Actor, to: Actor) -> None:  # noqa: ARG001 - what every room of records offers
    """Date the account by the work just re-homed from a guest: the log was carried before this room."""
    last = session.scalar(
        select(func.max(ItemProgress.updated_at)).where(
            ItemProgress.organisation_id == to.organisation_id, ItemProgress.learner_id == to.user_id
        )
    )
    if last is not None:
        _active_on(session, to, paris_day(last))


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Take the person off the team's pages."""
    session.execute(
        delete(TeamStanding).where(
            TeamStanding.organisation_id == actor.organisation_id, TeamStanding.learner_id == actor.user_id
        )
    )


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete lines of people silent for longer than results are kept, and what was published of answers now too old.

    What a group chose leaves with the answers it was counted from. That somebody was in a group stays as long as
    results: an attempt left open then may outlive the group, and would be counted in a second one.
    """
    return {
        "lignes du suivi d'équipe": deleted(
            session, TeamStanding, TeamStanding.last_active_on < paris_day(cutoffs.results)
        ),
        "points d'équipe publiés": deleted(session, HeatTopic, HeatTopic.frozen_at < cutoffs.answers),
        "personnes déjà comptées": deleted(session, HeatCounted, HeatCounted.counted_at < cutoffs.results),
    }
