"""The learner's whole way of working: what is counted, how gaps are filled, what the figure says (simulator.md §6)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.exercise.engine import comparison, game
from course_app.exercise.engine.board import NOT_HEARD, Board
from course_app.exercise.engine.campaign import first_beliefs, run, simulate, update_beliefs, view_of
from course_app.exercise.engine.comparison import OPTIMAL, Field, Totals, lead, outcome, played
from course_app.exercise.engine.policies import REFERENCES
from course_app.exercise.engine.portfolio import draw_files
from course_app.exercise.engine.sampled import STANDARD
from course_app.exercise.engine.vocabulary import ACTION_CODE, ACTIONS, OBSERVATION_CODE, Action, Observation, Stage
from course_app.exercise.engine.way_of_working import (
    CLASSES,
    ENOUGH,
    MINE,
    Habits,
    Way,
    habits_of,
    situation,
    whole_way,
)

SEED, FEW = 11, 60


def recorded(kernel, policy, seed=3):
    """The game of somebody who works exactly as a policy does, replayed."""
    plans, files = [], draw_files(kernel, STANDARD, seed, 0, 1)
    board, mix = Board(kernel, files), first_beliefs(kernel, files)
    for session in range(STANDARD.sessions):
        statement = session % policy.statement_every == 0
        if statement:
            board.check_statement()
        listed = board.known_open()
        made = policy.choose(view_of(board, listed, mix))
        moves = {int(file): ACTIONS[code] for file, code in zip(listed, made, strict=True) if code}
        plans.append(game.Plan(moves, statement))
        update_beliefs(kernel, mix, board.play(listed, made))
    replayed = game.replay(kernel, game.Record(STANDARD, seed, 0, tuple(plans)))
    return habits_of(kernel, replayed, sum(plan.statement for plan in plans), STANDARD.sessions)


@pytest.fixture(scope="module")
def idle(kernel):
    """The habits of somebody who never does anything."""
    return recorded(kernel, REFERENCES["rien"])


@pytest.fixture(scope="module")
def field(kernel, values):
    """Sixty standard portfolios."""
    return Field(kernel, values, STANDARD, FEW, SEED)


def empty(every=1):
    """The habits of somebody who has decided nothing."""
    return Habits(np.zeros((CLASSES, len(ACTIONS)), dtype=np.int64), every)


def test_somebody_without_habits_plays_the_reference(kernel, field):
    """With no decision of one's own, the policy is the recommended one to the cent, and nothing is covered."""
    way = Way(empty())
    mine = field.played(way.policy, lambda _share: None)
    reference = field.played(REFERENCES["recommandee"], lambda _share: None)
    np.testing.assert_array_equal(mine.cash, reference.cash)
    assert way.coverage == 0


def test_habits_lead_to_what_they_led_to(kernel, idle, field):
    """Somebody who never does anything gets about what doing nothing gives: far under the recommended policy."""
    found = whole_way(field, idle, names=("rien", "recommandee"))
    shares = {line.policy: line.share for line in found.comparison.references}
    assert found.comparison.mine.share < (shares["rien"] + shares["recommandee"]) / 2
    assert found.comparison.leads["recommandee"].ci[1] < 0


def test_every_decision_of_the_game_is_counted_once(kernel, idle):
    """Counts add up to the decisions of the game, waits included, those without any choice left out."""
    assert idle.counts[:, ACTION_CODE[Action.WAIT]].sum() == idle.decisions > 300
    assert idle.statement_every == 7


def test_the_last_statement_is_remembered_until_treated(kernel):
    """After a customer spoke, the next decisions belong to the class of what they said."""
    habits = recorded(kernel, REFERENCES["recommandee"])
    place = situation(np.array(Stage.CALL_2), np.array(1), np.array(OBSERVATION_CODE[Observation.DISPUTE]))
    unheard = situation(np.array(Stage.CALL_2), np.array(1), np.array(NOT_HEARD))
    assert place != unheard
    spoken = [
        each for each in range(CLASSES) if habits.counts[each].sum() and each % len(OBSERVATION_CODE) != NOT_HEARD
    ]
    assert spoken


def test_a_statement_never_read_stays_unread(kernel):
    """Nobody reads the statement for somebody who never did."""
    files = draw_files(kernel, STANDARD, 1, 0, 1)
    replayed = game.replay(kernel, game.Record(STANDARD, 1, 0, (game.Plan({}, statement=False),)))
    habits = habits_of(kernel, replayed, 0, STANDARD.sessions)
    assert habits.statement_every > STANDARD.sessions
    assert len(files.key) == habits.decisions


