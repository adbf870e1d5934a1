"""Backing up, verifying, putting back: the same three operations on both databases."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course_app.store import migrate
from course_app.store.backup import archive, companions, notes, postgres, sqlite
from course_app.store.backup.archive import POSTGRESQL, SQLITE, BackupError, Content, Damaged, Kind
from course_app.store.session import is_sqlite


@dataclass(frozen=True)
class Verified:
    """A backup that was restored in a scratch place. is_compared: whether a manifest said what to expect."""

    content: Content
    is_compared: bool


@dataclass(frozen=True)
class Restored:
    """What a restore did. kept: where the former database is, None when there was none."""

    content: Content
    kept: Path | None
    needs_upgrade: bool


def _kind(url: str) -> Kind:
    return SQLITE if is_sqlite(url) else POSTGRESQL


def default_folder(data_dir: Path) -> Path:
    """Return where backups go unless another place is named."""
    return data_dir / "sauvegardes"


def back_up(url: str, folder: Path, now: datetime) -> Path:
    """Make a backup of everything committed before the call; return its path, raise `BackupError` otherwise."""
    dump = sqlite.dump if is_sqlite(url) else postgres.dump
    return archive.write_backup(folder, _kind(url), now, lambda draft: dump(url, draft))


def back_up_whole(url: str, data_dir: Path, folder: Path, now: datetime) -> Path:
    """Back up the database and the files that go with it, and note when; return the backup."""
    path = back_up(url, folder, now)
    companions.pack(data_dir, path, sqlite.live_path(url) if is_sqlite(url) else None)
    notes.note_made(data_dir, path, now)
    return path


def verify(url: str, backup: Path) -> Verified:
    """Restore a backup in a scratch place and compare it; raise `BackupError` on the first thing that is wrong.

    A PostgreSQL backup is restored beside the database of `url`, on its server; a SQLite one needs no address.
    """
    kind = archive.kind_of(backup)
    if kind is POSTGRESQL and is_sqlite(url):
        raise BackupError("Cette sauvegarde est de PostgreSQL : donnez l'adresse d'un serveur par DATABASE_URL.")
    manifest = archive.read_manifest(backup)
    if manifest and manifest.sha256 != archive.digest(backup):
        raise BackupError(f"{backup.name} a changé depuis sa création : prenez-en une autre.")
    with tempfile.TemporaryDirectory() as scratch:
        found = sqlite.examine(backup, Path(scratch)) if kind is SQLITE else postgres.examine(url, backup)
    if found.revision not in migrate.known_revisions():
        raise BackupError(
            f"Le schéma « {found.revision or 'vide'} » de cette sauvegarde est inconnu ici : "
            "elle vient d'une version plus récente, ou d'un autre logiciel."
        )
    lost = archive.differences(manifest.rows, found.rows) if manifest else []
    if lost:
        raise BackupError("La sauvegarde ne contient pas ce qu'elle devrait :\n" + "\n".join(lost))
    return Verified(found, manifest is not None)


def restore(url: str, backup: Path, folder: Path, now: datetime, *, force: bool = False) -> Restored:
    """Verify a backup, keep the present database in `folder`, then replace it, whole or not at all.

    Raises `BackupError`, with nothing changed, when the backup is unsound or of another database; and, unless
    `force`, when the database is in use, cannot be read, or has a newer schema than the backup.
    """
    if archive.kind_of(backup) is not _kind(url):
        raise BackupError("Cette sauvegarde est d'un autre moteur que DATABASE_URL. Rien n'a changé.")
    found = verify(url, backup).content
    if not force:
        _refuse_in_use(url)
    kept = _keep_present(url, found, folder, now, force=force)
    try:
        _put_back(url, backup)
    except BackupError as error:
        raise BackupError(f"{error} La base d'avant est ici : {kept}." if kept else str(error)) from None
    return Restored(found, kept, found.revision != migrate.known_revisions()[-1])


def _put_back(url: str, backup: Path) -> None:
    if is_sqlite(url):
        sqlite.restore(url, backup)
        return
    with tempfile.TemporaryDirectory() as scratch:
        postgres.restore(url, backup, Path(scratch))


def _refuse_in_use(url: str) -> None:
    if sqlite.connected(url) if is_sqlite(url) else postgres.connected(url):
        raise BackupError("La base est utilisée : arrêtez le site et les calculs, ou ajoutez --force.")


def _keep_present(url: str, coming: Content, folder: Path, now: datetime, *, force: bool) -> Path | None:
    """Back up the present database, or set it aside when its pages cannot be read; return where it is kept."""
    try:
        present = sqlite.content(url) if is_sqlite(url) else postgres.content(url)
        if present is None:
            return None
        if not force and _is_newer(present.revision, coming.revision):
            raise BackupError(
                f"La base est plus récente (schéma {present.revision}) que la sauvegarde ({coming.revision}). "
                "Ajoutez --force, puis lancez « course db upgrade »."
            )
        return back_up(url, folder, now)
    except Damaged as error:
        if not force:
            raise BackupError(
                f"La base actuelle est illisible. --force la met de côté, sans la perdre. {error}"
            ) from None
        return sqlite.set_aside(url, now)


def _is_newer(present: str, coming: str) -> bool:
    known = migrate.known_revisions()
    return present not in known or known.index(present) > known.index(coming)
