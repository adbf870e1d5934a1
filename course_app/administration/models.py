"""The table of what the service did, day by day: four totals, no person."""

from datetime import date

from sqlalchemy import BigInteger, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from course_app.store.base import Base

KIND_LENGTH = 16


class ServiceDay(Base):
    """How many answers of one kind the whole installation gave on one day, in Paris."""

    __tablename__ = "service_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH), primary_key=True)
    """A `service.DayKind`."""
    total: Mapped[int] = mapped_column(BigInteger)