@settings(max_examples=25, deadline=None)
@given(own=st.integers(0, 30), action=st.sampled_from([Action.CALL, Action.MAIL, Action.FORMAL_NOTICE]))
def test_smoothing_weighs_three_decisions(kernel, own, action):
    """With n decisions of one's own in a class, one's move is played n times out of n + 3 there, within chance."""
    counts = np.zeros((CLASSES, len(ACTIONS)), dtype=np.int64)
    place = situation(np.array(Stage.IDLE), np.array(0), np.array(NOT_HEARD))
    counts[int(place), ACTION_CODE[action]] = own
    files = draw_files(kernel, STANDARD, own, 0, 100)
    board = Board(kernel, files)
    way = Way(Habits(counts, 1))
    made = way.choose(view_of(board, board.known_open()))
    share = float((made == ACTION_CODE[action]).mean())
    expected = 1.0 if action is Action.MAIL else own / (own + 3)  # the reference's first move is a mail
    assert abs(share - expected) < 5 * np.sqrt(0.25 / len(made))
    assert way.coverage == (1.0 if own >= 3 else 0.0)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_any_habits_play_legal_moves(kernel, seed):
    """Whatever was counted, every move made is legal, and the same seed gives the same campaign."""
    counts = np.random.default_rng(seed).integers(0, 4, size=(CLASSES, len(ACTIONS)))
    files = draw_files(kernel, STANDARD, seed, 0, 3)
    first, second = (run(kernel, files, Way(Habits(counts, 1)).policy, 12) for _ in range(2))
    np.testing.assert_array_equal(first.collected, second.collected)


def test_p19_progress_only_grows(idle, field):
    """The progress told goes from 0 to 1 and never back."""
    told = []
    whole_way(field, idle, told.append, names=("rien", "recommandee"))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_the_same_seed_gives_the_same_figures(idle, field):
    """Two comparisons on the same field are equal."""
    names = ("recommandee",)
    assert whole_way(field, idle, names=names) == whole_way(field, idle, names=names)


def test_the_best_policy_is_told_by_its_difference(kernel, field, idle):
    """The best policy, played on few portfolios, comes out above the recommended one, whatever luck those had."""
    found = whole_way(field, idle, names=("recommandee", OPTIMAL))
    by_name = {line.policy: line for line in found.comparison.references}
    assert by_name[OPTIMAL].share > by_name["recommandee"].share - 0.02
    assert [line.share for line in found.comparison.lines] == sorted(line.share for line in found.comparison.lines)


def test_outcomes_agree_with_the_campaign(kernel):
    """Shares, values and intervals are those of `simulate`, blocks or not."""
    policy = REFERENCES["moyenne"]
    reference = simulate(kernel, STANDARD, policy, FEW, SEED)
    found = outcome("moyenne", played(kernel, STANDARD, policy, FEW, SEED))
    assert found.share == pytest.approx(reference.recovered_share)
    assert found.share_ci == pytest.approx(reference.recovered_share_ci)
    assert found.net_cents_mean == pytest.approx(reference.net_value_cents_mean)


def test_portfolios_do_not_depend_on_blocks(kernel, monkeypatch):
    """Played in small blocks or at once, the same portfolios give the same totals."""
    policy = REFERENCES["recommandee"]
    whole = played(kernel, STANDARD, policy, 25, SEED)
    monkeypatch.setattr(comparison, "BLOCK_FILES", 80)
    np.testing.assert_array_equal(played(kernel, STANDARD, policy, 25, SEED).cash, whole.cash)


@given(st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=30))
def test_a_lead_is_antisymmetric(rows):
    """A leads B by as much as B lags behind A, and nobody leads themselves."""
    owed, one, two = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    zero = np.zeros(len(owed))
    first, second = Totals(owed, one * owed, zero, zero, zero), Totals(owed, two * owed, zero, zero, zero)
    there, back = lead(first, second), lead(second, first)
    assert there.share == pytest.approx(-back.share, abs=1e-9)
    assert there.ci == pytest.approx((-back.ci[1], -back.ci[0]), abs=1e-9)
    assert not lead(first, first).is_settled


def test_a_short_game_is_not_worth_a_figure(kernel, field):
    """Somebody who has decided for one séance only is told nothing: too little of the figure would be theirs."""
    replayed = game.replay(kernel, game.Record(STANDARD, 5, 0, (game.Plan({0: Action.CALL}),)))
    found = whole_way(field, habits_of(kernel, replayed, 1, 1), names=("recommandee",))
    assert found.coverage < ENOUGH
    assert not found.is_shown
    assert found.comparison.mine.policy == MINE
