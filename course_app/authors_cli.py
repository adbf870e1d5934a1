"""`course new`, `import` and `export`: what writes files for authors, without server or database."""

import re
import sys
from pathlib import Path

import click

from course_app.core.french import count
from course_app.library import skeletons
from course_app.library.banks import files as banks
from course_app.library.banks.neutral import MAX_BYTES, Unreadable
from course_app.library.banks.ours import slug
from course_app.library.model import SLUG_LENGTH
from course_app.library_cli import content_folders
from course_app.web.clock import today

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@click.group()
def new() -> None:
    """Créer un fichier à remplir, commenté."""


def _checked_slug(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not _SLUG.fullmatch(value) or len(value) > SLUG_LENGTH:
        raise click.BadParameter("des lettres sans accent et des chiffres, séparés par des tirets.")
    return value


@new.command("module")
@click.argument("identifiant", callback=_checked_slug)
def new_module(identifiant: str) -> None:
    """Créer une leçon dans content/modules."""
    modules = content_folders().content / "modules"
    _write(skeletons.numbered_path(modules, identifiant, ".md"), skeletons.lesson(identifiant, today()))


@new.command("quiz")
@click.argument("identifiant", callback=_checked_slug)
def new_quiz(identifiant: str) -> None:
    """Créer un quiz dans quizzes."""
    _write(content_folders().quizzes / f"{identifiant}.yaml", skeletons.quiz(identifiant, today()))


@new.command("scenario")
@click.argument("identifiant", callback=_checked_slug)
def new_scenario(identifiant: str) -> None:
    """Créer une histoire à choix dans content/scenarios."""
    _write(content_folders().content / "scenarios" / f"{identifiant}.yaml", skeletons.scenario(identifiant, today()))


@new.command("lettre")
@click.argument("identifiant", callback=_checked_slug)
def new_letter(identifiant: str) -> None:
    """Créer une lettre dans content/letters."""
    letters = content_folders().content / "letters"
    _write(skeletons.numbered_path(letters, identifiant, ".yaml"), skeletons.letter(identifiant, today()))


def _write(path: Path, text: str) -> None:
    if path.exists():
        raise click.ClickException(f"{path} existe déjà : choisissez un autre identifiant.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(f"{path} créé. Remplacez chaque « {skeletons.TO_WRITE} », puis lancez « course check ».")


@click.command("import")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(banks.FORMATS), help="Format ; sinon, selon l'extension.")
@click.option(
    "--id", "quiz_id", callback=lambda c, p, v: v and _checked_slug(c, p, v), help="Identifiant du quiz créé."
)
@click.option("--dry-run", is_flag=True, help="Dire ce qui serait pris et refusé, sans rien écrire.")
def import_bank(fichier: Path, form: str | None, quiz_id: str | None, dry_run: bool) -> None:
    """Importer une banque de questions GIFT ou Moodle XML : une ligne par question, prise ou refusée."""
    form = form or ("moodle" if fichier.suffix.lower() == ".xml" else "gift")
    try:
        with fichier.open("rb") as opened:
            taken, refused = banks.imported(opened.read(MAX_BYTES + 1), form)
    except Unreadable as error:
        raise click.ClickException(f"{fichier.name}:{error.line} {error}") from None
    for native, _question in taken:
        click.echo(f"{fichier.name}:{native.line} prise « {native.name} »")
    for each in refused:
        click.echo(f"{fichier.name}:{each.line} refusée « {each.name} » : {each.reason}")
    click.echo(f"{count(len(taken), 'question prise', 'questions prises')}, {count(len(refused), 'refusée')}")
    if taken and not dry_run:
        name = quiz_id or slug(fichier.stem)
        text = banks.quiz_text(name, [question for _native, question in taken], today())
        _write(content_folders().quizzes / f"{name}.yaml", text)
    sys.exit(1 if refused or not taken else 0)


@click.command("export")
@click.argument("identifiant", callback=_checked_slug)
@click.option("--format", "form", type=click.Choice(banks.FORMATS), default="moodle", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Fichier à écrire ; sinon, la sortie.")
def export_bank(identifiant: str, form: str, output: Path | None) -> None:
    """Exporter un quiz vers GIFT ou Moodle XML ; réimporté tel quel, il revient entier."""
    path = next(
        (each for each in sorted(content_folders().quizzes.glob("*.yaml")) if _declares(each, identifiant)), None
    )
    if path is None:
        raise click.ClickException(f"quiz inconnu : « {identifiant} »")
    try:
        text = banks.exported(path, form)
    except Unreadable as error:
        raise click.ClickException(f"{path.name}:{error.line} {error}") from None
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{output} écrit.")


def _declares(path: Path, identifiant: str) -> bool:
    return (
        re.search(rf"^id:\s*[\"']?{re.escape(identifiant)}[\"']?\s*$", path.read_text("utf-8"), re.MULTILINE)
        is not None
    )
