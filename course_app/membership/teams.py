"""Teams: made, renamed, archived, and who is in them.

Takes a session, never commits. A manager acts on the teams they lead and on the people they see; an administrator on
everybody. Each act is told to the audit register.
"""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor, Permission
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import Forbidden, Invalid, NotFound
from course_app.membership import service
from course_app.membership.models import Team, TeamMember
from course_app.membership.rules import sees_everybody

NAME_TAKEN = "Une équipe porte déjà ce nom, peut-être parmi les équipes archivées. Choisissez-en un autre."


def seen_team(session: Session, actor: Actor, team_id: uuid.UUID) -> Team:
    """Return a living team that the actor sees; raise `NotFound` for any other, existing or not (S02)."""
    for team in service.led_teams(session, actor):
        if team.id == team_id:
            return team
    raise NotFound


def living_and_archived(session: Session, actor: Actor) -> tuple[list[Team], list[Team]]:
    """Return the teams that the actor sees, and those they would see again, by name; one query."""
    teams = select(Team).where(Team.organisation_id == actor.organisation_id)
    if not sees_everybody(actor):
        teams = teams.where(Team.id.in_(service.led_ids(actor)))
    found = session.scalars(teams.order_by(Team.name)).all()
    return [team for team in found if team.archived_at is None], [team for team in found if team.archived_at]


def create(session: Session, actor: Actor, name: str, now: datetime) -> Team:
    """Make a team; a manager leads the one they make. Raise `Invalid` when the name is taken."""
    _allowed(actor)
    team = Team(id=uuid.uuid4(), organisation_id=actor.organisation_id, name=name, created_at=now)
    _flush_name(session, team)
    if not sees_everybody(actor):
        join(session, actor.organisation_id, team.id, actor.user_id, now, leads=True)
    _tell(session, actor, team.id, now, change="creee")
    return team


def rename(session: Session, actor: Actor, team_id: uuid.UUID, name: str, now: datetime) -> None:
    """Give a team another name; raise `Invalid` when it is taken."""
    team = seen_team(session, actor, team_id)
    team.name = name
    _flush_name(session, team)
    _tell(session, actor, team.id, now, change="renommee")


def archive(session: Session, actor: Actor, team_id: uuid.UUID, now: datetime) -> None:
    """Put a team out of sight; its people stay in it, so that reopening brings it back as it was."""
    seen_team(session, actor, team_id).archived_at = now
    session.flush()
    _tell(session, actor, team_id, now, change="archivee")


def reopen(session: Session, actor: Actor, team_id: uuid.UUID, now: datetime) -> None:
    """Bring an archived team back; raise `NotFound` for one that the actor would not see."""
    team = next((team for team in living_and_archived(session, actor)[1] if team.id == team_id), None)
    if team is None:
        raise NotFound
    team.archived_at = None
    session.flush()
    _tell(session, actor, team_id, now, change="rouverte")


def place(session: Session, actor: Actor, user_id: uuid.UUID, team_ids: Collection[uuid.UUID], now: datetime) -> None:
    """Put a person in exactly these teams, among those that the actor sees; their other teams do not move.

    Raises `NotFound` for a person or a team out of sight, `Forbidden` when a manager moves themself.
    """
    service.seen_person(session, actor, user_id)
    if user_id == actor.user_id and not sees_everybody(actor):
        raise Forbidden
    seen = {team.id for team in service.led_teams(session, actor)}
    if not seen.issuperset(team_ids):
        raise NotFound
    held = set(
        session.scalars(
            select(TeamMember.team_id).where(*_open_stays(actor.organisation_id, user_id), TeamMember.team_id.in_(seen))
        )
    )
    for team_id in sorted(held.difference(team_ids)):
        _leave(session, actor.organisation_id, team_id, user_id, now)
        _tell(session, actor, team_id, now, change="sortie", person=str(user_id))
    for team_id in sorted(set(team_ids) - held):
        join(session, actor.organisation_id, team_id, user_id, now)
        _tell(session, actor, team_id, now, change="entree", person=str(user_id))


def give_lead(
    session: Session, actor: Actor, user_id: uuid.UUID, team_ids: Collection[uuid.UUID], now: datetime
) -> None:
    """Make a person lead exactly these of their teams; administrators only.

    Leading shows the team to a person whose role is manager; to others it gives nothing.
    """
    if not actor.may(Permission.ADMINISTER):
        raise Forbidden
    service.seen_person(session, actor, user_id)
    stays = session.scalars(select(TeamMember).where(*_open_stays(actor.organisation_id, user_id))).all()
    for stay in stays:
        leads = stay.team_id in team_ids
        if stay.leads != leads:
            stay.leads = leads
            _tell(session, actor, stay.team_id, now, change="conduite", person=str(user_id), leads=leads)
    session.flush()


def join(
    session: Session,
    organisation_id: uuid.UUID,
    team_id: uuid.UUID,
    user_id: uuid.UUID,
    now: datetime,
    *,
    leads: bool = False,
) -> None:
    """Open a person's stay in a team, once: the team's row is held, so that two clicks make one stay."""
    session.execute(
        select(Team.id).where(Team.organisation_id == organisation_id, Team.id == team_id).with_for_update()
    )
    stay = select(TeamMember.id).where(*_open_stays(organisation_id, user_id), TeamMember.team_id == team_id)
    if session.scalar(stay) is None:
        session.add(
            TeamMember(
                id=uuid.uuid4(),
                organisation_id=organisation_id,
                team_id=team_id,
                user_id=user_id,
                leads=leads,
                joined_at=now,
            )
        )
        session.flush()


def led_by(session: Session, actor: Actor, user_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the teams of the organisation that a person leads today."""
    stays = select(TeamMember.team_id).where(*_open_stays(actor.organisation_id, user_id), TeamMember.leads)
    return set(session.scalars(stays))


def _leave(session: Session, organisation_id: uuid.UUID, team_id: uuid.UUID, user_id: uuid.UUID, now: datetime) -> None:
    session.execute(
        update(TeamMember)
        .where(
            TeamMember.organisation_id == organisation_id,
            TeamMember.user_id == user_id,
            TeamMember.team_id == team_id,
            TeamMember.left_at.is_(None),
        )
        .values(left_at=now)
    )


def _open_stays(organisation_id: uuid.UUID, user_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        TeamMember.organisation_id == organisation_id,
        TeamMember.user_id == user_id,
        TeamMember.left_at.is_(None),
    )


def _allowed(actor: Actor) -> None:
    if not actor.may(Permission.SEE_TEAM):
        raise Forbidden


def _flush_name(session: Session, team: Team) -> None:
    try:
        with session.begin_nested():
            session.add(team)
            session.flush()
    except IntegrityError:
        raise Invalid(NAME_TAKEN, code="equipe-existante") from None


def _tell(session: Session, actor: Actor, team_id: uuid.UUID, now: datetime, **details: str | bool) -> None:
    entry = Entry(actor.organisation_id, Act.TEAM_CHANGED, actor.user_id, f"equipe:{team_id}", details)
    audit.record(session, entry, now)
