"""Rows of second factors. No secret is readable: sealed with the site's key, public, or hashed."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.accounts.factors.rules import PASSKEY_NAME_LIMIT
from course_app.accounts.models import HASH_LENGTH
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, uuid_key

CREDENTIAL_ID_LENGTH = 1364  # WebAuthn level 2, section 4: 1023 bytes at most, here in unpadded base 64


class CodeApplication(OrganisationScoped, Base):
    """The application that shows a person's six-digit codes; one per person."""

    __tablename__ = "code_application"

    user_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(200))
    """Encrypted under the site's key (sealing.py): a copy of the database gives no code away."""
    used_step: Mapped[int] = mapped_column(BigInteger)
    """The last half-minute whose code opened something: that code is used up."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Passkey(OrganisationScoped, Base):
    """One passkey: the public half of a key that a person's device or keychain holds."""

    __tablename__ = "passkey"

    id: Mapped[uuid.UUID] = uuid_key()
    user_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text(PASSKEY_NAME_LIMIT))
    credential_id: Mapped[str] = mapped_column(String(CREDENTIAL_ID_LENGTH), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """COSE key, as the authenticator gave it."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """What the authenticator counts; 0 for keys that live in a keychain."""
    transports: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the challenge last answered was drawn: it and earlier ones are used up."""


class RecoveryCode(OrganisationScoped, Base):
    """One way in for somebody whose factors are out of reach; works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[uuid.UUID] = uuid_key()
    user_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    salt: Mapped[str] = mapped_column(String(HASH_LENGTH))
    """Shared by the codes drawn together: one slow hash tells which of them was typed."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
