"""Scripts that tests play: the real one of the orphan invoice, and a small one whose tree can be written out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

from course_app.exercise.engine.contract import Decision, play
from course_app.exercise.engine.scripted import RunState, ScriptedEngine
from course_app.exercise.engine.scripted_files import PlayedFile
from course_app.exercise.engine.scripted_model import ScriptedBody
from course_app.exercise.engine.scripted_parts import WAIT_ID

EXERCISES = Path(__file__).parents[3] / "content" / "exercises"
SMALL = Path(__file__).with_name("small.yaml")
ENGINE = ScriptedEngine()

# What the author's notes and domaine.md §9 case 1 call the expert's line, situation by situation.
EXPERT = {
    ("nordal", "silence"): "appel-comptabilite",
    ("nordal", "renvoyee"): "appel-acheteur",
    ("nordal", "injoignable"): "commercial",
    ("nordal", "sans-relais"): "lettre-daf",
    ("nordal", "validee"): "attendre",
    ("nordal", "campagne-manquee"): "mise-en-demeure",
    ("valmiere", "promesse"): "attendre",
    ("valmiere", "rompue"): "appel",
    ("valmiere", "rompue-tard"): "appel",
    ("valmiere", "difficulte"): "echeancier",
    ("valmiere", "plan"): "attendre",
    ("valmiere", "plan-suivi"): "attendre",
    ("valmiere", "plan-rompu"): "appel",
    ("tissandre", "recue"): "pointer",
}


@cache
def script_text(exercise_id: str) -> dict[str, Any]:
    """Return the script of a real exercise as its author wrote it."""
    return YAML(typ="safe").load(EXERCISES / f"{exercise_id}.yaml")["script"]


@cache
def real(exercise_id: str) -> ScriptedBody:
    """Return the script of a real exercise."""
    return ScriptedBody.model_validate(script_text(exercise_id))


def orphan_text() -> dict[str, Any]:
    """Return the script of the orphan invoice as its author wrote it."""
    return script_text("facture-orpheline")


def orphan() -> ScriptedBody:
    """Return the script of the orphan invoice."""
    return real("facture-orpheline")


def small_text() -> dict[str, Any]:
    """Return a script of one customer, two causes, three séances, one dated event; a fresh copy each time."""
    return YAML(typ="safe").load(SMALL)


def small(**changes: Any) -> ScriptedBody:
    """Return the small script; `changes` replace keys of its customer."""
    text = small_text()
    text["customers"][0].update(changes)
    return ScriptedBody.model_validate(text)


def fast_forward(state: RunState, moves: Iterable[tuple[str, str]]) -> RunState:
    """Return a state after these (customer, action) moves and the close of the séance."""
    for customer_id, action in moves:
        state = ENGINE.decide(state, move(state, customer_id, action))
    return ENGINE.close_session(state)


def move(state: RunState, customer_id: str, action: str) -> Decision:
    """Return a decision, dated when it waits."""
    until: date | None = ENGINE.observe(state).wait_dates[0] if action == WAIT_ID else None
    return Decision(state.session_index, customer_id, action, until)


def expert_run(seed: int) -> list[Decision]:
    """Return the moves of the expert's line on the orphan invoice."""
    line = {place: (action,) for place, action in EXPERT.items()}
    return line_run(orphan(), seed, line)


def line_run(script: ScriptedBody, seed: int, line: Mapping[tuple[str, str], Sequence[str]]) -> list[Decision]:
    """Return the moves of a line of play: in each (customer, state), the first action that is open; else a wait."""
    state, moves = ENGINE.initial(script, seed), []
    while not state.is_over:
        for file in state.files:
            if not file.is_closed:
                decision = move(state, file.customer.id, _open_action(state, file, line))
                state = ENGINE.decide(state, decision)
                moves.append(decision)
        moves.append(Decision.close(state.session_index))
        state = ENGINE.close_session(state)
    return moves


def _open_action(state: RunState, file: PlayedFile, line: Mapping[tuple[str, str], Sequence[str]]) -> str:
    """Return the first action of a line that its séance offers."""
    options = file.customer.by_state[file.state]
    wanted = line.get((file.customer.id, file.state), ())
    found = (options.move(action) for action in wanted)
    return next((o.id for o in found if o is not None and o.is_playable(state.session_index)), WAIT_ID)


@st.composite
def runs(draw: st.DrawFn, script: ScriptedBody) -> tuple[int, list[Decision]]:
    """Draw a seed and the moves of a whole legal run: any listed action, or none, for each customer."""
    seed = draw(st.integers(0, 2**31 - 1))
    state, moves = ENGINE.initial(script, seed), []
    while not state.is_over:
        for customer in draw(st.permutations(ENGINE.observe(state).customers)):
            current = ENGINE.observe(state).customer(customer.id)
            allowed = [action.id for action in current.actions if not action.refusal] if current else []
            action = draw(st.sampled_from([None, *allowed]))
            if action is not None:
                decision = move(state, customer.id, action)
                state = ENGINE.decide(state, decision)
                moves.append(decision)
        moves.append(Decision.close(state.session_index))
        state = ENGINE.close_session(state)
    return seed, moves


def replayed(script: ScriptedBody, seed: int, moves: list[Decision]) -> RunState:
    """Return the state after these moves."""
    state: RunState = play(ENGINE, script, seed, moves)
    return state
