"""Invitations left unanswered: which may still be recalled, and what their addressee refused.

Takes a session, never commits.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.membership.invitations import is_unanswered
from course_app.membership.models import Invitation


def to_recall(session: Session, now: datetime) -> Sequence[Invitation]:
    """Return the invitations of every company that still wait for an answer, and whose addressee may be reminded."""
    return session.scalars(
        select(Invitation)
        .where(*_recallable(), Invitation.expires_at > now)
        .order_by(Invitation.created_at)
        .execution_options(across_organisations=True)
    ).all()


def recalled(
    session: Session, organisation_id: uuid.UUID, invitation_id: uuid.UUID, now: datetime
) -> Invitation | None:
    """Return an invitation whose reminder may still leave now, None when it has no object any more."""
    return session.scalar(
        select(Invitation).where(
            Invitation.organisation_id == organisation_id,
            Invitation.id == invitation_id,
            *_recallable(),
            Invitation.expires_at > now,
        )
    )


def _recallable() -> tuple[ColumnElement[bool], ...]:
    """Select what waits for an answer, has no newer link, is no member's by now, and was not refused once."""
    other = aliased(Invitation)
    same = other.organisation_id == Invitation.organisation_id, other.email == Invitation.email
    member = User.organisation_id == Invitation.organisation_id, User.email == Invitation.email
    replaced = or_(other.created_at > Invitation.created_at, other.recall_stopped_at.is_not(None))
    return (*is_unanswered(), ~exists().where(*same, replaced), ~exists().where(*member))


def stop_recall(session: Session, organisation_id: uuid.UUID, invitation_id: uuid.UUID, now: datetime) -> None:
    """Keep that the addressee of an invitation wants no reminder; a deleted one needs nothing."""
    session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.id == invitation_id,
            Invitation.recall_stopped_at.is_(None),
        )
        .values(recall_stopped_at=now)
    )


def unanswered(
    session: Session, organisation_id: uuid.UUID, teams: Select[uuid.UUID], sent_before: datetime, ended_after: datetime
) -> int:
    """Return how many people invited to these teams before a moment have not answered, their link alive or just dead."""
    member = User.organisation_id == Invitation.organisation_id, User.email == Invitation.email
    waiting = select(func.count(Invitation.email.distinct())).where(
        Invitation.organisation_id == organisation_id,
        Invitation.team_id.in_(teams),
        Invitation.role == Role.LEARNER,
        *is_unanswered(),
        Invitation.created_at <= sent_before,
        Invitation.expires_at > ended_after,
        ~exists().where(*member),
    )
    return session.scalar(waiting) or 0
