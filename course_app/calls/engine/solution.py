"""What each sentence of a call is worth, exactly: backward induction over every reachable situation.

Owns the compiled dialogue and its solution. The belief on the customer's profile is a function of the state
(simulator.md §8, product form), so that the induction is exact. Values are euros.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from course_app.calls.engine.dialogue import (
    AGREES,
    HANGS_UP,
    HIGHEST,
    READINESS,
    Branch,
    Likelihood,
    State,
    branches,
    starts,
)
from course_app.calls.engine.ends import File, Vector, end_values
from course_app.calls.intents import Intent

Codes = NDArray[np.int64]

MOST_TURNS = 10
"""Sentences a learner may say in one call: nine in simulator.md §8, one more because a switchboard may answer."""
INTENTS = tuple(Intent)
MOST_BRANCHES = 6
SOLUTIONS_KEPT = 64
"""Solved calls kept in memory, about 250 KB each."""
DISCLOSURE_EUROS, DISCLOSURE_SHARE = 300.0, 0.10
"""One disclosure costs €300 on the reference claim of €3,000 (simulator.md §8); a tenth of larger claims, so that no
amount makes it pay."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Every reachable state and every branch, as arrays (states, intents, branches); unused branches have chance 0.

    `leaves`: chance that the customer hangs up on reaching each state, shape (states,).
    """

    states: tuple[State, ...]
    following: Codes
    chance: Vector
    likelihood: Codes
    penalty: Vector
    leaves: Vector

    @property
    def index(self) -> Mapping[State, int]:
        """Number of each state."""
        return _index(self)


@lru_cache(maxsize=2)
def _index(graph: Graph) -> Mapping[State, int]:
    return {state: number for number, state in enumerate(graph.states)}


@cache
def graph() -> Graph:
    """Return the dialogue compiled to arrays, once per process."""
    found: dict[State, int] = {state: number for number, state in enumerate(starts())}
    rows: list[list[tuple[Branch, ...]]] = []
    ahead = list(found)
    while len(rows) < len(ahead):
        row = [branches(ahead[len(rows)], intent) for intent in INTENTS]
        rows.append(row)
        for branch in (one for several in row for one in several):
            if branch.state not in found:
                found[branch.state] = len(ahead)
                ahead.append(branch.state)
    return _compiled(tuple(ahead), rows, found)


def _compiled(states: tuple[State, ...], rows: list[list[tuple[Branch, ...]]], found: Mapping[State, int]) -> Graph:
    shape = (len(states), len(INTENTS), MOST_BRANCHES)
    following, likelihood = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    chance, penalty = np.zeros(shape), np.zeros(shape)
    for state, row in enumerate(rows):
        for intent, several in enumerate(row):
            for place, branch in enumerate(several):
                at = (state, intent, place)
                following[at] = found[branch.state]
                chance[at], likelihood[at], penalty[at] = branch.chance, branch.likelihood, branch.penalty
    leaves = np.array([HANGS_UP if state.irritation == HIGHEST else 0.0 for state in states])
    return Graph(states, following, chance, likelihood, penalty, leaves)


@dataclass(frozen=True, eq=False)
class Solution:
    """A solved call. `values[n]` is what each state is worth with n sentences left, shape (states,)."""

    file: File
    belief: Vector
    probability: Vector
    ends: Vector
    values: Vector

    def moves(self, state: State, left: int) -> dict[Intent, float]:
        """Return what each sentence is worth at a state with `left` ≥ 1 sentences left, the best play following."""
        at = graph().index[state]
        worth = _worths(self, np.array([at]), left)[0]
        return {intent: float(worth[number]) for number, intent in enumerate(INTENTS)}

    def end(self, state: State) -> float:
        """Return what the file is worth if the call stops at a state."""
        return float(self.ends[graph().index[state]])


def beliefs(prior: Vector, states: tuple[State, ...]) -> Vector:
    """Return what may be believed of the profile in each state, shape (states, 10), rows summing to 1.

    b ∝ prior × chance to give the heard reason × chances to have declined as often × chance to have agreed.
    """
    says, agrees = end_values().says, np.array(AGREES)
    causes = np.vstack([np.ones(len(prior)), says])[[state.cause for state in states]]
    refusals = np.array([state.refusals for state in states])
    declined = np.ones((len(states), len(prior)))
    for level, ready in enumerate(READINESS):
        declined *= (1 - ready * agrees)[None] ** refusals[:, level, None]
    promised = np.array([state.commitment > 0 for state in states])[:, None]
    weights = prior[None] * causes * declined * np.where(promised, agrees[None], 1.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _probabilities(belief: Vector) -> Vector:
    """Chance of every branch under the belief of its state, shape (states, intents, branches)."""
    compiled = graph()
    causes = belief @ end_values().says.T
    agrees = belief @ np.array(AGREES)
    likely = np.column_stack([np.ones(len(belief)), causes, agrees])
    number = np.minimum(compiled.likelihood, int(Likelihood.AGREES))
    found = compiled.chance * likely[np.arange(len(belief))[:, None, None], number]
    return np.asarray(np.where(compiled.likelihood == Likelihood.DECLINES, 1 - found, found))


def _end_worths(file: File, belief: Vector) -> Vector:
    """Euros of the file if the call stops in each state."""
    ends, states = end_values(), graph().states
    trust = np.array([state.trust for state in states])
    irritation = np.array([state.irritation for state in states])
    promised = np.array([state.commitment > 0 for state in states])
    recapped = np.array([state.commitment > 1 for state in states])
    reached = np.array([state.reached for state in states])
    spoken = np.where(reached, ends.spoken(file, belief), ends.untouched(file, belief))
    worth = np.where(promised, ends.promised(file, belief, trust, recapped), spoken)
    return np.asarray(worth - ends.irritation(file, belief, irritation))


def disclosure(file: File) -> float:
    """Euros that one disclosure to a third party is charged."""
    return max(DISCLOSURE_EUROS, DISCLOSURE_SHARE * file.amount)


def _worths(solution: Solution, chosen: Codes, left: int) -> Vector:
    """Euros of every sentence at some states with `left` sentences left, shape (chosen, intents)."""
    compiled = graph()
    after, ends = solution.values[left - 1], solution.ends
    following = compiled.following[chosen]
    leaves = compiled.leaves[following]
    leaves[:, INTENTS.index(Intent.LISTEN)] = 0.0
    later = (1 - leaves) * after[following] + leaves * ends[following]
    charged = compiled.penalty[chosen] * disclosure(solution.file)
    worth = (solution.probability[chosen] * (later - charged)).sum(axis=2) - end_values().minute
    worth[:, INTENTS.index(Intent.END)] = ends[chosen]
    return np.asarray(worth)


@lru_cache(maxsize=SOLUTIONS_KEPT)
def solve(file: File) -> Solution:
    """Solve the call about a file, for every start; about 50 ms."""
    belief = beliefs(end_values().belief(file), graph().states)
    ends = _end_worths(file, belief)
    values = np.empty((MOST_TURNS + 1, len(ends)))
    solution = Solution(file, belief, _probabilities(belief), ends, values)
    values[0] = ends
    every = np.arange(len(ends))
    for left in range(1, MOST_TURNS + 1):
        values[left] = _worths(solution, every, left).max(axis=1)
    return solution
