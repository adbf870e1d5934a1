"""A person's standing in their company: their role, their access closed or open again.

Takes a session, never commits. Whoever is out is out everywhere at once: sessions, reset links, invitations (S09).
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, or_, select, true, update
from sqlalchemy.orm import Session

from course_app.accounts import service as accounts
from course_app.accounts.administrators import keep_one_administrator, welcome_only_if_administered
from course_app.accounts.models import PasswordReset, User
from course_app.accounts.rules import Actor, Permission, Role
from course_app.accounts.sessions import actor_of
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import Forbidden, NotFound
from course_app.membership import service
from course_app.membership.models import Invitation, Team, TeamMember
from course_app.membership.rules import Member, sees_everybody

ELSEWHERE_TOO = (
    "Cette personne est aussi dans une équipe que vous ne suivez pas. Retirez-la de la vôtre, "
    "ou demandez à la personne qui administre les comptes."
)


@dataclass(frozen=True)
class Closed:
    """A person whose access is closed, as those who may reopen it know them."""

    user_id: uuid.UUID
    first_name: str
    email: str
    closed_at: datetime


def change_role(session: Session, actor: Actor, user_id: uuid.UUID, role: Role, now: datetime) -> None:
    """Give a person another role; administrators only (S06). Raise `Stale` for the last administrator (S12).

    Unanswered invitations that they could no longer send end: one to be an administrator would give the role back (S05).
    """
    if not actor.may(Permission.ADMINISTER):
        raise Forbidden
    service.seen_person(session, actor, user_id)
    user = accounts.person(session, actor.organisation_id, user_id)
    if user.role is role:
        return
    if user.role is Role.ADMINISTRATOR:
        keep_one_administrator(session, actor.organisation_id, user_id)
    before, user.role = user.role, role
    session.flush()
    may_not = _beyond(user)
    if may_not is not None:
        service.end_invitations(session, actor.organisation_id, now, Invitation.invited_by == user_id, may_not)
    _tell(session, actor, Act.ROLE_CHANGED, user_id, now, before=before.value, after=role.value)


def _beyond(user: User) -> ColumnElement[bool] | None:
    """Return which invitations this person may not send, by their role and the teams they lead; None for no limit."""
    as_actor = actor_of(user, uuid.UUID(int=0))
    if sees_everybody(as_actor):
        return None
    if user.role is not Role.MANAGER:
        return true()
    led = service.led_ids(as_actor)
    return or_(Invitation.role != Role.LEARNER, Invitation.team_id.is_(None), Invitation.team_id.not_in(led))


def may_close(session: Session, actor: Actor, member: Member) -> bool:
    """Tell whether the actor may close this person's access, and later open it again.

    An administrator may, for anybody; a manager, for a learner all of whose teams they lead.
    """
    if sees_everybody(actor):
        return True
    return member.role is Role.LEARNER and not _is_elsewhere(session, actor, member.user_id)


def close(session: Session, actor: Actor, user_id: uuid.UUID, now: datetime) -> None:
    """Close a person's access: sessions, reset links and invitations end with it; what they did stays.

    Invitations they sent end too, or a manager who leaves could let themself in again.
    """
    member = service.seen_person(session, actor, user_id)
    if not may_close(session, actor, member):
        raise Forbidden(ELSEWHERE_TOO if member.role is Role.LEARNER else None)
    accounts.deactivate(session, actor.organisation_id, user_id, now)
    session.execute(
        delete(PasswordReset).where(
            PasswordReset.organisation_id == actor.organisation_id, PasswordReset.user_id == user_id
        )
    )
    theirs = or_(Invitation.email == member.email, Invitation.invited_by == user_id)
    service.end_invitations(session, actor.organisation_id, now, theirs)
    _tell(session, actor, Act.PERSON_DEACTIVATED, user_id, now)


def closed(session: Session, actor: Actor) -> list[Closed]:
    """Return the people whose access the actor may open again, the last closed first."""
    if not actor.may(Permission.SEE_TEAM):
        raise Forbidden
    people = select(User.id, User.first_name, User.email, User.deactivated_at).where(
        User.organisation_id == actor.organisation_id,
        User.deactivated_at.is_not(None),
        User.email.is_not(None),  # an erased person has none, and does not come back
    )
    if not sees_everybody(actor):
        people = people.where(
            User.role == Role.LEARNER,
            User.id.in_(service.member_ids(actor, None)),
            User.id.not_in(_elsewhere_ids(actor)),
        )
    return [
        Closed(user_id, first_name, email or "", closed_at)
        for user_id, first_name, email, closed_at in session.execute(people.order_by(User.deactivated_at.desc()))
        if closed_at is not None
    ]


def followed(session: Session, actor: Actor, user_id: uuid.UUID) -> bool:
    """Tell whether a person is here today, False when their access is closed; raise `NotFound` for anybody else.

    For documents and proofs, which are owed after somebody left too: whoever may open an access again may have them.
    """
    try:
        service.seen_person(session, actor, user_id)
    except NotFound:
        if user_id not in {each.user_id for each in closed(session, actor)}:
            raise
        return False
    return True


def reopen(session: Session, actor: Actor, user_id: uuid.UUID, now: datetime) -> None:
    """Open a person's access again, with the teams they had; old sessions stay ended.

    Raises `Stale` when nobody would stay to administer their company (S12).
    """
    if user_id not in {person.user_id for person in closed(session, actor)}:
        raise NotFound
    them = User.organisation_id == actor.organisation_id, User.id == user_id
    role = session.scalars(select(User.role).where(*them)).one()
    welcome_only_if_administered(session, actor.organisation_id, role)
    session.execute(update(User).where(*them).values(deactivated_at=None))
    _tell(session, actor, Act.PERSON_REACTIVATED, user_id, now)


def _elsewhere_ids(actor: Actor) -> Select[uuid.UUID]:
    """Select the people who are in a living team that the actor does not lead."""
    return (
        select(TeamMember.user_id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(
            Team.organisation_id == actor.organisation_id,
            TeamMember.organisation_id == actor.organisation_id,
            TeamMember.left_at.is_(None),
            Team.archived_at.is_(None),
            Team.id.not_in(service.led_ids(actor)),
        )
    )


def _is_elsewhere(session: Session, actor: Actor, user_id: uuid.UUID) -> bool:
    found = select(User.id).where(
        User.organisation_id == actor.organisation_id, User.id == user_id, User.id.in_(_elsewhere_ids(actor))
    )
    return session.scalar(found) is not None


def _tell(session: Session, actor: Actor, act: Act, user_id: uuid.UUID, now: datetime, **details: str) -> None:
    entry = Entry(actor.organisation_id, act, actor.user_id, f"personne:{user_id}", details)
    audit.record(session, entry, now)
