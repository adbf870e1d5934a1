"""What people want of mails."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime

TOPIC_LENGTH = 24


class MailChoice(OrganisationScoped, Base):
    """Whether a person wants mails on a topic; no row: what the topic says by itself."""

    __tablename__ = "mail_choice"

    person_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(TOPIC_LENGTH), primary_key=True)
    """A `Topic`; plain text in the table, so that a new topic needs no migration."""
    wanted: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
