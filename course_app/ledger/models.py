"""The table of the chain."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime

_HASH_LENGTH = 64


class LedgerLine(OrganisationScoped, Base):
    """One event, committed to and linked to the former line of its organisation; only `salt` may ever be taken off."""

    __tablename__ = "ledger_line"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    number: Mapped[int]
    """From 1 in each organisation, without a hole."""
    event_id: Mapped[int | None] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), ForeignKey("learning_event.id", ondelete="SET NULL"), unique=True
    )
    learner_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"), index=True)
    salt: Mapped[str | None] = mapped_column(String(32))
    commitment: Mapped[str] = mapped_column(String(_HASH_LENGTH))
    link: Mapped[str] = mapped_column(String(_HASH_LENGTH))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
