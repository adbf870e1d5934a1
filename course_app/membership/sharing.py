"""Who could see somebody, and when: the leaders of the teams that they were in. Takes a session, never commits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor, Role
from course_app.membership.models import TeamMember


@dataclass(frozen=True)
class Stay:
    """Somebody's time in a team; `left_at` is None while it lasts."""

    team_id: UUID
    joined_at: datetime
    left_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment is within it."""
        return self.joined_at <= at and (self.left_at is None or at < self.left_at)


def stays_of(session: Session, actor: Actor) -> list[Stay]:
    """Return the person's stays in teams, past ones included."""
    rows = session.execute(
        select(TeamMember.team_id, TeamMember.joined_at, TeamMember.left_at).where(
            TeamMember.organisation_id == actor.organisation_id, TeamMember.user_id == actor.user_id
        )
    )
    return [Stay(*row) for row in rows]


def arrived_at(session: Session, actor: Actor) -> datetime:
    """Return when the person's account was made: before it, no list had them."""
    return session.execute(
        select(User.created_at).where(User.organisation_id == actor.organisation_id, User.id == actor.user_id)
    ).scalar_one()


def leaders_of(session: Session, actor: Actor) -> dict[UUID, list[Stay]]:
    """Return, by leader, their stays at the head of a team where the person was; administrators not among them."""
    mine = select(TeamMember.team_id).where(
        TeamMember.organisation_id == actor.organisation_id, TeamMember.user_id == actor.user_id
    )
    rows = session.execute(
        select(TeamMember.user_id, TeamMember.team_id, TeamMember.joined_at, TeamMember.left_at).where(
            TeamMember.organisation_id == actor.organisation_id,
            TeamMember.user_id != actor.user_id,
            TeamMember.leads,
            TeamMember.team_id.in_(mine),
        )
    )
    found: dict[UUID, list[Stay]] = {}
    for user_id, team_id, joined_at, left_at in rows:
        found.setdefault(user_id, []).append(Stay(team_id, joined_at, left_at))
    return found


def names_of(session: Session, organisation_id: UUID) -> dict[UUID, tuple[str, bool]]:
    """Return the first name of who may see a team in an organisation, and whether they see everybody."""
    rows = session.execute(
        select(User.id, User.first_name, User.role).where(
            User.organisation_id == organisation_id, User.role.in_((Role.MANAGER, Role.ADMINISTRATOR))
        )
    )
    return {user_id: (first_name, role is Role.ADMINISTRATOR) for user_id, first_name, role in rows}
