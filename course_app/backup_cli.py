"""`course db backup`, `verify` and `restore`: read the settings alone, so that they work when the site does not start.

Only the end of a restore asks for the application: rooms know what an erasure takes out. Without it, the site does that
when it starts.
"""

import http.client
import json
import os
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from course_app.config import Settings, load_settings
from course_app.core.errors import CourseError, OperatorError
from course_app.core.french import count, number
from course_app.factory import create_app
from course_app.privacy import journal, keeping
from course_app.store.backup import archive, companions, notes, operations, retention
from course_app.store.backup.archive import BackupError
from course_app.store.session import db
from course_app.web.clock import now

PROBE_SECONDS = 2
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - an address listened on, and where it answers

_backup = click.argument("sauvegarde", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_as_json = click.option("--json", "as_json", is_flag=True, help="Sortie JSON.")


@click.command("backup")
@click.argument("dossier", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(1, 3650), help="Effacer les sauvegardes de plus de tant de jours.")
@click.option("--verify", "proves", is_flag=True, help="Relire la sauvegarde aussitôt, comme « course db verify ».")
@_as_json
def backup_command(dossier: Path | None, keep: int | None, proves: bool, as_json: bool) -> None:
    """Sauvegarder la base dans DOSSIER (sinon DATA_DIR/sauvegardes), site ouvert ou non."""
    settings = load_settings(os.environ)
    folder = dossier or operations.default_folder(settings.data_dir)
    path = operations.back_up_whole(settings.database_url, settings.data_dir, folder, now())
    if proves:
        verified = operations.verify(settings.database_url, path)
        notes.note_verified(settings.data_dir, path, verified.content, now())
    gone = retention.forget(folder, keep, now()) if keep else []
    manifest = archive.read_manifest(path)
    rows = sum(manifest.rows.values()) if manifest else 0
    if as_json:
        told = {"backup": str(path), "bytes": path.stat().st_size, "rows": rows, "verified": proves}
        click.echo(json.dumps({**told, "forgotten": [str(each) for each in gone]}, ensure_ascii=False))
        return
    click.echo(f"Sauvegarde faite : {path}")
    click.echo(
        f"{count(rows, 'ligne')}. "
        + ("Relue et comptée." if proves else f"Vérifiez-la par « course db verify {path} ».")
    )
    if gone:
        click.echo(f"{count(len(gone), 'ancienne sauvegarde effacée', 'anciennes sauvegardes effacées')}.")
    if os.environ.get("SECRET_KEY"):
        click.echo("SECRET_KEY n'y est pas : gardez-la à part, avec vos réglages.")


@click.command("verify")
@_backup
@_as_json
def verify_command(sauvegarde: Path, as_json: bool) -> None:
    """Remettre SAUVEGARDE dans un lieu d'essai, la contrôler et compter ses lignes."""
    settings = load_settings(os.environ)
    verified = operations.verify(settings.database_url, sauvegarde)
    notes.note_verified(settings.data_dir, sauvegarde, verified.content, now())
    content = verified.content
    if as_json:
        shown = {"revision": content.revision, "rows": dict(content.rows), "compared": verified.is_compared}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for table, rows in content.rows.items():
        click.echo(f"{table:<24}{rows:>10}")
    click.echo(f"Sauvegarde bonne : schéma {content.revision}, {count(content.total, 'ligne')}.")
    if not verified.is_compared:
        click.echo("Sans son fichier .json, les lignes n'ont pas pu être comparées à celles du départ.")


@click.command("restore")
@_backup
@click.option("--force", is_flag=True, help="Même si la base sert, est illisible ou a un schéma plus récent.")
def restore_command(sauvegarde: Path, force: bool) -> None:
    """Remplacer la base par SAUVEGARDE ; la base d'avant est gardée."""
    settings = load_settings(os.environ)
    if not force and _answers(settings):
        raise BackupError(f"Le site répond sur le port {settings.port} : arrêtez-le d'abord, ou ajoutez --force.")
    folder = operations.default_folder(settings.data_dir)
    journal.mark_restored(settings.data_dir)  # before: a crash from here on leaves the mark, and no old mail leaves
    try:
        done = operations.restore(settings.database_url, sauvegarde, folder, now(), force=force)
    except BackupError:
        journal.settled(settings.data_dir)  # nothing was put back
        raise
    notes.note_verified(settings.data_dir, sauvegarde, done.content, now())
    back = companions.unpack_missing(sauvegarde, settings.data_dir)
    click.echo(f"Base remise : schéma {done.content.revision}, {count(done.content.total, 'ligne')}.")
    if done.kept:
        click.echo(f"La base d'avant est ici : {done.kept}")
    if back:
        click.echo(f"Fichiers remis dans {settings.data_dir} : {', '.join(back)}")
    if done.needs_upgrade:
        click.echo("Son schéma est ancien : lancez « course upgrade », puis le site. Les effacements y seront rejoués.")
        return
    _settle(settings)


def _settle(settings: Settings) -> None:
    """Replay erasures before anybody opens the restored database; what fails here is done when the site starts."""
    try:
        app = create_app(settings)
        with app.app_context():
            settled = keeping.settle_restore()
            db.engine.dispose()
    except (CourseError, OperatorError, SQLAlchemyError) as failure:
        click.echo(f"Les effacements n'ont pas pu être rejoués ici ({type(failure).__name__}).", err=True)
        click.echo("Ils le seront au démarrage du site. D'ici là, aucun courriel ne part.", err=True)
        return
    again = settled.erased_again if settled else 0
    forgotten = settled.mails_forgotten if settled else 0
    click.echo(f"Effacements rejoués : {number(again)}. Courriels d'alors qui ne partiront pas : {number(forgotten)}.")


def _answers(settings: Settings) -> bool:
    """Tell whether a server answers where these settings say it listens."""
    host = EVERYWHERE.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": settings.trusted_hosts[0]})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


COMMANDS = (backup_command, verify_command, restore_command)
