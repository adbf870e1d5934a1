"""The table of who has read the notice, and which words of it."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime

HASH_LENGTH = 64


class InformationRead(OrganisationScoped, Base):
    """One person read one version of the notice before their attempts; never changed."""

    __tablename__ = "information_read"

    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    """Hash of the text as it was shown."""
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
