"""Point-based value iteration: improving the value table at chosen witnesses.

Owns the backups of the lower bound (Pineau, Gordon, Thrun 2003; mixed observability: Ong, Png, Hsu, Lee 2010).
Each state has some witnesses; after a backup, slot m holds the best known vector at witness m, and the slots beyond
the witnesses hold vectors kept from earlier rounds. Every vector is the exact value of a way of working, so the
table only grows at its witnesses and never lies.

Knows nothing of how witnesses are chosen (`exploration`) nor of upper bounds (`bounds`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine.kernel import Codes, Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.values import ACTION_COUNT, PROFILE_COUNT, ROWS, Values, runs
from course_app.exercise.engine.vocabulary import NEXT_STAGE, PENDING, Stage

GROUP_STATES = 64


@dataclass(frozen=True, eq=False)
class Witnesses:
    """Points at which each state is improved.

    `mix` (states, witnesses, 10); `amount` and `stake` (states, witnesses) in euros.
    """

    mix: Vector
    amount: Vector
    stake: Vector


@dataclass(frozen=True, eq=False)
class _Group:
    """Some states with everything a backup needs, laid out once."""

    states: Codes
    branch: Codes
    place: Codes
    pair: Codes
    pair_place: Codes


@dataclass(frozen=True, eq=False)
class Table:
    """The table while it is built: as many slots for each state, (states, slots, 3, 10), changed in place."""

    vectors: NDArray[np.float32]

    @property
    def slots(self) -> int:
        """Vectors of each state."""
        return int(self.vectors.shape[1])

    def values(self) -> Values:
        """The same vectors laid end to end, sharing their memory."""
        states, slots = self.vectors.shape[:2]
        return Values(self.vectors.reshape(states * slots, ROWS, PROFILE_COUNT), np.arange(states + 1) * slots)


def waiting_values(kernel: Kernel, slots: int) -> Table:
    """Value of waiting for ever from every state: the first vectors, exact.

    Cash only: waiting costs nothing. Solved along the clocks, down to the states where the clock stands still.
    """
    cash = np.zeros((len(kernel.states), PROFILE_COUNT))
    for group in _by_rank(kernel):
        pairs = kernel.pair_of[group, 0]
        for state, pair in zip(group.tolist(), pairs.tolist(), strict=True):
            cash[state] = _waiting(kernel, state, pair, cash)
    vectors = np.zeros((len(kernel.states), slots, ROWS, PROFILE_COUNT), dtype=np.float32)
    vectors[:, :, 0, :] = cash[:, None, :]
    return Table(vectors)


def _waiting(kernel: Kernel, state: int, pair: int, cash: Vector) -> Vector:
    """Solve one state: x = r + beta (C_self D x + sum of C_other D x_other)."""
    table, start, end = kernel.branches, *kernel.branches.start[pair : pair + 2]
    gain, matrix = kernel.cash[pair].copy(), np.eye(PROFILE_COUNT)
    for branch in range(start, end):
        step = kernel.discount * table.chance[branch][:, None] * kernel.drift * table.remaining[branch]
        if table.following[branch] == state:
            matrix -= step
        else:
            gain += step @ cash[table.following[branch]]
    return np.asarray(np.linalg.solve(matrix, gain))


def _rank(stage: Stage) -> int:
    """Number of sessions before the clock stands still (plans follow the states they may fall back to)."""
    if stage in PENDING:
        return {Stage.PLAN_1: 40, Stage.PLAN_2: 41, Stage.PLAN_3: 42}.get(stage, 30)
    rank = 0
    while NEXT_STAGE[stage] is not stage:
        stage, rank = NEXT_STAGE[stage], rank + 1
    return rank


def _by_rank(kernel: Kernel) -> list[Codes]:
    """Deciding states, ladder from high to low, then clock from short to long."""
    ranks = [(-kernel.states[state].ladder, _rank(kernel.states[state].stage)) for state in kernel.decisions]
    keys = sorted(set(ranks))
    place = np.array([keys.index(rank) for rank in ranks])
    return [kernel.decisions[place == number] for number in range(len(keys))]


def groups(kernel: Kernel) -> list[_Group]:
    """Split the deciding states in groups to be improved one after the other."""
    found = []
    for states in _by_rank(kernel):
        for first in range(0, len(states), GROUP_STATES):
            part = states[first : first + GROUP_STATES]
            place, branch = runs(kernel.branch_start, part)
            pair_place, pair = runs(kernel.pair_start, part)
            found.append(_Group(part, branch, place, pair, pair_place))
    return found


def sweep(kernel: Kernel, values: Table, witnesses: Witnesses, parts: list[_Group]) -> float:
    """Back up every state once, in place. Returns the largest gain at a witness, as a share of its amount."""
    return max(_backup(kernel, values, witnesses, group) for group in parts)


def _backup(kernel: Kernel, values: Table, witnesses: Witnesses, group: _Group) -> float:
    table, states = kernel.branches, group.states
    mix, amount, stake = witnesses.mix[states], witnesses.amount[states], witnesses.stake[states]
    reached = (mix[group.place] * table.chance[group.branch][:, None, :]) @ kernel.drift
    left = (amount[group.place] * table.remaining[group.branch][:, None])[:, :, None]
    weights = np.concatenate([left * reached, reached, stake[group.place][:, :, None] * reached], axis=2)
    weights = weights.astype(np.float32)
    known = values.vectors[table.following[group.branch]].reshape(len(group.branch), values.slots, -1)
    scores = weights @ known.transpose(0, 2, 1)
    choice = scores.argmax(axis=2)
    worth = np.take_along_axis(scores, choice[:, :, None], axis=2)[:, :, 0].astype(np.float64)
    found = _pair_values(kernel, group, (mix, amount, stake), worth)
    best = found.argmax(axis=1)
    fresh = _vectors(kernel, values, group, best, choice)
    return _keep(values, group, (mix, amount, stake), fresh)


def _pair_values(kernel: Kernel, group: _Group, points: tuple[Vector, Vector, Vector], worth: Vector) -> Vector:
    """Euros of every move at every witness of the group, shape (states, 17, witnesses)."""
    mix, amount, stake = (point[group.pair_place] for point in points)
    cash = np.einsum("pmk,pk->pm", mix, kernel.cash[group.pair])
    lost = np.einsum("pmk,pk->pm", mix, kernel.relationship[group.pair])
    now = amount * cash - kernel.cost[group.pair][:, None] - stake * lost
    result = np.full((len(group.states), ACTION_COUNT, worth.shape[1]), -np.inf)
    result[group.pair_place, kernel.pair_action[group.pair]] = now
    column = kernel.pair_action[kernel.branch_pair[group.branch]]
    np.add.at(result, (group.place, column), kernel.discount * worth)
    return result


def _vectors(kernel: Kernel, values: Table, group: _Group, best: Codes, choice: Codes) -> Vector:
    """Vectors of the best moves, shape (states, witnesses, 3, 10)."""
    table = kernel.branches
    column = kernel.pair_action[kernel.branch_pair[group.branch]]
    row, slot = np.nonzero(best[group.place] == column[:, None])
    branch = group.branch[row]
    later = values.vectors[table.following[branch], choice[row, slot]]
    later[:, 0] *= table.remaining[branch][:, None]
    later = kernel.discount * (later @ kernel.drift.T) * table.chance[branch][:, None, :]
    pair = kernel.pair_of[group.states[:, None], best]
    fresh = np.stack(
        [
            kernel.cash[pair],
            -np.repeat(kernel.cost[pair][..., None], PROFILE_COUNT, axis=2),
            -kernel.relationship[pair],
        ],
        axis=2,
    )
    np.add.at(fresh, (group.place[row], slot), later)
    return np.asarray(fresh)


def _keep(values: Table, group: _Group, points: tuple[Vector, Vector, Vector], fresh: Vector) -> float:
    """Put in each slot the best vector at its witness, fresh or known; return the largest relative gain."""
    mix, amount, stake = points
    weights = np.concatenate([amount[:, :, None] * mix, mix, stake[:, :, None] * mix], axis=2)
    known = values.vectors[group.states]
    flat = known.reshape(*known.shape[:2], -1)
    old = weights @ flat.transpose(0, 2, 1)
    place = old.argmax(axis=2)
    before = np.take_along_axis(old, place[:, :, None], axis=2)[:, :, 0]
    after = np.einsum("smk,smk->sm", weights, fresh.reshape(weights.shape))
    better = after > before
    kept = known[np.arange(len(known))[:, None], place]
    values.vectors[group.states, : mix.shape[1]] = np.where(better[:, :, None, None], fresh, kept)
    return float(np.max(np.where(better, (after - before) / amount, 0.0), initial=0.0))
