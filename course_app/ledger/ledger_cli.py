"""`course ledger seal` and `course ledger verify`: the chain of learning events, for operators and auditors."""

import uuid

import click

from course_app.core.french import count
from course_app.ledger import rules, service
from course_app.ledger.rules import Head
from course_app.store.session import db
from course_app.web.clock import now


class _HeadType(click.ParamType[Head]):
    """A head as exports print it: its number, a colon, its link."""

    name = "N:EMPREINTE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        number, _colon, link = str(value).partition(":")
        if not number.isascii() or not number.isdigit() or len(link) != len(rules.GENESIS):
            self.fail("Écrivez le numéro de la ligne, deux points, puis l'empreinte imprimée.", param, ctx)
        return Head(int(number), link.lower())


@click.group()
def ledger() -> None:
    """Tenir et contrôler la chaîne des événements d'apprentissage."""


@ledger.command()
def seal() -> None:
    """Enchaîner les événements qui ne le sont pas encore, organisation par organisation."""
    for organisation_id in service.everybody(db.session):
        head = service.seal(db.session, organisation_id, now())
        db.session.commit()
        click.echo(f"{organisation_id} {head.number}:{head.link}")


@ledger.command()
@click.option("--organisation", type=click.UUID, help="Une seule organisation (sinon toutes).")
@click.option("--head", "heads", type=_HeadType(), multiple=True, help="Tête imprimée autrefois sur un export.")
def verify(organisation: uuid.UUID | None, heads: tuple[Head, ...]) -> None:
    """Contrôler la chaîne, et qu'elle passe par les têtes imprimées autrefois (avec --organisation)."""
    if heads and organisation is None:
        raise click.UsageError("Une tête appartient à une organisation : ajoutez --organisation.")
    wrong = 0
    for organisation_id in [organisation] if organisation else service.everybody(db.session):
        for fault in service.faults(db.session, organisation_id, heads):
            click.echo(f"{organisation_id} {fault}", err=True)
            wrong += 1
    if wrong:
        raise click.ClickException(f"{count(wrong, 'anomalie')} dans la chaîne des événements.")
    click.echo("Chaîne intacte.")
