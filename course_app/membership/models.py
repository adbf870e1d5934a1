"""Rows of membership: teams, their members, invitations, assigned paths."""

import uuid
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from course_app.accounts.models import HASH_LENGTH
from course_app.accounts.rules import EMAIL_LIMIT, FIRST_NAME_LIMIT, Role
from course_app.membership.rules import PATH_ID_LENGTH, TEAM_NAME_LIMIT
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, enum_slug, uuid_key


class Team(OrganisationScoped, Base):
    """A team of an organisation; a person may be in several."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[uuid.UUID] = uuid_key()
    name: Mapped[str] = mapped_column(Text(TEAM_NAME_LIMIT))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TeamMember(OrganisationScoped, Base):
    """One stay of one person in one team; leaving ends the stay, coming back opens another."""

    __tablename__ = "team_member"
    __table_args__ = (
        Index(
            "uq_team_member_open",
            "team_id",
            "user_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_team_member_seen", "organisation_id", "left_at", "team_id", "user_id"),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    team_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("team.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    leads: Mapped[bool] = mapped_column(default=False)
    """Whether this person, if their role is manager, sees the team."""
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Invitation(OrganisationScoped, Base):
    """One link that makes its addressee a member; the mail holds the token, this row its hash (security.md S10)."""

    __tablename__ = "invitation"

    id: Mapped[uuid.UUID] = uuid_key()
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    email: Mapped[str] = mapped_column(Text(EMAIL_LIMIT), index=True)
    """Normalised by `accounts.rules.normalised_email`."""
    first_name: Mapped[str] = mapped_column(Text(FIRST_NAME_LIMIT))
    """Possibly empty: the person then gives it."""
    role: Mapped[Role] = mapped_column(enum_slug(Role, 16))
    team_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("team.id", ondelete="CASCADE"))
    path_id: Mapped[str | None] = mapped_column(String(PATH_ID_LENGTH))
    deadline_on: Mapped[date | None] = mapped_column(Date)
    invited_by: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the addressee of a dead link asked its sender for another one."""
    recall_token_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH), unique=True)
    """Of the link in the one reminder; the link of the first mail works until either is used."""
    recall_stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its addressee asked for no reminder: none leaves for this one, nor for a later one of the company."""


class Assignment(OrganisationScoped, Base):
    """A path that a person was asked to follow, possibly by a date; at most one is open per person and path."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_open",
            "user_id",
            "path_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    user_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"))
    path_id: Mapped[str] = mapped_column(String(PATH_ID_LENGTH))
    deadline_on: Mapped[date | None] = mapped_column(Date)
    assigned_by: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"))
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
