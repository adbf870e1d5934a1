"""Erasures done; those asked for are rows of accounts (`accounts.models`)."""

import uuid
from datetime import datetime

from sqlalchemy import Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.privacy.rules import ErasureReason
from course_app.store.base import Base
from course_app.store.types import UtcDateTime, enum_slug


class ErasureRecord(Base):
    """A person was erased: a number that no longer leads to anybody, a date, a reason (security.md G5).

    No key to the person's row: the record outlives it, and a backup restored later.
    """

    __tablename__ = "erasure_record"

    person_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[ErasureReason] = mapped_column(enum_slug(ErasureReason, 16))
