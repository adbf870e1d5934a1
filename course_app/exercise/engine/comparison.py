"""Ways of working compared on the same portfolios: what each recovers, with intervals, and by how much one leads.

Owns the totals by portfolio, the 95 % intervals drawn from them and the paired differences: two policies meet the
same customers with the same fortunes, so that their difference is known better than each of them apart.
"""

from collections.abc import Callable, Hashable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from course_app.exercise.engine.campaign import BLOCK_FILES, CONFIDENCE, ledger_of, run
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.policies import REFERENCES, Policy, best_by
from course_app.exercise.engine.portfolio import draw_files
from course_app.exercise.engine.sampled import Scenario
from course_app.exercise.engine.values import Values

Report = Callable[[float], None]
OPTIMAL = "optimale"
RECOMMENDED = "recommandee"
OPTIMAL_PORTFOLIOS, OPTIMAL_SHARE = 60, 30
"""The best policy looks ahead at every decision and costs seventy times more: it is played on the first portfolios
only (one in thirty, sixty at least), and told by its difference with the recommended one on the same ones (a control
variate)."""
OPTIMAL_WEIGHT = 60.0
"""How much longer one portfolio of the best policy takes than one of another, for the progress."""


@dataclass(frozen=True, eq=False)
class Totals:
    """What one policy did, one row per portfolio, in order: cents owed, received and gained; minutes; red lines."""

    owed: Vector
    cash: Vector
    net: Vector
    minutes: Vector
    chases: Vector

    @property
    def share(self) -> float:
        """Share of the euros owed that was received."""
        return float(self.cash.sum() / self.owed.sum())

    def first(self, portfolios: int) -> "Totals":
        """The first portfolios only."""
        part = slice(portfolios)
        return Totals(self.owed[part], self.cash[part], self.net[part], self.minutes[part], self.chases[part])


@dataclass(frozen=True)
class Outcome:
    """What one policy gives: shares of the euros owed, cents and minutes per portfolio, 95 % intervals.

    `minutes_mean` is over the whole campaign. `portfolios` is how many were played.
    """

    policy: str
    portfolios: int
    share: float
    share_ci: tuple[float, float]
    net_cents_mean: float
    net_cents_ci: tuple[float, float]
    minutes_mean: float
    red_lines_mean: float


@dataclass(frozen=True)
class Lead:
    """By how much one policy recovers more than another, in share of the euros owed, on the same portfolios."""

    share: float
    ci: tuple[float, float]

    @property
    def is_settled(self) -> bool:
        """Whether the interval leaves zero on one side: the order is not an effect of luck."""
        return self.ci[0] > 0 or self.ci[1] < 0


