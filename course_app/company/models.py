"""The table of companies' ways: one row an organisation."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, deferred, mapped_column

from course_app.company.rules import ADDRESS_LIMIT, LINE_LIMIT, PaymentTerms, Tone
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, enum_slug, uuid_key


class CompanyWays(OrganisationScoped, Base):
    """What an organisation says of its own ways; empty strings and None: unsaid."""

    __tablename__ = "company_ways"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    id: Mapped[uuid.UUID] = uuid_key()
    name: Mapped[str] = mapped_column(Text(LINE_LIMIT))
    """The name on letters and certificates; the organisation's own when empty."""
    address: Mapped[str] = mapped_column(Text(ADDRESS_LIMIT))
    phone: Mapped[str] = mapped_column(Text(LINE_LIMIT))
    signatory: Mapped[str] = mapped_column(Text(LINE_LIMIT))
    terms: Mapped[PaymentTerms | None] = mapped_column(enum_slug(PaymentTerms, 24))
    tone: Mapped[Tone | None] = mapped_column(enum_slug(Tone, 16))
    reminder_days: Mapped[list[int]] = mapped_column(JSON)
    contacts: Mapped[list[list[str]]] = mapped_column(JSON)
    has_logo: Mapped[bool]
    logo: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """PNG, drawn again by us from what was sent (security.md S65)."""
    updated_by: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
