"""Accounts at the company's provider: recognised by their id, tied to a person at the first sign-in.

Takes a session, never commits; what the provider says was verified before (provider.py).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from course_app.accounts.federation.models import CompanyAccount
from course_app.accounts.rules import Actor


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
