"""`course doctor`: the whole installation looked at, and `course upgrade`: backup, migrations, check, in one command."""

import json
import os
import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from course_app.administration.inspection import database, doctor, files
from course_app.administration.rules import Gravity, Remark, good, hole, holes, watch
from course_app.config import Environment, Settings, SettingsError, load_settings
from course_app.core.french import count
from course_app.exercise.engine.bodies import EXERCISE_BODIES
from course_app.factory import create_app
from course_app.library.folders import Folders
from course_app.library.loader import load
from course_app.store import migrate
from course_app.store.backup import operations, sqlite
from course_app.store.backup.archive import BackupError
from course_app.store.session import is_sqlite
from course_app.web.clock import now, today

LABELS = {Gravity.GOOD: "bon", Gravity.WATCH: "à surveiller", Gravity.HOLE: "À CORRIGER"}
FOR_PRODUCTION = frozenset({"environnement", "adresse", "cookies", "utilisateur", "hotes"})
"""Topics that are no fault of an installation which is not a production."""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Sortie JSON.")
@click.option("--deploy", is_flag=True, help="Juger comme une production, même si ENVIRONMENT dit autre chose.")
def doctor_command(as_json: bool, deploy: bool) -> None:
    """Examiner l'installation : réglages, base, fichiers, courriel, disque, heure, contenu, sauvegardes."""
    try:
        settings = load_settings(os.environ)
        found = [*doctor.examine(settings), _content(settings)]
    except SettingsError as refusal:
        settings, found = None, [doctor.unreadable(refusal)]
    if settings and settings.environment is not Environment.PRODUCTION and not deploy:
        found = [remark for remark in found if remark.topic not in FOR_PRODUCTION]
    if as_json:
        click.echo(json.dumps([vars(remark) for remark in found], ensure_ascii=False, indent=2))
    else:
        _print(found)
    sys.exit(1 if holes(found) else 0)


def _print(found: list[Remark]) -> None:
    for remark in found:
        click.echo(f"{LABELS[remark.gravity]:<13}{remark.topic:<20}{remark.sentence}")
    faults = len(holes(found))
    click.echo(f"{count(faults, 'point à corriger', 'points à corriger')}." if faults else "Rien à corriger.")


def _content(settings: Settings) -> Remark:
    bundle = load(Folders(settings.content_dir, settings.quizzes_dir), EXERCISE_BODIES, today())
    errors = [finding for finding in bundle.findings if finding.is_error]
    if errors:
        return hole("contenu", f"{count(len(errors), 'erreur')} de contenu, la première : {errors[0]}")
    warnings = len(bundle.findings)
    if warnings:
        return watch("contenu", f"Le contenu est bon, avec {count(warnings, 'avertissement')} : « course check ».")
    return good("contenu", "Le contenu est bon.")


@click.command("upgrade")
def upgrade_command() -> None:
    """Sauvegarder la base, appliquer les migrations, contrôler : tout, ou la base d'avant."""
    settings = load_settings(os.environ)
    kept = None
    if _has_database(settings):
        folder = operations.default_folder(settings.data_dir)
        kept = operations.back_up_whole(settings.database_url, settings.data_dir, folder, now())
        click.echo(f"Sauvegarde faite : {kept}")
    app = create_app(settings)
    try:
        with app.app_context():
            migrate.upgrade(app.extensions["alembic"])
    except (SQLAlchemyError, migrate.SchemaError, RuntimeError, ValueError) as error:
        raise BackupError(_failed(settings, type(error).__name__, str(kept or ""))) from error
    found = holes([*files.remarks(settings), *database.remarks(settings).modes])
    for remark in found:
        click.echo(f"{LABELS[remark.gravity]:<13}{remark.sentence}", err=True)
    if found:
        sys.exit(1)
    click.echo("Base à jour. Relancez le site : systemctl restart reglo")


def _has_database(settings: Settings) -> bool:
    if is_sqlite(settings.database_url):
        path = sqlite.live_path(settings.database_url)
        return path.exists() and path.stat().st_size > 0
    with database.connected(settings) as connection:
        return migrate.revision_of(connection) is not None


def _failed(settings: Settings, reason: str, kept: str) -> str:
    """Say what state the database is in and what to do."""
    try:
        with database.connected(settings) as connection:
            held = migrate.revision_of(connection)
    except SQLAlchemyError:
        held = None
    return (
        f"la mise à jour a échoué ({reason}). La base est au schéma {held or 'vide'} ; le site d'avant peut continuer.\n"
        "Remettez la version précédente du programme et écrivez-nous avec ce message.\n"
        f"Si la base se lit mal : course db restore {kept or 'LA-DERNIÈRE-SAUVEGARDE'}"
    )
