"""The model of one file as flat arrays, for simulation and for the search of values.

Owns the shape of the tables and what follows from them at once; nothing is computed from the rules here.

Three levels of numbering:
- state: an observable state, before a move or after it;
- pair: one legal move in one state;
- branch: one observation then one event that leaves the file open, from a pair to the next state.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine.parameters import Parameters, Vector
from course_app.exercise.engine.rows import Rows
from course_app.exercise.engine.vocabulary import PENDING, State

Codes = NDArray[np.int64]
CLOSED = -1
RESOLUTION = 2**32


@dataclass(frozen=True, eq=False)
class Branches:
    """All branches, sorted by pair; `start` has one more entry than there are pairs."""

    start: Codes
    following: Codes
    chance: Rows
    remaining: Vector
    observation: Codes
    event: Codes


@dataclass(frozen=True, eq=False)
class Kernel:
    """Flat tables of the model.

    | array | shape | content |
    |-------|-------|---------|
    | pair_of | (states, 17) | pair of a move in a state, -1 when illegal |
    | pair_state, pair_action | (pairs,) | the reverse |
    | cost | (pairs,) | euros, wage and shadow price included |
    | minutes | (pairs,) | working minutes |
    | relationship | (pairs, 10) | share of the yearly margin lost |
    | cash | (pairs, 10) | expected net share of the claim collected in the session, expected over what follows |
    | branches | see `Branches` | where the file may be next |
    | seen_count, seen_code, seen_after | (pairs, 6) | observations of a pair and state after each |
    | seen_limit | (pairs, 6, 10) | cumulated chances as integers of 2**32 |
    | end_event, end_after, end_remaining | (states, 7) | outcomes of nature on a state after the move |
    | end_limit | (states, 7, 10) | cumulated chances as integers of 2**32 |
    | end_shares | (states, 7, 4, 10) | collected, concession, fee, lost (fractions of the outstanding amount) |
    | silent | (states,) | next state when no money moves |
    """

    parameters: Parameters
    states: tuple[State, ...]
    pair_of: Codes
    pair_state: Codes
    pair_action: Codes
    cost: Vector
    minutes: Vector
    relationship: Rows
    cash: Rows
    branches: Branches
    seen_code: Codes
    seen_after: Codes
    seen_limit: Rows
    end_event: Codes
    end_after: Codes
    end_remaining: Vector
    end_limit: Rows
    end_shares: Rows
    silent: Codes
    drift: Vector

    @cached_property
    def index(self) -> dict[State, int]:
        """Number of each state."""
        return {state: number for number, state in enumerate(self.states)}

    @cached_property
    def pair_start(self) -> Codes:
        """First pair of each state; a state's pairs follow each other. One more entry than there are states."""
        counts = np.bincount(self.pair_state, minlength=len(self.states))
        return np.concatenate([[0], np.cumsum(counts)])

    @cached_property
    def branch_start(self) -> Codes:
        """First branch of each state; one more entry than there are states."""
        return self.branches.start[self.pair_start]

    @cached_property
    def branch_pair(self) -> Codes:
        """Pair of each branch."""
        return np.repeat(np.arange(len(self.pair_state)), np.diff(self.branches.start))

    @cached_property
    def seen_branch(self) -> Codes:
        """First branch of each observation of each pair, shape (pairs, 6)."""
        opens = (self.end_after >= 0).sum(axis=1)
        width = np.where(self.seen_after >= 0, opens[self.seen_after], 0)
        return np.asarray(self.branches.start[:-1, None] + np.cumsum(width, axis=1) - width)

    @cached_property
    def open_rank(self) -> Codes:
        """Rank of each outcome of a state among those that leave the file open, shape (states, 7)."""
        opens = (self.end_after >= 0).astype(np.int64)
        return np.cumsum(opens, axis=1) - opens

    @cached_property
    def decisions(self) -> Codes:
        """States in which a move is chosen."""
        return np.flatnonzero(self.pair_of[:, 0] >= 0)

    @cached_property
    def discount(self) -> float:
        """Value today of one euro one session later."""
        days, yearly = self.parameters.number("days_per_session"), self.parameters.number("yearly_discount")
        return float((1.0 + yearly) ** (-days / 252.0))

    @cached_property
    def drift_limit(self) -> NDArray[np.int64]:
        """Cumulated chances of the drift as integers of 2**32, shape (10, 10)."""
        return thresholds(self.drift)

    @cached_property
    def features(self) -> Codes:
        """Fields of each state, shape (states, 7), in the order of `State`."""
        return np.array(self.states, dtype=np.int64)

    @cached_property
    def unseen_payment(self) -> Vector:
        """Chance of a payment that only the bank statement shows, from each state after the move, (states, 10)."""
        chance = self.end_limit[:, 0, :] / RESOLUTION
        return np.asarray(np.where(self.self_reported[:, None], 0.0, chance))

    @cached_property
    def self_reported(self) -> NDArray[np.bool_]:
        """States whose payments are reported by a third party: court, plan by direct debit, agency."""
        return np.array([state.stage in PENDING for state in self.states])

    def legal(self, state: int) -> Codes:
        """Codes of the legal moves of a state, in the order of `Action`."""
        return np.flatnonzero(self.pair_of[state] >= 0).astype(np.int64)


def thresholds(chances: Vector) -> NDArray[np.int64]:
    """Cumulated chances along the last axis as integers; the last one is always 2**32.

    Draws are integers below 2**32, so that a draw picks the same outcome on every machine.
    """
    limits = np.rint(np.cumsum(chances, axis=-1) * RESOLUTION).astype(np.int64)
    limits[..., -1] = RESOLUTION
    return limits
