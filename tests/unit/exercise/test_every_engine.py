"""What every engine promises behind the contract, whoever plays: value, replay, secrecy, independence, money."""

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.exercise.engine.contract import Decision, IllegalAction, play
from course_app.exercise.engine.portfolio_words import CAUSES
from tests.unit.exercise import scripts
from tests.unit.exercise.players import PORTFOLIO, Temper, can, choices, game, portfolio, step, words

FEW = settings(max_examples=8, deadline=None)
CASES = {
    "scripted": (
        scripts.ENGINE,
        scripts.orphan,
        lambda: [c.label for k in scripts.orphan().customers for c in k.causes],
    ),
    "portfolio": (PORTFOLIO, portfolio, lambda: [f"{cause}." for cause in CAUSES.values()]),
}
every_engine = pytest.mark.parametrize("name", CASES)
seeds, players = st.integers(0, 2**31 - 1), st.integers(0, 2**16)


def _case(name):
    engine, exercise, secrets = CASES[name]
    return engine, exercise(), secrets()


@every_engine
@FEW
@given(seed=seeds, player=players)
def test_two_rollouts_are_equal(name, seed, player):
    """Same exercise, seed and moves: same state, same desk, same debrief."""
    engine, exercise, _ = _case(name)
    moves = game(engine, exercise, seed, player)
    assert play(engine, exercise, seed, moves) == play(engine, exercise, seed, moves)
    half = moves[: len(moves) // 2]
    twice = [engine.observe(play(engine, exercise, seed, half)) for _ in range(2)]
    assert twice[0] == twice[1]
    assert repr(twice[0]) == repr(twice[1])
    assert engine.review(exercise, seed, moves) == engine.review(exercise, seed, moves)


@every_engine
@FEW
@given(seed=seeds, player=players)
def test_a_desk_holds_plain_values_and_no_cause(name, seed, player):
    """At every séance a desk is made of plain values of the contract, and no hidden cause is worded in it."""
    engine, exercise, secrets = _case(name)
    state = engine.initial(exercise, seed)
    for decision in game(engine, exercise, seed, player):
        told = list(words(engine.observe(state)))
        assert not [secret for secret in secrets if secret in told]
        state = step(engine, state, decision)


@every_engine
@FEW
@given(seed=seeds, player=players, other=players)
def test_a_decision_leaves_the_other_customers_alone(name, seed, player, other):
    """Playing otherwise on one customer changes nothing of what the others did, séance by séance."""
    engine, exercise, _ = _case(name)
    moves = game(engine, exercise, seed, player)
    desk = engine.observe(engine.initial(exercise, seed))
    chosen = Random(other).choice(desk.customers).id
    changed = [move for move in moves if move.customer_id != chosen]
    base, alone = engine.initial(exercise, seed), engine.initial(exercise, seed)
    for move in moves:
        base = step(engine, base, move)
    for move in changed:
        alone = step(engine, alone, move)
    ours, theirs = engine.review(exercise, seed, moves), engine.review(exercise, seed, changed)
    kept, again = (sorted(_fortunes(debrief, chosen)) for debrief in (ours, theirs))
    assert kept == again
    assert [f for f in ours.causes if f.label != desk.customer(chosen).name] == [
        f for f in theirs.causes if f.label != desk.customer(chosen).name
    ]


def _fortunes(debrief, chosen):
    """Yield what happened to the other customers; losses share the price of the statement, so they are left out."""
    for moment in debrief.moments:
        if moment.customer_id != chosen and not moment.is_implicit:
            yield moment.customer_id, moment.session_index, moment.action, moment.stake_cents, moment.outcome


@every_engine
@FEW
@given(seed=seeds, player=players)
def test_money_is_conserved_to_the_cent(name, seed, player):
    """What was invoiced is received, owed or lost, at every desk and in the debrief."""
    engine, exercise, _ = _case(name)
    state = engine.initial(exercise, seed)
    initial = engine.observe(state).outstanding_cents
    moves = game(engine, exercise, seed, player)
    for decision in moves:
        desk = engine.observe(state)
        assert 0 <= desk.collected_cents <= initial - desk.outstanding_cents
        for customer in desk.customers:
            assert all(0 <= invoice.outstanding_cents <= invoice.amount_cents for invoice in customer.invoices)
        state = step(engine, state, decision)
    debrief = engine.review(exercise, seed, moves)
    assert debrief.initial_cents == initial
    assert debrief.collected_cents + debrief.outstanding_cents + debrief.lost_cents == initial
    assert debrief.curve[-1].collected_cents == debrief.collected_cents


@every_engine
@FEW
@given(seed=seeds, player=players)
def test_what_is_offered_can_be_played_and_nothing_else(name, seed, player):
    """Listed actions are accepted, refused ones say why in their own words, others are unknown; minutes stay."""
    engine, exercise, _ = _case(name)
    moves = game(engine, exercise, seed, player)
    state = play(engine, exercise, seed, moves[: len(moves) // 2])
    desk = engine.observe(state)
    assert 0 <= desk.minutes_left <= desk.minutes_total
    for customer in desk.customers:
        for action in customer.actions:
            until = desk.wait_dates[0] if action.needs_date else None
            decision = Decision(desk.session_index, customer.id, action.id, until)
            if action.refusal or customer.planned:
                with pytest.raises(IllegalAction) as refused:
                    engine.decide(state, decision)
                assert (
                    customer.planned
                    or action.refusal in refused.value.message
                    or refused.value.code == "action-refusee"
                )
            else:
                assert engine.observe(engine.decide(state, decision)).minutes_left == desk.minutes_left - action.minutes
    for wrong in ("passage-en-force", "cloture", ""):
        with pytest.raises(IllegalAction):
            engine.decide(state, Decision(desk.session_index, desk.customers[0].id, wrong))
    with pytest.raises(IllegalAction):
        engine.decide(state, Decision(desk.session_index, "personne", "attendre", desk.wait_dates[0]))
    with pytest.raises(IllegalAction):
        engine.decide(state, Decision(desk.session_index + 1, desk.customers[0].id, "attendre", desk.wait_dates[0]))


@every_engine
@FEW
@given(seed=seeds, player=players)
def test_losses_are_never_negative_and_the_best_loses_nothing(name, seed, player):
    """Each moment: a loss from 0, made of its parts; the best option loses 0; the place of a replay is in the run."""
    engine, exercise, _ = _case(name)
    moves = game(engine, exercise, seed, player, Temper(acts=0.8))
    debrief = engine.review(exercise, seed, moves)
    assert [moment.number for moment in debrief.moments] == list(range(1, len(debrief.moments) + 1))
    assert set(debrief.key_numbers) <= {moment.number for moment in debrief.moments}
    for moment in debrief.moments:
        assert moment.loss_cents >= 0
        assert moment.cash_loss_cents + moment.cost_loss_cents + moment.bond_loss_cents == moment.loss_cents
        assert not moment.options or min(option.loss_cents for option in moment.options) == 0
        assert 0 <= moment.sequence <= len(moves)
        state = play(engine, exercise, seed, moves[: moment.sequence])
        assert engine.observe(state).session_index <= moment.session_index


@every_engine
def test_the_rules_of_time(name):
    """A wait needs a date of the list, any other action refuses one; a finished run takes no move."""
    engine, exercise, _ = _case(name)
    state = engine.initial(exercise, 5)
    desk = engine.observe(state)
    customer = next(c for c in desk.customers if any(a.needs_date for a in c.actions))
    free = next(a for a in customer.actions if not a.needs_date and not a.refusal)
    for action, until in (("attendre", None), ("attendre", date(1999, 1, 1)), (free.id, desk.wait_dates[0])):
        with pytest.raises(IllegalAction):
            engine.decide(state, Decision(0, customer.id, action, until))
    while not engine.is_over(state):
        with pytest.raises(IllegalAction):
            engine.review(exercise, 5, [])
        state = engine.close_session(state)
    for refused in (lambda: engine.observe(state), lambda: engine.close_session(state)):
        with pytest.raises(IllegalAction):
            refused()


@every_engine
def test_versions_are_known_by_name(name):
    """An engine answers for its own version and for no unknown one."""
    engine = CASES[name][0]
    assert engine.of_version(engine.version).version == engine.version
    assert engine.of_version("inconnue") is None
    assert len(engine.version) <= 40


def test_the_player_of_these_tests_does_everything():
    """Over a few games the player of these tests reads the statement, acts in many ways, crosses lines and waits."""
    used = {move.action for player in range(12) for move in game(PORTFOLIO, portfolio(), player, player)}
    assert {"pointage", "mail", "appel", "attendre", "mise-en-demeure", "divulgation", "echeancier"} <= used
    assert can(
        PORTFOLIO,
        PORTFOLIO.initial(portfolio(), 1),
        next(choices(PORTFOLIO.observe(PORTFOLIO.initial(portfolio(), 1)), Random(1), Temper(reads=1.0))),
    )
