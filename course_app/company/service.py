"""Reading and changing a company's ways. Takes a session, never commits."""

import uuid
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.company.models import CompanyWays
from course_app.company.rules import Contact, Ways
from course_app.store.prepared import Prepared

UNSAID = Ways()
_COLUMNS = CompanyWays.__table__.c
_SAID = tuple(each.name for each in fields(Ways))
_WAYS = Prepared(
    select(*(_COLUMNS[name] for name in _SAID)).where(_COLUMNS.organisation_id == bindparam("organisation_id"))
)
"""What a company says, its picture apart: every lesson asks."""


def ways(session: Session, organisation_id: uuid.UUID) -> Ways:
    """Return the ways of an organisation, all unsaid when it gave none; one query."""
    found = _WAYS.rows(session, {"organisation_id": organisation_id})
    if not found:
        return UNSAID
    said: dict[str, Any] = dict(zip(_SAID, found[0], strict=True))
    said["reminder_days"] = tuple(said["reminder_days"])
    said["contacts"] = tuple(Contact(*each) for each in said["contacts"])
    return Ways(**said)


def _row(session: Session, organisation_id: uuid.UUID) -> CompanyWays | None:
    return session.scalar(select(CompanyWays).where(CompanyWays.organisation_id == organisation_id))


def logo(session: Session, organisation_id: uuid.UUID) -> bytes | None:
    """Return the logo of an organisation, a PNG, if it gave one."""
    return session.scalar(select(CompanyWays.logo).where(CompanyWays.organisation_id == organisation_id))


def change(session: Session, actor: Actor, told: Ways, logo_sent: bytes | None, now: datetime) -> None:
    """Keep a company's ways; `logo_sent` replaces the logo, None leaves it, b"" takes it off. Leaves an audit line."""
    row = _row(session, actor.organisation_id) or _first(session, actor, now)
    row.name, row.address, row.phone, row.signatory = told.name, told.address, told.phone, told.signatory
    row.terms, row.tone, row.reminder_days = told.terms, told.tone, list(told.reminder_days)
    row.contacts = [[each.role, each.name, each.reach] for each in told.contacts]
    if logo_sent is not None:
        row.logo, row.has_logo = logo_sent or None, bool(logo_sent)
    row.updated_by, row.updated_at = actor.user_id, now
    session.flush()
    audit.record(session, Entry(actor.organisation_id, Act.COMPANY_CHANGED, actor.user_id, "entreprise"), now)


def _first(session: Session, actor: Actor, now: datetime) -> CompanyWays:
    """Add the row of an organisation, or return the one that a parallel request has just added."""
    row = CompanyWays(
        organisation_id=actor.organisation_id,
        name="",
        address="",
        phone="",
        signatory="",
        reminder_days=[],
        contacts=[],
        has_logo=False,
        updated_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        row = session.scalars(select(CompanyWays).where(CompanyWays.organisation_id == actor.organisation_id)).one()
    return row


def changed_at(session: Session, organisation_id: uuid.UUID) -> datetime | None:
    """Return when a company last changed its ways; None when it gave none."""
    return session.scalar(select(CompanyWays.updated_at).where(CompanyWays.organisation_id == organisation_id))
