"""The table of outgoing mails."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.outbox.rules import KEY_LENGTH, KIND_LENGTH, PROBLEM_LENGTH, SENDER_LENGTH, MailState
from course_app.store.base import Base
from course_app.store.types import Text, UtcDateTime, enum_slug

ADDRESS_LENGTH = 254  # RFC 5321, section 4.5.3.1.3


class OutgoingMail(Base):
    """One mail. Its address and values go once it is sent or given up; what was sent, to whom and when, stays.

    Not a tenant's row: a forgotten password is asked for before anybody is known to have an account.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (UniqueConstraint("kind", "key"), Index("ix_outgoing_mail_state_due_at", "state", "due_at"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    """Also the order in which mails due together leave."""
    mark: Mapped[uuid.UUID] = mapped_column(Uuid, default=uuid.uuid4)
    """In the Message-ID: whoever receives a mail twice can tell (RFC 5322, section 3.6.4)."""
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """The occasion: two mails of a kind and key are one."""
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid, ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    address: Mapped[str | None] = mapped_column(Text(ADDRESS_LENGTH))
    """For whom has no account yet; people's own address is read when the mail leaves."""
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[MailState] = mapped_column(enum_slug(MailState, 16), default=MailState.WAITING)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it leaves, or is tried again."""
    tries: Mapped[int] = mapped_column(default=0)
    hand_overs: Mapped[int] = mapped_column(default=0)
    """How many times it may have been accepted without our knowing."""
    sender: Mapped[str | None] = mapped_column(String(SENDER_LENGTH))
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(String(PROBLEM_LENGTH))
    """Kind of the last failure: no address, no text."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
