"""A game as the learner played it: its record, its replay, and what could be known at each decision.

Owns the replay of a recorded game on the board and the learner's filter, payments not yet seen included. The
hidden profiles are in the replay, never in the filter: the same observations give the same beliefs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_app.exercise.engine.board import OPEN, PAID_UNSEEN, Board, Step
from course_app.exercise.engine.campaign import first_beliefs
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.portfolio import Files, Ints, draw_files
from course_app.exercise.engine.sampled import SCENARIOS, Scenario
from course_app.exercise.engine.values import Nodes
from course_app.exercise.engine.vocabulary import ACTION_CODE, ACTIONS, OBSERVATIONS, Action, Observation

WAIT = ACTION_CODE[Action.WAIT]


class GameError(ValueError):
    """The record cannot be replayed; the message names the session and the customer."""


@dataclass(frozen=True)
class Plan:
    """What the learner did in one session: the moves by customer, and whether the statement was read first."""

    moves: Mapping[int, Action]
    statement: bool = True


@dataclass(frozen=True)
class Record:
    """A recorded game: nothing derived is kept."""

    scenario: Scenario
    seed: int
    portfolio: int
    plans: tuple[Plan, ...]

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Record":
        """Read a record. Raises GameError on an unknown scenario, move or shape.

        Keys: `scenario` (name), `seed`, `portfolio` (0 by default), `sessions`: a list of
        `{"statement": bool, "moves": {"<customer>": "<action>"}}`.
        """
        try:
            scenario = SCENARIOS[raw["scenario"]]
            plans = tuple(_plan(entry) for entry in raw["sessions"])
            record = cls(scenario, int(raw["seed"]), int(raw.get("portfolio", 0)), plans)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise GameError(f"unreadable record: {error!r}") from error
        if len(plans) > scenario.sessions:
            raise GameError(f"at most {scenario.sessions} sessions can be played")
        return record


def _plan(raw: Mapping[str, Any]) -> Plan:
    moves = {int(customer): Action(action) for customer, action in raw.get("moves", {}).items()}
    return Plan(moves, bool(raw.get("statement", True)))


@dataclass(frozen=True, eq=False)
class Decision:
    """One file at one session, as the learner saw it, and what was done.

    `amount` and `stake` in euros; `mix` the belief given that the file is open, `paid` the chance that it was paid
    unseen. `observation`, `following` and `closed` tell what came out; `reward` is what it really brought, in euros:
    net cash less costs and relationship. `branch` is the branch seen by the learner, -1 when the file was closed.
    """

    session: int
    customer: int
    state: int
    mix: Vector
    paid: float
    amount: float
    stake: float
    action: Action
    observation: Observation
    following: int
    branch: int
    closed: bool
    chased: bool
    reward: float

    def node(self) -> Nodes:
        """The decision as a point of the value table, payment unseen left out."""
        return Nodes(np.array([self.state]), self.mix[None], np.array([self.amount]), np.array([self.stake]))


@dataclass(frozen=True, eq=False)
class Replay:
    """A replayed game.

    `decisions` are in order of play; `mix`, `paid` and `amount` are the learner's beliefs and the cents believed
    outstanding at the end, one row per file; `collected` are the cents received up to each session.
    """

    files: Files
    decisions: tuple[Decision, ...]
    mix: Vector
    paid: Vector
    amount: Ints
    board: Board
    collected: tuple[int, ...]


class _Knowledge:
    """The learner's filter on every file of a game."""

    def __init__(self, kernel: Kernel, files: Files) -> None:
        self.kernel = kernel
        self.mix = first_beliefs(kernel, files)
        self.paid = np.zeros(len(files.key))
        self.amount = files.amount.copy()

    def follow(self, file: int, state: int, action: int, observation: int, following: int) -> int:
        """Bayes' rule on what was shown: returns the branch seen."""
        kernel, table = self.kernel, self.kernel.branches
        pair = int(kernel.pair_of[state, action])
        numbers = np.arange(table.start[pair], table.start[pair + 1])
        same = (table.observation[numbers] == observation) & (table.following[numbers] == following)
        branch = int(numbers[same][0])
        place = int(np.flatnonzero(kernel.seen_code[pair] == observation)[0])
        unseen = kernel.unseen_payment[kernel.seen_after[pair, place]] * self._seen(pair, place)
        alive = self.mix[file] * table.chance[branch]
        before = self.paid[file] if action == WAIT else 0.0
        paid = before + (1.0 - before) * float(self.mix[file] @ unseen)
        open_still = (1.0 - before) * float(alive.sum())
        self.paid[file] = paid / (paid + open_still)
        self.mix[file] = (alive / alive.sum()) @ kernel.drift
        return branch

    def _seen(self, pair: int, place: int) -> Vector:
        limits = self.kernel.seen_limit[pair]
        before = limits[place - 1] if place else np.zeros(limits.shape[1])
        return np.asarray((limits[place] - before) / 2**32)


