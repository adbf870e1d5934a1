"""The table of jobs: what was asked, by whom, who is on it, what came out."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.jobs.rules import ERROR_LENGTH, KIND_LENGTH, PAGE_LENGTH, RUNNER_LENGTH, JobState
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, enum_slug, uuid_key


class Job(OrganisationScoped, Base):
    """One piece of work asked by one person. Stored before it is acknowledged, so a power cut takes none away."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_job_state_asked_at", "state", "asked_at"),
        CheckConstraint("progress >= 0 AND progress <= 1", name="progress_is_a_share"),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    person_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH))
    """Name of a `work.Kind`."""
    key: Mapped[uuid.UUID]
    """Made with the form that asked: the same form sent twice asks once."""
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    page: Mapped[str] = mapped_column(Text(PAGE_LENGTH))
    state: Mapped[JobState] = mapped_column(enum_slug(JobState, 16), default=JobState.WAITING)
    progress: Mapped[float] = mapped_column(default=0.0)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str | None] = mapped_column(Text(ERROR_LENGTH))
    """French, shown as it is."""
    attempts: Mapped[int] = mapped_column(default=0)
    runner: Mapped[str | None] = mapped_column(String(RUNNER_LENGTH))
    """Who is on it; only this runner may beat, finish or release it."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Last sign of life of the runner."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ChoreTurn(Base):
    """The last occasion on which a chore was taken, by whichever process."""

    __tablename__ = "chore_turn"

    name: Mapped[str] = mapped_column(String(KIND_LENGTH), primary_key=True)
    occasion: Mapped[str] = mapped_column(String(40))
