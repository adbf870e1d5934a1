"""Whom an actor sees, today: members of the teams they lead, or of the whole organisation for an administrator.

Takes a session, never commits. Every page about somebody else asks `seen_by` or `seen_person` first, so that a team
left this morning is out of sight on the next request (security.md S05).
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor, Cutoffs, Permission, Role
from course_app.core.errors import Forbidden, NotFound
from course_app.core.paging import folded
from course_app.membership.models import Assignment, Invitation, Team, TeamMember
from course_app.membership.rules import Member, sees_everybody
from course_app.store.deleting import deleted


def led_teams(session: Session, actor: Actor) -> Sequence[Team]:
    """Return the living teams whose members the actor sees, by name."""
    teams = select(Team).where(Team.organisation_id == actor.organisation_id, Team.archived_at.is_(None))
    if not sees_everybody(actor):
        teams = teams.where(Team.id.in_(led_ids(actor)))
    return session.scalars(teams.order_by(Team.name)).all()


def seen_by(session: Session, actor: Actor, team_id: UUID | None = None) -> list[Member]:
    """Return the active people whom the actor sees, by first name then address, in three queries whatever their number.

    With a team, those of that team; raises `NotFound` when the actor does not see it, `Forbidden` when their role sees
    no team at all. The actor themself is among them when they are a member.
    """
    if not actor.may(Permission.SEE_TEAM):
        raise Forbidden
    teams = {team.id for team in led_teams(session, actor)}
    if team_id is not None and team_id not in teams:
        raise NotFound
    wanted = {team_id} if team_id is not None else teams
    stays = session.execute(
        select(TeamMember.user_id, TeamMember.team_id).where(
            TeamMember.organisation_id == actor.organisation_id,
            TeamMember.left_at.is_(None),
            TeamMember.team_id.in_(_visible_ids(actor, team_id)),
        )
    ).all()
    of_person: dict[UUID, list[UUID]] = {}
    for user_id, stay in stays:
        if stay in wanted:
            of_person.setdefault(user_id, []).append(stay)
    people = select(User.id, User.first_name, User.email, User.role).where(
        User.organisation_id == actor.organisation_id, User.deactivated_at.is_(None), User.is_guest.is_(False)
    )
    if team_id is not None or not sees_everybody(actor):
        people = people.where(User.id.in_(member_ids(actor, team_id)))
    given = _open_assignments(session, actor)
    found = [
        Member(
            user_id, first_name, email or "", role, tuple(of_person.get(user_id, ())), *given.get(user_id, (None, None))
        )
        for user_id, first_name, email, role in session.execute(people)
    ]
    return sorted(found, key=lambda each: (folded(each.first_name), folded(each.email), each.user_id))


def select_seen(actor: Actor, team_id: UUID | None = None) -> Select[UUID]:
    """Select the active people whom the actor sees, as `seen_by` lists them, for a query on many to narrow.

    Raises `Forbidden` when their role sees no team; a team out of sight holds nobody.
    """
    return select(User.id).where(*seen_conditions(actor, team_id))


def seen_conditions(actor: Actor, team_id: UUID | None = None) -> list[ColumnElement[bool]]:
    """Return the same choice as conditions on `User`, for a query that reads people themselves."""
    if not actor.may(Permission.SEE_TEAM):
        raise Forbidden
    conditions: list[ColumnElement[bool]] = [
        User.organisation_id == actor.organisation_id,
        User.deactivated_at.is_(None),
        User.is_guest.is_(False),
    ]
    if team_id is not None or not sees_everybody(actor):
        conditions.append(User.id.in_(member_ids(actor, team_id)))
    return conditions


def select_assigned(organisation_id: UUID, path_id: str | None = None) -> Select[UUID]:
    """Select those of an organisation who were given this path, or any when none is named."""
    given = select(Assignment.user_id).where(
        Assignment.organisation_id == organisation_id, Assignment.ended_at.is_(None)
    )
    return given if path_id is None else given.where(Assignment.path_id == path_id)


def assigned(session: Session, organisation_id: UUID, people: Collection[UUID]) -> dict[UUID, tuple[str, date | None]]:
    """Return the path given last to these people of one organisation, with its deadline; one query."""
    rows = session.execute(
        select(Assignment.user_id, Assignment.path_id, Assignment.deadline_on)
        .where(
            Assignment.organisation_id == organisation_id,
            Assignment.ended_at.is_(None),
            Assignment.user_id.in_(people),
        )
        .order_by(Assignment.assigned_at, Assignment.id)
    )
    return {user_id: (path_id, deadline_on) for user_id, path_id, deadline_on in rows}


def who_sees(session: Session, actor: Actor) -> list[str]:
    """Return the first names of those who see this member today: who leads their teams, and the administrators."""
    mine = select(TeamMember.team_id).where(
        TeamMember.organisation_id == actor.organisation_id,
        TeamMember.user_id == actor.user_id,
        TeamMember.left_at.is_(None),
        TeamMember.team_id.in_(
            select(Team.id).where(Team.organisation_id == actor.organisation_id, Team.archived_at.is_(None))
        ),
    )
    leading = select(TeamMember.user_id).where(
        TeamMember.organisation_id == actor.organisation_id,
        TeamMember.left_at.is_(None),
        TeamMember.leads,
        TeamMember.team_id.in_(mine),
    )
    people = select(User.first_name).where(
        User.organisation_id == actor.organisation_id,
        User.deactivated_at.is_(None),
        User.id != actor.user_id,
        or_(User.role == Role.ADMINISTRATOR, and_(User.role == Role.MANAGER, User.id.in_(leading))),
    )
    return list(session.scalars(people.order_by(User.first_name)))


def seen_person(session: Session, actor: Actor, user_id: UUID) -> Member:
    """Return one person whom the actor sees; raise `NotFound` for anybody else, existing or not (S02)."""
    for member in seen_by(session, actor):
        if member.user_id == user_id:
            return member
    raise NotFound


def led_ids(actor: Actor) -> Select[UUID]:
    """Select the teams that the actor leads today, archived ones included."""
    return select(TeamMember.team_id).where(
        TeamMember.organisation_id == actor.organisation_id,
        TeamMember.user_id == actor.user_id,
        TeamMember.leads,
        TeamMember.left_at.is_(None),
    )


def _visible_ids(actor: Actor, team_id: UUID | None) -> Select[UUID]:
    teams = select(Team.id).where(Team.organisation_id == actor.organisation_id, Team.archived_at.is_(None))
    if team_id is not None:
        teams = teams.where(Team.id == team_id)
    return teams if sees_everybody(actor) else teams.where(Team.id.in_(led_ids(actor)))


def member_ids(actor: Actor, team_id: UUID | None) -> Select[UUID]:
    """Select the people of the living teams that the actor sees, or of one of them."""
    return select(TeamMember.user_id).where(
        TeamMember.organisation_id == actor.organisation_id,
        TeamMember.left_at.is_(None),
        TeamMember.team_id.in_(_visible_ids(actor, team_id)),
    )


def _open_assignments(session: Session, actor: Actor) -> dict[UUID, tuple[str, date | None]]:
    """Return the path assigned last to each person of the organisation, with its deadline."""
    rows = session.execute(
        select(Assignment.user_id, Assignment.path_id, Assignment.deadline_on)
        .where(Assignment.organisation_id == actor.organisation_id, Assignment.ended_at.is_(None))
        .order_by(Assignment.assigned_at)
    )
    return {user_id: (path_id, deadline_on) for user_id, path_id, deadline_on in rows}


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the person's own teams and assigned paths, ready for JSON."""
    stays = session.execute(
        select(Team.name, TeamMember.leads, TeamMember.joined_at, TeamMember.left_at)
        .join(Team, Team.id == TeamMember.team_id)
        .where(
            Team.organisation_id == actor.organisation_id,
            TeamMember.organisation_id == actor.organisation_id,
            TeamMember.user_id == actor.user_id,
        )
        .order_by(TeamMember.joined_at)
    )
    paths = session.scalars(
        select(Assignment)
        .where(Assignment.organisation_id == actor.organisation_id, Assignment.user_id == actor.user_id)
        .order_by(Assignment.assigned_at)
    )
    return {
        "teams": [
            {
                "name": name,
                "leads": leads,
                "joined_at": joined.isoformat(),
                "left_at": left.isoformat() if left else None,
            }
            for name, leads, joined, left in stays
        ],
        "assignments": [
            {
                "path": row.path_id,
                "deadline_on": row.deadline_on.isoformat() if row.deadline_on else None,
                "assigned_at": row.assigned_at.isoformat(),
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            }
            for row in paths
        ],
    }


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Do nothing: a guest is in no team and was given no path."""


def erase(session: Session, actor: Actor, now: datetime) -> None:
    """End the person's stays and paths, and delete the invitations that name them; dates of stays remain.

    Those they sent end: whoever is out lets nobody in (S09).
    """
    mine = TeamMember.organisation_id == actor.organisation_id, TeamMember.user_id == actor.user_id
    session.execute(update(TeamMember).where(*mine, TeamMember.left_at.is_(None)).values(left_at=now))
    session.execute(
        update(Assignment)
        .where(
            Assignment.organisation_id == actor.organisation_id,
            Assignment.user_id == actor.user_id,
            Assignment.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    address = session.scalar(
        select(User.email).where(User.organisation_id == actor.organisation_id, User.id == actor.user_id)
    )
    naming = or_(Invitation.accepted_by == actor.user_id, Invitation.email == (address or ""))
    session.execute(delete(Invitation).where(Invitation.organisation_id == actor.organisation_id, naming))
    end_invitations(session, actor.organisation_id, now, Invitation.invited_by == actor.user_id)


def end_invitations(session: Session, organisation_id: UUID, now: datetime, *which: ColumnElement[bool]) -> None:
    """Make the unanswered invitations of an organisation that match worth nothing."""
    session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            *which,
        )
        .values(revoked_at=now)
    )


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete invitations that nobody used, and stays and paths that ended before what results are kept.

    Where reminders were refused, the address stays as long as results, out of sight: without it the company's next
    invitation would be recalled all the same.
    """
    unused = Invitation.accepted_at.is_(None), Invitation.created_at < cutoffs.invitations
    session.execute(
        update(Invitation)
        .where(*unused, Invitation.recall_stopped_at.is_not(None))
        .values(first_name="", revoked_at=func.coalesce(Invitation.revoked_at, Invitation.expires_at))
        .execution_options(synchronize_session=False, across_organisations=True)
    )
    return {
        "invitations sans suite": deleted(session, Invitation, *unused, Invitation.recall_stopped_at.is_(None)),
        "refus de rappels": deleted(
            session, Invitation, Invitation.accepted_at.is_(None), Invitation.recall_stopped_at < cutoffs.results
        ),
        "invitations acceptées": deleted(session, Invitation, Invitation.accepted_at < cutoffs.results),
        "passages en équipe": deleted(session, TeamMember, TeamMember.left_at < cutoffs.results),
        "parcours attribués": deleted(session, Assignment, Assignment.ended_at < cutoffs.results),
    }
