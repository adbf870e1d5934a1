"""Paths given to people, with a date or none: to one person, to a team, changed later.

Takes a session, never commits. The path given last is the one a person follows until they choose another.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.membership import service
from course_app.membership.models import Assignment


@dataclass(frozen=True)
class Given:
    """The path a person was given last: which, by whom (their first name, possibly empty), when, for which day.

    `is_own` tells that they gave it to themself, as a manager may.
    """

    path_id: str
    deadline_on: date | None
    assigned_at: datetime
    by: str
    is_own: bool


@dataclass(frozen=True)
class Errand:
    """What to give: a path, and the day by which it should be done."""

    path_id: str
    deadline_on: date | None


def given(session: Session, actor: Actor) -> Given | None:
    """Return the path that the actor themself was given last and that is still open."""
    row = session.execute(
        select(Assignment.path_id, Assignment.deadline_on, Assignment.assigned_at, User.first_name, User.id)
        .outerjoin(User, (User.id == Assignment.assigned_by) & (User.organisation_id == actor.organisation_id))
        .where(
            Assignment.organisation_id == actor.organisation_id,
            Assignment.user_id == actor.user_id,
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignment.assigned_at.desc(), Assignment.id)
        .limit(1)
        .execution_options(across_organisations=True)  # the outer join compares the organisation where it joins
    ).one_or_none()
    return Given(row[0], row[1], row[2], row[3] or "", row[4] == actor.user_id) if row else None


def assign(session: Session, actor: Actor, user_id: uuid.UUID, errand: Errand, now: datetime) -> None:
    """Give a path to a person whom the actor sees; raise `NotFound` for anybody else (S02)."""
    service.seen_person(session, actor, user_id)
    give(session, actor.organisation_id, [user_id], errand, actor.user_id, now)


def assign_team(session: Session, actor: Actor, team_id: uuid.UUID, errand: Errand, now: datetime) -> int:
    """Give a path to today's members of a team; return how many have a new path or a new date."""
    people = [member.user_id for member in service.seen_by(session, actor, team_id)]
    return give(session, actor.organisation_id, people, errand, actor.user_id, now)


def withdraw(session: Session, actor: Actor, user_id: uuid.UUID, now: datetime) -> None:
    """Take back what a person was given; what they did stays done."""
    service.seen_person(session, actor, user_id)
    _end(session, actor.organisation_id, [user_id], now)
    _tell(session, actor.organisation_id, actor.user_id, user_id, None, now)


def give(
    session: Session,
    organisation_id: uuid.UUID,
    user_ids: Iterable[uuid.UUID],
    errand: Errand,
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Give a path to people of an organisation, in place of what they had; return for how many something changed.

    Whoever already has this path for this day keeps their line: giving it twice changes nothing.
    """
    wanted = sorted(set(user_ids))
    session.execute(  # two clicks come one after the other
        select(User.id)
        .where(User.organisation_id == organisation_id, User.id.in_(wanted))
        .order_by(User.id)
        .with_for_update(key_share=True)
    )
    open_ones = (
        select(Assignment.user_id, Assignment.path_id, Assignment.deadline_on)
        .where(
            Assignment.organisation_id == organisation_id,
            Assignment.user_id.in_(wanted),
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignment.assigned_at)
    )
    held = {user_id: Errand(path_id, deadline_on) for user_id, path_id, deadline_on in session.execute(open_ones)}
    changed = [user_id for user_id in wanted if held.get(user_id) != errand]
    _end(session, organisation_id, changed, now)
    for user_id in changed:
        session.add(
            Assignment(
                id=uuid.uuid4(),
                organisation_id=organisation_id,
                user_id=user_id,
                path_id=errand.path_id,
                deadline_on=errand.deadline_on,
                assigned_by=by,
                assigned_at=now,
            )
        )
        _tell(session, organisation_id, by, user_id, errand, now)
    session.flush()
    return len(changed)


def _end(session: Session, organisation_id: uuid.UUID, user_ids: list[uuid.UUID], now: datetime) -> None:
    session.execute(
        update(Assignment)
        .where(
            Assignment.organisation_id == organisation_id,
            Assignment.user_id.in_(user_ids),
            Assignment.ended_at.is_(None),
        )
        .values(ended_at=now)
    )


def _tell(
    session: Session,
    organisation_id: uuid.UUID,
    by: uuid.UUID | None,
    user_id: uuid.UUID,
    errand: Errand | None,
    now: datetime,
) -> None:
    day = errand.deadline_on.isoformat() if errand and errand.deadline_on else None
    details = {"path": errand.path_id if errand else None, "deadline_on": day}
    audit.record(session, Entry(organisation_id, Act.PATH_GIVEN, by, f"personne:{user_id}", details), now)
