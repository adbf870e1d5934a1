"""The child of run.py: `course db upgrade`, `demo` and `check` on one application, then the server."""

import os
import sys

import click
from flask import Flask
from flask.cli import ScriptInfo

from course_app.cli import course
from course_app.config import Settings, SettingsError, load_settings
from course_app.factory import create_app
from course_app.library.publication import NoGoodContent
from course_app.serving import follow_parent, serve
from course_app.store.migrate import SchemaError


def _course(app: Flask, *arguments: str) -> None:
    """Run one `course` command on an application already built; exit with its code when it fails."""
    try:
        course.main(arguments, prog_name="course", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
    except SystemExit as done:
        if done.code:
            raise


def _announce(settings: Settings) -> None:
    print(f"\nRéglo : {settings.base_url}")
    if settings.is_demonstration:
        print(f"Entrer sans mot de passe, comme une personne d'exemple : {settings.base_url}/demonstration")
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
        _course(app, "check")
    except (SettingsError, NoGoodContent, SchemaError, click.ClickException) as refusal:
        print(f"Erreur : {refusal}", file=sys.stderr)
        sys.exit(1)
    _announce(settings)
    serve(app, settings)


if __name__ == "__main__":
    main()
