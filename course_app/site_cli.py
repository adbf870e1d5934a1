"""`course serve`, `demo`, `db` and `user`: what needs the application."""

import os
import uuid
from typing import cast

import click
from flask import current_app
from flask.cli import AppGroup, ScriptInfo, with_appcontext
from flask_alembic import Alembic

from course_app import backup_cli, demo
from course_app.accounts import service as accounts
from course_app.accounts.rules import Role
from course_app.administration.inspection.doctor import refuse_holes
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.config import load_settings
from course_app.factory import create_app
from course_app.serving import serve_forever
from course_app.store import migrate
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog


def installation() -> ScriptInfo:
    """Return what gives commands the application of this installation, built once it is asked for."""
    return ScriptInfo(create_app=create_app)


def _alembic() -> Alembic:
    return cast(Alembic, current_app.extensions["alembic"])


@click.command()
def serve() -> None:
    """Servir le site (HOST, PORT, THREADS)."""
    settings = load_settings(os.environ)
    refuse_holes(settings)
    serve_forever(settings)


@click.command("demo")
@with_appcontext
def demo_command() -> None:
    """Créer l'entreprise d'exemple ; relancer la commande ne change rien."""
    created = demo.seed(db.session, catalog(), now())
    db.session.commit()
    click.echo("Entreprise d'exemple créée." if created else "L'entreprise d'exemple existe déjà.")


@click.group("db", cls=AppGroup)
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
    if not migrate.is_current(db.engine):
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


@click.group(cls=AppGroup)
def user() -> None:
    """Gérer les comptes."""


@user.command("create")
@click.option("--email", required=True, prompt="Adresse e-mail")
@click.option("--first-name", required=True, prompt="Prénom")
@click.option("--company", help="Nom d'une entreprise à créer, vide pour une personne seule.")
@click.option("--organisation", type=click.UUID, help="Numéro d'une entreprise qui existe, à la place de son nom.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.LEARNER.value)
@click.password_option(prompt="Mot de passe", confirmation_prompt="Confirmez le mot de passe")
def create_user(
    email: str, first_name: str, company: str | None, organisation: uuid.UUID | None, role: str, password: str
) -> None:
    """Créer une personne, dans une entreprise nouvelle (--company) ou qui existe (--organisation)."""
    if company is not None and organisation is not None:
        raise click.UsageError("Donnez --company pour une entreprise nouvelle, ou --organisation pour une qui existe.")
    if company is None and organisation is None:
        company = click.prompt("Entreprise, à créer (vide pour une personne seule)", default="", show_default=False)
    created = accounts.create_person(
        db.session,
        email=email,
        first_name=first_name,
        company=organisation or company or "",
        role=Role(role),
        password=password,
        now=now(),
    )
    opened = Entry(created.organisation_id, Act.ACCOUNT_OPENED, None, f"personne:{created.id}", {"role": role})
    audit.record(db.session, opened, now())
    db.session.commit()
    click.echo(f"Compte créé : {email}, entreprise {created.organisation_id}")


for _command in backup_cli.COMMANDS:
    database.add_command(_command)
