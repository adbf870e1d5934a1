"""A company keeps an administrator (security.md S12).

Whoever asked to be erased leaves within a week: they no longer count. Takes a session, never commits; knows nothing
of pages.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.models import ErasureRequest, User
from course_app.accounts.rules import Role
from course_app.core.errors import Stale

LAST_ADMINISTRATOR = (
    "Votre entreprise n'a qu'une personne pour administrer ses comptes. Nommez-en d'abord une autre, puis recommencez."
)
OTHERS_LEAVE = (
    "Plus personne n'administrerait les comptes de votre entreprise : l'autre personne qui les administre a demandé "
    "l'effacement de son compte. Nommez d'abord quelqu'un d'autre, ou demandez-lui d'annuler, puis recommencez."
)
COMPANY_LEAVES = (
    "Plus personne n'administrerait les comptes de cette entreprise : qui les administre a demandé l'effacement de son "
    "compte. Il faut d'abord annuler cette demande, sur la page « Effacer mon compte », puis recommencer."
)


class NobodyLeft(Stale):
    """A company would keep people, and nobody to administer their accounts."""

    code = "dernier-administrateur"
    heading = "Quelqu'un doit pouvoir administrer les comptes"


def keep_one_administrator(session: Session, organisation_id: uuid.UUID, losing: uuid.UUID) -> None:
    """Let a person lose the role of administrator; raise `Stale` (409) when nobody else would hold it for long.

    Whoever demotes, deactivates or erases a person calls this first, in the same transaction, whatever the person's
    role: it does nothing for somebody who administers nothing.
    """
    held = hold_administrators(session, organisation_id)
    others = set(held) - {losing}
    if losing not in held or others - _leaving(session, organisation_id):
        return
    raise NobodyLeft(OTHERS_LEAVE if others else LAST_ADMINISTRATOR)


def welcome_only_if_administered(session: Session, organisation_id: uuid.UUID, role: Role) -> None:
    """Let somebody into a company; raise `Stale` when all its administrators asked to be erased, and they are none.

    An administrator who is alone may go. Who came in meanwhile would be left without anybody.
    """
    held = hold_administrators(session, organisation_id) if role is not Role.ADMINISTRATOR else ()
    if held and not set(held) - _leaving(session, organisation_id):
        raise NobodyLeft(COMPANY_LEAVES)


def hold_administrators(session: Session, organisation_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Return the administrators of today, their rows held until the commit.

    Of two administrators who demote each other at once, or who ask to be erased at once, one is refused.
    """
    return session.scalars(
        select(User.id)
        .where(User.organisation_id == organisation_id, User.role == Role.ADMINISTRATOR, User.deactivated_at.is_(None))
        .order_by(User.id)  # everybody waits in the same order: no deadlock
        .with_for_update(key_share=True)  # rows that name them are written meanwhile
    ).all()


def _leaving(session: Session, organisation_id: uuid.UUID) -> set[uuid.UUID]:
    """Return whom the company loses within a week, unless they take it back."""
    return set(
        session.scalars(
            select(ErasureRequest.person_id).where(
                ErasureRequest.organisation_id == organisation_id, ErasureRequest.closed_at.is_(None)
            )
        )
    )
