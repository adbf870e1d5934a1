"""Invitations: lists judged line by line, links sent, taken back, accepted once (security.md S10, S69).

Takes a session, never commits. A link is made when its mail leaves (`letters`): until then, none opens the row.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from course_app.accounts import sessions
from course_app.accounts.models import Organisation, User
from course_app.accounts.rules import Actor, Permission, Role
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import Forbidden, Invalid, NotFound, Stale
from course_app.membership import service
from course_app.membership.models import Invitation
from course_app.membership.roster import LineState, Written
from course_app.membership.rules import ASKED_AGAIN_MAIL, INVITATION_MAIL, sees_everybody
from course_app.outbox import service as outbox
from course_app.outbox.rules import Recipient

LIFE = timedelta(days=7)
TO_CORRECT = "Corrigez les lignes signalées : rien n'est envoyé tant qu'il en reste une."
TEAM_NEEDED = "Choisissez l'équipe que ces personnes rejoignent."
DEADLINE_ALONE = "Choisissez le parcours à suivre avant cette date."
DEADLINE_PAST = "Choisissez une date à venir."


class InvitationState(StrEnum):
    """What a link is worth."""

    OPEN = "en-attente"
    USED = "acceptee"
    REVOKED = "annulee"
    EXPIRED = "expiree"


@dataclass(frozen=True)
class Line:
    """One line of a list, and what would come of it."""

    written: Written
    state: LineState


@dataclass(frozen=True)
class Order:
    """What the people of a list are invited to."""

    team_id: uuid.UUID | None
    role: Role
    path_id: str | None
    deadline_on: date | None


@dataclass(frozen=True)
class Pending:
    """An invitation still unanswered, as those who may resend or revoke it see it."""

    id: uuid.UUID
    email: str
    first_name: str
    team_id: uuid.UUID | None
    path_id: str | None
    deadline_on: date | None
    expires_at: datetime
    state: InvitationState
    is_asked_again: bool


def state_of(invitation: Invitation, now: datetime) -> InvitationState:
    """Return what a link is worth at a moment."""
    if invitation.accepted_at is not None:
        return InvitationState.USED
    if invitation.revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.OPEN if invitation.expires_at > now else InvitationState.EXPIRED


def judge(session: Session, actor: Actor, people: Sequence[Written], now: datetime) -> tuple[Line, ...]:
    """Return what each line of a list would change, in order; two queries whatever its length.

    Whether an address has an account in another company is not said, and changes nothing here (S31).
    """
    if not actor.may(Permission.INVITE):
        raise Forbidden
    wanted = [person.email for person in people if person.email]
    known = session.execute(
        select(User.email, User.deactivated_at).where(
            User.organisation_id == actor.organisation_id, User.email.in_(wanted)
        )
    )
    members = {email: LineState.CLOSED if closed_at else LineState.MEMBER for email, closed_at in known}
    invited = set(
        session.scalars(
            select(Invitation.email).where(
                Invitation.organisation_id == actor.organisation_id,
                Invitation.email.in_(wanted),
                *is_unanswered(),
                Invitation.expires_at > now,
            )
        )
    )
    seen: set[str] = set()
    lines = []
    for person in people:
        lines.append(Line(person, _state(person, seen, members, invited)))
        seen.add(person.email or "")
    return tuple(lines)


def _state(person: Written, seen: set[str], members: dict[str | None, LineState], invited: set[str]) -> LineState:
    if person.email is None:
        return LineState.WRONG
    if person.email in seen:
        return LineState.TWICE
    if person.email in members:
        return members[person.email]
    return LineState.INVITED if person.email in invited else LineState.TO_INVITE


def check(session: Session, actor: Actor, order: Order, today: date) -> None:
    """Raise `Forbidden`, `NotFound` or `Invalid` when the actor may not invite to this.

    A manager invites learners, to a team they lead; an administrator invites anybody, to a team or to none.
    """
    if not actor.may(Permission.INVITE) or (order.role is not Role.LEARNER and not sees_everybody(actor)):
        raise Forbidden
    if order.team_id is None and not sees_everybody(actor):
        raise Invalid(TEAM_NEEDED, code="equipe-absente")
    if order.team_id is not None and order.team_id not in {team.id for team in service.led_teams(session, actor)}:
        raise NotFound
    if order.deadline_on is not None and order.path_id is None:
        raise Invalid(DEADLINE_ALONE, code="parcours-absent")
    if order.deadline_on is not None and order.deadline_on < today:
        raise Invalid(DEADLINE_PAST, code="date-passee")


def invite(
    session: Session, actor: Actor, people: Sequence[Written], order: Order, today: date, now: datetime
) -> list[Invitation]:
    """Invite everybody of a list who is neither a member nor invited, in one transaction; return the new rows.

    Raises `Invalid` when one line is no address: all or nothing. The same list sent twice changes nothing, even at
    once: lists of one company come one after the other.
    """
    check(session, actor, order, today)
    session.execute(select(Organisation.id).where(Organisation.id == actor.organisation_id).with_for_update())
    lines = judge(session, actor, people, now)
    if any(line.state is LineState.WRONG for line in lines):
        raise Invalid(TO_CORRECT, code="lignes-a-corriger")
    issued = [
        _new(actor, line.written.email or "", line.written.first_name, order, now)
        for line in lines
        if line.state is LineState.TO_INVITE
    ]
    _send(session, actor, issued, now)
    return issued


def pending(session: Session, actor: Actor, now: datetime) -> list[Pending]:
    """Return the invitations that the actor may resend or revoke, the newest first; an expired one stays listed.

    An address that is a member by now is left out, and only its newest invitation shows.
    """
    rows = session.scalars(_seen(session, actor).order_by(Invitation.created_at.desc(), Invitation.id))
    members = set(
        session.scalars(
            select(User.email).where(User.organisation_id == actor.organisation_id, User.email.is_not(None))
        )
    )
    newest: dict[str, Invitation] = {}
    for row in rows:
        newest.setdefault(row.email, row)
    return [
        Pending(
            row.id,
            row.email,
            row.first_name,
            row.team_id,
            row.path_id,
            row.deadline_on,
            row.expires_at,
            state_of(row, now),
            row.asked_again_at is not None,
        )
        for row in newest.values()
        if row.email not in members
    ]


def renew(session: Session, actor: Actor, invitation_id: uuid.UUID, today: date, now: datetime) -> Invitation:
    """Send another link for an unanswered invitation; the former one stops working. A past deadline is dropped."""
    former = _held(session, actor, invitation_id)
    if _is_member(session, former):
        raise Stale
    former.revoked_at = now
    session.flush()
    deadline_on = former.deadline_on if former.deadline_on and former.deadline_on >= today else None
    order = Order(former.team_id, former.role, former.path_id, deadline_on)
    check(session, actor, order, today)
    newer = _new(actor, former.email, former.first_name, order, now)
    _send(session, actor, [newer], now)
    return newer


def revoke(session: Session, actor: Actor, invitation_id: uuid.UUID, now: datetime) -> str:
    """Make a link worth nothing; return the address it was sent to."""
    invitation = _held(session, actor, invitation_id)
    invitation.revoked_at = now
    session.flush()
    _tell(session, invitation, Act.INVITATION_REVOKED, actor.user_id, now)
    return invitation.email


def sent_with(session: Session, token: str) -> Invitation | None:
    """Return the invitation of a link, whatever it is worth; None for a link we never sent."""
    kept = sessions.token_hash(token)
    return session.scalar(
        select(Invitation)
        .where(or_(Invitation.token_hash == kept, Invitation.recall_token_hash == kept))
        .execution_options(across_organisations=True)  # the token itself says which organisation
    )


def known(session: Session, organisation_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation | None:
    """Return an invitation of an organisation by its id."""
    return session.scalar(
        select(Invitation).where(Invitation.organisation_id == organisation_id, Invitation.id == invitation_id)
    )


def ask_again(session: Session, token: str, now: datetime) -> Invitation | None:
    """Tell the inviter that the holder of a dead link wants another one, once; None when nothing is asked.

    Nothing is sent to the holder by itself: whoever invited them decides.
    """
    invitation = sent_with(session, token)
    if invitation is None or state_of(invitation, now) not in (InvitationState.EXPIRED, InvitationState.REVOKED):
        return None
    if invitation.asked_again_at is not None:
        return None
    invitation.asked_again_at = now
    session.flush()
    if invitation.invited_by is not None:
        to = Recipient(invitation.organisation_id, invitation.invited_by)
        values = {"invitation": str(invitation.id)}
        outbox.write(session, ASKED_AGAIN_MAIL, to, values, now, key=str(invitation.id))
    return invitation


def _is_member(session: Session, invitation: Invitation) -> bool:
    found = select(User.id).where(User.organisation_id == invitation.organisation_id, User.email == invitation.email)
    return session.scalar(found) is not None


def told_before(session: Session, invitation: Invitation) -> bool:
    """Tell whether a newer link went to the same address: then the last mail is the one to open."""
    later = select(Invitation.id).where(
        Invitation.organisation_id == invitation.organisation_id,
        Invitation.email == invitation.email,
        Invitation.created_at > invitation.created_at,
    )
    return session.scalar(later.limit(1)) is not None


def tell_accepted(session: Session, invitation: Invitation, user_id: uuid.UUID, now: datetime) -> None:
    """Tell the register that somebody joined."""
    _tell(session, invitation, Act.INVITATION_ACCEPTED, user_id, now)


def _new(actor: Actor, email: str, first_name: str, order: Order, now: datetime) -> Invitation:
    return Invitation(
        id=uuid.uuid4(),
        organisation_id=actor.organisation_id,
        token_hash=sessions.token_hash(sessions.new_token()),
        email=email,
        first_name=first_name,
        role=order.role,
        team_id=order.team_id,
        path_id=order.path_id,
        deadline_on=order.deadline_on,
        invited_by=actor.user_id,
        created_at=now,
        expires_at=now + LIFE,
    )


def _send(session: Session, actor: Actor, issued: Sequence[Invitation], now: datetime) -> None:
    """Store invitations, their mails and their lines of the register: three statements however many they are."""
    session.add_all(issued)
    session.flush()
    mails = (
        (Recipient(each.organisation_id, None, each.email), {"invitation": str(each.id)}, str(each.id))
        for each in issued
    )
    outbox.write_all(session, INVITATION_MAIL, mails, now)
    audit.record_all(session, [_entry(each, Act.PERSON_INVITED, actor.user_id) for each in issued], now)


def _seen(session: Session, actor: Actor) -> Select[Invitation]:
    """Select the unanswered invitations that the actor may act on."""
    if not actor.may(Permission.INVITE):
        raise Forbidden
    rows = select(Invitation).where(Invitation.organisation_id == actor.organisation_id, *is_unanswered())
    if not sees_everybody(actor):
        teams = [team.id for team in service.led_teams(session, actor)]
        rows = rows.where(Invitation.team_id.in_(teams), Invitation.role == Role.LEARNER)
    return rows


def _held(session: Session, actor: Actor, invitation_id: uuid.UUID) -> Invitation:
    """Return an unanswered invitation, held until the commit; `NotFound` for one out of sight, `Stale` once answered."""
    found = session.scalar(_seen(session, actor).where(Invitation.id == invitation_id).with_for_update())
    if found is not None:
        return found
    known = select(Invitation.team_id).where(
        Invitation.organisation_id == actor.organisation_id, Invitation.id == invitation_id
    )
    row = session.execute(known).one_or_none()
    seen = {team.id for team in service.led_teams(session, actor)}
    if row is None or not (sees_everybody(actor) or row[0] in seen):
        raise NotFound
    raise Stale


def is_unanswered() -> tuple[ColumnElement[bool], ...]:
    """Select the invitations neither accepted nor taken back, alive or not."""
    return Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)


def _tell(session: Session, invitation: Invitation, act: Act, by: uuid.UUID, now: datetime) -> None:
    audit.record(session, _entry(invitation, act, by), now)


def _entry(invitation: Invitation, act: Act, by: uuid.UUID) -> Entry:
    team = str(invitation.team_id) if invitation.team_id else None
    details = {"role": invitation.role.value, "team": team}
    return Entry(invitation.organisation_id, act, by, f"invitation:{invitation.id}", details)
