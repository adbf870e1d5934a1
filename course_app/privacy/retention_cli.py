"""The command `course retention`: what is older than it is kept, counted or deleted."""

import click
from flask.cli import with_appcontext

from course_app.core.errors import OperatorError
from course_app.core.french import count
from course_app.privacy import keeping, service
from course_app.store.session import db
from course_app.web.clock import now


@click.command("retention")
@click.option("--apply", "is_applied", is_flag=True, help="Effacer vraiment, au lieu de compter.")
@with_appcontext
def retention(is_applied: bool) -> None:
    """Compter ce qui dépasse sa durée de conservation, ou l'effacer avec --apply."""
    counted = keeping.forget_old(is_applied=is_applied)
    for what, number in counted.items():
        click.echo(f"{number:>8}  {what}")
    total = count(sum(counted.values()), "ligne")
    click.echo(f"{total} à effacer : ajoutez --apply." if not is_applied else f"{total} en moins.")
    if is_applied:
        erased = keeping.erase_due() + keeping.erase_silent()
        click.echo(f"{count(erased, 'personne effacée', 'personnes effacées')}.")
        late = service.overdue(db.session, now())
        if late:
            told = count(late, "effacement attend encore", "effacements attendent encore")
            raise OperatorError(f"{told} après sa date. Le journal du site dit pourquoi.")
