"""A backup on disk: its name, its manifest, how it is written so that it is whole or absent.

A backup is one file (`reglo-20261208T080000Z-0008.sqlite3` or `.pgdump`: UTC moment, schema revision) and beside it a
manifest (`….json`) with what the database held at that very moment. Both are readable by their owner alone.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from course_app.core.errors import OperatorError
from course_app.core.french import count


class BackupError(OperatorError):
    """A backup that cannot be made, trusted or put back; the message is French and says what to do."""


class Damaged(BackupError):
    """A database whose pages cannot be read."""


Kind = Literal["sqlite3", "pgdump"]  # which database a backup is of, and how its name ends
SQLITE: Final = "sqlite3"
POSTGRESQL: Final = "pgdump"
MAGIC: Mapping[bytes, Kind] = {b"SQLite format 3\x00": SQLITE, b"PGDMP": POSTGRESQL}


@dataclass(frozen=True)
class Content:
    """What a database holds: its schema revision (empty without migrations) and rows by table name."""

    revision: str
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many rows there are, all tables together."""
        return sum(self.rows.values())


@dataclass(frozen=True)
class Manifest:
    """What the backup held when it was made. made_at: ISO 8601, UTC; sha256: of the file, in hexadecimal."""

    made_at: str
    revision: str
    sha256: str
    rows: Mapping[str, int]


def private_folder(folder: Path) -> None:
    """Create a folder that its owner alone can open; leave an existing one as it is."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"Le dossier {folder} ne peut pas être créé : {error.strerror}.") from None


def write_backup(folder: Path, kind: Kind, now: datetime, dump: Callable[[Path], Content]) -> Path:
    """Let `dump` fill a draft in the folder, then give it its name; return the backup's path.

    The draft and its manifest are on the disk before the name exists: a backup that has its name is whole.
    """
    private_folder(folder)
    draft = folder / f".en-cours-{secrets.token_hex(8)}"
    try:
        draft.touch(mode=0o600)
        content = dump(draft)
        flush(draft)
        path = _free_name(folder, f"reglo-{now:%Y%m%dT%H%M%SZ}-{content.revision or 'vide'}", kind)
        manifest = Manifest(now.isoformat(timespec="seconds"), content.revision, digest(draft), content.rows)
        write_whole(manifest_path(path), json.dumps(asdict(manifest), ensure_ascii=False, indent=2))
        draft.rename(path)
        flush(folder)
    except OSError as error:
        raise BackupError(f"La sauvegarde dans {folder} a échoué : {error.strerror}. Rien n'a été gardé.") from None
    finally:
        for leftover in folder.glob(f"{draft.name}*"):
            leftover.unlink(missing_ok=True)
    return path


def _free_name(folder: Path, stem: str, kind: Kind) -> Path:
    """Return a name not taken: two backups of one second are two files."""
    path, number = folder / f"{stem}.{kind}", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}.{kind}", number + 1
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a small private file that is whole or absent, even after a power cut."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    flush(draft)
    draft.replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_path(backup: Path) -> Path:
    """Return where a backup's manifest is."""
    return backup.with_name(f"{backup.name}.json")


def read_manifest(backup: Path) -> Manifest | None:
    """Return a backup's manifest; None without one (a backup made by other means)."""
    path = manifest_path(backup)
    if not path.exists():
        return None
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise BackupError(f"{path.name} est illisible. Retirez-le pour vérifier la sauvegarde sans lui.") from None


def kind_of(backup: Path) -> Kind:
    """Return which database a file is a backup of, by its first bytes."""
    try:
        with backup.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise BackupError(f"{backup} est illisible : {error.strerror}.") from None
    for magic, kind in MAGIC.items():
        if start.startswith(magic):
            return kind
    raise BackupError(f"{backup.name} n'est pas une sauvegarde : ni SQLite, ni pg_dump.")


def differences(expected: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """Return one French sentence per table whose rows are not as many as expected."""
    return [
        f"{table} : {count(expected.get(table, 0), 'ligne attendue', 'lignes attendues')}, {found.get(table, 0)} relue(s)"
        for table in sorted({*expected, *found})
        if expected.get(table) != found.get(table)
    ]
