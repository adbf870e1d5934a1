"""The table of the feu verts: a history, appended, never changed."""

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.clearance.rules import Change
from course_app.library.clearances import CallType
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime, enum_slug

HASH_LENGTH = 64


class ClearanceEntry(OrganisationScoped, Base):
    """A feu vert given or lost, dated at what brought it; an end by the calendar is computed, never written."""

    __tablename__ = "clearance_entry"
    __table_args__ = (UniqueConstraint("learner_id", "call_type", "rank"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"))
    call_type: Mapped[CallType] = mapped_column(enum_slug(CallType, 24))
    rank: Mapped[int]
    """Place in the person's history of this kind of call, from 1: two requests at once cannot write the same line."""
    change: Mapped[Change] = mapped_column(enum_slug(Change, 8))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[date | None] = mapped_column(Date)
    rule_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    """Version of the rule that was applied."""
