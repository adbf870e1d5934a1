"""The `course` command: French messages, non-zero exit on failure."""

import json
import os
import sys
from typing import cast

import click
from flask import current_app
from flask.cli import FlaskGroup
from flask_alembic import Alembic

from course_app import backup_cli, calls_cli, demo, doctor_cli, library_cli
from course_app.accounts import service as accounts
from course_app.accounts.rules import Role
from course_app.administration.inspection.doctor import refuse_holes
from course_app.calls.intents_cli import evaluate_intents
from course_app.config import SettingsError, load_settings
from course_app.core.errors import CourseError
from course_app.exercise.engine_cli import exercise
from course_app.factory import create_app
from course_app.jobs.jobs_cli import jobs
from course_app.ledger.ledger_cli import ledger
from course_app.library.publication import NoGoodContent
from course_app.quizzes.regrading.regrade_cli import regrade
from course_app.serving import serve_forever
from course_app.store import migrate
from course_app.store.backup.archive import BackupError
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False, add_version_option=False)
def course() -> None:
    """Réglo : servir le site, vérifier le contenu, tenir la base."""


def _alembic() -> Alembic:
    return cast(Alembic, current_app.extensions["alembic"])


@course.command(with_appcontext=False)
def serve() -> None:
    """Servir le site (HOST, PORT, THREADS)."""
    settings = load_settings(os.environ)
    refuse_holes(settings)
    serve_forever(settings)


@course.command(with_appcontext=False)
@click.option("--json", "as_json", is_flag=True, help="Sortie JSON.")
def config(as_json: bool) -> None:
    """Afficher les réglages effectifs, secrets masqués."""
    shown = load_settings(os.environ).masked()
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for key, value in shown.items():
        click.echo(f"{key}={value}")


@course.command("demo")
def demo_command() -> None:
    """Créer l'entreprise d'exemple ; relancer la commande ne change rien."""
    created = demo.seed(db.session, catalog(), now())
    db.session.commit()
    click.echo("Entreprise d'exemple créée." if created else "L'entreprise d'exemple existe déjà.")


@course.group("db")
def database() -> None:
    """Faire évoluer, vérifier, sauvegarder et remettre la base."""


@database.command()
@click.argument("revision", default="heads")
def upgrade(revision: str) -> None:
    """Appliquer les migrations."""
    migrate.upgrade(_alembic(), revision)
    click.echo("Base à jour.")


@database.command()
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Revenir en arrière d'une migration, ou jusqu'à REVISION."""
    migrate.downgrade(_alembic(), int(revision) if revision.lstrip("-").isdigit() else revision)
    click.echo("Retour effectué.")


@database.command("check")
def check_database() -> None:
    """Dire si la base est à jour et conforme aux modèles."""
    if not migrate.is_current(_alembic()):
        raise click.ClickException("Des migrations restent à appliquer : lancez « course db upgrade ».")
    found = migrate.differences(_alembic())
    if found:
        raise click.ClickException("La base diffère des modèles :\n" + "\n".join(found))
    click.echo("Base conforme.")


@database.command("revision", hidden=True)
@click.argument("message")
def revision_command(message: str) -> None:
    """Write the migration that brings the schema to the models (for developers)."""
    click.echo(", ".join(script.path for script in _alembic().revision(message) if script))


@course.group()
def user() -> None:
    """Gérer les comptes."""


@user.command("create")
@click.option("--email", required=True, prompt="Adresse e-mail")
@click.option("--first-name", required=True, prompt="Prénom")
@click.option("--company", required=True, prompt="Entreprise")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.LEARNER.value)
@click.password_option(prompt="Mot de passe", confirmation_prompt="Confirmez le mot de passe")
def create_user(email: str, first_name: str, company: str, role: str, password: str) -> None:
    """Créer une personne et, au besoin, son entreprise."""
    accounts.create_person(
        db.session,
        email=email,
        first_name=first_name,
        company=company,
        role=Role(role),
        password=password,
        now=now(),
    )
    db.session.commit()
    click.echo(f"Compte créé : {email}")


for _command in (
    *library_cli.COMMANDS,
    *doctor_cli.COMMANDS,
    calls_cli.call,
    exercise,
    jobs,
    evaluate_intents,
    regrade,
    ledger,
):
    course.add_command(_command)
for _command in backup_cli.COMMANDS:
    database.add_command(_command)


def main() -> None:
    """Run the command line; a refusal is one French sentence and exit code 1."""
    try:
        course(standalone_mode=True)
    except (SettingsError, NoGoodContent, CourseError, migrate.SchemaError, BackupError) as refusal:
        click.echo(f"Erreur : {refusal}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
