"""Playing a policy on many portfolios, and the figures drawn from it.

Owns the loop of a campaign, the summary with its intervals, and the working time of a session. Portfolios are
played in blocks so that memory does not grow with their number.
"""

import time
from dataclasses import dataclass

import numpy as np

from course_app.exercise.engine.belief import untouched
from course_app.exercise.engine.board import Board, Step
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.policies import Policy, View
from course_app.exercise.engine.portfolio import Files, Ints, draw_files
from course_app.exercise.engine.sampled import Scenario
from course_app.exercise.engine.vocabulary import PROFILES

BLOCK_FILES = 20_000
CONFIDENCE = 1.959963984540054
BUSINESS_DAYS_A_WEEK, DAYS_A_WEEK = 5, 7


@dataclass(frozen=True)
class Summary:
    """Result of a campaign.

    Shares are of the euros owed at the start, intervals at 95 %, over portfolios. `dso_days_mean` is the mean number
    of calendar days an owed euro stays outstanding during the campaign.
    """

    policy: str
    portfolios: int
    seed: int
    recovered_share: float
    recovered_share_ci: tuple[float, float]
    portfolio_deviation: float
    net_value_cents_mean: float
    net_value_cents_ci: tuple[float, float]
    dso_days_mean: float
    red_lines_mean: float
    minutes_mean: float
    by_profile: dict[str, float]
    seconds: float


@dataclass(frozen=True, eq=False)
class Ledger:
    """End of a campaign, one row per file; money in cents."""

    portfolio: Ints
    profile: Ints
    amount: Ints
    collected: Ints
    net_value: Vector
    waited: Vector
    chases: Ints
    minutes: Vector


def view_of(board: Board, files: Ints, mix: Vector | None = None) -> View:
    """What the learner sees of these files now; `mix` has one row per file of the board."""
    return View(
        kernel=board.kernel,
        session=board.session,
        key=board.files.key[files],
        state=board.state[files],
        heard=board.heard[files],
        calls=board.calls[files],
        lapses=board.lapses[files],
        plans=board.plans[files],
        amount=board.outstanding[files],
        stake=board.files.stake[files],
        mix=None if mix is None else mix[files],
    )


def run(kernel: Kernel, files: Files, policy: Policy, sessions: int, capacity: float | None = None) -> Board:
    """Play a policy on files; `capacity` limits the minutes of a session per portfolio, largest amounts first."""
    board = Board(kernel, files)
    mix = first_beliefs(kernel, files) if policy.believes else None
    for session in range(sessions):
        if session % policy.statement_every == 0:
            board.check_statement()
        listed = board.known_open()
        made = policy.choose(view_of(board, listed, mix))
        if capacity is not None:
            made = affordable(board, listed, made, capacity)
        step = board.play(listed, made)
        if mix is not None:
            update_beliefs(kernel, mix, step)
    board.check_statement()
    return board


def first_beliefs(kernel: Kernel, files: Files) -> Vector:
    """Prior of each file by its age, shape (files, 10)."""
    mixes = untouched(kernel.parameters, int(max(files.age.max(), 0)))
    found = mixes[np.maximum(files.age, 0)]
    found[files.age < 0] = kernel.parameters.row("share_before_due")
    return found


def update_beliefs(kernel: Kernel, mix: Vector, step: Step) -> None:
    """Apply Bayes' rule in place to the files still open after a session."""
    alive = step.branch >= 0
    files = step.files[alive]
    reached = (mix[files] * kernel.branches.chance[step.branch[alive]]) @ kernel.drift
    mix[files] = reached / reached.sum(axis=1, keepdims=True)


