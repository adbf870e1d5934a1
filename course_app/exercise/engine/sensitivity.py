"""Testing whether a verdict would stand if an estimated constant were a little different.

Owns the test of one decision against the bands of the parameter file. Each estimated constant is moved in turn to
both ends of its band; the history of the file is filtered again and the moves are compared again one step ahead,
what follows being valued by the unchanged table. A verdict that changes side (well played or correct on one side,
worse on the other) is called debatable.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_app.exercise.engine import moves
from course_app.exercise.engine.belief import prior
from course_app.exercise.engine.chances import drift_matrix, observation_chances, outcomes
from course_app.exercise.engine.contract_review import Grade, grade
from course_app.exercise.engine.game import Decision
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.parameters import Parameters, Vector
from course_app.exercise.engine.rewards import cost_euros, relationship_loss, split
from course_app.exercise.engine.values import Nodes, Values, lower_value
from course_app.exercise.engine.vocabulary import EVENTS, Action, State

FINE = frozenset({Grade.GOOD, Grade.FAIR})


@dataclass(frozen=True)
class Doubt:
    """A constant that changes the verdict: its name, the multiplier tried, the loss in euros and grade it gives."""

    constant: str
    factor: float
    loss: float
    grade: Grade


def doubts(
    kernel: Kernel, values: Values, history: Sequence[Decision], age: int, names: Sequence[str] | None = None
) -> tuple[Doubt, ...]:
    """Constants whose band holds another verdict on the last decision of a file's history.

    `history` starts at the first session and ends with the decision judged; `age` is that of the file at the start.
    `names` restricts the constants tried.
    """
    base = kernel.parameters
    fine = _verdict(kernel, values, base, history, age)[1] in FINE
    found = []
    for name in base.estimated() if names is None else names:
        for factor in base.band(name):
            if factor == 1.0:
                continue
            loss, given = _verdict(kernel, values, base.varied(name, factor), history, age)
            if (given in FINE) != fine:
                found.append(Doubt(name, factor, loss, given))
    return tuple(found)


def _verdict(
    kernel: Kernel, values: Values, parameters: Parameters, history: Sequence[Decision], age: int
) -> tuple[float, Grade]:
    decision = history[-1]
    mix = refiltered(kernel, parameters, history[:-1], age)
    worth = one_step(kernel, values, parameters, decision, mix)
    loss = max(worth.values()) - worth[decision.action]
    return loss, grade(round(loss * 100), round(decision.amount * 100))


def refiltered(kernel: Kernel, parameters: Parameters, history: Sequence[Decision], age: int) -> Vector:
    """Belief after a history under other constants."""
    mix, drift = prior(parameters, age), drift_matrix(parameters)
    for decision in history:
        state = kernel.states[decision.state]
        shown = dict(observation_chances(parameters, state, decision.action))[decision.observation]
        reached = moves.after(state, decision.action, decision.observation)
        if reached is None or decision.branch < 0:
            raise ValueError("the file is closed")
        event = EVENTS[int(kernel.branches.event[decision.branch])]
        happened = next(o for o in outcomes(parameters, reached) if o.event is event and o.following is not None)
        weights = mix * shown * happened.chance
        mix = (weights / weights.sum()) @ drift
    return np.asarray(mix)


def one_step(
    kernel: Kernel, values: Values, parameters: Parameters, decision: Decision, mix: Vector
) -> dict[Action, float]:
    """Euros of every legal move under other constants, one step ahead of the unchanged table."""
    state, drift = kernel.states[decision.state], drift_matrix(parameters)
    worth: dict[Action, float] = {}
    owners: list[Action] = []
    ahead: list[tuple[int, Vector, float]] = []
    for action in moves.legal(state):
        lost = float(mix @ relationship_loss(parameters, state, action))
        worth[action] = -cost_euros(parameters, action) - decision.stake * lost
        cash, branches = _ahead(kernel, parameters, (state, action), mix, drift)
        worth[action] += decision.amount * cash
        owners += [action] * len(branches)
        ahead += branches
    if ahead:
        later = lower_value(values, _nodes(ahead, decision))
        for action, value in zip(owners, later.tolist(), strict=True):
            worth[action] += kernel.discount * value
    return worth


def _ahead(
    kernel: Kernel, parameters: Parameters, move: tuple[State, Action], mix: Vector, drift: Vector
) -> tuple[float, list[tuple[int, Vector, float]]]:
    """Share of the claim collected at once, and what may follow: (state, belief times chance, share left)."""
    cash, found = 0.0, []
    for observation, shown in observation_chances(parameters, *move):
        reached = moves.after(*move, observation)
        if reached is None:
            continue
        for outcome in outcomes(parameters, reached):
            weights = mix * shown * outcome.chance
            cash += float(weights @ split(parameters, reached, outcome).collected)
            if outcome.following is not None:
                found.append((kernel.index[outcome.following], weights @ drift, outcome.remaining))
    return cash, found


def _nodes(ahead: list[tuple[int, Vector, float]], decision: Decision) -> Nodes:
    left = np.array([share for _, _, share in ahead])
    return Nodes(
        np.array([state for state, _, _ in ahead]),
        np.array([mix for _, mix, _ in ahead]),
        decision.amount * left,
        np.full(len(ahead), decision.stake),
    )
