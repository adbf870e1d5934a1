"""Answering an invitation: whose it is, what it opens, and becoming a member once.

Takes a session, never commits. The link proves that its holder reads the mailbox it was sent to: it opens a new
account at that address, and no account that exists already, whose password or second factor it would go round.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from course_app.accounts import service as accounts
from course_app.accounts.administrators import hold_administrators, welcome_only_if_administered
from course_app.accounts.models import Organisation, User
from course_app.accounts.rules import Actor
from course_app.accounts.service import LearnerRecords
from course_app.accounts.sessions import actor_of
from course_app.core.errors import Gone, Stale
from course_app.membership import assignments, invitations, teams
from course_app.membership.assignments import Errand
from course_app.membership.invitations import InvitationState
from course_app.membership.models import Invitation, Team

ELSEWHERE = (
    "Cette adresse a déjà un compte Réglo, en dehors de cette entreprise. "
    "Demandez à la personne qui vous invite d'utiliser une autre adresse."
)


class Entrance(StrEnum):
    """How the holder of a living link comes in."""

    NEW = "nouveau-compte"
    SIGNED_IN = "compte-ouvert"
    SIGN_IN = "connexion-a-faire"
    ELSEWHERE = "autre-entreprise"


@dataclass(frozen=True)
class Welcome:
    """What an invitation page shows: who invites to what, and how the reader comes in."""

    email: str
    first_name: str
    inviter: str
    company: str
    team: str
    path_id: str | None
    deadline_on: date | None
    entrance: Entrance


def alive(session: Session, token: str, now: datetime) -> Invitation:
    """Return the invitation of a link that still works; raise `Gone` otherwise. Uses nothing up."""
    invitation = invitations.sent_with(session, token)
    if invitation is None or invitations.state_of(invitation, now) is not InvitationState.OPEN:
        raise Gone
    return invitation


def welcome(session: Session, invitation: Invitation, reader: Actor | None) -> Welcome:
    """Return what the page of a living link shows to whoever opened it."""
    inviter = select(User.first_name).where(
        User.organisation_id == invitation.organisation_id, User.id == invitation.invited_by
    )
    team = select(Team.name).where(Team.organisation_id == invitation.organisation_id, Team.id == invitation.team_id)
    return Welcome(
        email=invitation.email,
        first_name=invitation.first_name,
        inviter=session.scalar(inviter) or "",
        company=session.scalar(select(Organisation.name).where(Organisation.id == invitation.organisation_id)) or "",
        team=session.scalar(team) or "",
        path_id=invitation.path_id,
        deadline_on=invitation.deadline_on,
        entrance=_entrance(_account(session, invitation.email), invitation, reader),
    )


def accept(
    session: Session,
    token: str,
    first_name: str,
    reader: Actor | None,
    records: Sequence[LearnerRecords],
    now: datetime,
) -> User:
    """Make the holder of a link a member, once; return their account.

    A reader on trial keeps their work; a member signed in at the invited address joins the team with the account they
    have. An account of another company stays there: its work is chained in that company's ledger. Of two parallel
    requests, the database lets one use the link: the other raises `Gone`. Raises `Stale` when the address already has
    an account that this reader has not opened, or that belongs to another company, or when nobody would stay to
    administer this one.
    """
    invitation = alive(session, token, now)
    hold_administrators(session, invitation.organisation_id)  # before its row: as whoever puts its sender out
    marked = session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_id == invitation.organisation_id,
            Invitation.id == invitation.id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(accepted_at=now)
    )
    if cast("CursorResult[Any]", marked).rowcount != 1:
        raise Gone
    user = _member(session, invitation, first_name, reader, records, now)
    invitation.accepted_by = user.id
    session.flush()
    if invitation.team_id is not None:
        teams.join(session, invitation.organisation_id, invitation.team_id, user.id, now)
    if invitation.path_id is not None:
        errand = Errand(invitation.path_id, invitation.deadline_on)
        assignments.give(session, invitation.organisation_id, [user.id], errand, invitation.invited_by, now)
    invitations.tell_accepted(session, invitation, user.id, now)
    return user


def _member(
    session: Session,
    invitation: Invitation,
    first_name: str,
    reader: Actor | None,
    records: Sequence[LearnerRecords],
    now: datetime,
) -> User:
    held = _account(session, invitation.email)
    entrance = _entrance(held, invitation, reader)
    company = session.get_one(Organisation, invitation.organisation_id)
    if entrance is Entrance.ELSEWHERE:
        raise Stale(ELSEWHERE, code="autre-entreprise")
    if held is None:
        welcome_only_if_administered(session, company.id, invitation.role)
        given = accounts.NewPerson(first_name, invitation.email, None)
        user = accounts.add_person(session, company, given, invitation.role, now)
        if reader is not None and reader.is_guest:
            accounts.absorb_guest(session, reader, actor_of(user, uuid.uuid4()), records)
        return user
    if entrance is not Entrance.SIGNED_IN or reader is None:
        raise Stale(
            "Un compte existe à cette adresse. Connectez-vous, puis acceptez l'invitation.", code="compte-ferme"
        )
    return held


def _account(session: Session, email: str) -> User | None:
    """Return the account of an address in any company, its access closed or not."""
    return session.scalar(
        select(User).where(User.email == email).execution_options(across_organisations=True)
    )  # the link proves that its holder reads this address


def _entrance(held: User | None, invitation: Invitation, reader: Actor | None) -> Entrance:
    if held is None:
        return Entrance.NEW
    if held.deactivated_at is not None or held.organisation_id != invitation.organisation_id:
        return Entrance.ELSEWHERE
    return Entrance.SIGNED_IN if reader is not None and reader.user_id == held.id else Entrance.SIGN_IN
