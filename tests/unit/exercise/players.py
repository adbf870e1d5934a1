"""Somebody who plays any engine by the contract alone: what the desk offers, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Any

from course_app.exercise.engine.contract import Decision, Desk, Engine
from course_app.exercise.engine.portfolio_engine import PortfolioEngine
from course_app.exercise.engine.portfolio_play import Portfolio

PORTFOLIO = PortfolioEngine()
BODY: dict[str, Any] = {
    "level": "courant",
    "company": "Atelier Témoin",
    "brief": ["Vous tenez les relances."],
    "takeaway": "Une date, un acte.",
    "starts_on": date(2026, 10, 26),
    "sessions": 8,
    "minutes": 120,
    "customers": 6,
    "late_from": 2,
    "late_to": 20,
}


@cache
def portfolio(**changes: Any) -> Portfolio:
    """Return a small portfolio ready to play; `changes` replace keys of its script."""
    return PORTFOLIO.prepare({**BODY, **changes})


@dataclass(frozen=True)
class Temper:
    """How somebody plays: how often they act, how often they use a move of the whole desk."""

    acts: float = 0.5
    reads: float = 0.7


def choices(desk: Desk, chance: Random, temper: Temper) -> Iterator[Decision]:
    """Yield what this player would like to do at a desk, one decision per customer, in some order."""
    for action in desk.actions:
        if not action.refusal and chance.random() < temper.reads:
            yield Decision(desk.session_index, "", action.id)
    for customer in chance.sample(desk.customers, len(desk.customers)):
        playable = [action for action in customer.actions if not action.refusal]
        if playable and chance.random() < temper.acts:
            action = chance.choice(playable)
            until = chance.choice(desk.wait_dates) if action.needs_date else None
            yield Decision(desk.session_index, customer.id, action.id, until)


def game(engine: Engine[Any, Any], exercise: Any, seed: int, player: int, temper: Temper = Temper()) -> list[Decision]:
    """Return the moves of a whole game, closes included; `seed` is the run's, `player` the person's."""
    chance, state, moves = Random(player), engine.initial(exercise, seed), []
    while not engine.is_over(state):
        for decision in choices(engine.observe(state), chance, temper):
            if can(engine, state, decision):
                state = engine.decide(state, decision)
                moves.append(decision)
        close = Decision.close(engine.observe(state).session_index)
        state = engine.close_session(state)
        moves.append(close)
    return moves


def can(engine: Engine[Any, Any], state: Any, decision: Decision) -> bool:
    """Tell whether the desk offers a move now."""
    desk = engine.observe(state)
    customer = desk.customer(decision.customer_id)
    if decision.customer_id and (customer is None or customer.planned):
        return False
    offered = customer.actions if customer else desk.actions
    return any(action.id == decision.action and not action.refusal for action in offered)


def step(engine: Engine[Any, Any], state: Any, decision: Decision) -> Any:
    """Return the state after one move."""
    return engine.close_session(state) if decision.is_close else engine.decide(state, decision)


def words(value: Any) -> Iterator[str]:
    """Yield every text in a value of the contract; raise TypeError for anything that is not plain."""
    if is_dataclass(value):
        for field in fields(value):
            yield from words(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from words(part)
    elif isinstance(value, str):
        yield value
    elif value is not None and not isinstance(value, int | date):
        raise TypeError(f"{value!r} is not a plain value")
