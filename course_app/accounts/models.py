"""Rows of accounts: organisations, people, their open sessions, reset links, erasures asked for, attempt counts.

No secret is stored as it is: passwords, session tokens and reset tokens are only present hashed.
"""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from course_app.accounts.rules import (
    DEFAULT_TIMEZONE,
    EMAIL_LIMIT,
    FIRST_NAME_LIMIT,
    ORGANISATION_NAME_LIMIT,
    Role,
    Theme,
)
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, enum_slug, uuid_key

HASH_LENGTH = 64  # hexadecimal SHA-256


class Organisation(Base):
    """A company; a person who signed up alone, or a guest, has one of their own."""

    __tablename__ = "organisation"

    id: Mapped[uuid.UUID] = uuid_key()
    name: Mapped[str] = mapped_column(Text(ORGANISATION_NAME_LIMIT))
    """Empty when the person gave none."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class User(OrganisationScoped, Base):
    """A person. A guest has no address and no password, and lasts until `guest_until`."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("is_guest = (guest_until IS NOT NULL)", name="guest_has_an_end"),
        CheckConstraint("NOT is_guest OR email IS NULL", name="guest_has_no_address"),
        # All that counting a team reads of a person: ten thousand people are read from this index alone.
        Index("ix_user_seen", "organisation_id", "deactivated_at", "is_guest", "id", "first_name"),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    email: Mapped[str | None] = mapped_column(Text(EMAIL_LIMIT), unique=True)
    """Normalised by `rules.normalised_email`."""
    first_name: Mapped[str] = mapped_column(Text(FIRST_NAME_LIMIT))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(enum_slug(Role, 16))
    is_guest: Mapped[bool] = mapped_column(default=False)
    guest_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    theme: Mapped[Theme] = mapped_column(enum_slug(Theme, 8), default=Theme.SYSTEM)
    timezone: Mapped[str] = mapped_column(String(40), default=DEFAULT_TIMEZONE)
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInSession(OrganisationScoped, Base):
    """One signed-in browser. The cookie holds the token, this row its hash: deleting a cookie is not enough."""

    __tablename__ = "sign_in_session"

    id: Mapped[uuid.UUID] = uuid_key()
    user_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    remembered: Mapped[bool] = mapped_column(default=False)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(Text(60))
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Moves with requests that write, five minutes apart: reading a page writes nothing (security.md S48)."""
    factor_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a second factor was shown in this session; None: the password alone opened it (security.md S39)."""


class PasswordReset(OrganisationScoped, Base):
    """One link to choose a new password; at most one per person is alive."""

    __tablename__ = "password_reset"

    id: Mapped[uuid.UUID] = uuid_key()
    user_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AddressChange(OrganisationScoped, Base):
    """One link that makes a new address a person's own; at most one per person is alive (security.md S38)."""

    __tablename__ = "address_change"

    id: Mapped[uuid.UUID] = uuid_key()
    user_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    new_email: Mapped[str] = mapped_column(Text(EMAIL_LIMIT))
    """Normalised; nobody's yet, and perhaps somebody's by the time the link is opened."""
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EntryCode(Base):
    """A code of six digits asked for at an address that perhaps nobody holds; at most one per address is alive.

    Belongs to no organisation: it precedes the account. The address itself is nowhere here; deleted once used.
    """

    __tablename__ = "entry_code"

    id: Mapped[uuid.UUID] = uuid_key()
    address_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    """Keyed hash of the normalised address."""
    first_name: Mapped[str] = mapped_column(Text(FIRST_NAME_LIMIT))
    """Of the account to open; empty for somebody who comes back."""
    guest_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"), index=True)
    """The trial to keep."""
    code_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    """Keyed hash of the code; None until its mail leaves."""
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DemonstrationPerson(OrganisationScoped, Base):
    """A person whom any visitor may become, in demonstration mode only."""

    __tablename__ = "demonstration_person"

    user_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int]
    """Place in the list, from 1."""
    summary: Mapped[str] = mapped_column(Text(200))
    """What this person has already done, in French."""


class ErasureRequest(OrganisationScoped, Base):
    """A person asked to be erased; at most one request per person is alive.

    Asked and done in `privacy`; here because whoever leaves no longer counts among those who administer.
    """

    __tablename__ = "erasure_request"
    __table_args__ = (
        Index(
            "uq_erasure_request_open",
            "person_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    person_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was taken back, or done."""


class Gate(StrEnum):
    """A door on which attempts are counted."""

    SIGN_IN_ACCOUNT = "connexion-compte"
    SIGN_IN_ADDRESS = "connexion-adresse"
    RESET_ACCOUNT = "oubli-compte"
    RESET_ADDRESS = "oubli-adresse"
    SIGN_UP_ADDRESS = "inscription-adresse"
    TRIAL_ADDRESS = "essai-adresse"
    EXPORT_ACCOUNT = "export-compte"
    FACTOR_ACCOUNT = "second-facteur-compte"
    ADDRESS_ACCOUNT = "adresse-compte"
    CHECK_ADDRESS = "verification-adresse"
    CODE_ACCOUNT = "code-compte"
    CODE_DAY = "code-jour"
    CODE_ADDRESS = "code-adresse"
    CODE_ASKED_ACCOUNT = "code-demande-compte"
    CODE_ASKED_ADDRESS = "code-demande-adresse"


class AttemptCount(Base):
    """Recent attempts at one gate by one subject; belongs to nobody, since it precedes signing in."""

    __tablename__ = "attempt_count"

    gate: Mapped[str] = mapped_column(String(24), primary_key=True)
    """A `Gate`; plain text in the table, so that a new gate needs no migration."""
    subject: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    """Keyed hash of an account name or of a network address: the address itself stays in logs only (G3)."""
    moments: Mapped[list[float]] = mapped_column(JSON)
    """Seconds since 1970 of the attempts still in the window, oldest first."""
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
