"""Rows of the team's pages: one line per person, kept by the writes of the log so that ten thousand cost what a hundred do."""

import uuid
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import UtcDateTime, uuid_key

SUBJECT_LENGTH = 200
OPTION_LENGTH = 80


class TeamStanding(OrganisationScoped, Base):
    """When somebody last learned, to the day and no closer, and until when they may call."""

    __tablename__ = "team_standing"
    __table_args__ = (
        # The whole line, so that counting ten thousand people reads the index alone.
        Index("ix_team_standing_line", "learner_id", "organisation_id", "last_active_on", "cleared_until"),
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    last_active_on: Mapped[date] = mapped_column(Date)
    cleared_until: Mapped[date | None] = mapped_column(Date)
    """Last day of the feu vert that holds longest; None without any."""


class HeatTopic(OrganisationScoped, Base):
    """What more than half of a published group chose at one subject; written once, never changed, no name in it."""

    __tablename__ = "heat_topic"

    id: Mapped[uuid.UUID] = uuid_key()
    team_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("team.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    option: Mapped[str] = mapped_column(String(OPTION_LENGTH))
    people: Mapped[int]
    """How many were asked: five or more."""
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HeatCounted(OrganisationScoped, Base):
    """Somebody's answer to a subject is in a published group, and will be in no other: what it was is not here."""

    __tablename__ = "heat_counted"

    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the group was published; kept after the group itself, so that no answer still known is counted twice."""
