"""Rows of the team's pages: one line per person, kept by the writes of the log so that ten thousand cost what a hundred do."""

import uuid
from datetime import date

from sqlalchemy import Date, ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped


class TeamStanding(OrganisationScoped, Base):
    """When somebody last learned, to the day and no closer, and until when they may call."""

    __tablename__ = "team_standing"

    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    last_active_on: Mapped[date] = mapped_column(Date)
    cleared_until: Mapped[date | None] = mapped_column(Date)
    """Last day of the feu vert that holds longest; None without any."""
