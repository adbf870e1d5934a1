"""The value table: for each state a few vectors, and what they are worth under a belief.

Owns the table and the one-step look-ahead built on it. A vector is the exact value of one contingent way of
working, for every profile, every amount and every stake at once: three rows of ten numbers, in this order

| row | unit | multiplied by |
|-----|------|---------------|
| 0 cash | share of the outstanding amount | amount A in euros |
| 1 costs | euros, negative | 1 |
| 2 relationship | share of the yearly margin, negative | stake R in euros |

so that a way of working is worth sum_k b_k (A cash_k + costs_k + R relationship_k) euros, and the table, being the
best of several, is a lower bound of the optimal value.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine.kernel import Codes, Kernel
from course_app.exercise.engine.parameters import Vector

ROWS, PROFILE_COUNT = 3, 10
ILLEGAL = -np.inf
ACTION_COUNT = 17
BLOCK = 250


@dataclass(frozen=True, eq=False)
class Values:
    """Vectors of all states laid end to end, shape (vectors, 3, 10), in single precision to spare memory.

    Those of state s are numbers `start[s]` to `start[s + 1]` - 1, at least one; `start` has one more entry than there
    are states.
    """

    vectors: NDArray[np.float32]
    start: Codes


@dataclass(frozen=True, eq=False)
class Nodes:
    """Points at which values are asked: state (n,), belief (n, 10), amount and stake in euros (n,)."""

    state: Codes
    mix: Vector
    amount: Vector
    stake: Vector

    def part(self, chosen: NDArray[np.bool_] | Codes | slice) -> "Nodes":
        """Some of the nodes."""
        return Nodes(self.state[chosen], self.mix[chosen], self.amount[chosen], self.stake[chosen])


def weighted(mix: Vector, amount: Vector, stake: Vector) -> Vector:
    """Belief weighted in the three currencies, shape (n, 30), to be multiplied with vectors."""
    return np.concatenate([amount[:, None] * mix, mix, stake[:, None] * mix], axis=1)


def lower_value(values: Values, nodes: Nodes) -> Vector:
    """Euros the table promises at each node, shape (n,)."""
    first, _, worth = _worths(values, nodes)
    return np.asarray(np.maximum.reduceat(worth, first)) if len(first) else np.zeros(0)


def best_vector(values: Values, nodes: Nodes) -> Codes:
    """Number of the best vector at each node; the first one when several are equal."""
    first, number, worth = _worths(values, nodes)
    top = np.maximum.reduceat(worth, first) if len(first) else np.zeros(0)
    counts = np.diff(first, append=len(worth))
    equal = np.flatnonzero(worth == np.repeat(top, counts))
    return np.asarray(number[equal[np.searchsorted(equal, first)]])


def _worths(values: Values, nodes: Nodes) -> tuple[Codes, Codes, Vector]:
    """Euros of every vector of the state at each node: (first row of each node, vector of each row, euros)."""
    place, number = runs(values.start, nodes.state)
    flat = values.vectors.reshape(len(values.vectors), ROWS * PROFILE_COUNT)[number]
    weights = weighted(nodes.mix, nodes.amount, nodes.stake)[place]
    first = np.flatnonzero(np.diff(place, prepend=-1))
    return first, number, np.einsum("ij,ij->i", flat, weights)


def immediate(kernel: Kernel, pairs: Codes, nodes: Nodes) -> Vector:
    """Euros expected in the session itself from one pair per node, shape (n,)."""
    cash = (kernel.cash[pairs] * nodes.mix).sum(axis=1)
    lost = (kernel.relationship[pairs] * nodes.mix).sum(axis=1)
    return np.asarray(nodes.amount * cash - kernel.cost[pairs] * nodes.mix.sum(axis=1) - nodes.stake * lost)


def runs(start: Codes, chosen: Codes) -> tuple[Codes, Codes]:
    """Expand consecutive ranges: (place in `chosen`, number in the range), ranges being start[i]..start[i + 1]."""
    counts = start[chosen + 1] - start[chosen]
    place = np.repeat(np.arange(len(chosen)), counts)
    offset = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    return place, start[chosen][place] + offset


def action_values(kernel: Kernel, values: Values, nodes: Nodes) -> Vector:
    """Euros expected from every legal move now, then working as the table does; shape (n, 17), -inf when illegal."""
    place, branch = runs(kernel.branch_start, nodes.state)
    table = kernel.branches
    mix = (nodes.mix[place] * table.chance[branch]) @ kernel.drift
    amount = nodes.amount[place] * table.remaining[branch]
    worth = lower_value(values, Nodes(table.following[branch], mix, amount, nodes.stake[place]))
    owner, pair = runs(kernel.pair_start, nodes.state)
    found = immediate(kernel, pair, nodes.part(owner))
    key = place * ACTION_COUNT + kernel.pair_action[kernel.branch_pair[branch]]
    future = np.bincount(key, weights=worth, minlength=len(nodes.state) * ACTION_COUNT)
    result = np.full((len(nodes.state), ACTION_COUNT), ILLEGAL)
    column = kernel.pair_action[pair]
    result[owner, column] = found + kernel.discount * future[owner * ACTION_COUNT + column]
    return result


def action_parts(kernel: Kernel, values: Values, nodes: Nodes) -> Vector:
    """`action_values` in its three currencies: cash, costs, relationship; euros, shape (n, 17, 3).

    The three parts sum to the value of the move; nan where the move is illegal.
    """
    place, branch = runs(kernel.branch_start, nodes.state)
    following = kernel.branches.following[branch]
    mix = (nodes.mix[place] * kernel.branches.chance[branch]) @ kernel.drift
    amount = nodes.amount[place] * kernel.branches.remaining[branch]
    ahead = Nodes(following, mix, amount, nodes.stake[place])
    best = values.vectors[best_vector(values, ahead)]
    scale = np.stack([amount, np.ones(len(amount)), nodes.stake[place]], axis=1)
    later = kernel.discount * scale * np.einsum("rck,rk->rc", best, mix)
    owner, pair = runs(kernel.pair_start, nodes.state)
    column, result = kernel.pair_action[pair], np.full((len(nodes.state), ACTION_COUNT, ROWS), np.nan)
    result[owner, column] = _immediate_parts(kernel, pair, nodes.part(owner))
    np.add.at(result, (place, kernel.pair_action[kernel.branch_pair[branch]]), later)
    return result


def _immediate_parts(kernel: Kernel, pairs: Codes, nodes: Nodes) -> Vector:
    cash = nodes.amount * (kernel.cash[pairs] * nodes.mix).sum(axis=1)
    lost = nodes.stake * (kernel.relationship[pairs] * nodes.mix).sum(axis=1)
    return np.stack([cash, -kernel.cost[pairs] * nodes.mix.sum(axis=1), -lost], axis=1)


def usage(kernel: Kernel, values: Values, nodes: Nodes) -> Codes:
    """How often each vector is the best at a node or one step after one, shape (vectors,)."""
    counts = np.zeros(len(values.vectors), dtype=np.int64)
    for first in range(0, len(nodes.state), BLOCK):
        part = nodes.part(np.arange(first, min(first + BLOCK, len(nodes.state))))
        place, branch = runs(kernel.branch_start, part.state)
        mix = (part.mix[place] * kernel.branches.chance[branch]) @ kernel.drift
        amount = part.amount[place] * kernel.branches.remaining[branch]
        for met in (part, Nodes(kernel.branches.following[branch], mix, amount, part.stake[place])):
            np.add.at(counts, best_vector(values, met), 1)
    return counts
