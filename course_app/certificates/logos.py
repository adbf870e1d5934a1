"""Logos kept with documents: written once, found again, forgotten with the last document that bears them.

Takes a session, never commits. Must not know Flask.
"""

import hashlib
import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from course_app.certificates.models import Certificate, CertificateLogo

_EVERYWHERE = {"across_organisations": True}


def print_of(picture: bytes) -> str:
    """Return what names a picture."""
    return hashlib.sha256(picture).hexdigest()


def keep(session: Session, organisation_id: uuid.UUID, picture: bytes, now: datetime) -> uuid.UUID:
    """Keep a picture for the documents of an organisation, and return its number; the same picture is kept once.

    The row is held until the caller commits, so that `forget` of another transaction leaves it.
    """
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    values = {"organisation_id": organisation_id, "picture_hash": print_of(picture), "picture": picture}
    held = (
        select(CertificateLogo.id)
        .where(
            CertificateLogo.organisation_id == organisation_id,
            CertificateLogo.picture_hash == values["picture_hash"],
        )
        .with_for_update(key_share=True)
    )
    while True:  # twice at most: once more when the row found was being forgotten
        session.execute(insert(CertificateLogo).values(id=uuid.uuid4(), kept_at=now, **values).on_conflict_do_nothing())
        if (found := session.scalar(held)) is not None:
            return found


def of(session: Session, row: Certificate) -> bytes:
    """Return the logo that a document bears, nothing when it bears none."""
    if row.logo_id is None:
        return b""
    picture = session.scalar(
        select(CertificateLogo.picture).where(
            CertificateLogo.organisation_id == row.organisation_id, CertificateLogo.id == row.logo_id
        )
    )
    return picture or b""


def forget_unused(session: Session) -> int:
    """Delete the logos that no document bears any more; return how many."""
    borne = select(Certificate.id).where(Certificate.logo_id == CertificateLogo.id).exists()
    unused = select(CertificateLogo.id).where(~borne).with_for_update(skip_locked=True)
    ids = session.scalars(unused.execution_options(**_EVERYWHERE)).all()
    # Asked again once they are held: a document may have been issued in between.
    gone = session.execute(
        delete(CertificateLogo)
        .where(CertificateLogo.id.in_(ids), ~borne)
        .returning(CertificateLogo.id)
        .execution_options(**_EVERYWHERE, synchronize_session=False)
    )
    return len(gone.all())
