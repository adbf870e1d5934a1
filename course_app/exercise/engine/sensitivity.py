"""Testing whether a verdict would stand if an estimated constant were a little different.

Owns the test of one decision against the bands of the parameter file. Each estimated constant is moved in turn to
both ends of its band; the history of the file is filtered again and the moves are compared again one step ahead,
what follows being valued by the unchanged table. A verdict that changes side (well played or correct on one side,
worse on the other) is called debatable.

A test is some seventy-five constants moved twice, so it is made of pieces (prior, drift, likelihood of each step, each
move) that remember which constants they read: under another constant only the pieces that read it are made again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from course_app.exercise.engine import moves
from course_app.exercise.engine.belief import prior
from course_app.exercise.engine.chances import drift_matrix, observation_chances, outcomes
from course_app.exercise.engine.contract_review import Grade, grade
from course_app.exercise.engine.game import Decision
from course_app.exercise.engine.kernel import Codes, Kernel
from course_app.exercise.engine.parameters import Parameters, Vector
from course_app.exercise.engine.rewards import cost_euros, relationship_loss, split
from course_app.exercise.engine.values import Nodes, Values, lower_value
from course_app.exercise.engine.vocabulary import EVENTS, Action, State

FINE = frozenset({Grade.GOOD, Grade.FAIR})
DRIFT = "drift"
Made = TypeVar("Made")


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
    `names` restricts the constants tried; all of them take about a fifth of a second. Raises ValueError when the
    history goes on after the file was closed.
    """
    trial = Trial(kernel, values, history, age)
    fine = trial.verdict()[1] in FINE
    found = []
    for name in kernel.parameters.estimated() if names is None else names:
        for factor in kernel.parameters.band(name):
            if factor == 1.0:
                continue
            loss, given = trial.verdict(name, factor)
            if (given in FINE) != fine:
                found.append(Doubt(name, factor, loss, given))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Watched(Parameters):
    """Constants that note which of them are read."""

    read: set[str] = field(default_factory=set)

    def row(self, name: str) -> Vector:
        self.read.add(name)
        return super().row(name)

    def number(self, name: str) -> float:
        self.read.add(name)
        return super().number(name)


class _Piece(Generic[Made]):
    """Something computed from the constants, with the names of those it reads."""

    def __init__(self, base: Parameters, make: Callable[[Parameters], Made], also: Sequence[str] = ()) -> None:
        watched = _Watched(**{each.name: getattr(base, each.name) for each in fields(Parameters)})
        self.make, self.base = make, make(watched)
        self.read = frozenset(watched.read).union(also)

    def under(self, parameters: Parameters, name: str) -> Made:
        """The same under other constants, of which only `name` differs."""
        return self.make(parameters) if name in self.read else self.base


class _Move(NamedTuple):
    """What a legal move may lead to: its price, and one row per branch, closed ones having no `following`."""

    cost: float
    lost: Vector
    cash: Vector
    chance: Vector
    following: Codes
    remaining: Vector


class Trial:
    """One decision with its history, to be judged again under other constants."""

    def __init__(self, kernel: Kernel, values: Values, history: Sequence[Decision], age: int) -> None:
        """Compute every piece once, under the constants of the kernel."""
        self.kernel, self.values, self.decision = kernel, values, history[-1]
        base, state = kernel.parameters, kernel.states[history[-1].state]
        self.prior = _Piece(base, lambda constants: prior(constants, age), (DRIFT,))
        self.drift = _Piece(base, drift_matrix, (DRIFT,))
        self.steps = [_Piece(base, _likelihood(kernel, decision)) for decision in history[:-1]]
        self.moves = {action: _Piece(base, _move(kernel, state, action)) for action in moves.legal(state)}

    def verdict(self, name: str = "", factor: float = 1.0) -> tuple[float, Grade]:
        """Loss of the decision in euros, and its grade, one constant being multiplied by a factor."""
        worth = self.worth(name, factor)
        loss = max(worth.values()) - worth[self.decision.action]
        return loss, grade(round(loss * 100), round(self.decision.amount * 100))

    def belief(self, name: str = "", factor: float = 1.0) -> Vector:
        """Belief before the decision."""
        constants = self._varied(name, factor)
        mix, drift = self.prior.under(constants, name), self.drift.under(constants, name)
        for step in self.steps:
            weights = mix * step.under(constants, name)
            mix = (weights / weights.sum()) @ drift
        return np.asarray(mix)

    def worth(self, name: str = "", factor: float = 1.0) -> dict[Action, float]:
        """Euros of every legal move, one step ahead of the unchanged table."""
        constants, mix = self._varied(name, factor), self.belief(name, factor)
        made = {action: piece.under(constants, name) for action, piece in self.moves.items()}
        later = self._later(list(made.values()), mix, self.drift.under(constants, name))
        amount, stake = self.decision.amount, self.decision.stake
        return {
            action: amount * float(mix @ move.cash) - move.cost - stake * float(mix @ move.lost) + future
            for (action, move), future in zip(made.items(), later, strict=True)
        }

    def _varied(self, name: str, factor: float) -> Parameters:
        return self.kernel.parameters.varied(name, factor) if name else self.kernel.parameters

    def _later(self, made: Sequence[_Move], mix: Vector, drift: Vector) -> list[float]:
        """Discounted euros expected after each move."""
        following = np.concatenate([move.following for move in made])
        chance = np.concatenate([move.chance for move in made])
        amount = self.decision.amount * np.concatenate([move.remaining for move in made])
        nodes = Nodes(following, (mix * chance) @ drift, amount, np.full(len(following), self.decision.stake))
        owner = np.repeat(np.arange(len(made)), [len(move.following) for move in made])
        total = np.bincount(owner, weights=lower_value(self.values, nodes), minlength=len(made))
        return [float(value) for value in self.kernel.discount * total]


def _likelihood(kernel: Kernel, decision: Decision) -> Callable[[Parameters], Vector]:
    """Chance of what was seen after a decision, for each profile, as a function of the constants."""
    state = kernel.states[decision.state]
    reached = moves.after(state, decision.action, decision.observation)
    if reached is None or decision.branch < 0:
        raise ValueError("the file is closed")
    event = EVENTS[int(kernel.branches.event[decision.branch])]

    def make(parameters: Parameters) -> Vector:
        shown = dict(observation_chances(parameters, state, decision.action))[decision.observation]
        happened = next(o for o in outcomes(parameters, reached) if o.event is event and o.following is not None)
        return np.asarray(shown * happened.chance)

    return make


def _move(kernel: Kernel, state: State, action: Action) -> Callable[[Parameters], _Move]:
    """One legal move as a function of the constants."""

    def make(parameters: Parameters) -> _Move:
        cash, chance, following, remaining = np.zeros(len(parameters.drift)), [], [], []
        for observation, shown in observation_chances(parameters, state, action):
            reached = moves.after(state, action, observation)
            for outcome in () if reached is None else outcomes(parameters, reached):
                weight = shown * outcome.chance
                cash += weight * split(parameters, reached or state, outcome).collected
                if outcome.following is not None:
                    chance.append(weight)
                    following.append(kernel.index[outcome.following])
                    remaining.append(outcome.remaining)
        rows = np.array(chance).reshape(-1, len(cash))
        lost, cost = relationship_loss(parameters, state, action), cost_euros(parameters, action)
        return _Move(cost, lost, cash, rows, np.array(following, dtype=np.int64), np.array(remaining))

    return make
