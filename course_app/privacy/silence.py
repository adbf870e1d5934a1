"""Accounts that nobody opens any more: told, then erased (security.md G4). Takes a session, never commits."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from course_app.accounts.mail import addressee
from course_app.accounts.models import DemonstrationPerson, ErasureRequest, SignInSession, User
from course_app.accounts.rules import Role
from course_app.outbox import service as outbox
from course_app.outbox.delivery import MailKind, link
from course_app.outbox.models import OutgoingMail
from course_app.outbox.rules import Letter, Mail, MailState, Recipient
from course_app.privacy.rules import INACTIVE_MONTHS, NOTICE, months_before
from course_app.web.i18n import _

EVERYWHERE = {"across_organisations": True}
KIND = "compte-inactif"
MOST = 200
"""People told in one day: a mistake of date floods nobody."""


def _last_seen() -> ColumnElement[datetime]:
    """When a person last came: their latest session, or the day their account was opened."""
    latest = (
        select(func.max(SignInSession.last_used_at))
        .where(SignInSession.user_id == User.id, SignInSession.organisation_id == User.organisation_id)
        .correlate(User)
        .scalar_subquery()
    )
    return func.coalesce(latest, User.created_at)


def _silent(before: datetime) -> tuple[ColumnElement[bool], ...]:
    shown = select(DemonstrationPerson.user_id).where(DemonstrationPerson.organisation_id == User.organisation_id)
    return (
        User.is_guest.is_(False),
        or_(User.email.is_not(None), User.first_name != ""),
        _last_seen() < before,
        User.id.not_in(shown),
        ~_administers_others_alone(),
    )


def _administers_others_alone() -> ColumnElement[bool]:
    """Tell whether a person alone stays to administer a company where others still come (S12)."""
    other, colleague = aliased(User), aliased(User)
    same = (other.organisation_id == User.organisation_id, other.id != User.id, other.deactivated_at.is_(None))
    goes = (ErasureRequest.person_id == other.id, ErasureRequest.closed_at.is_(None))
    near = (colleague.organisation_id == User.organisation_id, colleague.id != User.id)
    return and_(
        User.role == Role.ADMINISTRATOR,
        User.deactivated_at.is_(None),
        exists().where(*near, colleague.deactivated_at.is_(None)),
        ~exists().where(*same, other.role == Role.ADMINISTRATOR, ~exists().where(*goes)),
    )


def tell(session: Session, now: datetime) -> int:
    """Write to people who will soon have been silent for too long; return how many are told for the first time."""
    before = months_before(now, INACTIVE_MONTHS) + NOTICE
    told = select(OutgoingMail.person_id).where(
        OutgoingMail.kind == KIND, OutgoingMail.written_at > before, OutgoingMail.state != MailState.EXPIRED
    )
    silent = session.scalars(
        select(User)
        .where(*_silent(before), User.id.not_in(told.where(OutgoingMail.person_id.is_not(None))))
        .order_by(User.created_at)
        .limit(MOST)
        .execution_options(**EVERYWHERE)
    ).all()
    return sum(
        outbox.write(session, KIND, Recipient(user.organisation_id, user.id), {}, now, f"{user.id}/{now:%Y-%m}")
        for user in silent
    )


def take_told(session: Session, now: datetime, passed_over: Collection[uuid.UUID] = ()) -> User | None:
    """Return a person silent for too long who was told `NOTICE` ago and has not come since, or None; holds their row.

    `passed_over` are people not to take again in this round.
    """
    told = (
        select(OutgoingMail.person_id)
        .where(
            OutgoingMail.kind == KIND,
            OutgoingMail.person_id == User.id,
            OutgoingMail.state != MailState.EXPIRED,
            OutgoingMail.ended_at < now - NOTICE,
            OutgoingMail.ended_at > _last_seen(),
        )
        .correlate(User)
    )
    return session.scalar(
        select(User)
        .where(*_silent(months_before(now, INACTIVE_MONTHS)), told.exists(), User.id.not_in(passed_over))
        .limit(1)
        .with_for_update(skip_locked=True, of=User)
        .execution_options(**EVERYWHERE)
    )


def _write(session: Session, mail: Mail, _now: datetime) -> Letter | None:
    user = addressee(session, mail)
    if user is None:
        return None
    values = {"first_name": user.first_name, "link": link("accounts.sign_in")}
    return Letter(user.email or "", _("Votre compte Réglo va être effacé"), "privacy/mail/silent", values)


KINDS = (MailKind(KIND, "Compte inactif", _write),)
