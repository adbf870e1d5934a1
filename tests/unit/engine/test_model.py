"""Properties 1, 2, 11, 12 of the specification and the rules of one file."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.exercise.engine import belief, draws, moves
from course_app.exercise.engine.chances import drift_matrix, observation_chances, outcomes
from course_app.exercise.engine.kernel_compiler import compiled
from course_app.exercise.engine.kernel_file import DEFAULT_FILE, load
from course_app.exercise.engine.parameters import ParameterError, parse
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    NOT_DUE,
    PENDING,
    Action,
    Cause,
    Documents,
    Event,
    Observation,
    Stage,
    State,
)

STATES = st.builds(
    State,
    st.sampled_from(Stage),
    st.integers(0, 5),
    st.integers(0, 2),
    st.sampled_from(Cause),
    st.integers(0, 1),
    st.sampled_from(Documents),
    st.integers(0, 1),
)


def test_p01_every_row_sums_to_one_in_the_tables(kernel):
    """Property 1: over the whole compiled model, cumulated chances grow from 0 to 2**32."""
    for limits in (kernel.seen_limit.dense(), kernel.end_limit.dense()):
        assert (np.diff(limits, axis=1) >= 0).all()
        assert (limits[:, 0] >= 0).all()
        assert (limits[:, -1] == 2**32).all()
    np.testing.assert_allclose(kernel.drift.sum(axis=1), 1.0, atol=1e-12)


@given(state=STATES)
def test_p01_every_row_sums_to_one(parameters, state):
    """Property 1: whatever the state, what is shown and what happens are chances that sum to 1."""
    for action in moves.legal(state):
        rows = np.array([chance for _, chance in observation_chances(parameters, state, action)])
        assert rows.min() >= 0
        np.testing.assert_allclose(rows.sum(axis=0), 1.0, atol=1e-9)
    rows = np.array([outcome.chance for outcome in outcomes(parameters, state)])
    assert rows.min() >= 0
    np.testing.assert_allclose(rows.sum(axis=0), 1.0, atol=1e-9)


def histories(kernel, state, length):
    """Every way of playing `length` sessions from a state with a few moves."""
    if not length:
        yield []
        return
    for name in (Action.WAIT, Action.CALL, Action.ULTIMATUM):
        pair = kernel.pair_of[state, ACTION_CODE[name]]
        if pair < 0:
            continue
        for branch in range(kernel.branches.start[pair], kernel.branches.start[pair + 1]):
            for rest in histories(kernel, int(kernel.branches.following[branch]), length - 1):
                yield [branch, *rest]


def brute_force(kernel, prior, branches):
    """Bayes' rule by enumeration of the hidden paths of profiles."""
    weights = np.zeros(10)
    for path in itertools.product(range(10), repeat=len(branches) + 1):
        weight = prior[path[0]]
        for place, branch in enumerate(branches):
            weight *= kernel.branches.chance[branch, path[place]] * kernel.drift[path[place], path[place + 1]]
            if not weight:
                break
        weights[path[-1]] += weight
    return weights / weights.sum()


def test_p02_belief_is_bayes_rule(kernel, parameters):
    """Property 2: the filter equals the enumeration of hidden paths on three-step histories."""
    prior = belief.prior(parameters, 20)
    root = kernel.index[State(Stage.IDLE)]
    for branches in list(histories(kernel, root, 3))[::61]:
        found = belief.forward(kernel, prior, branches)
        assert found.min() >= 0
        assert abs(found.sum() - 1) < 1e-12
        np.testing.assert_allclose(found, brute_force(kernel, prior, branches), atol=1e-12)


def test_prior_depends_on_age(parameters):
    """An old file holds fewer ordinary customers and more insolvent ones than a young one."""
    mixes = belief.untouched(parameters, 32)
    assert (np.diff(mixes[:, 0]) < 0).all()
    assert (np.diff(mixes[:, 9]) > 0).all()
    np.testing.assert_allclose(mixes.sum(axis=1), 1.0, atol=1e-12)


def test_model_has_the_size_that_was_announced(kernel):
    """The model keeps 7,566 observable states and 5,844 in which a move is chosen."""
    assert len(kernel.states) == 7566
    assert (kernel.pair_of[:, 0] >= 0).sum() == 5844


@given(
    seed=st.integers(0, 2**63),
    portfolio=st.integers(0, 10**6),
    customer=st.integers(0, 1000),
    session=st.integers(0, 500),
)
def test_p11_draws_agree_one_by_one_and_in_bulk(seed, portfolio, customer, session):
    """Property 11: a draw is a function of its key; the array version gives the same bits."""
    keys = draws.file_keys(seed, np.array([portfolio]), np.array([customer]))
    bulk = draws.draws(keys, session, draws.Stream.NATURE)[0]
    assert bulk == draws.draw(draws.key(seed, portfolio), customer, session, draws.Stream.NATURE)
    assert 0 <= bulk < 2**32


