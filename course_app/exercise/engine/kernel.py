"""The model of one file compiled to arrays, for simulation and for the search of values.

Owns the numbering of reachable states and the flat tables derived from `moves`, `chances` and `rewards`; decides
nothing itself. Compiling takes about a second and is done once per parameter set.

Three levels of numbering:
- state: an observable state, before a move or after it;
- pair: one legal move in one state;
- branch: one observation then one event that leaves the file open, from a pair to the next state.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine import moves
from course_app.exercise.engine.chances import (
    COUNT,
    Outcome,
    drift_matrix,
    observation_chances,
    outcomes,
)
from course_app.exercise.engine.parameters import Parameters, Vector
from course_app.exercise.engine.rewards import cost_euros, minutes, relationship_loss, split
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    ACTIONS,
    EVENT_CODE,
    OBSERVATION_CODE,
    PENDING,
    Action,
    Documents,
    Observation,
    Stage,
    State,
)

Codes = NDArray[np.int64]
MOST_OBSERVATIONS = 6
MOST_OUTCOMES = 7
CLOSED = -1
RESOLUTION = 2**32

ROOTS = tuple(
    State(stage, credibility=credibility, documents=documents)
    for stage in (Stage.IDLE, Stage.NOT_DUE_2)
    for credibility in (2, 1, 0)
    for documents in (Documents.PRESENT, Documents.MISSING)
)


@dataclass(frozen=True, eq=False)
class Branches:
    """All branches, sorted by pair; `start` has one more entry than there are pairs."""

    start: Codes
    following: Codes
    chance: Vector
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
    relationship: Vector
    cash: Vector
    branches: Branches
    seen_code: Codes
    seen_after: Codes
    seen_limit: NDArray[np.int64]
    end_event: Codes
    end_after: Codes
    end_remaining: Vector
    end_limit: NDArray[np.int64]
    end_shares: Vector
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


class _Walk:
    """Walk over every reachable state, keeping the tables as lists."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.states: list[State] = []
        self.index: dict[State, int] = {}
        self.ends: dict[int, list[Outcome]] = {}
        self.pairs: list[tuple[int, Action, list[tuple[int, int, Vector]]]] = []
        self._chances = cache(self._seen)

    def number(self, state: State) -> int:
        known = self.index.get(state)
        if known is None:
            known = self.index[state] = len(self.states)
            self.states.append(state)
            self.ends[known] = outcomes(self.parameters, state)
        return known

    def run(self) -> None:
        waiting = list(ROOTS)
        met = set(waiting)
        while waiting:
            state = waiting.pop()
            for reached in self._play(state):
                for outcome in self.ends[reached]:
                    if outcome.following is not None and outcome.following not in met:
                        met.add(outcome.following)
                        waiting.append(outcome.following)
        self.pairs.sort(key=lambda pair: pair[0])
        for found in list(self.ends.values()):
            for outcome in found:
                if outcome.following is not None:
                    self.number(outcome.following)

    def _play(self, state: State) -> set[int]:
        """Note every legal move of a state; return the states reached before nature plays."""
        position, reached = self.number(state), set()
        for action in moves.legal(state):
            shown = []
            for observation, chance in self._chances(state._replace(credibility=2, hold=0), action):
                landed = moves.after(state, action, observation)
                code = CLOSED if landed is None else self.number(landed)
                shown.append((OBSERVATION_CODE[observation], code, chance))
                reached.add(code)
            self.pairs.append((position, action, shown))
        return reached - {CLOSED}

    def _seen(self, state: State, action: Action) -> tuple[tuple[Observation, Vector], ...]:
        return tuple(observation_chances(self.parameters, state, action))


def compile_kernel(parameters: Parameters) -> Kernel:
    """Number the reachable states and compile every table."""
    walk = _Walk(parameters)
    walk.run()
    ends = _end_tables(walk)
    pairs = _pair_tables(walk)
    expected = _expected_cash(walk, ends["end_shares"])
    branches, cash = _branches(walk, ends, expected)
    silent = np.array([walk.index.get(moves.silent(state), CLOSED) for state in walk.states], dtype=np.int64)
    return Kernel(
        parameters=parameters,
        states=tuple(walk.states),
        branches=branches,
        cash=cash,
        silent=silent,
        drift=drift_matrix(parameters),
        **ends,
        **pairs,
    )


