"""`course facts`: what to check again, and what depends on it; looks people up where there is a database."""

import difflib
import json
from dataclasses import asdict
from datetime import timedelta

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from course_app.core.french import count
from course_app.exercise.engine.bodies import EXERCISE_BODIES
from course_app.library import registry
from course_app.library.catalog import Catalog
from course_app.library.loader import load
from course_app.library_cli import content_folders
from course_app.quizzes.exam.certified import Certified, certified_on
from course_app.store.session import db
from course_app.web.clock import PARIS, today


@click.group()
def facts() -> None:
    """Registre des faits : ce qu'il faut revérifier, et ce qui en dépend."""


@facts.command("due")
@click.option("--days", type=click.IntRange(0, 3650), default=30, show_default=True, help="D'ici combien de jours.")
@click.option("--json", "as_json", is_flag=True, help="Sortie JSON.")
def facts_due(days: int, as_json: bool) -> None:
    """Lister les faits à revérifier, les plus pressés d'abord."""
    until = today() + timedelta(days=days)
    due = registry.due(_catalog().facts.values(), until)
    if as_json:
        click.echo(json.dumps([fact.model_dump(mode="json") for fact in due], ensure_ascii=False, indent=2))
        return
    for fact in due:
        click.echo(f"{fact.next_check_on} {fact.id} : {fact.value} ({fact.source}). {fact.label}")
    click.echo(count(len(due), "fait à revérifier", "faits à revérifier"))


@facts.command("impact")
@click.argument("identifiant")
@click.option("--json", "as_json", is_flag=True, help="Sortie JSON.")
def facts_impact(identifiant: str, as_json: bool) -> None:
    """Dire ce qui cite un fait (leçons, questions, exercices, lettres), et qui a réussi un test dessus."""
    bundle = load(content_folders(), EXERCISE_BODIES, today())
    if identifiant not in bundle.catalog.facts:
        near = ", ".join(difflib.get_close_matches(identifiant, bundle.catalog.facts, 3)) or "voyez content/facts.yaml"
        raise click.ClickException(f"fait inconnu : {identifiant}. Proches : {near}")
    uses = bundle.uses.get(identifiant, ())
    people = _certified({f"{use.id}.{use.part}" for use in uses if use.part})
    if as_json:
        found = None if people is None else [asdict(each) for each in people]
        told = {"uses": [asdict(use) for use in uses], "people": found}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for use in uses:
        click.echo(f"{use.path}:{use.line} {use.kind} {use.id}{f' / {use.part}' if use.part else ''}")
    click.echo(count(len(uses), "endroit", "endroits"))
    for each in people or ():
        click.echo(
            f"{each.answered_at.astimezone(PARIS):%Y-%m-%d} {each.test} / {each.question} {each.first_name} ({each.company})"
        )
    certified = count(len(people or ()), "réponse d'un test réussi", "réponses de tests réussis")
    click.echo("Personnes non cherchées : la base ne répond pas." if people is None else f"{certified} sur ce fait")


def _certified(questions: set[str]) -> list[Certified] | None:
    """Return who passed a test on these questions; None where there is no database to ask."""
    installation = click.get_current_context().find_object(ScriptInfo)
    if installation is None:
        return None
    with installation.load_app().app_context():
        try:
            return certified_on(db.session, questions)
        except SQLAlchemyError:
            return None


def _catalog() -> Catalog:
    return load(content_folders(), EXERCISE_BODIES, today()).catalog
