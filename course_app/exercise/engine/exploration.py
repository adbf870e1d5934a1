"""Choosing witnesses: the beliefs that players of many kinds actually reach.

Owns the walks in belief space (no hidden profile is ever drawn: outcomes are drawn from the belief itself) and the
selection of a few different points per state. Walks are keyed, hence the table is the same on every machine up to
rounding.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine.belief import untouched
from course_app.exercise.engine.draws import Stream, Words, file_keys, normals, uniforms
from course_app.exercise.engine.kernel import Codes, Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.search import Witnesses
from course_app.exercise.engine.values import Nodes, Values, action_values, runs
from course_app.exercise.engine.vocabulary import Documents, Stage, State

NOISE = (0.02, 0.02, 0.02, 0.15, 0.15, 0.35, 0.6, 1.0)
OLDEST = 44
STEPS = 40
MEDIAN_EUROS, AMOUNT_SPREAD = 2800.0, 1.2
LOWEST_EUROS, HIGHEST_EUROS = 150.0, 60_000.0
STAKE_SHARE, STAKE_SPREAD = 0.8, 0.5
BLOCK = 250
LARGEST_CHOICE = 400


@dataclass(frozen=True, eq=False)
class Walk:
    """A set of walks: how many files, the share of random moves (a range of shares when None), the first nodes.

    Without first nodes, each file has its own: any age, amount and stake; otherwise they are taken in turn.
    """

    seed: int
    files: int
    noise: float | None = None
    first: Nodes | None = None


def roots(kernel: Kernel, keys: Words) -> Nodes:
    """One file per key: age 0 to 44 sessions, one in eight before its due date, amount and stake lognormal."""
    age = (uniforms(keys, 0, Stream.AGE) * (OLDEST + 1)).astype(np.int64)
    early = uniforms(keys, 0, Stream.PROFILE) < 0.125
    mixes = untouched(kernel.parameters, OLDEST)[age]
    mixes[early] = kernel.parameters.row("share_before_due")
    amount = MEDIAN_EUROS * np.exp(AMOUNT_SPREAD * normals(keys, Stream.AMOUNT, Stream.AMOUNT_ANGLE))
    amount = np.clip(amount, LOWEST_EUROS, HIGHEST_EUROS)
    stake = amount * STAKE_SHARE * np.exp(STAKE_SPREAD * normals(keys, Stream.STAKE, Stream.STAKE_ANGLE))
    return Nodes(_root_states(kernel, keys, early), mixes, amount, stake)


def _root_states(kernel: Kernel, keys: Words, early: NDArray[np.bool_]) -> Codes:
    draw = uniforms(keys, 0, Stream.DOCUMENTS)
    credibility = np.where(draw % 0.25 < 0.03, 0, np.where(draw % 0.25 < 0.07, 1, 2))
    table = np.zeros((2, 2, 3), dtype=np.int64)
    for place, stage in enumerate((Stage.IDLE, Stage.NOT_DUE_2)):
        for documents in (Documents.MISSING, Documents.PRESENT):
            for level in range(3):
                table[place, documents, level] = kernel.index[State(stage, 0, level, documents=documents)]
    return np.asarray(table[early.astype(int), (draw > 0.25).astype(int), credibility], dtype=np.int64)


def walk(kernel: Kernel, values: Values, plan: Walk) -> Nodes:
    """Walk files for 40 sessions, each with its share of random moves; every node met, in order of session."""
    keys = file_keys(plan.seed, np.zeros(plan.files, dtype=np.int64), np.arange(plan.files))
    shares = NOISE if plan.noise is None else (plan.noise,)
    noise = np.array(shares)[np.arange(plan.files) % len(shares)]
    nodes = roots(kernel, keys)
    if plan.first is not None:
        nodes = plan.first.part(np.arange(plan.files) % len(plan.first.state))
    met = []
    for session in range(STEPS):
        met.append(nodes)
        move = _moves(kernel, values, nodes, keys, noise, session)
        alive, nodes = step(kernel, nodes, move, uniforms(keys, session, Stream.NATURE))
        keys, noise = keys[alive], noise[alive]
        if not len(alive):
            break
    return joined(met)


def joined(parts: list[Nodes]) -> Nodes:
    """Several sets of nodes laid end to end."""
    return Nodes(
        np.concatenate([part.state for part in parts]),
        np.concatenate([part.mix for part in parts]),
        np.concatenate([part.amount for part in parts]),
        np.concatenate([part.stake for part in parts]),
    )


def in_blocks(kernel: Kernel, values: Values, nodes: Nodes) -> Vector:
    """`action_values` of many nodes, a block at a time to spare memory."""
    cuts = range(0, len(nodes.state), BLOCK)
    return np.concatenate(
        [action_values(kernel, values, nodes.part(np.arange(len(nodes.state))[cut : cut + BLOCK])) for cut in cuts]
    )


def _moves(kernel: Kernel, values: Values, nodes: Nodes, keys: Words, noise: Vector, session: int) -> Codes:
    found = in_blocks(kernel, values, nodes)
    best = found.argmax(axis=1)
    legal = np.isfinite(found)
    legal[:, -1] &= ~legal[:, 1:-1].any(axis=1)
    rank = (uniforms(keys, session, Stream.POLICY_CHOICE) * legal.sum(axis=1)).astype(np.int64)
    anything = (np.cumsum(legal, axis=1) > rank[:, None]).argmax(axis=1)
    return np.asarray(np.where(uniforms(keys, session, Stream.EXPLORATION) < noise, anything, best))


def step(kernel: Kernel, nodes: Nodes, move: Codes, draw: Vector) -> tuple[Codes, Nodes]:
    """Draw one outcome of each move from the belief: (places of the files still open, their new nodes)."""
    pair, table = kernel.pair_of[nodes.state, move], kernel.branches
    place, branch = runs(table.start, pair)
    reached = nodes.mix[place] * table.chance[branch]
    total = np.cumsum(reached.sum(axis=1))
    base = np.concatenate([[0.0], total])[np.searchsorted(place, np.arange(len(pair)))]
    target = base + draw
    picked = np.searchsorted(total, target, side="right")
    open_still = (picked < len(place)) & (place[np.minimum(picked, len(place) - 1)] == np.arange(len(pair)))
    alive, picked = np.flatnonzero(open_still), picked[open_still]
    mix = reached[picked] @ kernel.drift
    mix /= mix.sum(axis=1, keepdims=True)
    amount = nodes.amount[alive] * table.remaining[branch[picked]]
    return alive, Nodes(table.following[branch[picked]], mix, amount, nodes.stake[alive])


def first_witnesses(kernel: Kernel, slots: int) -> Witnesses:
    """Default witnesses: the priors of ages spread over the range, with usual amounts and stakes."""
    ages = np.linspace(3, 36, slots).astype(int)
    mixes = untouched(kernel.parameters, OLDEST)[ages]
    count = len(kernel.states)
    amount = np.tile(np.geomspace(800.0, 12_000.0, slots)[::-1], (count, 1))
    return Witnesses(np.tile(mixes, (count, 1, 1)), amount, amount * STAKE_SHARE)


def select(kernel: Kernel, nodes: Nodes, slots: int, default: Witnesses, seed: int) -> Witnesses:
    """Keep for each state `slots` of the points met, defaults where too few were met.

    Half of them are drawn at random, hence typical; half are as different as possible: farthest first (Gonzalez
    1985), the distance being that of beliefs plus that of amounts and stakes on a log scale.
    """
    shuffled = np.random.default_rng(seed).permutation(len(nodes.state))
    order = shuffled[np.argsort(nodes.state[shuffled], kind="stable")]
    bounds = np.searchsorted(nodes.state[order], np.arange(len(kernel.states) + 1))
    chosen = Witnesses(default.mix.copy(), default.amount.copy(), default.stake.copy())
    features = np.concatenate(
        [nodes.mix, 0.12 * np.log(nodes.amount)[:, None], 0.12 * np.log(nodes.stake / nodes.amount)[:, None]], axis=1
    )
    for state in kernel.decisions:
        mine = order[bounds[state] : bounds[state + 1]]
        kept = mine if len(mine) <= slots else mine[_spread(features[mine[:LARGEST_CHOICE]], slots)]
        chosen.mix[state, : len(kept)] = nodes.mix[kept]
        chosen.amount[state, : len(kept)] = nodes.amount[kept]
        chosen.stake[state, : len(kept)] = nodes.stake[kept]
    return chosen


def _spread(points: Vector, wanted: int) -> Codes:
    """Places of the first half of `wanted` points, then of those farthest from all kept before."""
    kept = list(range((wanted + 1) // 2))
    distance = np.abs(points[:, None, :] - points[None, kept, :]).sum(axis=2).min(axis=1)
    while len(kept) < wanted:
        kept.append(int(distance.argmax()))
        distance = np.minimum(distance, np.abs(points - points[kept[-1]]).sum(axis=1))
    return np.array(kept)
