"""When this machine last made a backup, and last proved one by restoring it: two small files in the data folder.

Files rather than rows: a restore must not take them back, and they are read when the database is away.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course_app.store.backup.archive import Content, private_folder, write_whole

LAST_MADE = "last_backup.json"
LAST_VERIFIED = "last_verified_restore.json"


@dataclass(frozen=True)
class Latest:
    """The last backup made and the last one proved, None when never on this machine."""

    made_at: datetime | None
    verified_at: datetime | None


def note_made(data_dir: Path, backup: Path, now: datetime) -> None:
    """Remember that this backup was made, and when."""
    _write(data_dir / LAST_MADE, {"backup": str(backup.resolve()), "made_at": now.isoformat(timespec="seconds")})


def note_verified(data_dir: Path, backup: Path, content: Content, now: datetime) -> None:
    """Remember that this backup was restored and compared, and when."""
    told = {"backup": str(backup.resolve()), "verified_at": now.isoformat(timespec="seconds")}
    _write(data_dir / LAST_VERIFIED, {**told, "revision": content.revision, "rows": content.total})


def _write(path: Path, note: dict[str, object]) -> None:
    private_folder(path.parent)
    write_whole(path, json.dumps(note, ensure_ascii=False, indent=2))


def latest(data_dir: Path) -> Latest:
    """Return what was noted; a note that cannot be read counts as none."""
    return Latest(_moment(data_dir / LAST_MADE, "made_at"), _moment(data_dir / LAST_VERIFIED, "verified_at"))


def _moment(path: Path, key: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))[key])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return moment if moment.tzinfo else None
