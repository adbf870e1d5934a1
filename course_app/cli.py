"""The `course` command: French messages, non-zero exit on failure.

A command loads its own module and nothing else: a check of the content waits for no page and no database.
"""

import sys
from importlib import import_module
from typing import Any

import click

from course_app.core.errors import CourseError, OperatorError

WITHOUT_SITE = {
    "call": "calls_cli:call",
    "certificate": "certificates_cli:certificate",
    "check": "library_cli:check",
    "config": "library_cli:config",
    "dossier": "evidence.evidence_cli:dossier",
    "evaluate-intents": "calls.intents_cli:evaluate_intents",
    "exercise": "exercise.engine_cli:exercise",
    "export": "authors_cli:export_bank",
    "import": "authors_cli:import_bank",
    "new": "authors_cli:new",
    "publish": "library_cli:publish",
}
"""Commands that read files only: where each is, under `course_app`."""

ON_A_SITE = {
    "db": "site_cli:database",
    "demo": "site_cli:demo_command",
    "doctor": "doctor_cli:doctor_command",
    "facts": "facts_cli:facts",
    "jobs": "jobs.jobs_cli:jobs",
    "ledger": "ledger.ledger_cli:ledger",
    "regrade": "quizzes.regrading.regrade_cli:regrade",
    "retention": "privacy.retention_cli:retention",
    "serve": "site_cli:serve",
    "upgrade": "doctor_cli:upgrade_command",
    "user": "site_cli:user",
}
"""Commands that may ask for the application of this installation."""


class Course(click.Group):
    """Commands by name, found when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted(WITHOUT_SITE | ON_A_SITE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, its module loaded; None when there is none of this name."""
        if cmd_name in ON_A_SITE and ctx.obj is None:
            ctx.obj = _attribute("site_cli:installation")()
        place = WITHOUT_SITE.get(cmd_name) or ON_A_SITE.get(cmd_name)
        return _attribute(place) if place else None


def _attribute(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"course_app.{module}"), name)


@click.group(cls=Course)
def course() -> None:
    """Réglo : servir le site, vérifier le contenu, tenir la base."""


def main() -> None:
    """Run the command line; a refusal is one French sentence and exit code 1."""
    try:
        course(prog_name="course")
    except (CourseError, OperatorError) as refusal:
        click.echo(f"Erreur : {refusal}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
