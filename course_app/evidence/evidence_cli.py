"""`course dossier verify`: checks a dossier anywhere, without database nor network; runs without the application."""

from pathlib import Path

import click

from course_app.core.french import count
from course_app.evidence import rules
from course_app.signing.rules import read_keys

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def dossier() -> None:
    """Dossiers de preuve : en vérifier un, sans base ni réseau."""


@dossier.command()
@click.argument("fichier", type=_file)
@click.option("--key", "key", type=_file, required=True, help="Clé publique téléchargée sur le site d'origine.")
def verify(fichier: Path, key: Path) -> None:
    """Dire si FICHIER est authentique : sortie 0 si oui, 1 sinon."""
    with fichier.open("rb") as opened:
        told = rules.check(opened, read_keys(key.read_text(encoding="utf-8")))
    click.echo(f"Dossier authentique, {count(len(told['fichiers']), 'fichier')}.")
    click.echo(
        f"Parcours : {told['parcours']}. Fait le {told['fait_le']} pour {told['organisation'] or 'un particulier'}."
    )
    click.echo(f"Tête de la chaîne : {told['chaine']['numero']}:{told['chaine']['empreinte']}")
