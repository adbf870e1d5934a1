"""Property 17: at situations every practitioner knows, the engine agrees with the trade."""

import numpy as np
import pytest

from course_app.exercise.engine import belief
from course_app.exercise.engine.contract_review import Grade, grade
from course_app.exercise.engine.values import Nodes, action_values
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    ACTIONS,
    OBSERVATIONS,
    Action,
    Documents,
    Observation,
    Stage,
    State,
)

AMOUNT, STAKE = 3000.0, 2400.0
WAIT, MAIL = (Action.WAIT, Observation.NONE), (Action.MAIL, Observation.UNANSWERED)
PROMISE, EVASIVE = (Action.CALL, Observation.PROMISE), (Action.CALL, Observation.EVASIVE)
HELD = (Action.HOLD, Observation.NONE)
NOTICE = (Action.FORMAL_NOTICE, Observation.DELIVERED)
LAPSED = (MAIL, PROMISE, WAIT)
EXPIRED = (*LAPSED, EVASIVE, NOTICE, HELD, WAIT)

SITUATIONS = {
    "five days late": (2, (), Action.MAIL),
    "two months late": (17, (), Action.CALL),
    "a mail unanswered": (2, (MAIL,), Action.CALL),
    "a mail, an evasive call, then silence": (8, (MAIL, EVASIVE, WAIT, WAIT), Action.CALL),
    "a promise pending": (2, (MAIL, PROMISE), Action.WAIT),
    "a promise lapsed": (2, LAPSED, Action.CALL),
    "a formal notice expired": (2, EXPIRED, Action.CALL),
    "a dispute stated": (2, (MAIL, (Action.CALL, Observation.DISPUTE)), Action.TREAT_DISPUTE),
    "cash short": (2, (MAIL, (Action.CALL, Observation.CASH)), Action.PLAN),
    "an order number missing": (2, (MAIL, (Action.CALL, Observation.PAPER)), Action.CONFORM),
}


def reached(kernel, age, steps, documents=Documents.PRESENT):
    """Node after a history, the file staying open."""
    state, mix = kernel.index[State(Stage.IDLE, documents=documents)], belief.prior(kernel.parameters, age)
    table = kernel.branches
    for action, shown in steps:
        pair = kernel.pair_of[state, ACTION_CODE[action]]
        numbers = range(table.start[pair], table.start[pair + 1])
        branch = next(number for number in numbers if OBSERVATIONS[table.observation[number]] is shown)
        state, mix = int(table.following[branch]), belief.following(kernel, mix, branch)
    return Nodes(np.array([state]), mix[None], np.array([AMOUNT]), np.array([STAKE]))


def losses(kernel, values, node):
    """Euros lost by each legal move."""
    found = action_values(kernel, values, node)[0]
    return {ACTIONS[code]: float(found.max() - found[code]) for code in np.flatnonzero(np.isfinite(found))}


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_p17_the_engine_agrees_with_the_trade(kernel, values, name):
    """Property 17: the move of the trade is within 0.5 % of the amount of the best one."""
    age, steps, expected = SITUATIONS[name]
    assert losses(kernel, values, reached(kernel, age, steps))[expected] <= 0.005 * AMOUNT


@pytest.mark.parametrize("age", [2, 8])
def test_p17_no_formal_notice_at_first_contact(kernel, values, age):
    """Property 17: a formal notice as first contact is a mistake at least, and an ultimatum is no good move."""
    found = losses(kernel, values, reached(kernel, age, ()))
    bad = {Grade.MISTAKE, Grade.COSTLY}
    assert grade(round(found[Action.FORMAL_NOTICE] * 100), round(AMOUNT * 100)) in bad | {Grade.IMPRECISE}
    assert found[Action.FORMAL_NOTICE] > 0.05 * AMOUNT
    assert found[Action.ULTIMATUM] > 0.015 * AMOUNT


def test_p17_threats_are_not_repeated(kernel, values):
    """Property 17: once a notice has expired, another one or a new ultimatum is a mistake at least."""
    found = losses(kernel, values, reached(kernel, 2, EXPIRED))
    for action in (Action.FORMAL_NOTICE, Action.ULTIMATUM):
        assert grade(round(found[action] * 100), round(AMOUNT * 100)) in {Grade.MISTAKE, Grade.COSTLY}


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_p17_a_claim_is_not_given_up(kernel, values, name):
    """Property 17: writing off is the worst move everywhere, and the most costly class."""
    age, steps, _ = SITUATIONS[name]
    found = losses(kernel, values, reached(kernel, age, steps))
    assert max(found, key=found.get) is Action.WRITE_OFF
    assert found[Action.WRITE_OFF] > 0.08 * AMOUNT


def test_p17_prove_before_suing(kernel, values):
    """Without documents, suing after an expired notice costs a tenth of the claim; documents or a call come first."""
    found = losses(kernel, values, reached(kernel, 2, EXPIRED, Documents.MISSING))
    assert found[Action.PAYMENT_ORDER] > 0.08 * AMOUNT
    assert min(found[Action.CALL], found[Action.GATHER_DOCUMENTS]) <= 0.005 * AMOUNT
