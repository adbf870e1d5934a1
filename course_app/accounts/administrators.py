"""A company keeps an administrator (security.md S12).

Takes a session, never commits; knows nothing of pages.
"""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.core.errors import Stale

LAST_ADMINISTRATOR = (
    "Votre entreprise n'a qu'une personne pour administrer ses comptes. Nommez-en d'abord une autre, puis recommencez."
)


def keep_one_administrator(session: Session, organisation_id: uuid.UUID, losing: uuid.UUID) -> set[uuid.UUID]:
    """Let a person lose the role of administrator; raise `Stale` (409) when nobody else would hold it.

    Returns the administrators of today, that person among them if they are one.

    Whoever demotes, deactivates or erases a person calls this first, in the same transaction, whatever the person's
    role: it does nothing for somebody who administers nothing. The administrators' rows are held until the commit, so
    that of two administrators who demote each other at once, one is refused.
    """
    remaining = session.scalars(
        select(User.id)
        .where(User.organisation_id == organisation_id, User.role == Role.ADMINISTRATOR, User.deactivated_at.is_(None))
        .order_by(User.id)  # everybody waits in the same order: no deadlock
        .with_for_update()
    ).all()
    held = set(remaining)
    refuse_last(held, {losing})
    return held


def refuse_last(held_by: Collection[uuid.UUID], losing: Collection[uuid.UUID]) -> None:
    """Raise `Stale` when all of those who administer, one at least, are among those who lose the role."""
    if held_by and set(held_by) <= set(losing):
        raise Stale(LAST_ADMINISTRATOR, code="dernier-administrateur")
