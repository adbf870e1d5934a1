"""The child of run.py: schema, examples and content check on one application, then the server."""

import os
import sys
from collections.abc import Sequence

import click
from flask import Flask
from flask.cli import ScriptInfo

from course_app.accounts.service import DemonstrationEntry, demonstration_people
from course_app.cli import course
from course_app.config import Settings, SettingsError, load_settings
from course_app.factory import create_app
from course_app.library.publication import NoGoodContent
from course_app.library_cli import print_report
from course_app.serving import follow_parent, serve
from course_app.store.migrate import SchemaError
from course_app.store.session import db
from course_app.web.library import publication


def _course(app: Flask, *arguments: str) -> None:
    """Run one `course` command on an application already built; exit with its code when it fails."""
    try:
        course.main(arguments, prog_name="course", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
    except SystemExit as done:
        if done.code:
            raise


def _tell_content(app: Flask) -> None:
    """Say what the content check found when the application loaded it; a fault leaves the last good version served."""
    with app.app_context():
        catalog, state = publication().catalog(), publication().state
    print_report(catalog, state.findings)
    if not state.is_current:
        print("Le contenu du disque a des erreurs : la dernière version valable est servie.", flush=True)


def _entries(app: Flask, settings: Settings) -> Sequence[DemonstrationEntry]:
    """Return the people anybody may enter as; read before the server forks, which must hold no connection."""
    if not settings.is_demonstration:
        return ()
    with app.app_context():
        return demonstration_people(db.session)


def _announce(settings: Settings, people: Sequence[DemonstrationEntry]) -> None:
    """Say that the site answers, where, and who may enter."""
    print(f"\nRéglo est prêt : {settings.base_url}")
    if people:
        print(f"Entrez d'un clic, sans mot de passe, par {settings.base_url}/demonstration :")
        for person in people:
            print(f"  {person.first_name} ({person.role.value}) : {person.summary}")
    print(f"Données dans {settings.data_dir}. Ctrl+C arrête le site.\n", flush=True)


def main() -> None:
    """Prepare the installation, say how to enter, and serve."""
    follow_parent()
    try:
        settings = load_settings(os.environ)
        app = create_app(settings)
        _course(app, "db", "upgrade")
        if settings.is_demonstration:
            _course(app, "demo")
        _tell_content(app)
    except (SettingsError, NoGoodContent, SchemaError, click.ClickException) as refusal:
        print(f"Erreur : {refusal}", file=sys.stderr)
        sys.exit(1)
    people = _entries(app, settings)
    serve(app, settings, lambda: _announce(settings, people))


if __name__ == "__main__":
    main()
