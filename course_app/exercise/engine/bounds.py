"""Upper bounds: how far the value table can be from the best possible, proved for one amount and one stake.

Owns the bound and its refinement: the value with the profile known (an optimist's value, one number per state and
profile), lowered at chosen beliefs and interpolated between them by the sawtooth formula (Hauskrecht 2000); beliefs
are chosen by heuristic search (Smith and Simmons 2004), many trials abreast, outcomes drawn in proportion to weight
times gap.

After an instalment that leaves a fraction s, V(sA) <= s V(A): the value is convex in A and not positive at A = 0.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from course_app.exercise.engine.draws import Stream, file_keys, uniforms
from course_app.exercise.engine.kernel import Codes, Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.values import (
    ACTION_COUNT,
    ILLEGAL,
    PROFILE_COUNT,
    Nodes,
    Values,
    immediate,
    lower_value,
    runs,
)

SMALLEST = 1e-9
SWEEPS = 400
SETTLED = 1e-4
DEPTH = 36
POINTS = 256
BUCKETS = (0, 8, 32, 96, POINTS)
ROUNDING = 1e-5
WORTH_NOTING = 2e-5
SPARED = 0.25
BLOCK = 64


@dataclass(frozen=True)
class Claim:
    """One file to certify: amount and stake in euros."""

    amount: float
    stake: float


@dataclass(frozen=True, eq=False)
class Scope:
    """Deciding states reachable from one state, with their pairs and branches laid end to end."""

    states: Codes
    pairs: Codes
    first_pair: Codes
    branches: Codes
    filled: Codes
    first_branch: Codes


def scope_of(kernel: Kernel, root: int) -> Scope:
    """Everything that can follow from a state."""
    met, waiting = {root}, [root]
    while waiting:
        state = waiting.pop()
        after = kernel.branches.following[kernel.branch_start[state] : kernel.branch_start[state + 1]]
        fresh = set(after.tolist()) - met
        met |= fresh
        waiting.extend(fresh)
    states = np.array(sorted(met))
    place, pairs = runs(kernel.pair_start, states)
    owner, branches = runs(kernel.branches.start, pairs)
    return Scope(
        states=states,
        pairs=pairs,
        first_pair=np.flatnonzero(np.diff(place, prepend=-1)),
        branches=branches,
        filled=np.unique(owner),
        first_branch=np.flatnonzero(np.diff(owner, prepend=-1)),
    )


class UpperBound:
    """Upper bound of the value of one claim from every state of a scope, lowered in place by `refine`."""

    def __init__(self, kernel: Kernel, claim: Claim, scope: Scope, above: Vector | None = None) -> None:
        """Solve the model with the profile known; `above` is an upper bound to start from, (states, 10) in euros."""
        self.kernel, self.claim = kernel, claim
        self.corners = known_profile_values(kernel, claim, scope, above)
        count = len(kernel.states)
        self.inverse = np.zeros((count, PROFILE_COUNT, POINTS), dtype=np.float32)
        self.drop = np.zeros((count, POINTS), dtype=np.float32)
        self.used = np.zeros(count, dtype=np.int64)

    def value(self, state: Codes, mix: Vector) -> Vector:
        """Upper bound at beliefs (not necessarily of sum 1), in euros, shape (n,)."""
        lowered = np.zeros(len(state), dtype=np.float32)
        used, single = self.used[state], mix.astype(np.float32)
        for least, most in pairwise(BUCKETS):
            some = np.flatnonzero((used > least) & (used <= most))
            if len(some):
                slots = int(used[some].max())
                ratio = (single[some, :, None] * self.inverse[state[some], :, :slots]).min(axis=1)
                lowered[some] = (ratio * self.drop[state[some], :slots]).max(axis=1)
        return np.asarray((self.corners[state] * mix).sum(axis=1) - lowered * (1.0 - ROUNDING))

    def lower_at(self, state: int, mix: Vector, value: float) -> None:
        """Note that the value at this belief (of sum 1) is at most `value` euros.

        When the state has no room left, the points that the others make useless go, and the least useful ones in any case.
        """
        if float(self.value(np.array([state]), mix[None])[0]) - value <= WORTH_NOTING * self.claim.amount:
            return
        if self.used[state] == POINTS:
            self._make_room(state)
        slot = int(self.used[state])
        self.used[state] = slot + 1
        self.inverse[state, :, slot] = 1.0 / np.maximum(mix, 1e-12)
        self.drop[state, slot] = float(self.corners[state] @ mix) - value

    def _make_room(self, state: int) -> None:
        inverse, drop = self.inverse[state], self.drop[state]
        others = ((1.0 / inverse)[:, :, None] * inverse[:, None, :]).min(axis=0) * drop[None, :]
        np.fill_diagonal(others, 0.0)
        useful = drop - others.max(axis=1)
        kept = useful > max(WORTH_NOTING * self.claim.amount, float(np.quantile(useful, SPARED)))
        count = int(kept.sum())
        inverse[:, :count], drop[:count], self.used[state] = inverse[:, kept], drop[kept], count


def free_values(kernel: Kernel, scope: Scope) -> Vector:
    """Share of the amount recovered when the profile is known and moves cost nothing, shape (states, 10).

    Multiplied by an amount, it is an upper bound from which `known_profile_values` may start.
    """
    free = replace(kernel, cost=np.zeros_like(kernel.cost))
    return known_profile_values(free, Claim(1.0, 0.0), scope)


def known_profile_values(kernel: Kernel, claim: Claim, scope: Scope, above: Vector | None = None) -> Vector:
    """Euros of each state when the profile is known, shape (states, 10): value iteration from above.

    Every iterate is an upper bound, so that stopping early stays safe.
    """
    table, pairs, branches = kernel.branches, scope.pairs, scope.branches
    now = claim.amount * kernel.cash[pairs] - kernel.cost[pairs, None] - claim.stake * kernel.relationship[pairs]
    now = np.ascontiguousarray(now.T)
    values = np.full((PROFILE_COUNT, len(kernel.states)), claim.amount) if above is None else above.T.copy()
    chance = np.ascontiguousarray((table.chance[branches] * table.remaining[branches, None]).T) * kernel.discount
    following = table.following[branches]
    for _ in range(SWEEPS):
        later = np.take(kernel.drift @ values, following, axis=1) * chance
        total = now.copy()
        total[:, scope.filled] += np.add.reduceat(later, scope.first_branch, axis=1)
        before = values[:, scope.states]
        fresh = np.minimum(np.maximum.reduceat(total, scope.first_pair, axis=1), before)
        values[:, scope.states] = fresh
        if float(np.max(before - fresh)) < SETTLED * claim.amount:
            break
    return np.ascontiguousarray(values.T)


@dataclass(frozen=True, eq=False)
class _Ahead:
    """One step ahead of some nodes: upper values of the moves, and the branches they are made of."""

    moves: Vector
    place: Codes
    branch: Codes
    mix: Vector
    upper: Vector


def _ahead(bound: UpperBound, nodes: Nodes) -> _Ahead:
    kernel, table = bound.kernel, bound.kernel.branches
    place, branch = runs(kernel.branch_start, nodes.state)
    mix = (nodes.mix[place] * table.chance[branch]) @ kernel.drift
    upper = bound.value(table.following[branch], mix) * table.remaining[branch]
    owner, pair = runs(kernel.pair_start, nodes.state)
    found = immediate(kernel, pair, nodes.part(owner))
    key = place * ACTION_COUNT + kernel.pair_action[kernel.branch_pair[branch]]
    future = np.bincount(key, weights=upper, minlength=len(nodes.state) * ACTION_COUNT)
    moves = np.full((len(nodes.state), ACTION_COUNT), ILLEGAL)
    column = kernel.pair_action[pair]
    moves[owner, column] = found + kernel.discount * future[owner * ACTION_COUNT + column]
    return _Ahead(moves, place, branch, mix, upper)


def upper_action_values(bound: UpperBound, nodes: Nodes) -> Vector:
    """Upper bound of every legal move, euros, shape (n, 17), -inf when illegal."""
    return _ahead(bound, nodes).moves


def at_claim(bound: UpperBound, nodes: Nodes) -> Nodes:
    """Return the same nodes at the amount and stake of the claim: a bound holds for those only."""
    count = len(nodes.state)
    return Nodes(nodes.state, nodes.mix, np.full(count, bound.claim.amount), np.full(count, bound.claim.stake))


def refine(bound: UpperBound, values: Values, starts: Nodes, seed: int) -> None:
    """Run one trial from each start, all abreast, then lower the bound along their way back."""
    count = len(starts.state)
    keys = file_keys(seed, np.zeros(count, dtype=np.int64), np.arange(count))
    nodes = at_claim(bound, starts)
    path = []
    for session in range(DEPTH):
        path.append(nodes)
        alive, nodes = _descend(bound, values, nodes, uniforms(keys, session, Stream.NATURE))
        keys = keys[alive]
        if not len(alive):
            break
    for met in reversed(path):
        _lower(bound, met)


def _descend(bound: UpperBound, values: Values, nodes: Nodes, draw: Vector) -> tuple[Codes, Nodes]:
    """Follow the most promising move of each node, then a branch drawn by weight times gap."""
    kernel, table, ahead = bound.kernel, bound.kernel.branches, _ahead(bound, nodes)
    best = ahead.moves.argmax(axis=1)
    mine = kernel.pair_action[kernel.branch_pair[ahead.branch]] == best[ahead.place]
    place, branch, mix = ahead.place[mine], ahead.branch[mine], ahead.mix[mine]
    amount = nodes.amount[place] * table.remaining[branch]
    below = lower_value(values, Nodes(table.following[branch], mix, amount, nodes.stake[place]))
    excess = np.maximum(ahead.upper[mine] - below - 1e-4 * bound.claim.amount * mix.sum(axis=1), 0.0)
    total = np.cumsum(excess)
    ends = np.searchsorted(place, np.arange(len(nodes.state) + 1))
    limits = np.concatenate([[0.0], total])[ends]
    weight = limits[1:] - limits[:-1]
    alive = np.flatnonzero(weight > SMALLEST)
    picked = np.searchsorted(total, limits[:-1][alive] + draw[alive] * weight[alive], side="right")
    picked = np.minimum(picked, ends[1:][alive] - 1)
    reached = mix[picked] / mix[picked].sum(axis=1, keepdims=True)
    claim = nodes.amount[alive], nodes.stake[alive]
    return alive, Nodes(table.following[branch[picked]], reached, *claim)


def _lower(bound: UpperBound, nodes: Nodes) -> None:
    best = _ahead(bound, nodes).moves.max(axis=1)
    for state, mix, value in zip(nodes.state.tolist(), nodes.mix, best.tolist(), strict=True):
        bound.lower_at(state, mix, value)


def lower_along(bound: UpperBound, nodes: Nodes) -> None:
    """Lower the bound at these nodes, last ones first."""
    nodes = at_claim(bound, nodes)
    for first in range(len(nodes.state), 0, -BLOCK):
        _lower(bound, nodes.part(np.arange(max(0, first - BLOCK), first)[::-1]))
