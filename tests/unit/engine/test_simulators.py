"""Properties 10 to 13: conserved money, repeatable games, independent customers, two simulators that agree."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.exercise.engine.board import Board
from course_app.exercise.engine.campaign import run, view_of
from course_app.exercise.engine.policies import REFERENCES, View
from course_app.exercise.engine.portfolio import draw_files
from course_app.exercise.engine.sampled import SCENARIOS, STANDARD
from course_app.exercise.engine.vocabulary import ACTIONS, EVENTS, OBSERVATIONS
from tests.unit.engine.games import play_policy


def random_moves(view: View, generator: np.random.Generator) -> np.ndarray:
    """A legal move drawn at random for each file."""
    legal = view.kernel.pair_of[view.state] >= 0
    return (generator.random(legal.shape) * legal).argmax(axis=1)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32), scenario=st.sampled_from(sorted(SCENARIOS)))
def test_p10_money_is_conserved(kernel, seed, scenario):
    """Property 10: at every session the seven destinations of the money sum to what was owed, to the cent."""
    files = draw_files(kernel, SCENARIOS[scenario], seed, 0, 5)
    board, generator = Board(kernel, files), np.random.default_rng(seed)
    for _ in range(36):
        listed = board.known_open()
        board.play(listed, random_moves(view_of(board, listed), generator))
        parts = (board.outstanding, board.collected, board.conceded, board.fee, board.lost, board.written_off)
        np.testing.assert_array_equal(sum(parts), files.amount)
        assert min(int(part.min()) for part in parts) >= 0


@pytest.mark.parametrize("name", sorted(REFERENCES))
@pytest.mark.parametrize("scenario", ["standard", "avant-echeance"])
def test_p13_the_two_simulators_agree(kernel, name, scenario):
    """Property 13: the vectorised and the one-file simulators agree event by event, and to the cent."""
    seed, portfolios = 5, 4
    files = draw_files(kernel, SCENARIOS[scenario], seed, 0, portfolios)
    board, policy, steps = Board(kernel, files), REFERENCES[name], []
    for session in range(36):
        if session % policy.statement_every == 0:
            board.check_statement()
        listed = board.known_open()
        steps.append(board.play(listed, policy.choose(view_of(board, listed))))
    for place in range(len(files.key)):
        position, journal = play_policy(kernel, files, place, seed, policy, 36)
        assert [line_of(step, place) for step in steps if place in step.files] == [plain(line) for line in journal]
        money = position.money
        assert (money.collected, money.outstanding, money.spent) == (
            board.collected[place],
            board.outstanding[place],
            board.spent[place],
        )
        assert position.goodwill_lost == pytest.approx(float(board.goodwill_lost[place]))


def line_of(step, place):
    """One line of the vectorised play, as plain values."""
    row = int(np.flatnonzero(step.files == place)[0])
    return (
        step.session,
        ACTIONS[step.action[row]],
        OBSERVATIONS[step.shown[row]],
        EVENTS[step.event[row]],
        int(step.paid[row]),
        bool(step.chased[row]),
    )


def plain(line):
    """One line of the one-file journal, as plain values."""
    return (line.session, line.action, line.observation, line.event, line.paid_cents, line.chased)


def test_p11_same_moves_same_journal(kernel):
    """Property 11: the same seed and the same moves give the same journal, byte for byte."""
    files = draw_files(kernel, STANDARD, 21, 0, 1)
    policy = REFERENCES["recommandee"]
    texts = {
        json.dumps([line.as_json() for line in play_policy(kernel, files, 3, 21, policy, 36)[1]]) for _ in range(2)
    }
    assert len(texts) == 1


def test_p12_customers_are_independent(kernel):
    """Property 12: playing otherwise on one file leaves every other file exactly as it was."""
    files = draw_files(kernel, STANDARD, 8, 0, 3)
    other = Board(kernel, files)
    for session in range(36):
        other.check_statement()
        listed = other.known_open()
        made = REFERENCES["recommandee"].choose(view_of(other, listed))
        made[listed == 7] = 0 if session < 30 else made[listed == 7]
        other.play(listed, made)
    other.check_statement()
    plain_board = run(kernel, files, REFERENCES["recommandee"], 36)
    rest = np.arange(len(files.key)) != 7
    for name in ("state", "profile", "status", "collected", "outstanding", "spent", "minutes"):
        np.testing.assert_array_equal(getattr(plain_board, name)[rest], getattr(other, name)[rest])


def test_p12_portfolios_do_not_depend_on_their_neighbours(kernel):
    """Property 12: a portfolio is the same whether it is drawn alone or among others."""
    alone, among = draw_files(kernel, STANDARD, 4, 7, 1), draw_files(kernel, STANDARD, 4, 0, 12)
    place = np.flatnonzero(among.portfolio == 7)
    for name in ("key", "amount", "stake", "age", "state", "profile"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(among, name)[place])
