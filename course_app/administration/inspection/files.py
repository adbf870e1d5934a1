"""Who can read and write the files of an installation (security.md S70, S76); changes no mode."""

import os
import stat
from pathlib import Path

from course_app.administration.rules import Remark, good, hole, watch
from course_app.config import PACKAGE_DIR, Settings
from course_app.store.backup import operations, sqlite
from course_app.store.session import is_sqlite

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def remarks(settings: Settings) -> list[Remark]:
    """Return what the modes of the data folder, the database and the keys deserve."""
    folder = settings.data_dir
    if not folder.is_dir():
        return [hole("dossier", f"DATA_DIR : le dossier {folder} n'existe pas. Créez-le, puis « course upgrade ».")]
    found = [_folder(folder)]
    if is_sqlite(settings.database_url):
        found.append(_database(sqlite.live_path(settings.database_url)))
    found += [_secret(path) for path in (folder / "secret_key",) if path.exists()]
    found += [_owned(folder), *_backups(settings), _program()]
    return found


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS)


def _folder(folder: Path) -> Remark:
    if _is_open(folder):
        return watch("dossier", f"D'autres utilisateurs ouvrent DATA_DIR : chmod 700 {folder}")
    return good("dossier", "DATA_DIR ne s'ouvre que par le site.")


def _database(path: Path) -> Remark:
    if not path.exists():
        return hole("base-fichier", "La base n'existe pas encore : lancez « course upgrade ».")
    if any(_is_open(part) for part in (path, Path(f"{path}-wal")) if part.exists()):
        return hole("base-fichier", f"D'autres utilisateurs lisent la base : chmod 600 {path}*")
    return good("base-fichier", "La base ne se lit que par le site.")


def _secret(path: Path) -> Remark:
    if _is_open(path):
        return hole("cle-fichier", f"D'autres utilisateurs lisent la clé : chmod 600 {path}")
    return good("cle-fichier", "La clé gardée dans DATA_DIR ne se lit que par le site.")


def _owned(folder: Path) -> Remark:
    """A command typed as root leaves files that the site can no longer write."""
    user_id = os.geteuid()
    strangers = [path.name for path in (folder, *folder.iterdir()) if path.stat().st_uid != user_id]
    if user_id and strangers:
        return watch(
            "proprietaire", f"Fichiers d'un autre utilisateur dans DATA_DIR : {', '.join(strangers[:3])}. Voyez chown."
        )
    return good("proprietaire", "Les fichiers de DATA_DIR sont au même utilisateur.")


def _backups(settings: Settings) -> list[Remark]:
    folder = operations.default_folder(settings.data_dir)
    if folder.is_dir() and any(_is_open(path) for path in folder.glob("reglo-*")):
        return [watch("sauvegarde-fichier", f"D'autres utilisateurs lisent des sauvegardes : chmod 600 {folder}/*")]
    return []


def _program() -> Remark:
    if os.geteuid() and os.access(PACKAGE_DIR, os.W_OK):
        return watch("programme", "Le site peut réécrire son propre programme : donnez ces fichiers à root.")
    return good("programme", "Le site n'écrit que dans ses données.")