def affordable(board: Board, listed: Ints, made: Ints, capacity: float) -> Ints:
    """Replace by waiting the moves that do not fit in the minutes of a session, by decreasing amount."""
    spent = board.kernel.minutes[board.kernel.pair_of[board.state[listed], made]]
    owner = board.files.portfolio[listed] - board.files.portfolio.min()
    order = np.lexsort((-board.outstanding[listed], owner))
    left = np.full(int(owner.max(initial=0)) + 1, capacity)
    first = np.searchsorted(owner[order], owner[order])
    rank = np.arange(len(order)) - first
    kept = made.copy()
    for turn in range(int(rank.max(initial=-1)) + 1):
        files = order[rank == turn]
        fits = spent[files] <= left[owner[files]]
        left[owner[files]] -= np.where(fits, spent[files], 0.0)
        kept[files[~fits]] = 0
    return kept


def ledger_of(board: Board) -> Ledger:
    """Figures of every file at the end of a play.

    Net value: cash received less third parties, wages and the relationship lost.
    """
    wage = board.kernel.parameters.number("wage_per_minute") * 100
    net = board.collected - board.spent - wage * board.minutes - board.goodwill_lost
    return Ledger(
        board.files.portfolio,
        board.files.profile,
        board.files.amount,
        board.collected,
        net,
        board.waited,
        board.chases,
        board.minutes,
    )


def simulate(
    kernel: Kernel, scenario: Scenario, policy: Policy, portfolios: int, seed: int, capacity: float | None = None
) -> Summary:
    """Play a policy on fresh portfolios and sum up."""
    started, parts = time.perf_counter(), []
    block = max(1, BLOCK_FILES // scenario.files)
    for first in range(0, portfolios, block):
        files = draw_files(kernel, scenario, seed, first, min(block, portfolios - first))
        parts.append(ledger_of(run(kernel, files, policy, scenario.sessions, capacity)))
    rows = _joined(parts)
    return _summary(rows, kernel, policy.name, seed, time.perf_counter() - started)


def _joined(parts: list[Ledger]) -> Ledger:
    names = ("portfolio", "profile", "amount", "collected", "net_value", "waited", "chases", "minutes")
    return Ledger(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _summary(rows: Ledger, kernel: Kernel, policy: str, seed: int, seconds: float) -> Summary:
    owed, cash = _totals(rows, rows.amount), _totals(rows, rows.collected)
    value, waited = _totals(rows, rows.net_value), _totals(rows, rows.waited)
    count, share = len(owed), cash.sum() / owed.sum()
    spread = np.std(cash - share * owed, ddof=1) / np.sqrt(count) / owed.mean() if count > 1 else 0.0
    session_days = kernel.parameters.number("days_per_session") * DAYS_A_WEEK / BUSINESS_DAYS_A_WEEK
    return Summary(
        policy=policy,
        portfolios=count,
        seed=seed,
        recovered_share=float(share),
        recovered_share_ci=_interval(share, spread),
        portfolio_deviation=float(np.std(cash / owed)),
        net_value_cents_mean=float(value.mean()),
        net_value_cents_ci=_interval(value.mean(), np.std(value) / np.sqrt(count)),
        dso_days_mean=float(waited.sum() / owed.sum() * session_days),
        red_lines_mean=float(_totals(rows, rows.chases).mean()),
        minutes_mean=float(_totals(rows, rows.minutes).mean()),
        by_profile=_by_profile(rows),
        seconds=seconds,
    )


def _totals(rows: Ledger, values: Ints | Vector) -> Vector:
    return np.asarray(np.bincount(rows.portfolio - rows.portfolio.min(), weights=values), dtype=np.float64)


def _interval(centre: float, deviation: float) -> tuple[float, float]:
    return float(centre - CONFIDENCE * deviation), float(centre + CONFIDENCE * deviation)


def _by_profile(rows: Ledger) -> dict[str, float]:
    owed = np.bincount(rows.profile, weights=rows.amount, minlength=len(PROFILES))
    cash = np.bincount(rows.profile, weights=rows.collected, minlength=len(PROFILES))
    return {profile.value: float(cash[code] / owed[code]) for code, profile in enumerate(PROFILES) if owed[code] > 0}
