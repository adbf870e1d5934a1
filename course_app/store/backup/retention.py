"""Which backups are old enough to go: those past the days kept, the latest always left (security.md G4: 35 days)."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

NAME = re.compile(r"reglo-(\d{8}T\d{6}Z)-[\w-]+\.(?:sqlite3|pgdump)")


def made_at(backup: Path) -> datetime | None:
    """Return when a backup was made, from its name; None for any other file."""
    found = NAME.fullmatch(backup.name)
    return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None


def outdated(backups: Iterable[Path], days: int, now: datetime) -> list[Path]:
    """Return the backups older than so many days, the oldest first; the latest backup is never one of them."""
    dated = sorted((moment, path) for path in backups if (moment := made_at(path)) is not None)
    return [path for moment, path in dated[:-1] if moment < now - timedelta(days=days)]


def forget(folder: Path, days: int, now: datetime) -> list[Path]:
    """Delete outdated backups of a folder with what goes with each; return them."""
    gone = outdated(folder.glob("reglo-*"), days, now)
    for backup in gone:
        for part in folder.glob(f"{backup.name}*"):
            part.unlink(missing_ok=True)
    return gone
