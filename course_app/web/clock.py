"""The clock: the only place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date in mainland France, where deadlines and simulated days live."""
    return now().astimezone(PARIS).date()
