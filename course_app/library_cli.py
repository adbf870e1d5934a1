"""`course check` and `course config`: what reads files only, without server or database."""

import gc
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

import click

from course_app.config import load_settings
from course_app.core.errors import OperatorError
from course_app.core.french import count
from course_app.exercise.engine.bodies import EXERCISE_BODIES
from course_app.library.catalog import Catalog
from course_app.library.folders import Folders
from course_app.library.forked import beside
from course_app.library.loader import Bundle, load
from course_app.library.model import Finding
from course_app.library.publication import Publication
from course_app.library.scenario_proof import Proof, prove_all
from course_app.web.clock import today

SHOWN = 12
"""Characters of a version's hash that people are shown."""


def content_folders() -> Folders:
    """Return where the authors of this installation write."""
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
    bundle = load(content_folders(), EXERCISE_BODIES, today(), apart=beside)
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


@click.command()
def publish() -> None:
    """Publier le contenu : le vérifier et le garder, pour les sites qui le servent."""
    settings = load_settings(os.environ)
    publication = Publication(
        settings.content_dir, settings.quizzes_dir, settings.data_dir / "content", EXERCISE_BODIES
    )
    publication.load()
    state = publication.state
    for finding in state.findings:
        click.echo(str(finding) if finding.is_error else f"{finding} (avertissement)")
    if not state.is_current:
        raise OperatorError("le contenu a des fautes : la dernière version valable reste servie.")
    click.echo(f"Version publiée : {state.served_hash[:SHOWN]}.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Sortie JSON.")
def config(as_json: bool) -> None:
    """Afficher les réglages effectifs, secrets masqués."""
    shown = load_settings(os.environ).masked()
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for key, value in shown.items():
        click.echo(f"{key}={value}")
