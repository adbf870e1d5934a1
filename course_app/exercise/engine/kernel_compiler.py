"""Compiling the rules, chances and prices of one file to flat tables.

Owns the numbering of reachable states and the filling of the tables of `kernel_tables` from `moves`, `chances` and
`rewards`; decides nothing itself.
"""

from functools import cache
from typing import Any

import numpy as np

from course_app.exercise.engine import moves
from course_app.exercise.engine.chances import (
    COUNT,
    Outcome,
    drift_matrix,
    observation_chances,
    outcomes,
)
from course_app.exercise.engine.kernel_tables import CLOSED, Branches, Kernel, thresholds
from course_app.exercise.engine.parameters import Parameters, Vector
from course_app.exercise.engine.rewards import cost_euros, minutes, relationship_loss, split
from course_app.exercise.engine.rows import shared
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    ACTIONS,
    EVENT_CODE,
    OBSERVATION_CODE,
    Action,
    Documents,
    Observation,
    Stage,
    State,
)

MOST_OBSERVATIONS = 6
MOST_OUTCOMES = 7

ROOTS = tuple(
    State(stage, credibility=credibility, documents=documents)
    for stage in (Stage.IDLE, Stage.NOT_DUE_2)
    for credibility in (2, 1, 0)
    for documents in (Documents.PRESENT, Documents.MISSING)
)


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


def compiled(parameters: Parameters) -> Kernel:
    """Number the reachable states and compile every table, in about two seconds."""
    walk = _Walk(parameters)
    walk.run()
    ends = _end_tables(walk)
    pairs = _pair_tables(walk)
    expected = _expected_cash(walk, ends["end_shares"].dense())
    branches, cash = _branches(walk, ends, expected)
    silent = np.array([walk.index.get(moves.silent(state), CLOSED) for state in walk.states], dtype=np.int64)
    return Kernel(
        parameters=parameters,
        states=tuple(walk.states),
        branches=branches,
        cash=shared(cash),
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
        "end_limit": shared(np.moveaxis(thresholds(np.moveaxis(_end_chances(walk), 1, 2)), 2, 1)),
        "end_shares": shared(shares),
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
        "seen_limit": shared(np.moveaxis(thresholds(np.moveaxis(chance, 1, 2)), 2, 1)),
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
        "relationship": shared(
            np.array([lost(State(*state[:2], cause=state.cause), action) for state, action in moves_made])
        ),
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
        chance=shared(chance[row] * _end_chances(walk)[place]),
        remaining=ends["end_remaining"][place],
        observation=observation[row],
        event=ends["end_event"][place],
    )
    return table, cash
