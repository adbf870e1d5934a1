"""Tables of surveys and requests."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.membership.rules import PATH_ID_LENGTH
from course_app.quality.rules import COMMENT_LIMIT, REQUEST_LIMIT, RequestKind, SurveyKind
from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import Text, UtcDateTime, enum_slug, uuid_key


class SurveyAnswer(OrganisationScoped, Base):
    """What one person answered to one survey of one path; once."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        UniqueConstraint("learner_id", "path_id", "kind"),
        Index("ix_survey_answer_path_id_kind", "path_id", "kind"),
    )

    id: Mapped[uuid.UUID] = uuid_key()
    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"))
    path_id: Mapped[str] = mapped_column(String(PATH_ID_LENGTH))
    kind: Mapped[SurveyKind] = mapped_column(enum_slug(SurveyKind, 16))
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    """Values by slug of question, as `rules.SURVEYS` lists them."""
    comment: Mapped[str] = mapped_column(Text(COMMENT_LIMIT))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LearnerRequest(OrganisationScoped, Base):
    """A complaint, or a request for an adaptation, and its answer."""

    __tablename__ = "learner_request"
    __table_args__ = (UniqueConstraint("learner_id", "key"),)

    id: Mapped[uuid.UUID] = uuid_key()
    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[RequestKind] = mapped_column(enum_slug(RequestKind, 16))
    text: Mapped[str] = mapped_column(Text(REQUEST_LIMIT))
    key: Mapped[uuid.UUID]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text(REQUEST_LIMIT), default="")
    answered_by: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("user.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
