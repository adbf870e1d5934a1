"""`course certificate`: checking a file without the site, and the keys of this installation."""

import json
import os
from datetime import date
from pathlib import Path

import click

from course_app.config import load_settings
from course_app.core.errors import CourseError, OperatorError
from course_app.core.french import long_date
from course_app.signing import keys, seals
from course_app.signing.rules import key_set, read_keys

LARGEST_FILE = 20_000_000
LARGEST_KEY_FILE = 1_000_000
PURPOSE = "attestation"
_KINDS = {"competences": "Attestation de compétences", "realisation": "Certificat de réalisation"}


class Refused(OperatorError):
    """A file that cannot be told genuine; French."""


@click.group()
def certificate() -> None:
    """Vérifier une attestation, tenir la clé qui les signe."""


@certificate.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "key_file", type=click.Path(path_type=Path), required=True, help="Clé publique du site (JSON).")
def verify(file: Path, key_file: Path) -> None:
    """Dire si FILE est authentique, sans réseau ni base : code de sortie 0, ou 1."""
    try:
        held = read_keys(_read(key_file, LARGEST_KEY_FILE).decode("utf-8"))
        opened = seals.open_sealed(_read(file, LARGEST_FILE), held)
    except UnicodeDecodeError:
        raise Refused("Ce fichier de clé n'est pas lisible. Téléchargez à nouveau la clé publique du site.") from None
    except CourseError as refusal:
        raise Refused(f"Non vérifié. {refusal}") from None
    if opened.purpose != PURPOSE:
        raise Refused("Non vérifié. Ce fichier est signé, mais ce n'est pas une attestation.")
    said = opened.facts
    click.echo("Authentique : pas une lettre n'a changé depuis la signature.")
    click.echo(f"{_KINDS.get(str(said.get('kind')), 'Document')} : {said.get('title')}")
    click.echo(f"Au nom de : {said.get('holder')}")
    click.echo(f"Délivré par : {said.get('issuer')}, pour une réussite du {_day(said.get('achieved_on'))}")
    click.echo(f"Signé par la clé : {opened.key.key_id}")
    click.echo(f"Un retrait ne se voit qu'en ligne : {said.get('check')}")


def _read(path: Path, most: int) -> bytes:
    """Return a file's bytes, so many at most."""
    try:
        with path.open("rb") as file:
            read = file.read(most + 1)
    except OSError:
        raise Refused(f"Non vérifié. Le fichier « {path} » est introuvable ou illisible.") from None
    if len(read) > most:
        raise Refused(f"Non vérifié. Le fichier « {path} » est trop gros pour être une attestation ou une clé.")
    return read


def _day(text: object) -> str:
    try:
        return long_date(date.fromisoformat(str(text)))
    except ValueError:
        return str(text)


@certificate.command()
@click.option("--rotate", is_flag=True, help="Fabrique une nouvelle clé, qui signe désormais.")
def key(rotate: bool) -> None:
    """Afficher les clés publiques de cette installation (JSON), celle qui signe en premier."""
    data_dir = load_settings(os.environ).data_dir
    if rotate:
        keys.rotate(data_dir)
    else:
        keys.signing_key(data_dir)
    click.echo(json.dumps(key_set(keys.public_keys(data_dir)), indent=2))
