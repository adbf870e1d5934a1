"""`course regrade`: the preview of a regrading, and its application, from the command line."""

import getpass
import uuid

import click
from flask.cli import with_appcontext

from course_app.quizzes.models import NAME_LENGTH, WHY_LENGTH
from course_app.quizzes.regrading import pages, service
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog


@click.command("regrade")
@click.argument("quiz")
@click.option("--apply", "applies", is_flag=True, help="Appliquer ; sans elle, l'aperçu seulement.")
@click.option("--why", default="", help="Pourquoi, en une phrase lue par les apprenants (avec --apply).")
@click.option("--by", default="", help="Qui décide ; sinon, le compte du système.")
@with_appcontext
def regrade(quiz: str, applies: bool, why: str, by: str) -> None:
    """Rejuger les réponses à QUIZ avec la version publiée aujourd'hui : aperçu, puis --apply."""
    published = catalog().quizzes.get(quiz)
    if published is None:
        raise click.ClickException(f"quiz inconnu : « {quiz} »")
    reason = why.strip()
    if applies and not 0 < len(reason) <= WHY_LENGTH:
        raise click.ClickException(f"--apply demande --why : pourquoi, en {WHY_LENGTH} caractères au plus.")
    for line in pages.told(service.plan(db.session, published)):
        click.echo(line)
    if not applies:
        click.echo("Aperçu seulement : rien n'a changé.")
        return
    decision = service.Decision(uuid.uuid4(), reason, (by or getpass.getuser())[:NAME_LENGTH])
    db.session.rollback()
    done = service.apply(db.session, published, published.content_hash, decision, now())
    db.session.commit()
    click.echo(f"Réévaluation {done.id} enregistrée : {done.answers} rejugées, {done.changed} changées.")
