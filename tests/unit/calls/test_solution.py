"""The dialogue's values: exact, and never kind to what must not be said (simulator.md §9, property 21)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.calls.engine.dialogue import (
    AGREES,
    HANGS_UP,
    HIGHEST,
    Likelihood,
    Line,
    State,
    branches,
)
from course_app.calls.engine.ends import File, end_values
from course_app.calls.engine.solution import INTENTS, MOST_TURNS, beliefs, graph, solve
from course_app.calls.intents import HARMFUL, Intent

FILES = (
    File(3000, 2400, 42),
    File(800, 600, 10, chased=1),
    File(12_000, 8_000, 30, chased=2, proved=False, broken=True),
)
GAMES = 2000


@pytest.fixture(scope="module", params=FILES, ids=["usual", "small", "large"])
def solution(request):
    """A solved call."""
    return solve(request.param)


def _likely(branch, profile):
    """Chance of a branch for one profile."""
    if branch.likelihood == Likelihood.SURE:
        return branch.chance
    if branch.likelihood == Likelihood.AGREES:
        return branch.chance * AGREES[profile]
    if branch.likelihood == Likelihood.DECLINES:
        return 1 - branch.chance * AGREES[profile]
    return branch.chance * end_values().says[branch.likelihood - 1, profile]


def test_chances_of_every_turn_sum_to_one():
    """Whatever is said in whatever situation, the reactions of each profile sum to one."""
    for state in graph().states:
        for intent in INTENTS:
            for profile in (0, 4, 9):
                assert sum(_likely(each, profile) for each in branches(state, intent)) == pytest.approx(1, abs=1e-9)


def test_belief_is_bayes_rule():
    """The belief carried by a state equals Bayes' rule applied turn by turn along its history."""
    prior = end_values().belief(FILES[0])
    state, mix = State(), prior
    history = [
        Intent.VERIFY,
        Intent.INTRODUCE,
        Intent.STATE_INVOICE,
        Intent.ASK_DATE,
        Intent.ASK_OPENLY,
        Intent.ASK_DATE,
    ]
    for intent, rank in zip(history, [0, 0, 0, 1, 3, 0], strict=True):
        branch = branches(state, intent)[rank]
        mix = mix * np.array([_likely(branch, profile) for profile in range(10)])
        mix, state = mix / mix.sum(), branch.state
    assert beliefs(prior, (state,))[0] == pytest.approx(mix, abs=1e-12)


def _simulated(solution, chance):
    """Play the best sentences once against a customer drawn from the belief; return euros."""
    prior = end_values().belief(solution.file)
    profile = chance.choice(10, p=prior / prior.sum())
    state, euros = State(), 0.0
    for left in range(MOST_TURNS, 0, -1):
        worth = solution.moves(state, left)
        intent = max(INTENTS, key=lambda each: worth[each])
        if intent is Intent.END:
            return euros + solution.end(state)
        euros -= end_values().minute
        options = branches(state, intent)
        likely = np.array([_likely(each, profile) for each in options])
        branch = options[chance.choice(len(options), p=likely / likely.sum())]
        euros -= branch.penalty * 300
        state = branch.state
        if state.irritation == HIGHEST and intent is not Intent.LISTEN and chance.random() < HANGS_UP:
            return euros + solution.end(state)
    return euros + solution.end(state)


def test_exact_value_equals_simulation():
    """The computed value of a call lies within three standard errors of playing it many times."""
    solution, chance = solve(FILES[0]), np.random.default_rng(20261128)
    games = np.array([_simulated(solution, chance) for _game in range(GAMES)])
    error = games.std(ddof=1) / np.sqrt(GAMES)
    exact = solution.values[MOST_TURNS][graph().index[State()]]
    assert abs(games.mean() - exact) < 3 * error, (games.mean(), exact, error)


def test_stating_the_invoice_before_knowing_who_listens_always_costs(solution):
    """In every situation where nobody was verified, stating the invoice is worth less than the best sentence."""
    for state in graph().states:
        if state.line is not Line.RIGHT:
            for left in range(1, MOST_TURNS + 1):
                worth = solution.moves(state, left)
                assert worth[Intent.STATE_INVOICE] < max(worth.values())


def test_an_unlawful_sentence_is_never_best(solution):
    """No situation, no time left makes a red line the best thing to say."""
    for state in graph().states:
        for left in (1, MOST_TURNS):
            worth = solution.moves(state, left)
            lawful = max(value for intent, value in worth.items() if intent not in HARMFUL)
            assert all(worth[intent] < lawful for intent in HARMFUL), (state, left)


def test_a_better_made_promise_is_worth_more():
    """A promise is worth more with trust, more again once said back, and always more than no promise."""
    ends, file = end_values(), FILES[0]
    mix = np.repeat(ends.belief(file)[None], 6, axis=0)
    trust, recapped = np.array([0, 1, 2, 0, 1, 2]), np.array([False, False, False, True, True, True])
    worth = ends.promised(file, mix, trust, recapped)
    assert list(worth[:3]) == sorted(worth[:3])
    assert all(worth[3:] > worth[:3])
    assert worth.min() > ends.spoken(file, mix[:1])[0]


@settings(max_examples=60, deadline=None)
@given(
    st.floats(50, 200_000), st.floats(0, 100_000), st.integers(0, 400), st.integers(0, 2), st.booleans(), st.booleans()
)
def test_any_file_can_be_priced(amount, margin, days, chased, proved, broken):
    """Whatever the file, its ends are finite, and no end is worth more than the claim."""
    ends, file = end_values(), File(amount, margin, days, chased, proved, broken)
    mix = ends.belief(file)[None]
    for worth in (
        ends.untouched(file, mix),
        ends.spoken(file, mix),
        ends.promised(file, mix, np.array([2]), np.array([True])),
    ):
        assert np.isfinite(worth).all()
        assert worth[0] <= amount