def test_p11_draws_never_change():
    """Property 11: these draws are the same on every machine and in every version."""
    assert draws.draw(draws.key(7, 3), 5, 9, draws.Stream.NATURE) == 944665672
    assert draws.draw(draws.key(7, 4), 6, 9, draws.Stream.NATURE) == 3888554557


def test_draws_look_uniform():
    """The mean and the serial correlation of a million draws are those of uniform numbers."""
    keys = draws.file_keys(1, np.zeros(100_000, dtype=np.int64), np.arange(100_000))
    rows = np.array([draws.uniforms(keys, session, draws.Stream.NATURE) for session in range(10)])
    assert abs(rows.mean() - 0.5) < 4 * np.sqrt(1 / 12 / rows.size)
    assert abs(np.corrcoef(rows[0], rows[1])[0, 1]) < 4 / np.sqrt(100_000)


@given(state=STATES)
def test_waiting_is_always_legal(state):
    """A learner may always wait; nothing else is possible while a third party decides."""
    found = moves.legal(state)
    assert found[0] is Action.WAIT
    assert state.stage not in PENDING or found == (Action.WAIT,)
    assert state.stage not in NOT_DUE or set(found) <= {Action.WAIT, Action.COURTESY, Action.GATHER_DOCUMENTS}


def test_repeated_threats_do_nothing_but_harm():
    """A second formal notice or ultimatum changes nothing but loses a point of credibility."""
    state = State(Stage.NOTICE_OUT_2, ladder=4)
    for action in (Action.ULTIMATUM, Action.FORMAL_NOTICE):
        assert moves.after(state, action, Observation.NONE) == state._replace(credibility=1)


def test_executing_an_ultimatum_restores_credibility():
    """A formal notice sent once the ultimatum has expired gives a point back; sent before, it does not."""
    late = State(Stage.ULTIMATUM_OUT_2, ladder=3, credibility=1)
    early = late._replace(stage=Stage.ULTIMATUM_2)
    assert moves.after(late, Action.FORMAL_NOTICE, Observation.DELIVERED).credibility == 2
    assert moves.after(early, Action.FORMAL_NOTICE, Observation.DELIVERED).credibility == 1


@pytest.mark.parametrize("stage", [Stage.LAPSED_1, Stage.ULTIMATUM_OUT_1, Stage.NOTICE_OUT_1, Stage.SUMMONS_OUT_1])
def test_letting_a_deadline_go_costs_credibility(stage):
    """A lapsed promise or an expired deadline left to the end of its clock loses a point of credibility."""
    assert moves.silent(State(stage, ladder=3)) == State(Stage.IDLE, ladder=3, credibility=1)


def test_a_promise_left_unpaid_lapses(parameters):
    """On the promised date the money comes or the promise is broken, and the flag stays."""
    last = outcomes(parameters, State(Stage.PROMISE_1, ladder=1))[-1]
    assert last.event is Event.LAPSED
    assert last.following == State(Stage.LAPSED_2, ladder=1, broken=1)


def test_drift_is_slow_and_hardens(parameters):
    """No profile changes faster than 3 % a session, and an insolvent customer never recovers."""
    matrix = drift_matrix(parameters)
    assert (np.diag(matrix) > 0.97).all()
    assert matrix[9, 9] == 1


def test_parameter_faults_are_listed_together():
    """A wrong parameter file is refused with all its faults."""
    with pytest.raises(ParameterError, match="missing key: drift"):
        parse({"version": "1", "profiles": [], "tables": {}, "scalars": {}, "actions": {}})


def test_the_shipped_tables_are_those_of_the_rules(parameters):
    """The tables read from disk are current, and equal to those compiled from the rules."""
    read, made = load(DEFAULT_FILE, parameters), compiled(parameters)
    assert read is not None, "run: course exercise solve"
    assert read.states == made.states
    np.testing.assert_array_equal(read.pair_of, made.pair_of)
    np.testing.assert_array_equal(read.branches.following, made.branches.following)
    for name in ("relationship", "cash", "seen_limit", "end_limit", "end_shares"):
        np.testing.assert_allclose(getattr(read, name).dense(), getattr(made, name).dense(), rtol=1e-12)
    assert load(DEFAULT_FILE, parameters.varied("drift", 1.1)) is None
