"""What each decision was expected to cost, given what the learner could know then.

Owns losses, their three parts, and the identity between value, losses and luck. Luck never enters a loss. Grades
and cuts are those of `contract_review`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_app.exercise.engine.board import OPEN
from course_app.exercise.engine.contract_review import Grade, grade, is_near_cut
from course_app.exercise.engine.game import Decision, Replay
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.values import Nodes, Values, action_parts
from course_app.exercise.engine.vocabulary import ACTION_CODE, ACTIONS, Action

ROUNDING = 1e-9
EQUAL_SHARE = 0.005
ACCURACY_RATE = 25.0


@dataclass(frozen=True, eq=False)
class Judgement:
    """One judged decision, in euros.

    `value` is what the file was worth before the move, `expected` what it was worth with the move made, `loss` their
    difference (>= 0), `parts` the loss in cash, costs and relationship. `worth` is the value of each legal move,
    `unchecked` the share of the loss due to an unread bank statement.
    """

    decision: Decision
    value: float
    expected: float
    loss: float
    parts: tuple[float, float, float]
    unchecked: float
    worth: dict[Action, float]

    @property
    def share(self) -> float:
        """Loss as a share of the outstanding amount."""
        return self.loss / self.decision.amount

    @property
    def grade(self) -> Grade:
        """Class of the loss; chasing a customer who had paid without reading the statement is judged like others."""
        return grade(round(self.loss * 100), round(self.decision.amount * 100))

    @property
    def near_cut(self) -> bool:
        """Whether the class could well be the next one."""
        return is_near_cut(round(self.loss * 100), round(self.decision.amount * 100))

    def best(self, tolerance: float = EQUAL_SHARE) -> tuple[Action, ...]:
        """Moves as good as the best one within a share of the amount, best first."""
        top = max(self.worth.values())
        ordered = sorted(self.worth, key=lambda action: -self.worth[action])
        return tuple(action for action in ordered if top - self.worth[action] <= tolerance * self.decision.amount)


def judge(kernel: Kernel, values: Values, decision: Decision, open_files: int = 1) -> Judgement:
    """Judge one decision. `open_files` shares the price of reading the statement among them."""
    parts = action_parts(kernel, values, decision.node())[0]
    totals = parts.sum(axis=1)
    best, made = int(np.nanargmax(totals)), ACTION_CODE[decision.action]
    open_chance = 1.0 - decision.paid
    risk = _unchecked(kernel, decision)
    share = _statement_share(kernel, open_files) if decision.paid else 0.0
    gap = open_chance * (parts[best] - parts[made])
    gap[2] += risk
    loss = float(gap.sum())
    return Judgement(
        decision=decision,
        value=float(open_chance * totals[best]),
        expected=float(open_chance * totals[made] - risk),
        loss=0.0 if loss <= ROUNDING else max(loss - min(share, risk), 0.0),
        parts=(float(gap[0]), float(gap[1]), float(gap[2])),
        unchecked=max(risk - share, 0.0),
        worth={ACTIONS[code]: float(totals[code]) for code in np.flatnonzero(np.isfinite(totals))},
    )


def _unchecked(kernel: Kernel, decision: Decision) -> float:
    """Expected euros lost by acting on a customer who may have paid: p (cost + 6 % of the stake)."""
    if decision.action is Action.WAIT or not decision.paid:
        return 0.0
    pair = int(kernel.pair_of[decision.state, ACTION_CODE[decision.action]])
    chased = kernel.parameters.number("paid_chased_loss") * decision.stake
    return decision.paid * (float(kernel.cost[pair]) + chased)


def _statement_share(kernel: Kernel, open_files: int) -> float:
    parameters = kernel.parameters
    rate = parameters.number("wage_per_minute") + parameters.number("shadow_price_per_minute")
    return parameters.number("statement_minutes") * rate / max(open_files, 1)


def judge_all(kernel: Kernel, values: Values, replayed: Replay) -> tuple[Judgement, ...]:
    """Judge every decision of a game, waiting included, in order."""
    sessions = np.array([decision.session for decision in replayed.decisions], dtype=np.int64)
    counts = np.bincount(sessions) if len(sessions) else sessions
    return tuple(judge(kernel, values, decision, int(counts[decision.session])) for decision in replayed.decisions)


@dataclass(frozen=True)
class Identity:
    """Discounted euros of a game: realised = start - losses + luck, up to `closure`."""

    start: float
    losses: float
    luck: float
    realised: float

    @property
    def closure(self) -> float:
        """What the identity leaves unexplained, euros."""
        return self.realised - (self.start - self.losses + self.luck)


def identity(kernel: Kernel, values: Values, replayed: Replay, judged: Sequence[Judgement]) -> Identity:
    """Separate decisions from luck; `losses` here are before the price of the statement is taken off."""
    after = _values_after(kernel, values, replayed, judged)
    beta = kernel.discount
    start = losses = luck = realised = 0.0
    for judgement, following in zip(judged, after, strict=True):
        weight = beta**judgement.decision.session
        losses += weight * (judgement.value - judgement.expected)
        luck += weight * (judgement.decision.reward + beta * following[0] - judgement.expected)
        realised += weight * (judgement.decision.reward + beta * following[0] * following[1])
        start += judgement.value if judgement.decision.session == 0 else 0.0
    return Identity(start, losses, luck, realised)


def _values_after(
    kernel: Kernel, values: Values, replayed: Replay, judged: Sequence[Judgement]
) -> list[tuple[float, bool]]:
    """Value of the file after each decision, and whether the game stops there (its residual value is kept)."""
    later: dict[int, float] = {}
    last = max((judgement.decision.session for judgement in judged), default=0)
    found: list[tuple[float, bool]] = []
    for judgement in reversed(judged):
        decision = judgement.decision
        if decision.closed:
            found.append((0.0, False))
        elif decision.session == last:
            found.append((_residual(kernel, values, replayed, decision), True))
        else:
            found.append((later.get(decision.customer, 0.0), False))
        later[decision.customer] = judgement.value
    return found[::-1]


def _residual(kernel: Kernel, values: Values, replayed: Replay, decision: Decision) -> float:
    """Value of a file when the game stops: nothing once it is paid, seen or not, for the debrief tells all."""
    file = decision.customer
    if replayed.board.status[file] != OPEN:
        return 0.0
    node = Nodes(
        np.array([decision.following]),
        replayed.mix[file][None],
        np.array([replayed.amount[file] / 100]),
        np.array([decision.stake]),
    )
    return float(np.nanmax(action_parts(kernel, values, node)[0].sum(axis=1)))


def accuracy(judged: Sequence[Judgement]) -> float:
    """Accuracy in percent: mean of 100 exp(-25 loss share), weighted by amount (100 when nothing was judged)."""
    if not judged:
        return 100.0
    amounts: Vector = np.array([judgement.decision.amount for judgement in judged])
    scores = 100.0 * np.exp(-ACCURACY_RATE * np.array([judgement.share for judgement in judged]))
    return float(np.average(scores, weights=amounts))
