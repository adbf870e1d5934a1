"""Properties 3 to 9 and 17 to 18: the value table, its bounds, losses and luck."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.exercise.engine import belief
from course_app.exercise.engine.bounds import (
    Claim,
    UpperBound,
    at_claim,
    lower_along,
    refine,
    scope_of,
    upper_action_values,
)
from course_app.exercise.engine.exploration import Walk, walk
from course_app.exercise.engine.kernel import compile_kernel
from course_app.exercise.engine.parameters import default_parameters
from course_app.exercise.engine.portfolio import draw_files
from course_app.exercise.engine.sampled import STANDARD
from course_app.exercise.engine.solver import reference_claims
from course_app.exercise.engine.value_file import shipped
from course_app.exercise.engine.values import Nodes, action_parts, action_values, lower_value
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    EXPIRED,
    LAST_CHANCE,
    Action,
    Documents,
    Stage,
    State,
)
from tests.unit.engine.measured import BEHAVIOURS, measure

KERNEL = compile_kernel(default_parameters())


def root_nodes(kernel, ages, amount=3000.0, stake=2400.0, state=None):
    """Files never touched, of several ages."""
    mixes = belief.untouched(kernel.parameters, 44)[list(ages)]
    state = State(Stage.IDLE) if state is None else state
    count = len(mixes)
    return Nodes(np.full(count, kernel.index[state]), mixes, np.full(count, amount), np.full(count, stake))


@pytest.fixture(scope="module")
def met(kernel, values):
    """Points met by players of many kinds."""
    return walk(kernel, values, Walk(41, 80))


def test_p03_losses_are_never_negative(kernel, values, met):
    """Property 3: the best move loses exactly nothing, every other one something or nothing."""
    found = action_values(kernel, values, met)
    losses = found.max(axis=1, keepdims=True) - np.where(np.isfinite(found), found, np.inf)
    assert np.where(np.isfinite(losses), losses, 0).min() == 0
    assert (np.nanmin(np.where(np.isfinite(found), losses, np.nan), axis=1) == 0).all()


def test_p03_parts_sum_to_the_value(kernel, values, met):
    """Property 3: cash, costs and relationship sum to the value of each move."""
    totals = action_parts(kernel, values, met).sum(axis=2)
    np.testing.assert_allclose(np.where(np.isnan(totals), -np.inf, totals), action_values(kernel, values, met))


def test_p04_the_table_is_consistent(kernel, values, met):
    """Property 4: one step ahead the table is worth itself; trimming lets it differ by little, and rarely."""
    slack = (action_values(kernel, values, met).max(axis=1) - lower_value(values, met)) / met.amount
    assert abs(slack.mean()) < 0.001
    assert (np.abs(slack) > 0.005).mean() < 0.03


def test_p05_lower_stays_under_upper(kernel, values):
    """Property 5: once a notice has expired, then along noisy games, the two bounds never cross and are close."""
    nodes = root_nodes(kernel, [20], 6000.0, 4000.0, State(Stage.NOTICE_OUT_2, ladder=4, hold=1))
    bound = UpperBound(kernel, Claim(6000.0, 4000.0), scope_of(kernel, int(nodes.state[0])))
    for turn in range(2):
        refine(bound, values, nodes.part(np.zeros(16, dtype=np.int64)), turn)
    along = at_claim(bound, walk(kernel, values, Walk(7, 24, 0.35, nodes)))
    lower_along(bound, along)
    for points in (nodes, along):
        upper, lower = upper_action_values(bound, points), action_values(kernel, values, points)
        legal = np.isfinite(lower)
        assert (upper[legal] - lower[legal] > -1e-6 * points.amount[0]).all()
    assert upper_action_values(bound, nodes).max() - action_values(kernel, values, nodes).max() < 0.02 * nodes.amount[0]


def test_p05_certificate_is_published(stored):
    """Property 5: the value file carries the certificate of twenty files: bounds in order, each gap under 1.5 %."""
    claims = stored.report["claims"]
    assert len(claims) == 20
    assert any(not claim["documents"] and claim["amount"] < 1500 for claim in claims)
    for claim in claims:
        assert claim["lower"] <= claim["upper"]
        assert claim["gap"] == pytest.approx((claim["upper"] - claim["lower"]) / claim["amount"], abs=1e-4)
        assert claim["gap"] <= 0.015
    assert stored.report["root_gap_max"] == max(claim["gap"] for claim in claims)


def test_p05_lower_bounds_are_those_of_the_shipped_table(kernel, values, stored):
    """Property 5: the file as read is worth what its certificate says at each of the twenty first decisions."""
    nodes, _ = reference_claims(kernel, len(stored.report["claims"]))
    found = action_values(kernel, values, nodes).max(axis=1)
    told = [claim["lower"] for claim in stored.report["claims"]]
    np.testing.assert_allclose(found, told, atol=0.25)


@given(
    shares=st.lists(st.lists(st.floats(0.01, 1), min_size=10, max_size=10), min_size=2, max_size=5),
    weights=st.lists(st.floats(0, 1), min_size=10, max_size=10),
    place=st.integers(0, 10**6),
)
@settings(deadline=None, max_examples=60)
def test_p06_information_is_worth_something(shares, weights, place):
    """Property 6: whatever a free sign may reveal, seeing it before choosing is never worth less than nothing."""
    kernel = KERNEL
    table, mix = shipped(kernel).values, np.array(weights) + 1e-3
    signs = np.array(shares) / np.array(shares).sum(axis=0)
    seen = signs * (mix / mix.sum())
    state = np.full(len(seen) + 1, kernel.decisions[place % len(kernel.decisions)])
    nodes = Nodes(state, np.vstack([mix / mix.sum(), seen]), np.full(len(state), 3000.0), np.full(len(state), 2400.0))
    found = action_values(kernel, table, nodes).max(axis=1)
    assert found[1:].sum() - found[0] >= -1e-6


def test_p07_value_falls_with_the_price_of_moves(kernel, values, met):
    """Property 7: dearer moves are worth less: a price multiplied by c is an amount and a stake divided by c."""
    prices = (0.5, 1.0, 2.0)
    worth = [
        price * lower_value(values, Nodes(met.state, met.mix, met.amount / price, met.stake / price))
        for price in prices
    ]
    assert (np.diff(worth, axis=0) <= 1e-6).all()


def test_p06_information_never_hurts(kernel, values):
    """Property 6: the value is convex in the belief, hence knowing more is worth something or nothing."""
    generator = np.random.default_rng(5)
    states = generator.choice(kernel.decisions, 200)
    first, second = generator.dirichlet(np.ones(10), 200), generator.dirichlet(np.ones(10), 200)
    share = generator.random(200)[:, None]
    amounts = np.full(200, 3000.0), np.full(200, 2400.0)

    def best(mix):
        return action_values(kernel, values, Nodes(states, mix, *amounts)).max(axis=1)

    mixed = best(share * first + (1 - share) * second)
    assert (mixed <= share[:, 0] * best(first) + (1 - share[:, 0]) * best(second) + 1e-6).all()


def test_p07_value_moves_the_right_way(kernel, values):
    """Property 7: more with the amount, less with the stake and with age, more with credibility and documents."""
    ages = (0, 4, 8, 17, 25, 34)

    def share(**changes):
        nodes = root_nodes(kernel, ages, **changes)
        return action_values(kernel, values, nodes).max(axis=1)

    gap = 0.01 * 3000
    for age in range(len(ages)):
        amounts = [share(amount=amount)[age] for amount in (500.0, 1000.0, 3000.0, 10_000.0)]
        assert amounts == sorted(amounts)
        stakes = [share(stake=stake)[age] for stake in (0.0, 1000.0, 2400.0, 6000.0)]
        assert stakes == sorted(stakes, reverse=True)
    assert (np.diff(share()) < 0).all()
    levels = [share(state=State(Stage.IDLE, credibility=level)) for level in (0, 1, 2)]
    assert (np.diff(levels, axis=0) >= -gap).all()
    assert (share() >= share(state=State(Stage.IDLE, documents=Documents.MISSING)) - gap).all()


@pytest.mark.parametrize("name", sorted(BEHAVIOURS))
def test_p08_p09_losses_and_luck(kernel, values, name):
    """Properties 8 and 9: value = start - losses + luck to 1e-6 euro, and luck is nil on average, whoever plays."""
    files = draw_files(kernel, STANDARD, 77, 0, 15)
    found = measure(kernel, values, files, BEHAVIOURS[name])
    np.testing.assert_allclose(found.realised, found.start - found.losses + found.luck, atol=1e-6)
    error = found.luck.std() / np.sqrt(len(found.luck))
    assert abs(found.luck.mean()) < 4 * error
    estimated, actual = found.losses.mean(), (found.start - found.realised).mean()
    assert abs(estimated - actual) < 4 * error + found.slack.mean()


def test_p18_the_engine_plays_by_the_book(kernel, values):
    """Property 18: no second notice or sommation, and expired deadlines are acted upon in time."""
    files = draw_files(kernel, STANDARD, 31, 0, 10)
    found = measure(kernel, values, files, BEHAVIOURS["best"])
    features, dropped, acted = kernel.features, 0, 0
    for _, made, states in found.steps:
        ladder, stage = features[states, 1], features[states, 0]
        assert not (np.isin(made, [ACTION_CODE[Action.FORMAL_NOTICE]]) & (ladder >= 4)).any()
        assert not (np.isin(made, [ACTION_CODE[Action.SUMMONS]]) & (ladder >= 5)).any()
        late = np.isin(stage, [int(name) for name in LAST_CHANCE & EXPIRED])
        idle = np.isin(made, [ACTION_CODE[name] for name in (Action.WAIT, Action.HOLD, Action.GATHER_DOCUMENTS)])
        dropped += int((late & idle).sum())
        acted += int((np.isin(stage, [int(name) for name in EXPIRED]) & ~idle).sum())
    assert acted >= 9 * dropped


def test_p18_nothing_is_repeated_without_bound(kernel, values):
    """Property 18: threats, treatments and procedures happen once a game; few games hold many calls or plans."""
    found = measure(kernel, values, draw_files(kernel, STANDARD, 314, 0, 15), BEHAVIOURS["best"])
    counts = np.zeros((len(found.start), len(ACTION_CODE)), dtype=int)
    for files, made, _ in found.steps:
        np.add.at(counts, (files, made), 1)
    once = (
        Action.ULTIMATUM,
        Action.FORMAL_NOTICE,
        Action.CONFORM,
        Action.TREAT_DISPUTE,
        Action.GATHER_DOCUMENTS,
        Action.HOLD,
        Action.SUMMONS,
        Action.AGENCY,
    )
    assert counts[:, [ACTION_CODE[action] for action in once]].max() == 1
    assert (counts[:, ACTION_CODE[Action.CALL]] >= 20).mean() < 0.03
    assert (counts[:, ACTION_CODE[Action.PLAN]] >= 3).mean() < 0.1
    assert not counts[:, ACTION_CODE[Action.WRITE_OFF]].any()
