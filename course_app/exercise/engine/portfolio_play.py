"""A portfolio game between two moves: its state as a value, and how moves change it.

A decision is planned during the séance and carried out when it closes. One exception: reading the bank statement
tells at once who has paid, so it cannot be taken back; what was planned for a customer found paid is dropped, its
minutes given back. The board holds the hidden causes; the desk and the review are built elsewhere, from the entries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np

from course_app.exercise.engine.board import OPEN, PAID_UNSEEN, SHUT, Board, Step
from course_app.exercise.engine.contract_desk import ActionKind, Decision
from course_app.exercise.engine.draws import Stream, draws
from course_app.exercise.engine.game import Plan
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.portfolio import Files, draw_files
from course_app.exercise.engine.portfolio_calendar import event_on, session_on
from course_app.exercise.engine.portfolio_model import PortfolioBody
from course_app.exercise.engine.portfolio_red_lines import AFTER_JUDGMENT, red_line
from course_app.exercise.engine.portfolio_tables import Tables
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    EVENTS,
    OBSERVATIONS,
    Action,
    Event,
    Observation,
    State,
)

WAIT, STATEMENT = ActionKind.WAIT.value, ActionKind.STATEMENT.value


@dataclass(frozen=True)
class Portfolio:
    """A portfolio exercise ready to play, with the tables of the version it is played on."""

    body: PortfolioBody
    tables: Tables = field(repr=False)

    @property
    def kernel(self) -> Kernel:
        """The compiled model."""
        return self.tables.kernel

    def on(self, session: int) -> date:
        """Return the day a séance is held."""
        return session_on(self.body.starts_on, session)


@dataclass(frozen=True)
class Entry:
    """What one séance did to one file; `before` and `after` are numbers of observable states.

    `action` is the id of the move played (an implicit wait is « attendre » without `until`), `on` the day of `event`,
    `paid_cents` what the customer paid, `owed_cents` what the books said before. `is_unseen`: a payment that only the
    bank statement shows. `was_chased`: the customer had already paid.
    """

    session: int
    action: str
    until: date | None
    before: int
    after: int
    shown: Observation
    event: Event
    on: date
    paid_cents: int
    owed_cents: int
    is_unseen: bool
    was_chased: bool


@dataclass(frozen=True)
class RunState:
    """A run between two moves. Two states with the same moves are equal; the board follows from the rest."""

    exercise: Portfolio
    seed: int
    session_index: int
    entries: tuple[tuple[Entry, ...], ...]
    """One row per customer, in order; one entry per séance until the file is closed."""
    readings: tuple[int, ...] = ()
    """Séances at which the statement was read, the open one included."""
    planned: tuple[Decision, ...] = ()
    board: Board = field(compare=False, repr=False, kw_only=True)

    @property
    def is_over(self) -> bool:
        """Whether the last séance is closed."""
        return self.session_index == self.exercise.body.sessions

    @property
    def has_read(self) -> bool:
        """Whether the statement of the open séance is read."""
        return self.session_index in self.readings

    @property
    def kernel(self) -> Kernel:
        """The compiled model."""
        return self.exercise.kernel

    @property
    def files(self) -> Files:
        """What was drawn at the start."""
        return self.board.files

    @cached_property
    def customer_ids(self) -> tuple[str, ...]:
        """Ids of the customers, in order."""
        return tuple(customer_id(number) for number in range(len(self.entries)))

    def number(self, customer: str) -> int | None:
        """Return the rank of a customer, None for an unknown id."""
        return self.customer_ids.index(customer) if customer in self.customer_ids else None

    def seen(self, number: int) -> State:
        """Return what the learner can see of a file, as far as the process goes."""
        return self.kernel.states[int(self.board.state[number])]

    def is_open(self, number: int) -> bool:
        """Whether the learner believes the file open."""
        return bool(self.board.status[number] != SHUT)

    def is_failed(self, number: int) -> bool:
        """Whether the customer is in insolvency proceedings."""
        rows = self.entries[number]
        return bool(rows) and rows[-1].event is Event.FAILED

    def decided(self, customer: str) -> Decision | None:
        """Return what is planned for a customer (or, for an empty id, on the whole desk)."""
        return next((decision for decision in self.planned if decision.customer_id == customer), None)


def customer_id(number: int) -> str:
    """Return the id of the customer of this rank."""
    return f"client-{number + 1:02d}"


def opened(exercise: Portfolio, seed: int) -> RunState:
    """Return a run at its first séance."""
    files = draw_files(exercise.kernel, exercise.body.scenario(), seed, 0, 1)
    board = Board(exercise.kernel, files)
    return RunState(exercise, seed, 0, ((),) * exercise.body.customers, board=board)


def planned(state: RunState, decision: Decision) -> RunState:
    """Return the state with one more decision, already checked; reading the statement takes effect at once."""
    moves = (*state.planned, decision)
    if decision.action != STATEMENT:
        return replace(state, planned=moves)
    board = state.board.copy()
    found = {customer_id(int(number)) for number in board.check_statement()}
    kept = tuple(move for move in moves if move.customer_id not in found)
    return replace(state, planned=kept, readings=(*state.readings, state.session_index), board=board)


def played_action(state: State, action: str, kernel: Kernel) -> Action:
    """Return the move of the model behind the id of a desk's action.

    A forbidden move is played as a call badly led, where a call is possible.
    """
    if red_line(action) is None:
        return Action(action)
    pair = kernel.pair_of[kernel.index[state], ACTION_CODE[Action.BAD_CALL]]
    return Action.BAD_CALL if pair >= 0 else Action.WAIT


def plan_of(state: RunState) -> Plan:
    """Return the decisions of the open séance as the model knows them."""
    moves = {}
    for decision in state.planned:
        number = state.number(decision.customer_id)
        if number is not None and decision.action != AFTER_JUDGMENT.kind.value:
            moves[number] = played_action(state.seen(number), decision.action, state.kernel)
    return Plan(moves, statement=state.has_read)


def closed(state: RunState) -> RunState:
    """Carry out what was planned, let the world answer, open the next séance."""
    board, plan = state.board.copy(), plan_of(state)
    before, owed = board.state.copy(), books(state)
    listed = np.array(sorted(plan.moves), dtype=np.int64)
    made = np.array([ACTION_CODE[plan.moves[number]] for number in listed.tolist()], dtype=np.int64)
    step = board.play(listed, made)
    added = _entries(state, board, step, before.tolist(), owed)
    rows = tuple(row + added.get(number, ()) for number, row in enumerate(state.entries))
    return replace(state, session_index=state.session_index + 1, entries=rows, planned=(), board=board)


def _entries(
    state: RunState, board: Board, step: Step, before: Sequence[int], owed: Sequence[int]
) -> dict[int, tuple[Entry]]:
    """Return what a séance did, by customer."""
    days = draws(state.files.key[step.files], step.session, Stream.DAY)
    added = {}
    for rank, number in enumerate(step.files.tolist()):
        decision = state.decided(customer_id(number))
        added[number] = (
            Entry(
                session=step.session,
                action=decision.action if decision else WAIT,
                until=decision.until if decision else None,
                before=before[number],
                after=int(board.state[number]),
                shown=OBSERVATIONS[int(step.shown[rank])],
                event=EVENTS[int(step.event[rank])],
                on=event_on(state.exercise.body.starts_on, step.session, int(days[rank])),
                paid_cents=int(step.paid[rank]),
                owed_cents=owed[number],
                is_unseen=bool(board.status[number] == PAID_UNSEEN and state.board.status[number] == OPEN),
                was_chased=bool(step.chased[rank]),
            ),
        )
    return added


def books(state: RunState) -> tuple[int, ...]:
    """Return what the learner's books say each customer owes, in cents: a payment counts once it is known."""
    unseen = state.board.status == PAID_UNSEEN
    last = [next((entry.owed_cents for entry in reversed(row) if entry.is_unseen), 0) for row in state.entries]
    return tuple(np.where(unseen, last, state.board.outstanding).tolist())


def collected(state: RunState) -> int:
    """Return what the learner knows to have been received, in cents, agency's share left out."""
    return int(state.board.collected[state.board.status != PAID_UNSEEN].sum())
