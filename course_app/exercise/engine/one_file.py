"""The one-file simulator: one customer, one session at a time, and its journal.

Owns the readable, reference way of playing; it uses `moves`, `chances` and `rewards` directly, never the compiled
tables, and must agree event by event with `board` on the same draws. A step is a pure function: a position and a
move come in, a position and a line of journal come out.
"""

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from course_app.exercise.engine import moves
from course_app.exercise.engine.chances import Outcome, drift_matrix, observation_chances, outcomes
from course_app.exercise.engine.draws import Stream, draw
from course_app.exercise.engine.parameters import Parameters
from course_app.exercise.engine.rewards import external_euros, minutes, relationship_loss, split
from course_app.exercise.engine.vocabulary import (
    PENDING,
    STATEMENTS,
    Action,
    Event,
    Observation,
    State,
)

RESOLUTION = 2**32


class IllegalMove(ValueError):
    """The move is not allowed in this state."""


@dataclass(frozen=True)
class Money:
    """Where the initial amount went, in cents; the seven figures always sum to it, `spent` apart."""

    outstanding: int
    collected: int = 0
    conceded: int = 0
    fee: int = 0
    lost: int = 0
    written_off: int = 0
    spent: int = 0

    @property
    def total(self) -> int:
        """The initial amount."""
        return self.outstanding + self.collected + self.conceded + self.fee + self.lost + self.written_off


@dataclass(frozen=True)
class Position:
    """Everything about one file at the start of a session, hidden profile included.

    `unseen`: paid, but the statement has not been read since. `closed`: nothing can happen any more.
    """

    state: State
    profile: int
    money: Money
    unseen: bool = False
    closed: bool = False
    minutes: float = 0.0
    goodwill_lost: float = 0.0


@dataclass(frozen=True)
class Line:
    """One line of the journal; `paid_cents` is what the debtor paid, `chased` a paid customer pursued."""

    session: int
    action: Action
    observation: Observation
    event: Event
    paid_cents: int
    outstanding_cents: int
    chased: bool

    def as_json(self) -> dict[str, Any]:
        """Plain values with stable keys."""
        return {
            "session": self.session,
            "action": self.action.value,
            "observation": self.observation.value,
            "event": self.event.value,
            "paid_cents": self.paid_cents,
            "outstanding_cents": self.outstanding_cents,
            "chased": self.chased,
        }


@dataclass(frozen=True)
class Fortune:
    """Who draws for a file: key of the portfolio and number of the customer."""

    key: int
    customer: int
    stake_cents: int

    def pick(self, chances: list[float], session: int, stream: Stream) -> int:
        """Index of the outcome drawn, chances compared as integers of 2**32."""
        drawn = draw(self.key, self.customer, session, stream)
        limits = [round(limit * RESOLUTION) for limit in accumulate(chances)]
        limits[-1] = RESOLUTION
        return sum(drawn >= limit for limit in limits)


def step(
    parameters: Parameters, position: Position, action: Action, session: int, fortune: Fortune
) -> tuple[Position, Line]:
    """Play one move, then nature. Raises IllegalMove, or ValueError when the file is closed."""
    if position.closed:
        raise ValueError("the file is closed")
    if action not in moves.legal(position.state):
        raise IllegalMove(f"{action.value}: not allowed now")
    if position.unseen:
        return _on_paid(parameters, position, action, session, fortune)
    worked = _worked(parameters, position, action, fortune)
    shown = observation_chances(parameters, position.state, action)
    chances = [float(row[position.profile]) for _, row in shown]
    seen = shown[fortune.pick(chances, session, Stream.OBSERVATION)][0]
    reached = moves.after(position.state, action, seen)
    if reached is None:
        money = replace(worked.money, outstanding=0, written_off=worked.money.outstanding)
        return replace(worked, money=money, closed=True), Line(session, action, seen, Event.WRITTEN_OFF, 0, 0, False)
    return _nature(parameters, worked, reached, Line(session, action, seen, Event.CONTINUES, 0, 0, False), fortune)


def check_statement(position: Position) -> Position:
    """Read the bank statement: a payment becomes known and the file is closed."""
    return replace(position, unseen=False, closed=True) if position.unseen else position


def _worked(parameters: Parameters, position: Position, action: Action, fortune: Fortune) -> Position:
    loss = float(relationship_loss(parameters, position.state, action)[position.profile])
    return _charged(parameters, position, action, loss * fortune.stake_cents)


def _charged(parameters: Parameters, position: Position, action: Action, goodwill: float) -> Position:
    cents = round(external_euros(parameters, action) * 100)
    return replace(
        position,
        money=replace(position.money, spent=position.money.spent + cents),
        minutes=position.minutes + minutes(parameters, action),
        goodwill_lost=position.goodwill_lost + goodwill,
    )


def _on_paid(
    parameters: Parameters, position: Position, action: Action, session: int, fortune: Fortune
) -> tuple[Position, Line]:
    chased = action in moves.REACHES_CUSTOMER
    if chased:
        goodwill = parameters.number("paid_chased_loss") * fortune.stake_cents
        worked = _charged(parameters, position, action, goodwill)
    else:
        worked = _worked(parameters, position, action, fortune)
    after = replace(worked, state=moves.silent(position.state), unseen=not chased, closed=chased)
    return after, Line(session, action, Observation.NONE, Event.CONTINUES, 0, 0, chased)


def _nature(
    parameters: Parameters, position: Position, reached: State, line: Line, fortune: Fortune
) -> tuple[Position, Line]:
    possible = outcomes(parameters, reached)
    chances = [float(outcome.chance[position.profile]) for outcome in possible]
    outcome = possible[fortune.pick(chances, line.session, Stream.NATURE)]
    money, paid = _settled(parameters, position, reached, outcome)
    told = replace(line, event=outcome.event, paid_cents=paid, outstanding_cents=money.outstanding)
    if outcome.following is None:
        unseen = outcome.event is Event.PAID and reached.stage not in PENDING
        state = moves.silent(reached) if unseen else position.state
        return replace(position, state=state, money=money, unseen=unseen, closed=not unseen), told
    drift = [float(chance) for chance in drift_matrix(parameters)[position.profile]]
    profile = fortune.pick(drift, line.session, Stream.DRIFT)
    return replace(position, state=outcome.following, profile=profile, money=money), told


def _settled(parameters: Parameters, position: Position, reached: State, outcome: Outcome) -> tuple[Money, int]:
    """Book one outcome; returns the money and the gross cents paid by the debtor."""
    shares = [float(share[position.profile]) for share in split(parameters, reached, outcome)]
    money, due = position.money, position.money.outstanding
    collected, conceded, fee, _ = shares
    gross, given, charged = round(due * (collected + conceded + fee)), round(due * conceded), round(due * fee)
    left = due - gross if outcome.following is None else 0
    booked = replace(
        money,
        outstanding=due - gross - left,
        collected=money.collected + gross - given - charged,
        conceded=money.conceded + given,
        fee=money.fee + charged,
        lost=money.lost + left,
    )
    return booked, gross


def heard_now(heard: Observation, action: Action, shown: Observation) -> Observation:
    """Last statement not yet treated, after a move."""
    if action in {Action.CONFORM, Action.TREAT_DISPUTE, Action.PLAN}:
        return Observation.NONE
    return shown if shown in STATEMENTS else heard
