"""Erasures beside the database: a restored backup does not know those done after it was made (security.md G5, R14).

One line of JSON per erasure, a number and a date, in the folder of backups: whoever copies backups elsewhere takes it
along. And the mark of a restore, which says that erasures are still to be replayed.
"""

import json
import os
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from course_app.store.backup.archive import private_folder, write_whole
from course_app.store.backup.operations import default_folder

FILE_NAME = "effacements.jsonl"
MARK_NAME = "restauration-a-finir"


def path(data_dir: Path) -> Path:
    """Return where the journal of an installation is."""
    return default_folder(data_dir) / FILE_NAME


def known(data_dir: Path) -> set[uuid.UUID]:
    """Return whom the journal says erased; a line cut by a crash is left out."""
    try:
        lines = path(data_dir).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return set()
    found = set()
    for line in lines:
        try:
            found.add(uuid.UUID(json.loads(line)["person"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def write_missing(data_dir: Path, erased: Iterable[tuple[uuid.UUID, datetime]]) -> int:
    """Append the erasures that the journal does not tell yet, and wait until they are on the disk; return how many."""
    told = known(data_dir)
    missing = [(person, moment) for person, moment in erased if person not in told]
    if not missing:
        return 0
    target = path(data_dir)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = "".join(
        json.dumps({"person": str(person), "erased_at": moment.isoformat()}) + "\n" for person, moment in missing
    )
    descriptor = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write("\n" + text if told or target.stat().st_size else text)  # after a line cut short
        file.flush()
        os.fsync(file.fileno())
    return len(missing)


def mark_restored(data_dir: Path) -> None:
    """Note that a backup was put back: until `settled`, no mail leaves."""
    private_folder(data_dir)
    write_whole(data_dir / MARK_NAME, "Une sauvegarde vient d'être remise : les effacements restent à rejouer.\n")


def is_to_settle(data_dir: Path) -> bool:
    """Tell whether a restore still has its erasures to replay."""
    return (data_dir / MARK_NAME).exists()


def settled(data_dir: Path) -> None:
    """Note that a restore is finished."""
    (data_dir / MARK_NAME).unlink(missing_ok=True)
