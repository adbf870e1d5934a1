"""Commands `course exercise list | simulate | solve | review`: the engine from a terminal.

Owns arguments, files and JSON; every figure comes from the engine. Keys of the JSON are stable. The composition level
adds the group `exercise` to `course`.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from course_app.config import load_settings
from course_app.exercise.engine import kernel_file, solver, value_file
from course_app.exercise.engine.campaign import simulate as run_campaign
from course_app.exercise.engine.game import GameError, Record, replay
from course_app.exercise.engine.judgement import identity, judge_all
from course_app.exercise.engine.kernel import Kernel, compile_kernel
from course_app.exercise.engine.laboratory import LaboratoryError, policy_from
from course_app.exercise.engine.parameters import default_parameters
from course_app.exercise.engine.policies import REFERENCES, Policy, best_by
from course_app.exercise.engine.reporting import as_json
from course_app.exercise.engine.sampled import SCENARIOS

MOST_PORTFOLIOS = 1_000_000
OPTIMAL = "optimale"


@cache
def _kernel() -> Kernel:
    return compile_kernel(default_parameters())


def _stored() -> value_file.Stored:
    try:
        return value_file.shipped(_kernel())
    except value_file.StaleValues as error:
        raise click.ClickException(
            f"Table de valeurs périmée ou absente ({error}). Lancez : course exercise solve"
        ) from error


def _echo(content: Mapping[str, Any] | list[Any], as_text: Callable[[], str], *, as_json_text: bool) -> None:
    click.echo(json.dumps(content, ensure_ascii=False) if as_json_text else as_text())


@click.group()
def exercise() -> None:
    """Bureau des relances : simuler, calculer les valeurs, relire une partie."""


@exercise.command("list")
@click.option("--json", "as_json_text", is_flag=True, help="Sortie JSON.")
def list_scenarios(as_json_text: bool) -> None:
    """Lister les scénarios du moteur, les exercices du contenu et les façons de travailler de référence."""
    published = list(_published(load_settings(os.environ).content_dir))
    content = {
        "exercises": [*({**asdict(scenario), "id": scenario.name} for scenario in SCENARIOS.values()), *published],
        "policies": [*REFERENCES, OPTIMAL],
        "engine_version": default_parameters().version,
    }
    text = "\n".join([*SCENARIOS, *(exercise["id"] for exercise in published), "", *REFERENCES, OPTIMAL])
    _echo(content, lambda: text, as_json_text=as_json_text)


def _published(content: Path) -> Iterator[dict[str, Any]]:
    """Identity of every exercise of the content; what is wrong in the rest of a file is for `course check` to say."""
    for path in sorted((content / "exercises").glob("*.yaml")):
        try:
            raw = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, YAMLError) as error:
            raise click.ClickException(f"{path.name} illisible ({error}). Lancez : course check") from error
        if isinstance(raw, Mapping):
            yield {name: raw.get(name) for name in ("id", "title", "engine", "minutes")}


@exercise.command()
@click.option("--exercise", "name", type=click.Choice(sorted(SCENARIOS)), default="standard", show_default=True)
@click.option("--policy", "policy_name", required=True, help="Nom d'une politique de référence, ou fichier YAML.")
@click.option("--portfolios", type=click.IntRange(2, MOST_PORTFOLIOS), default=1000, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**63), default=1, show_default=True)
@click.option("--minutes", type=click.FloatRange(0), default=None, help="Minutes par séance (sans limite par défaut).")
@click.option("--json", "as_json_text", is_flag=True, help="Sortie JSON.")
def simulate(  # one argument per option
    name: str, policy_name: str, portfolios: int, seed: int, minutes: float | None, as_json_text: bool
) -> None:
    """Jouer une façon de travailler sur de nombreux portefeuilles."""
    policy = _policy(policy_name)
    found = run_campaign(_kernel(), SCENARIOS[name], policy, portfolios, seed, minutes)
    content = {**asdict(found), "exercise": name, "engine_version": default_parameters().version}
    low, high = found.recovered_share_ci
    text = (
        f"{found.policy} : {found.recovered_share:.1%} recouvrés [{low:.1%} ; {high:.1%}], {portfolios} portefeuilles"
    )
    _echo(content, lambda: text, as_json_text=as_json_text)


def _policy(name: str) -> Policy:
    if name == OPTIMAL:
        return best_by(_stored().values)
    if name in REFERENCES:
        return REFERENCES[name]
    if not name.endswith((".yaml", ".yml")):
        known = ", ".join([*REFERENCES, OPTIMAL])
        raise click.BadParameter(f"politique inconnue : {name}. Connues : {known}, ou un fichier .yaml")
    try:
        raw = YAML(typ="safe").load(Path(name).read_text(encoding="utf-8"))
        return policy_from(raw if isinstance(raw, Mapping) else {})
    except (OSError, UnicodeDecodeError, YAMLError, LaboratoryError) as error:
        raise click.ClickException(f"{name} : {error}") from error


@exercise.command()
@click.option("--check", is_flag=True, help="Vérifier seulement ; échoue si la table est périmée.")
@click.option("--json", "as_json_text", is_flag=True, help="Sortie JSON.")
def solve(check: bool, as_json_text: bool) -> None:
    """Calculer la table de valeurs et son certificat, ou la vérifier."""
    if check:
        if kernel_file.load(kernel_file.DEFAULT_FILE, default_parameters()) is None:
            raise click.ClickException("Tables du modèle périmées ou absentes. Lancez : course exercise solve")
        report = _stored().report
    else:
        kernel_file.save(kernel_file.DEFAULT_FILE, _kernel())
        values, built = solver.build(_kernel(), solver.Effort(), lambda line: click.echo(line, err=True))
        report = built.as_json()
        value_file.save(value_file.DEFAULT_FILE, _kernel(), values, report)
    size = value_file.DEFAULT_FILE.stat().st_size
    content = {"engine_version": default_parameters().version, "bytes": size, "fresh": True, **report}
    text = (
        f"{report['vectors_kept']} vecteurs, {size / 1e6:.2f} Mo ; écart à la racine : "
        f"moyen {report['root_gap_mean']:.2%}, maximal {report['root_gap_max']:.2%}"
    )
    _echo(content, lambda: text, as_json_text=as_json_text)


@exercise.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json_text", is_flag=True, help="Sortie JSON.")
def review(file: Path, as_json_text: bool) -> None:
    """Relire une partie enregistrée (scénario, graine, décisions)."""
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        record = Record.from_json(raw if isinstance(raw, dict) else {})
        replayed = replay(_kernel(), record)
    except (OSError, ValueError, GameError) as error:
        raise click.ClickException(f"{file} : {error}") from error
    stored = _stored()
    judged = judge_all(_kernel(), stored.values, replayed)
    parts = identity(_kernel(), stored.values, replayed, judged)
    content = as_json(_kernel(), stored, replayed, judged, parts)
    _echo(content, lambda: _review_text(content), as_json_text=as_json_text)


def _review_text(content: Mapping[str, Any]) -> str:
    lines = [
        f"séance {moment['session']}, client {moment['customer']} : {moment['action']}, "
        f"{moment['grade']}, {moment['loss_cents'] / 100:.2f} €"
        for moment in content["moments"]
        if moment["loss_cents"]
    ]
    return "\n".join([*lines, f"Justesse : {content['accuracy']:.0f} %"])
