"""A real write that leaves nothing: what tells whether the database would keep an answer right now (security.md R17)."""

import uuid

from sqlalchemy import Engine, Uuid, delete, insert
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base
from course_app.store.session import reads_only


class WriteProbe(Base):
    """A table that is always empty between two transactions."""

    __tablename__ = "write_probe"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)


def prove_write(engine: Engine) -> None:
    """Write a row, take it away and commit: the disk is reached, the content stays what it was.

    Rolling back instead would prove nothing, since a full disk is met at the commit. Raises SQLAlchemy's errors.
    """
    key = uuid.uuid4()
    token = reads_only.set(False)
    try:
        with engine.begin() as connection:
            connection.execute(insert(WriteProbe).values(id=key))
            connection.execute(delete(WriteProbe).where(WriteProbe.id == key))
    finally:
        reads_only.reset(token)
