"""What an installation keeps beside its database: the generated key, archived content, other keys; one archive a backup.

Not in it: the database, the backups themselves, mails written as files, compressed static files. A secret given by the
environment (SECRET_KEY) is not in any file of ours: the operator keeps it with the other settings.
"""

import os
import shutil
import tarfile
from pathlib import Path, PurePosixPath

from course_app.store.backup.archive import BackupError, flush, private_folder
from course_app.store.backup.sqlite import LIVE_FILES

LEFT_OUT = frozenset({"sauvegardes", "courriels", "static"})
ENDING = ".fichiers.tar.gz"


def companion_path(backup: Path) -> Path:
    """Return where the files that go with a backup are."""
    return backup.with_name(f"{backup.name}{ENDING}")


def pack(data_dir: Path, backup: Path, database: Path | None) -> Path | None:
    """Write the files of the data folder beside a backup, readable by their owner alone; None when there is none.

    `database` is the live SQLite file, left out with its -wal and -shm.
    """
    live = {f"{database.name}{ending}" for ending in LIVE_FILES} if database else set()
    kept = [
        path
        for path in sorted(data_dir.iterdir())
        if path.name not in LEFT_OUT | live and not path.name.startswith(".") and path != backup.parent
    ]
    if not kept:
        return None
    target = companion_path(backup)
    try:
        target.touch(mode=0o600)
        with tarfile.open(target, "w:gz") as archive:
            for path in kept:
                archive.add(path, path.name)
        flush(target)
    except (OSError, tarfile.TarError) as error:
        target.unlink(missing_ok=True)
        raise BackupError(f"Les fichiers de {data_dir} n'ont pas pu être joints à la sauvegarde : {error}.") from None
    return target


def unpack_missing(backup: Path, data_dir: Path) -> list[str]:
    """Put back the files that the data folder lacks, never one that it has; return their names."""
    source = companion_path(backup)
    if not source.exists():
        return []
    private_folder(data_dir)
    try:
        with tarfile.open(source, "r:gz") as archive:
            missing = [member for member in archive if not (data_dir / member.name.split("/")[0]).exists()]
            for member in missing:
                _take_out(archive, member, data_dir)
    except (OSError, tarfile.TarError) as error:
        raise BackupError(f"{source.name} est illisible ou endommagé : {error}.") from None
    return sorted({member.name.split("/")[0] for member in missing})


def _take_out(archive: tarfile.TarFile, member: tarfile.TarInfo, data_dir: Path) -> None:
    """Write one file or folder of an archive inside the data folder, for its owner alone.

    By hand: the filter « data » of `extractall` is not in the Python 3.11.2 of Debian 12.
    """
    name, target = PurePosixPath(member.name), data_dir / member.name
    if name.is_absolute() or ".." in name.parts:
        raise tarfile.TarError(f"{member.name} sort du dossier")
    content = archive.extractfile(member) if member.isreg() else None
    if content is not None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.touch(mode=member.mode & 0o700)
        with content, target.open("wb") as file:
            shutil.copyfileobj(content, file)
        os.utime(target, (member.mtime, member.mtime))
    elif member.isdir():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        raise tarfile.TarError(f"{member.name} n'est ni un fichier ni un dossier")
