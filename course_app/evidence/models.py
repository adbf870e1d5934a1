"""The table where a finished dossier waits to be downloaded, cut in pieces: any server of the site can give it."""

import uuid

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base, OrganisationScoped
from course_app.store.types import uuid_key


class DossierPiece(OrganisationScoped, Base):
    """Consecutive bytes of one dossier; they leave with the job that made them."""

    __tablename__ = "dossier_piece"
    __table_args__ = (UniqueConstraint("job_id", "number"),)

    id: Mapped[uuid.UUID] = uuid_key()
    job_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("job.id", ondelete="CASCADE"))
    number: Mapped[int]
    """From 0."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
