"""The learner's whole way of working, as a policy that can be played on thousands of portfolios.

Owns what is kept of a game: how often each move was made in each class of situation (stage of the process, ladder,
last statement not yet treated), and how often the bank statement was read (simulator.md §6). Where the learner
decided little, the recommended policy fills in: it counts for three decisions in each class. The share of the
simulated decisions that rest on at least three of the learner's own says how much of the figure is theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine.board import HEARD, NOT_HEARD, TREATS
from course_app.exercise.engine.comparison import OPTIMAL, Comparison, Field, Kept, Report, compared
from course_app.exercise.engine.draws import Stream, uniforms
from course_app.exercise.engine.game import Decision, Replay
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.policies import REFERENCES, Policy, View, recommended
from course_app.exercise.engine.portfolio import Ints
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    ACTIONS,
    DEADLINES,
    EXPIRED,
    FRESH_CALL,
    FRESH_MAIL,
    LAPSED,
    NOT_DUE,
    OBSERVATION_CODE,
    OBSERVATIONS,
    PENDING,
    PROMISED,
    Stage,
)

SMOOTHING = 3
"""Decisions for which the reference counts in each class (simulator.md §6)."""
COVERED_FROM = 3
"""Own decisions from which a class is the learner's (simulator.md §6)."""
ENOUGH = 0.60
"""Share of covered decisions under which the figure is not shown (simulator.md §6)."""
PORTFOLIOS = 2_000
REFERENCE_NAMES = (*REFERENCES, OPTIMAL)
MINE = "la-mienne"

GROUPS = (NOT_DUE, frozenset({Stage.IDLE}), FRESH_MAIL, FRESH_CALL, PROMISED, LAPSED, DEADLINES, EXPIRED, PENDING)
LADDERS = 6
_GROUP_OF = np.array([next(rank for rank, group in enumerate(GROUPS) if stage in group) for stage in Stage])
_PENDING = len(GROUPS) - 1
CLASSES = len(GROUPS) * LADDERS * len(OBSERVATIONS)


def situation(stage: Ints, ladder: Ints, heard: Ints) -> Ints:
    """Number of the class of situation, from 0 to `CLASSES` − 1; arrays of one shape."""
    return np.asarray((_GROUP_OF[stage] * LADDERS + ladder) * len(OBSERVATIONS) + heard)


@dataclass(frozen=True, eq=False)
class Habits:
    """What a learner did: `counts` of shape (classes, 17 moves), and every how many séances the statement was read."""

    counts: Ints
    statement_every: int

    @property
    def decisions(self) -> int:
        """Own decisions, waiting included."""
        return int(self.counts.sum())


def habits_of(kernel: Kernel, replayed: Replay, readings: int, sessions: int) -> Habits:
    """Count the moves of a game; `readings` of the statement in `sessions` séances (never read: not before the end)."""
    counts = np.zeros((CLASSES, len(ACTIONS)), dtype=np.int64)
    heard: dict[int, int] = {}
    for decision in replayed.decisions:
        state = kernel.states[decision.state]
        if state.stage not in PENDING:
            before = heard.get(decision.customer, NOT_HEARD)
            place = situation(np.array(state.stage), np.array(state.ladder), np.array(before))
            counts[int(place), ACTION_CODE[decision.action]] += 1
        heard[decision.customer] = _heard_after(heard.get(decision.customer, NOT_HEARD), decision)
    return Habits(counts, max(1, round(sessions / readings)) if readings else sessions + 1)


def _heard_after(before: int, decision: Decision) -> int:
    if TREATS[ACTION_CODE[decision.action]]:
        return NOT_HEARD
    shown = OBSERVATION_CODE[decision.observation]
    return shown if HEARD[shown] else before


class Way:
    """A learner's habits played as a policy; counts how many of its decisions rest on the learner's own."""

    def __init__(self, habits: Habits) -> None:
        """Prepare the policy; nothing is played yet."""
        self._habits = habits
        self._own = habits.counts.sum(axis=1)
        self._limits: NDArray[np.int64] = np.cumsum(habits.counts, axis=1)
        self.met = self.covered = 0

    @property
    def policy(self) -> Policy:
        """The policy."""
        return Policy(MINE, self._habits.statement_every, self.choose)

    @property
    def coverage(self) -> float:
        """Share of the simulated decisions that rest on at least three of the learner's own; 0 before any."""
        return self.covered / self.met if self.met else 0.0

    def choose(self, view: View) -> Ints:
        """Draw a move for each file: the learner's in proportion of their counts, the reference's for three more."""
        place = situation(view.field("stage"), view.field("ladder"), view.heard)
        own = self._own[place]
        free = _GROUP_OF[view.field("stage")] != _PENDING
        self.met += int(free.sum())
        self.covered += int((free & (own >= COVERED_FROM)).sum())
        fallback = recommended(view)
        drawn = uniforms(view.key, view.session, Stream.POLICY) * (own + SMOOTHING)
        wanted = np.minimum((drawn[:, None] >= self._limits[place]).sum(axis=1), len(ACTIONS) - 1)
        legal = view.kernel.pair_of[view.state, wanted] >= 0
        return np.where((drawn < own) & legal, wanted, fallback)


@dataclass(frozen=True)
class WholeWay:
    """The whole way of working of a game beside the references; `coverage` is a share, `decisions` the learner's own."""

    comparison: Comparison
    coverage: float
    decisions: int

    @property
    def is_shown(self) -> bool:
        """Whether enough of the figure is the learner's own."""
        return self.coverage >= ENOUGH


def whole_way(
    field: Field,
    habits: Habits,
    report: Report = lambda _share: None,
    names: Sequence[str] = REFERENCE_NAMES,
    kept: Kept | None = None,
) -> WholeWay:
    """Play a learner's habits and the references on the same portfolios. Deterministic: same field, same figures.

    `kept` as for `compared`.
    """
    way = Way(habits)
    found = compared(field, way.policy, names, report, kept)
    return WholeWay(found, way.coverage, habits.decisions)