def played(
    kernel: Kernel,
    scenario: Scenario,
    policy: Policy,
    portfolios: int,
    seed: int,
    capacity: float | None = None,
    report: Report = lambda _share: None,
) -> Totals:
    """Play a policy on `portfolios` fresh portfolios; `report` is told the share done, from 0 to 1, block by block."""
    block = max(1, BLOCK_FILES // scenario.files)
    edges = [*range(0, portfolios, block), portfolios]
    parts = []
    for first, last in pairwise(edges):
        report(first / portfolios)
        files = draw_files(kernel, scenario, seed, first, last - first)
        rows = ledger_of(run(kernel, files, policy, scenario.sessions, capacity))
        place = rows.portfolio - first
        columns = (rows.amount, rows.collected, rows.net_value, rows.minutes, rows.chases)
        parts.append([np.bincount(place, weights=column, minlength=last - first) for column in columns])
    report(1.0)
    return Totals(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def outcome(name: str, totals: Totals) -> Outcome:
    """Sum up the totals of a policy."""
    net = totals.net
    return Outcome(
        policy=name,
        portfolios=len(net),
        share=totals.share,
        share_ci=_around(totals.share, _share_error(totals)),
        net_cents_mean=float(net.mean()),
        net_cents_ci=_around(float(net.mean()), float(_error(net))),
        minutes_mean=float(totals.minutes.mean()),
        red_lines_mean=float(totals.chases.mean()),
    )


def lead(mine: Totals, other: Totals) -> Lead:
    """Difference of two policies on the same portfolios."""
    share = mine.share - other.share
    return Lead(share, _around(share, float(_error(_residuals(mine) - _residuals(other)))))


def extended(name: str, few: Totals, many: Totals) -> Outcome:
    """Outcome of a policy played on the first portfolios of `many` only, told by its difference with `many`'s policy."""
    start = many.first(len(few.net))
    gap, gap_error = few.share - start.share, float(_error(_residuals(few) - _residuals(start)))
    net_gap = few.net - start.net
    net = float(many.net.mean() + net_gap.mean())
    share = many.share + gap
    return Outcome(
        policy=name,
        portfolios=len(few.net),
        share=share,
        share_ci=_around(share, float(np.hypot(gap_error, _share_error(many)))),
        net_cents_mean=net,
        net_cents_ci=_around(net, float(np.hypot(_error(net_gap), _error(many.net)))),
        minutes_mean=float(few.minutes.mean()),
        red_lines_mean=float(few.chases.mean()),
    )


def _residuals(totals: Totals) -> Vector:
    """How far each portfolio is from the mean share, in shares of a mean portfolio (ratio estimator)."""
    return np.asarray((totals.cash - totals.share * totals.owed) / totals.owed.mean())


def _share_error(totals: Totals) -> float:
    return float(_error(_residuals(totals)))


def _error(values: Vector) -> float:
    """Standard error of a mean."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def _around(centre: float, error: float) -> tuple[float, float]:
    return centre - CONFIDENCE * error, centre + CONFIDENCE * error


@dataclass(frozen=True, eq=False)
class Field:
    """Where policies are compared: scenario, minutes of a séance (None without limit), portfolios, seed."""

    kernel: Kernel
    values: Values
    scenario: Scenario
    portfolios: int
    seed: int
    capacity: float | None = None

    def played(self, policy: Policy, report: Report, portfolios: int | None = None) -> Totals:
        """Play a policy on this field."""
        count = self.portfolios if portfolios is None else portfolios
        return played(self.kernel, self.scenario, policy, count, self.seed, self.capacity, report)


@dataclass(frozen=True)
class Comparison:
    """One way of working beside the references, worst first; `leads` says by how much it leads each, by name."""

    mine: Outcome
    references: tuple[Outcome, ...]
    leads: Mapping[str, Lead]

    @property
    def lines(self) -> tuple[Outcome, ...]:
        """Every policy, by what it recovers, least first."""
        return tuple(sorted((self.mine, *self.references), key=lambda outcome: outcome.share))


Kept = MutableMapping[Hashable, Totals]


def compared(field: Field, mine: Policy, names: Sequence[str], report: Report, kept: Kept | None = None) -> Comparison:
    """Play a policy and the references of these names on the same portfolios.

    `names` are those of `REFERENCES` and `OPTIMAL`; the recommended policy is needed for the latter. `kept` receives
    the totals of the references and gives them back to the next comparison on an equal field. Deterministic.
    """
    kept = {} if kept is None else kept
    few = min(max(OPTIMAL_PORTFOLIOS, field.portfolios // OPTIMAL_SHARE), field.portfolios)
    weights = [1.0, *(OPTIMAL_WEIGHT * few / field.portfolios if name == OPTIMAL else 1.0 for name in names)]
    steps = np.concatenate([[0.0], np.cumsum(weights)]) / sum(weights)

    def part(rank: int) -> Report:
        return lambda share: report(float(steps[rank] + share * (steps[rank + 1] - steps[rank])))

    own = field.played(mine, part(0))
    totals: dict[str, Totals] = {}
    outcomes, leads = [], {}
    for rank, name in enumerate(names, 1):
        beside = totals[name] = _reference(field, name, part(rank), few, kept)
        outcomes.append(extended(name, beside, totals[RECOMMENDED]) if name == OPTIMAL else outcome(name, beside))
        leads[name] = lead(own.first(len(beside.net)), beside)
    return Comparison(outcome(mine.name, own), tuple(outcomes), leads)


def _reference(field: Field, name: str, report: Report, few: int, kept: Kept) -> Totals:
    version = field.kernel.parameters.version
    key = (version, field.scenario, name, field.portfolios, field.seed, field.capacity)
    if key not in kept:
        policy = best_by(field.values) if name == OPTIMAL else REFERENCES[name]
        kept[key] = field.played(policy, report, few if name == OPTIMAL else None)
    report(1.0)
    return kept[key]
