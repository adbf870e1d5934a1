"""`course check` and `course new`: what authors use, without server or database."""

import difflib
import gc
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import timedelta
from pathlib import Path

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from course_app.config import load_settings
from course_app.core.french import count
from course_app.factory import EXERCISE_BODIES
from course_app.library import registry, skeletons
from course_app.library.banks import files as banks
from course_app.library.banks.neutral import MAX_BYTES, Unreadable
from course_app.library.banks.ours import slug
from course_app.library.catalog import Catalog
from course_app.library.loader import Bundle, Folders, load
from course_app.library.model import SLUG_LENGTH, Finding
from course_app.library.scenario_proof import Proof, prove_all
from course_app.quizzes.exam.certified import Certified, certified_on
from course_app.store.session import db
from course_app.web.clock import today

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _folders() -> Folders:
    settings = load_settings(os.environ)
    return Folders(settings.content_dir, settings.quizzes_dir)


def counts(catalog: Catalog) -> dict[str, int]:
    """Return how much there is of each kind, by English plural: every group the catalogue holds, and the questions."""
    groups = {each.name: getattr(catalog, each.name) for each in fields(catalog)}
    found = {name: len(group) for name, group in groups.items() if isinstance(group, Mapping)}
    return {**found, "questions": sum(len(quiz.questions) for quiz in catalog.quizzes.values())}


_LABELS = {
    "lessons": ("leçon", "leçons"),
    "quizzes": ("quiz", "quiz"),
    "questions": ("question", "questions"),
    "exercises": ("exercice", "exercices"),
    "scenarios": ("scénario", "scénarios"),
    "calls": ("appel", "appels"),
    "letters": ("lettre", "lettres"),
    "checklists": ("liste", "listes"),
    "paths": ("parcours", "parcours"),
    "terms": ("terme", "termes"),
    "facts": ("fait", "faits"),
    "sources": ("source", "sources"),
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Sortie JSON.")
@click.option("--strict", is_flag=True, help="Les avertissements comptent comme des erreurs.")
def check(as_json: bool, strict: bool) -> None:
    """Vérifier le contenu : chaque faute avec son fichier, sa ligne et sa colonne."""
    bundle = load(_folders(), EXERCISE_BODIES, today())
    gc.freeze()  # all that was read stays to the end: looking for cycles in it doubles the time of the proofs
    (_print_json if as_json else _print_lines)(bundle)
    failed = not bundle.is_publishable or (strict and bundle.findings)
    sys.exit(1 if failed else 0)


def _print_json(bundle: Bundle) -> None:
    findings = [
        {
            "path": finding.path,
            "line": finding.line,
            "column": finding.column,
            "code": finding.code,
            "severity": finding.severity,
            "message": finding.message,
        }
        for finding in bundle.findings
    ]
    proofs = prove_all(bundle.catalog.scenarios.values())
    result = {
        "counts": counts(bundle.catalog),
        "scenarios": {name: asdict(proof) for name, proof in proofs.items()},
        "findings": findings,
        "content_hash": bundle.catalog.content_hash,
    }
    click.echo(json.dumps(result, ensure_ascii=False, indent=2))


def _print_lines(bundle: Bundle) -> None:
    print_report(bundle.catalog, bundle.findings)


def print_report(catalog: Catalog, findings: Sequence[Finding]) -> None:
    """Print each finding on a line, how much there is of each kind, how many faults."""
    for finding in findings:
        click.echo(str(finding) if finding.is_error else f"{finding} (avertissement)")
    for name, proof in prove_all(catalog.scenarios.values()).items():
        click.echo(f"scénario {name} : {_counted(proof)}")
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    numbers = counts(catalog)
    click.echo(", ".join(count(numbers[name], *words) for name, words in _LABELS.items() if name in numbers))
    click.echo(f"{count(errors, 'erreur')}, {count(warnings, 'avertissement')}")


def _counted(proof: Proof) -> str:
    return (
        f"{count(proof.situations, 'situation')}, {count(proof.endings, 'fin')}, "
        f"{count(proof.paths, 'chemin')}, de {proof.lowest} à {proof.highest} % des points"
    )


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
    modules = _folders().content / "modules"
    _write(skeletons.numbered_path(modules, identifiant, ".md"), skeletons.lesson(identifiant, today()))


@new.command("quiz")
@click.argument("identifiant", callback=_checked_slug)
def new_quiz(identifiant: str) -> None:
    """Créer un quiz dans quizzes."""
    _write(_folders().quizzes / f"{identifiant}.yaml", skeletons.quiz(identifiant, today()))


@new.command("scenario")
@click.argument("identifiant", callback=_checked_slug)
def new_scenario(identifiant: str) -> None:
    """Créer une histoire à choix dans content/scenarios."""
    _write(_folders().content / "scenarios" / f"{identifiant}.yaml", skeletons.scenario(identifiant, today()))


@new.command("lettre")
@click.argument("identifiant", callback=_checked_slug)
def new_letter(identifiant: str) -> None:
    """Créer une lettre dans content/letters."""
    letters = _folders().content / "letters"
    _write(skeletons.numbered_path(letters, identifiant, ".yaml"), skeletons.letter(identifiant, today()))


def _write(path: Path, text: str) -> None:
    if path.exists():
        raise click.ClickException(f"{path} existe déjà : choisissez un autre identifiant.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(f"{path} créé. Remplacez chaque « {skeletons.TO_WRITE} », puis lancez « course check ».")


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
    bundle = load(_folders(), EXERCISE_BODIES, today())
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
        click.echo(f"{each.answered_at:%Y-%m-%d} {each.test} / {each.question} {each.first_name} ({each.company})")
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
    return load(_folders(), EXERCISE_BODIES, today()).catalog


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
        _write(_folders().quizzes / f"{name}.yaml", text)
    sys.exit(1 if refused or not taken else 0)


@click.command("export")
@click.argument("identifiant", callback=_checked_slug)
@click.option("--format", "form", type=click.Choice(banks.FORMATS), default="moodle", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Fichier à écrire ; sinon, la sortie.")
def export_bank(identifiant: str, form: str, output: Path | None) -> None:
    """Exporter un quiz vers GIFT ou Moodle XML ; réimporté tel quel, il revient entier."""
    path = next((each for each in sorted(_folders().quizzes.glob("*.yaml")) if _declares(each, identifiant)), None)
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


COMMANDS = (check, new, import_bank, export_bank, facts)