def replay(kernel: Kernel, record: Record, files: Files | None = None) -> Replay:
    """Replay a record; `files` replaces the portfolio drawn from it (counterfactuals, tests).

    Raises GameError at the first move that is illegal or aims at an unknown or closed customer.
    """
    files = draw_files(kernel, record.scenario, record.seed, record.portfolio, 1) if files is None else files
    board, known = Board(kernel, files), _Knowledge(kernel, files)
    decisions: list[Decision] = []
    collected = []
    for plan in record.plans:
        if plan.statement:
            board.check_statement()
            known.paid[:] = 0.0
        before = _Before(board, known)
        listed, made = _moves(board, plan)
        step = board.play(listed, made)
        decisions += [_decision(board, known, before, step, row) for row in range(len(step.files))]
        collected.append(int(board.collected.sum()))
    return Replay(files, tuple(decisions), known.mix, known.paid, known.amount, board, tuple(collected))


class _Before:
    """Copies of what a session changes, to tell what it brought."""

    def __init__(self, board: Board, known: _Knowledge) -> None:
        self.state, self.amount = board.state.copy(), known.amount.copy()
        self.mix, self.paid = known.mix.copy(), known.paid.copy()
        self.worth = _worth(board)


def _worth(board: Board) -> Vector:
    """Euros gained so far on each file: net cash less third parties, minutes and relationship."""
    parameters = board.kernel.parameters
    rate = parameters.number("wage_per_minute") + parameters.number("shadow_price_per_minute")
    cents = board.collected - board.spent - board.goodwill_lost
    return np.asarray(cents / 100 - rate * board.minutes)


def _moves(board: Board, plan: Plan) -> tuple[Ints, Ints]:
    listed = np.array(sorted(plan.moves), dtype=np.int64)
    unknown = set(plan.moves) - set(board.known_open().tolist())
    if unknown:
        raise GameError(f"session {board.session}: customer {min(unknown)} is not open")
    made = np.array([ACTION_CODE[plan.moves[customer]] for customer in listed.tolist()], dtype=np.int64)
    illegal = np.flatnonzero(board.kernel.pair_of[board.state[listed], made] < 0)
    if len(illegal):
        customer, action = int(listed[illegal[0]]), ACTIONS[made[illegal[0]]]
        raise GameError(f"session {board.session}: customer {customer}, {action.value} is not allowed")
    return listed, made


def _decision(board: Board, known: _Knowledge, before: _Before, step: Step, row: int) -> Decision:
    file, action = int(step.files[row]), int(step.action[row])
    shown, following = int(step.shown[row]), int(board.state[file])
    still = board.status[file] in {OPEN, PAID_UNSEEN}
    branch = known.follow(file, int(before.state[file]), action, shown, following) if still else -1
    if board.status[file] == OPEN:
        known.amount[file] = board.outstanding[file]
    return Decision(
        session=step.session,
        customer=file,
        state=int(before.state[file]),
        mix=before.mix[file],
        paid=float(before.paid[file]),
        amount=float(before.amount[file]) / 100,
        stake=float(board.files.stake[file]) / 100,
        action=ACTIONS[action],
        observation=OBSERVATIONS[shown],
        following=following,
        branch=branch,
        closed=not still,
        chased=bool(step.chased[row]),
        reward=float(_worth(board)[file] - before.worth[file]),
    )


def of_customer(decisions: Sequence[Decision], customer: int) -> list[Decision]:
    """Decisions on one customer, in order."""
    return [decision for decision in decisions if decision.customer == customer]
