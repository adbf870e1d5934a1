"""The path a person chose to follow, and what a placement let them skip."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime, uuid_key


class PathChoice(OrganisationScoped, Base):
    """One person, one path; choosing again replaces it, and loses nothing of what was done."""

    __tablename__ = "path_choice"

    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    path_id: Mapped[str] = mapped_column(String(80))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PlacementTaken(OrganisationScoped, Base):
    """One placement, as it was answered; the last one of a path is the one that counts, none is erased."""

    __tablename__ = "placement_taken"
    __table_args__ = (Index("ix_placement_taken_learner_id_path_id", "learner_id", "path_id"),)

    id: Mapped[uuid.UUID] = uuid_key()
    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"))
    path_id: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    """Version of the placement quiz that was answered."""
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    """Option chosen, by question; a question left out, or « je ne sais pas », is not there."""
    skipped: Mapped[list[str]] = mapped_column(JSON)
    """Lessons the person decided to skip: none until they say so."""
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
