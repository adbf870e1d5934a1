"""The path a person chose to follow."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime


class PathChoice(OrganisationScoped, Base):
    """One person, one path; choosing again replaces it, and loses nothing of what was done."""

    __tablename__ = "path_choice"

    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    path_id: Mapped[str] = mapped_column(String(80))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
