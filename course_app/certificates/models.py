"""Rows of certificates: one per person, path, kind and version of the path; written once. And the logos they bear.

The row outlives the person: erased, it keeps its code and dates, so that the check page can say so (security.md S29).
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, Uuid, event, inspect, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from course_app.certificates.rules import CODE_LENGTH, REASON_LIMIT, CertificateKind
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, enum_slug, uuid_key

HASH_LENGTH = 64
KEY_ID_LENGTH = 43  # a SHA-256 in base64url
SIGNATURE_LENGTH = 128  # 64 bytes in hexadecimal


class CertificateLogo(OrganisationScoped, Base):
    """A company's logo as it was when a document first bore it: the company may change its own, documents never change.

    Kept once however many documents bear it, and as long as one of them.
    """

    __tablename__ = "certificate_logo"
    __table_args__ = (UniqueConstraint("organisation_id", "picture_hash"),)

    id: Mapped[uuid.UUID] = uuid_key()
    picture_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    """SHA-256 of the picture; what `rules.Facts` names."""
    picture: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """PNG, as the company's room drew it again from what was sent."""
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Certificate(OrganisationScoped, Base):
    """One document that was issued: what it says, the print of its file, its signature."""

    __tablename__ = "certificate"
    __table_args__ = (
        Index(
            "uq_certificate_once",
            "learner_id",
            "path_id",
            "kind",
            "path_version",
            unique=True,
            sqlite_where=text("NOT may_be_reissued"),
            postgresql_where=text("NOT may_be_reissued"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    learner_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"), index=True)
    kind: Mapped[CertificateKind] = mapped_column(enum_slug(CertificateKind, 16))
    path_id: Mapped[str] = mapped_column(String(80))
    path_version: Mapped[str] = mapped_column(String(HASH_LENGTH))
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    """Shown to whoever holds the document; opens the check page and nothing else (S14)."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`rules.Facts`; emptied of the person by an erasure."""
    achieved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"))
    logo_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("certificate_logo.id"), index=True)
    template: Mapped[str] = mapped_column(String(40))
    """Name of the drawing, version included: an old document is never redrawn in a new fashion."""
    pdf_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    """SHA-256 of the PDF before its seal."""
    key_id: Mapped[str] = mapped_column(String(KEY_ID_LENGTH))
    signature: Mapped[str] = mapped_column(String(SIGNATURE_LENGTH))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"))
    revoked_why: Mapped[str] = mapped_column(Text(REASON_LIMIT), default="")
    may_be_reissued: Mapped[bool] = mapped_column(default=False)
    """Whether it was withdrawn for an error of ours, so that another may take its place."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WrittenOnce(Exception):
    """Code of ours tried to change what a document says: a fault of the program, never of a person."""


MAY_CHANGE = frozenset(
    {
        "revoked_at",
        "revoked_by",
        "revoked_why",
        "may_be_reissued",
        "erased_at",
        "facts",
        "learner_id",
        "issued_by",
        "logo_id",
    }
)
_ERASED = ("facts", "learner_id", "issued_by", "logo_id")
"""What erasures alone change."""


@event.listens_for(Certificate, "before_update")
def _refuse_change(_mapper: Mapper[Any], _connection: object, row: Certificate) -> None:
    changed = {each.key for each in inspect(row).attrs if each.history.has_changes()}
    if row.erased_at is None:
        changed |= {f"{name} (not erased)" for name in _ERASED if name in changed}
    if unexpected := changed - MAY_CHANGE:
        raise WrittenOnce(", ".join(sorted(unexpected)))
