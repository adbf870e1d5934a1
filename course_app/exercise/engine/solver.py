"""Building the value table of a parameter set, and its certificate.

Owns the schedule of the build (walks, choice of witnesses, sweeps), the trimming of the table and the build report.
Everything is keyed: building twice gives the same table.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from course_app.exercise.engine.bounds import (
    Claim,
    UpperBound,
    at_claim,
    free_values,
    lower_along,
    refine,
    scope_of,
    upper_action_values,
)
from course_app.exercise.engine.campaign import first_beliefs
from course_app.exercise.engine.exploration import Walk, first_witnesses, in_blocks, joined, select, walk
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.portfolio import draw_files
from course_app.exercise.engine.sampled import STANDARD
from course_app.exercise.engine.search import Table, groups, sweep, waiting_values
from course_app.exercise.engine.values import Nodes, Values, action_values, usage
from course_app.exercise.engine.vocabulary import Documents

Tell = Callable[[str], None]
SEED = 20_261_122
LEARNER_NOISE = 0.35
APART = 1000
STRIDE, THIN = 3, 2
SMALL_EUROS, DRAWN = STANDARD.median, 12


@dataclass(frozen=True)
class Effort:
    """How much work a build is given; the default is what the shipped file was built with.

    After `rounds` for players of many kinds, `last_rounds` are given to small files without documents, the hardest to
    value. A certificate stops when the gap at the root is under `target`, or after `passes`.
    """

    witnesses: int = 12
    slots: int = 36
    rounds: int = 9
    last_rounds: int = 5
    files: int = 4000
    last_files: int = 3000
    sweeps: int = 4
    claims: int = 20
    trials: int = 32
    passes: int = 80
    target: float = 0.0115


@dataclass(frozen=True)
class ClaimCertificate:
    """One certified file: `lower` and `upper` bound the value in euros; gaps are shares of the amount."""

    amount: float
    stake: float
    age: int
    documents: bool
    lower: float
    upper: float
    gap: float
    decision_gap_mean: float
    decision_gap_p90: float


@dataclass(frozen=True)
class Report:
    """The build report: processor seconds spent, vectors kept, certificates; gaps are shares of the amount."""

    seconds: float
    sweeps: int
    last_gain: float
    vectors_found: int
    vectors_kept: int
    root_gap_mean: float
    root_gap_max: float
    decision_gap_mean: float
    decision_gap_p90: float
    claims: tuple[ClaimCertificate, ...]

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)


def quiet(_line: str) -> None:
    """Tell nothing."""


def build(kernel: Kernel, effort: Effort, tell: Tell = quiet) -> tuple[Values, Report]:
    """Build the value table and certify it. `tell` receives one line per step."""
    started = time.process_time()
    table, gain, sweeps = improve(kernel, effort, tell)
    values = trim(kernel, table.values(), effort)
    found, kept = int(np.prod(table.vectors.shape[:2])), len(values.vectors)
    tell(f"{kept} vectors kept of {found}, {time.process_time() - started:.0f} s")
    claims = certify(kernel, values, effort, tell) if effort.claims else ()
    return values, _report(claims, time.process_time() - started, sweeps, gain, (found, kept))


def improve(kernel: Kernel, effort: Effort, tell: Tell = quiet) -> tuple[Table, float, int]:
    """Rounds of walks and sweeps from the value of waiting for ever."""
    parts, table = groups(kernel), waiting_values(kernel, effort.slots)
    default = first_witnesses(kernel, effort.witnesses)
    witnesses, gain = default, 0.0
    turns = effort.rounds + effort.last_rounds + 1
    for turn in range(turns):
        if turn:
            met, spared = _met(kernel, table.values(), effort, turn)
            set_aside(kernel, table, spared, effort.witnesses)
            witnesses = select(kernel, met, effort.witnesses, default, SEED + turn)
        for _ in range(effort.sweeps):
            gain = sweep(kernel, table, witnesses, parts)
        tell(f"round {turn}: last gain {gain:.4f} of the amount")
    return table, gain, turns * effort.sweeps


def _met(kernel: Kernel, values: Values, effort: Effort, turn: int) -> tuple[Nodes, Nodes]:
    """Nodes among which a round takes its witnesses, then those whose best vectors it spares."""
    seed, some = SEED + turn, slice(turn % THIN, None, THIN)
    if turn <= effort.rounds:
        met = _walks(kernel, values, effort.files, seed)
        return met, met.part(some)
    bare = bare_claims(kernel, effort.last_files, seed, SMALL_EUROS)
    met = walk(kernel, values, Walk(seed, effort.last_files, first=bare))
    others = _walks(kernel, values, effort.last_files, seed)
    return met, joined([met.part(some), others.part(some)])


def _walks(kernel: Kernel, values: Values, files: int, seed: int) -> Nodes:
    """Walks from files of the standard scenario, from those without documents, and from files of any kind."""
    third = files // 3
    usual, bare = reference_claims(kernel, third, seed)[0], bare_claims(kernel, third, seed)
    met = [walk(kernel, values, Walk(seed, len(part.state), first=part)) for part in (usual, bare)]
    return joined([*met, walk(kernel, values, Walk(seed, files - 2 * third))])


def bare_claims(kernel: Kernel, count: int, seed: int, largest: float = STANDARD.highest) -> Nodes:
    """First decisions of files without documents, rarer than others and harder to value; `largest` in euros."""
    nodes = reference_claims(kernel, DRAWN * count, seed + APART)[0]
    bare = np.array([state.documents is not Documents.PRESENT for state in kernel.states])
    return nodes.part(np.flatnonzero(bare[nodes.state] & (nodes.amount <= largest))[:count])


def set_aside(kernel: Kernel, table: Table, met: Nodes, working: int) -> None:
    """Move the vectors most used at these nodes beyond the `working` slots, so that new witnesses spare them."""
    counts = usage(kernel, table.values(), met).reshape(table.vectors.shape[:2])
    kept = np.argsort(-counts, axis=1, kind="stable")[:, : table.slots - working]
    table.vectors[:, working:] = table.vectors[np.arange(len(kept))[:, None], kept]


def trim(kernel: Kernel, values: Values, effort: Effort) -> Values:
    """Keep the vectors that players of many kinds use, at least one per state."""
    used = usage(kernel, values, _walks(kernel, values, 2 * effort.files, SEED - 1)) > 0
    first = values.start[:-1]
    used[first[np.add.reduceat(used, first) == 0]] = True
    return Values(values.vectors[used], np.concatenate([[0], np.cumsum(used)])[values.start])


def reference_claims(kernel: Kernel, count: int, seed: int = SEED) -> tuple[Nodes, Vector]:
    """The first decisions of `count` files of the standard scenario, and their ages."""
    files = draw_files(kernel, STANDARD, seed, 0, -(-count // STANDARD.files))
    mixes = first_beliefs(kernel, files)
    nodes = Nodes(files.state, mixes, files.amount / 100, files.stake / 100)
    return nodes.part(np.arange(count)), files.age[:count].astype(np.float64)


def certify(kernel: Kernel, values: Values, effort: Effort, tell: Tell = quiet) -> tuple[ClaimCertificate, ...]:
    """Bound the value of reference files from above, and measure the gap at their root and along noisy games."""
    nodes, ages = reference_claims(kernel, effort.claims)
    scopes = {int(state): scope_of(kernel, int(state)) for state in np.unique(nodes.state)}
    above = {state: free_values(kernel, scope) for state, scope in scopes.items()}
    found = []
    for place in range(effort.claims):
        root = nodes.part(np.array([place]))
        state, claim = int(root.state[0]), Claim(float(root.amount[0]), float(root.stake[0]))
        bound = UpperBound(kernel, claim, scopes[state], claim.amount * above[state])
        found.append(_certificate(kernel, values, effort, (root, int(ages[place])), bound))
        tell(f"file {place + 1}: {claim.amount:.0f} euros, gap {found[-1].gap:.2%}")
    return tuple(found)


def _certificate(
    kernel: Kernel, values: Values, effort: Effort, file: tuple[Nodes, int], bound: UpperBound
) -> ClaimCertificate:
    root, age = file
    amount = bound.claim.amount
    lower = float(action_values(kernel, values, root).max())
    trials = root.part(np.zeros(effort.trials, dtype=np.int64))
    for turn in range(effort.passes):
        refine(bound, values, trials, SEED + turn)
        if upper_action_values(bound, root).max() - lower < effort.target * amount:
            break
    met = at_claim(bound, walk(kernel, values, Walk(SEED, effort.trials, LEARNER_NOISE, root)))
    for first in range(0, effort.trials, STRIDE):
        refine(bound, values, met.part(slice(first, None, effort.trials)), SEED + first)
    lower_along(bound, met)
    upper = float(upper_action_values(bound, root).max())
    gaps = (upper_action_values(bound, met).max(axis=1) - in_blocks(kernel, values, met).max(axis=1)) / amount
    return ClaimCertificate(
        amount=round(amount, 2),
        stake=round(bound.claim.stake, 2),
        age=age,
        documents=kernel.states[int(root.state[0])].documents is Documents.PRESENT,
        lower=round(lower, 2),
        upper=round(upper, 2),
        gap=(upper - lower) / amount,
        decision_gap_mean=float(gaps.mean()),
        decision_gap_p90=float(np.quantile(gaps, 0.9)),
    )


def _report(
    claims: tuple[ClaimCertificate, ...], seconds: float, sweeps: int, gain: float, vectors: tuple[int, int]
) -> Report:
    gaps = np.array([claim.gap for claim in claims] or [np.nan])
    means = np.array([claim.decision_gap_mean for claim in claims] or [np.nan])
    tails = np.array([claim.decision_gap_p90 for claim in claims] or [np.nan])
    return Report(
        seconds=round(seconds, 1),
        sweeps=sweeps,
        last_gain=gain,
        vectors_found=vectors[0],
        vectors_kept=vectors[1],
        root_gap_mean=float(gaps.mean()),
        root_gap_max=float(gaps.max()),
        decision_gap_mean=float(means.mean()),
        decision_gap_p90=float(tails.mean()),
        claims=claims,
    )
