"""Rows of federation: which account of the company's provider is which person."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, uuid_key

ISSUER_LENGTH = 255
SUBJECT_LENGTH = 255  # OpenID Connect Core 1.0, section 2: 255 ASCII characters at most


class CompanyAccount(OrganisationScoped, Base):
    """A person's account at the company's provider, tied at the first sign-in: addresses are given again, ids are not."""

    __tablename__ = "company_account"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("issuer", "user_id"))

    id: Mapped[uuid.UUID] = uuid_key()
    user_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(ISSUER_LENGTH))
    subject: Mapped[str] = mapped_column(Text(SUBJECT_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