def _end_tables(walk: _Walk) -> dict[str, Any]:
    count = len(walk.states)
    event = np.zeros((count, MOST_OUTCOMES), dtype=np.int64)
    after = np.full((count, MOST_OUTCOMES), CLOSED, dtype=np.int64)
    remaining = np.zeros((count, MOST_OUTCOMES))
    shares = np.zeros((count, MOST_OUTCOMES, 4, COUNT))
    for number, found in walk.ends.items():
        for place, outcome in enumerate(found):
            event[number, place] = EVENT_CODE[outcome.event]
            remaining[number, place] = outcome.remaining
            shares[number, place] = split(walk.parameters, walk.states[number], outcome)
            if outcome.following is not None:
                after[number, place] = walk.index[outcome.following]
    return {
        "end_event": event,
        "end_after": after,
        "end_remaining": remaining,
        "end_limit": np.moveaxis(thresholds(np.moveaxis(_end_chances(walk), 1, 2)), 2, 1),
        "end_shares": shares,
    }


def _pair_tables(walk: _Walk) -> dict[str, Any]:
    count = len(walk.pairs)
    pair_of = np.full((len(walk.states), len(ACTIONS)), CLOSED, dtype=np.int64)
    code = np.zeros((count, MOST_OBSERVATIONS), dtype=np.int64)
    after = np.full((count, MOST_OBSERVATIONS), CLOSED, dtype=np.int64)
    chance = np.zeros((count, MOST_OBSERVATIONS, COUNT))
    rows = [(pair, place, *seen) for pair, (_, _, shown) in enumerate(walk.pairs) for place, seen in enumerate(shown)]
    where = np.array([row[:2] for row in rows]).T
    code[tuple(where)], after[tuple(where)] = np.array([row[2:4] for row in rows]).T
    chance[tuple(where)] = np.array([row[4] for row in rows])
    pair_of[[state for state, _, _ in walk.pairs], [ACTION_CODE[action] for _, action, _ in walk.pairs]] = np.arange(
        count
    )
    return {
        "pair_of": pair_of,
        "pair_state": np.array([state for state, _, _ in walk.pairs], dtype=np.int64),
        "pair_action": np.array([ACTION_CODE[action] for _, action, _ in walk.pairs], dtype=np.int64),
        **_prices(walk),
        "seen_code": code,
        "seen_after": after,
        "seen_limit": np.moveaxis(thresholds(np.moveaxis(chance, 1, 2)), 2, 1),
    }


def _prices(walk: _Walk) -> dict[str, Any]:
    parameters = walk.parameters
    moves_made = [(walk.states[state], action) for state, action, _ in walk.pairs]

    @cache
    def lost(state: State, action: Action) -> Vector:
        return relationship_loss(parameters, state, action)

    return {
        "cost": np.array([cost_euros(parameters, action) for _, action in moves_made]),
        "minutes": np.array([minutes(parameters, action) for _, action in moves_made]),
        "relationship": np.array([lost(State(*state[:2], cause=state.cause), action) for state, action in moves_made]),
    }


def _end_chances(walk: _Walk) -> Vector:
    """Chances of the outcomes of nature on each state, shape (states, 7, 10)."""
    chance = np.zeros((len(walk.states), MOST_OUTCOMES, COUNT))
    for number, found in walk.ends.items():
        chance[number, : len(found)] = [outcome.chance for outcome in found]
    return chance


def _expected_cash(walk: _Walk, shares: Vector) -> Vector:
    """Net cash nature is expected to bring on each state, shape (states, 10)."""
    return np.asarray((_end_chances(walk) * shares[:, :, 0, :]).sum(axis=1))


def _branches(walk: _Walk, ends: dict[str, Any], expected: Vector) -> tuple[Branches, Vector]:
    """Every branch, in the order of pairs, observations and outcomes; and the cash expected of each pair."""
    seen = [(pair, *row) for pair, (_, _, shown) in enumerate(walk.pairs) for row in shown if row[1] != CLOSED]
    pair, observation, reached = np.array([row[:3] for row in seen]).T
    chance = np.array([row[3] for row in seen])
    cash = np.zeros((len(walk.pairs), COUNT))
    np.add.at(cash, pair, chance * expected[reached])
    row, outcome = np.nonzero(ends["end_after"][reached] != CLOSED)
    place = reached[row], outcome
    counts = np.bincount(pair[row], minlength=len(walk.pairs))
    table = Branches(
        start=np.concatenate([[0], np.cumsum(counts)]),
        following=ends["end_after"][place],
        chance=chance[row] * _end_chances(walk)[place],
        remaining=ends["end_remaining"][place],
        observation=observation[row],
        event=ends["end_event"][place],
    )
    return table, cash
