"""What a move costs and what a payment brings, in three currencies: cash, costs, relationship.

Owns the prices; all functions are pure. Cash is a fraction of the outstanding amount, costs are euros, the
relationship is a fraction of the customer's yearly margin.
"""

from typing import NamedTuple

import numpy as np

from course_app.exercise.engine import moves
from course_app.exercise.engine.chances import LARGE, LOST, ONES, SINCERE, Outcome, concession
from course_app.exercise.engine.parameters import Parameters, Vector
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    PROMISED,
    Action,
    Cause,
    Stage,
    State,
)


class Split(NamedTuple):
    """How one gross fraction of the outstanding amount is shared, each of shape (10,).

    collected + concession + fee + lost = cash of the outcome, or 1 when the outcome closes the file.
    """

    collected: Vector
    concession: Vector
    fee: Vector
    lost: Vector


def minutes(parameters: Parameters, action: Action) -> float:
    """Working minutes of a move."""
    return parameters.costs[ACTION_CODE[action]].minutes


def external_euros(parameters: Parameters, action: Action) -> float:
    """Euros paid to third parties for a move (post, court, commissaire de justice)."""
    return parameters.costs[ACTION_CODE[action]].euros


def cost_euros(parameters: Parameters, action: Action) -> float:
    """Euros a move costs: third parties, wage and shadow price of its minutes."""
    rate = parameters.number("wage_per_minute") + parameters.number("shadow_price_per_minute")
    return external_euros(parameters, action) + minutes(parameters, action) * rate


def relationship_loss(parameters: Parameters, state: State, action: Action) -> Vector:
    """Share of the yearly margin lost by a move, for each profile, shape (10,)."""
    base = parameters.costs[ACTION_CODE[action]].loss[state.ladder] * ONES
    if state.stage in PROMISED and action in moves.ESCALATION:
        base = base * parameters.number("loss_during_promise")
    base = base * _wounded(parameters, state, action)
    if moves.fresh_contact(state, action):
        base = base + parameters.number("loss_fresh")
    return np.asarray(base * parameters.row("goodwill"))


def _wounded(parameters: Parameters, state: State, action: Action) -> Vector:
    """Multiplier for customers who have a good reason not to pay that nobody treated."""
    factor = np.ones_like(ONES)
    harsh = action in moves.THREATS | moves.COERCION or action is Action.BAD_CALL
    if harsh and state.cause is not Cause.DISPUTE:
        factor[SINCERE] = parameters.number("loss_sincere")
    if action in moves.COERCION and state.cause is not Cause.CONFORMITY:
        factor[[LARGE, LOST]] = parameters.number("loss_paper")
    return factor


def split(parameters: Parameters, state: State, outcome: Outcome) -> Split:
    """Share of what the debtor pays between the company, the credit note and the agency."""
    given_up = outcome.cash * concession(parameters, state)
    rate = parameters.number("agency_fee") if state.stage is Stage.AGENCY else 0.0
    fee = (outcome.cash - given_up) * rate
    lost = 1.0 - outcome.cash if outcome.following is None else np.zeros_like(ONES)
    return Split(outcome.cash - given_up - fee, given_up, fee, lost)
