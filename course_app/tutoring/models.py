"""The table of tutor messages."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, uuid_key
from course_app.tutoring.rules import MESSAGE_LIMIT, SUBJECT_LENGTH


class TutorMessage(OrganisationScoped, Base):
    """One message in the thread of one learner; written once, never changed."""

    __tablename__ = "tutor_message"
    __table_args__ = (
        UniqueConstraint("author_id", "key"),
        Index("ix_tutor_message_learner_id_written_at", "learner_id", "written_at"),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"))
    author_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"))
    from_learner: Mapped[bool]
    text: Mapped[str] = mapped_column(Text(MESSAGE_LIMIT))
    about: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    """What it is about, as `rules.About.slug`; empty for nothing in particular."""
    key: Mapped[uuid.UUID]
    """Made with the form: the same form sent twice is one message."""
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the other side first opened the thread after it."""
