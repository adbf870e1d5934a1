"""`course call solve`: the end values of a call, taken from the value table of the bureau des relances.

The two rooms may not know each other: this command, at composition level, reads the one's table and writes the small
file that the other reads (`calls/engine/ends.json`). What each entry means is told in `calls/engine/ends.py`.
"""

import json
from collections.abc import Iterator
from typing import Any

import click
import numpy as np

from course_app.calls.engine.ends import END_FILE
from course_app.exercise.engine import value_file
from course_app.exercise.engine.belief import prior
from course_app.exercise.engine.chances import drift_matrix, outcomes, per_session, promise_kept
from course_app.exercise.engine.kernel import Kernel, compile_kernel
from course_app.exercise.engine.parameters import default_parameters
from course_app.exercise.engine.values import Values
from course_app.exercise.engine.vocabulary import PROFILES, Documents, Event, Stage, State

OLDEST = 40
"""Ages for which a belief is written, in sessions of half a week: up to 100 working days."""
MOST_LADDER = 2
DIGITS = 6


def _rounded(values: Any) -> Any:
    return np.round(np.asarray(values, dtype=np.float64), DIGITS).tolist()


def _vectors(kernel: Kernel, values: Values, state: State) -> Any:
    number = kernel.index[state]
    return _rounded(np.unique(values.vectors[values.start[number] : values.start[number + 1]], axis=0))


def _starts() -> Iterator[State]:
    """Yield the files a call may begin on: chased 0, 1 or 2 times; proved or not; a promise broken or not."""
    for ladder in range(MOST_LADDER + 1):
        for documents in (Documents.MISSING, Documents.PRESENT):
            for broken in (0, 1) if ladder else (0,):
                yield State(Stage.IDLE, ladder=ladder, documents=documents, broken=broken)


def _ends(kernel: Kernel, values: Values, start: State) -> dict[str, Any]:
    called = start._replace(stage=Stage.CALL_2, ladder=min(start.ladder + 1, MOST_LADDER))
    promised = called._replace(stage=Stage.PROMISE_2)
    return {
        "ladder": start.ladder,
        "documents": start.documents is Documents.PRESENT,
        "broken": bool(start.broken),
        "untouched": _vectors(kernel, values, start),
        "spoken": _vectors(kernel, values, called._replace(stage=Stage.CALL_1)),
        "lapsed": _vectors(kernel, values, called._replace(stage=Stage.LAPSED_2, broken=1)),
        "paid_untouched": _paid(kernel, start),
        "paid_spoken": _paid(kernel, called),
        "paid_promised": _paid(kernel, promised),
        "kept": _rounded(promise_kept(kernel.parameters, promised._replace(stage=Stage.PROMISE_1))),
    }


def _paid(kernel: Kernel, state: State) -> Any:
    """Chance that the file is paid in the half week that follows, per profile."""
    return _rounded(next(one.chance for one in outcomes(kernel.parameters, state) if one.event is Event.PAID))


def end_values() -> dict[str, Any]:
    """Return the content of the file of end values, computed from the shipped table. Raises StaleValues."""
    kernel = compile_kernel(default_parameters())
    values, parameters = value_file.shipped(kernel).values, kernel.parameters
    statements = ("promise", "paper", "dispute", "cash", "evasive")
    return {
        "format": 1,
        "engine_version": parameters.version,
        "profiles": [profile.value for profile in PROFILES],
        "discount": kernel.discount,
        "failure": _rounded(per_session(parameters.row("failure"), parameters)),
        "failure_residual": parameters.number("failure_residual"),
        "goodwill": _rounded(parameters.row("goodwill")),
        "minute": parameters.number("wage_per_minute") + parameters.number("shadow_price_per_minute"),
        "says": [_rounded(parameters.row(f"says_{name}")) for name in statements],
        "prior": [_rounded(prior(parameters, age)) for age in range(OLDEST + 1)],
        "drift": _rounded(drift_matrix(parameters)),
        "ends": [_ends(kernel, values, start) for start in _starts()],
    }


def as_text(content: dict[str, Any]) -> str:
    """Return the file's text: one entry a line, so that a change shows in a diff."""
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in content.items() if name != "ends"]
    ends = ",\n".join(json.dumps(end) for end in content["ends"])
    return "{\n" + ",\n".join(lines) + ',\n"ends": [\n' + ends + "\n]\n}\n"


@click.group()
def call() -> None:
    """Appel simulé : calculer ce que vaut chaque fin d'appel."""


@call.command()
@click.option("--check", is_flag=True, help="Vérifier seulement ; échoue si le fichier est périmé.")
def solve(check: bool) -> None:
    """Recopier de la table du bureau ce que vaut un dossier après un appel."""
    try:
        text = as_text(end_values())
    except value_file.StaleValues as error:
        raise click.ClickException(f"Table de valeurs périmée ({error}). Lancez : course exercise solve") from error
    if not check:
        END_FILE.write_text(text, encoding="utf-8")
    elif not END_FILE.is_file() or END_FILE.read_text(encoding="utf-8") != text:
        raise click.ClickException("Valeurs de fin d'appel périmées. Lancez : course call solve")
    click.echo(f"Valeurs de fin d'appel à jour : {END_FILE.stat().st_size // 1000} Ko.")
