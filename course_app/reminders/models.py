"""What people want of mails."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.reminders.rules import Topic
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime, enum_slug


class MailChoice(OrganisationScoped, Base):
    """Whether a person wants mails on a topic; no row: what the topic says by itself."""

    __tablename__ = "mail_choice"

    person_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(enum_slug(Topic, 24), primary_key=True)
    wanted: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
