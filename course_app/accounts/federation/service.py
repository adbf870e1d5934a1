"""Accounts at the company's provider: recognised by their id, tied to a person at the first sign-in.

Takes a session, never commits; what the provider says was verified before (provider.py).
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from course_app.accounts import sessions
from course_app.accounts.federation.models import CompanyAccount
from course_app.accounts.federation.rules import Identity
from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.accounts.service import find
from course_app.core.errors import NotFound, Stale

NOBODY = "Aucun compte Réglo n'est ouvert à cette adresse. Demandez une invitation à votre responsable."
UNVERIFIED = "Votre entreprise n'a pas confirmé votre adresse e-mail. Demandez à la personne qui tient son annuaire."
OTHER_ACCOUNT = "Ce compte Réglo est déjà relié à un autre compte de l'entreprise. Demandez à qui administre Réglo."


def holder(session: Session, identity: Identity, now: datetime) -> tuple[User, bool]:
    """Return whose account an identity is, and whether it was tied just now.

    Known by the provider's own id, else by a verified address. Nobody is created: people are invited. Tying ends the
    sessions and the password that the account had until then: whoever opened it in somebody else's name is out.
    Second factors stay, and are asked for; a passkey of before enters alone no more. Raises `NotFound` or `Stale`, with
    what to do.
    """
    known = _known(session, identity)
    if known is not None:
        return known, False
    if identity.email is None:
        raise NotFound(UNVERIFIED, code="adresse-non-verifiee")
    user = find(session, identity.email)
    if user is None:
        raise NotFound(NOBODY, code="personne")
    _tie(session, user, identity, now)
    return user, True


def _known(session: Session, identity: Identity) -> User | None:
    return session.scalar(
        select(User)
        .join(CompanyAccount, CompanyAccount.user_id == User.id)
        .where(
            CompanyAccount.issuer == identity.issuer,
            CompanyAccount.subject == identity.subject,
            User.deactivated_at.is_(None),
        )
        .execution_options(across_organisations=True)  # the provider's id itself says which organisation
    )


def _tie(session: Session, user: User, identity: Identity, now: datetime) -> None:
    row = CompanyAccount(id=uuid.uuid4(), organisation_id=user.organisation_id, user_id=user.id, created_at=now)
    row.issuer, row.subject = identity.issuer, identity.subject
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:  # this person has another account there, or this account belonged to somebody who left
        raise Stale(OTHER_ACCOUNT, code="autre-compte") from None
    user.password_hash = None
    sessions.end_all(session, user, now)
    session.flush()


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return which accounts of the company's provider are the person's, ready for JSON."""
    rows = session.scalars(
        select(CompanyAccount)
        .where(CompanyAccount.organisation_id == actor.organisation_id, CompanyAccount.user_id == actor.user_id)
        .order_by(CompanyAccount.created_at)
    )
    told = [{"issuer": row.issuer, "subject": row.subject, "since": row.created_at.isoformat()} for row in rows]
    return {"company_accounts": told}


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Do nothing: a guest comes in without account."""


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Untie the person from their account at the company's provider."""
    session.execute(
        delete(CompanyAccount).where(
            CompanyAccount.organisation_id == actor.organisation_id, CompanyAccount.user_id == actor.user_id
        )
    )
