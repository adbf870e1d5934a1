"""Playing a script: what is legal, what is conserved, what never changes, what is never shown."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.core.errors import Invalid
from course_app.exercise.engine.contract import Decision, IllegalAction
from course_app.exercise.engine.scripted_files import draw, picked
from tests.unit.exercise.scripts import ENGINE, fast_forward, move, orphan, replayed, runs, small

FEW = settings(max_examples=15, deadline=None)
MANY = settings(max_examples=60, deadline=None)
SMALL = small()


def _step(state, decision):
    return ENGINE.close_session(state) if decision.is_close else ENGINE.decide(state, decision)


@FEW
@given(runs(orphan()))
def test_euros_are_conserved_at_every_move(run):
    """What was invoiced is paid or owed, to the cent, at each move and in the debrief."""
    seed, moves = run
    initial = sum(customer.invoice.amount_cents for customer in orphan().customers)
    state = ENGINE.initial(orphan(), seed)
    for decision in moves:
        desk = ENGINE.observe(state)
        assert desk.collected_cents + desk.outstanding_cents == initial
        state = _step(state, decision)
        assert sum(file.collected_cents + file.outstanding_cents for file in state.files) == initial
    debrief = ENGINE.review(orphan(), seed, moves)
    assert debrief.collected_cents + debrief.outstanding_cents + debrief.lost_cents == initial


@FEW
@given(runs(orphan()))
def test_same_seed_and_moves_give_the_same_run(run):
    """Replaying a run gives the same files, the same desk and the same debrief."""
    seed, moves = run
    assert replayed(orphan(), seed, moves) == replayed(orphan(), seed, moves)
    assert ENGINE.review(orphan(), seed, moves) == ENGINE.review(orphan(), seed, moves)


@FEW
@given(runs(orphan()), st.data())
def test_every_listed_action_can_be_played_and_no_other(run, data):
    """At any desk: listed actions are accepted, refused ones say why, the rest is unknown, minutes stay positive."""
    seed, moves = run
    state = replayed(orphan(), seed, moves[: data.draw(st.integers(0, len(moves) - 1))])
    desk = ENGINE.observe(state)
    assert 0 <= desk.minutes_left <= desk.minutes_total
    for customer in desk.customers:
        for action in customer.actions:
            decision = move(state, customer.id, action.id)
            if not action.refusal and customer.planned is None:
                assert ENGINE.decide(state, decision).planned[-1] == decision
            else:
                with pytest.raises(IllegalAction):
                    ENGINE.decide(state, decision)
        with pytest.raises(IllegalAction):
            ENGINE.decide(state, Decision(state.session_index, customer.id, "passage-en-force"))


@FEW
@given(runs(orphan()), st.data())
def test_one_customer_s_fortune_ignores_the_others(run, data):
    """Leaving one customer alone for the whole run changes nothing in the other files."""
    seed, moves = run
    left = data.draw(st.sampled_from([customer.id for customer in orphan().customers]))
    before = replayed(orphan(), seed, moves)
    after = replayed(orphan(), seed, [decision for decision in moves if decision.customer_id != left])
    for file in before.files:
        if file.customer.id != left:
            assert file == after.file(file.customer.id)


@MANY
@given(runs(SMALL), st.sampled_from(["bon", "dur"]))
def test_the_hidden_cause_never_reaches_the_desk(run, truth):
    """Two runs whose outcomes are the same show the same desks, whatever is true; no cause is ever worded."""
    seed, moves = run
    script = small(truth=truth)
    state, other = ENGINE.initial(SMALL, seed), ENGINE.initial(script, seed)
    for decision in moves:
        assert ENGINE.observe(state) == ENGINE.observe(other)
        for cause in SMALL.customers[0].causes:
            assert cause.label not in repr(ENGINE.observe(state))
        state, other = _step(state, decision), _step(other, decision)
        if [file.steps for file in state.files] != [file.steps for file in other.files]:
            return


@FEW
@given(runs(orphan()), st.data())
def test_no_desk_of_the_real_script_tells_its_cause(run, data):
    """Neither the wording of a cause nor the mark of a red line is on any desk of the orphan invoice."""
    seed, moves = run
    state = replayed(orphan(), seed, moves[: data.draw(st.integers(0, len(moves) - 1))])
    shown = repr(ENGINE.observe(state))
    for customer in orphan().customers:
        for secret in [cause.label for cause in customer.causes]:
            assert secret not in shown
        for option in (option for each in customer.states for option in each.options if option.red_line):
            assert option.red_line not in shown


def test_a_move_taken_back_never_happened():
    """Nothing is drawn before the séance closes: without the move, the run is the one that never had it."""
    start = ENGINE.initial(orphan(), 7)
    tried = ENGINE.decide(start, move(start, "nordal", "courriel"))
    assert ENGINE.observe(tried).inbox == ENGINE.observe(start).inbox
    assert tried.files == start.files
    assert replace(tried, planned=()) == start


def test_guided_play_can_ask_for_hints_and_red_lines():
    """A hint and the reason of a red line are asked of the engine, never found on the desk."""
    start = ENGINE.initial(orphan(), 7)
    assert ENGINE.hint(start, "nordal")
    assert ENGINE.hint(start, "personne") == ""
    assert ENGINE.red_line(start, move(start, "nordal", "standard-dette"))
    assert ENGINE.red_line(start, move(start, "nordal", "courriel")) == ""
    assert ENGINE.red_line(start, Decision(0, "nordal", "inconnue")) == ""


def _busy():
    state = ENGINE.initial(orphan(), 7)
    return ENGINE.decide(state, move(state, "nordal", "appel-comptabilite"))


BAD_MOVES = [
    (Decision(1, "nordal", "courriel"), "hors-seance"),
    (Decision(-1, "nordal", "courriel"), "hors-seance"),
    (Decision(0, "", "courriel"), "client-inconnu"),
    (Decision(0, "nordal\x00", "courriel"), "client-inconnu"),
    (Decision(0, "nordal", "appel"), "deja-decide"),
    (Decision(0, "valmiere", ""), "action-inconnue"),
    (Decision(0, "valmiere", "échéancier" * 500), "action-inconnue"),
    (Decision(0, "valmiere", "cloture"), "action-inconnue"),
    (Decision(0, "valmiere", "attendre"), "date-absente"),
    (Decision(0, "valmiere", "attendre", date(2026, 10, 8)), "date-hors-liste"),
    (Decision(0, "valmiere", "attendre", date(2026, 10, 9)), "date-hors-liste"),
    (Decision(0, "valmiere", "attendre", date.max), "date-hors-liste"),
    (Decision(0, "valmiere", "courriel", date(2026, 10, 12)), "date-inutile"),
    (Decision(0, "valmiere", "mise-en-demeure"), "temps-insuffisant"),
]


@pytest.mark.parametrize(("decision", "code"), BAD_MOVES, ids=[code for _decision, code in BAD_MOVES])
def test_bad_moves_are_refused_with_a_code_and_a_sentence(decision, code):
    """Each impossible move has its code and says in French what to do; the state does not change."""
    state = _busy()
    with pytest.raises(IllegalAction) as refused:
        ENGINE.decide(state, decision)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert isinstance(refused.value, Invalid)


def test_a_listed_action_may_be_refused_with_its_reason():
    """An action that comes too early is listed with the reason why, and refused with the same words."""
    state = ENGINE.initial(orphan(), 7)
    letter = next(a for a in ENGINE.observe(state).customer("nordal").actions if a.id == "lettre-daf")
    with pytest.raises(IllegalAction) as refused:
        ENGINE.decide(state, Decision(0, "nordal", "lettre-daf"))
    assert refused.value.message == letter.refusal


def test_a_finished_run_accepts_nothing():
    """After the last séance: no move, no close, no desk; before it: no debrief."""
    state = ENGINE.initial(SMALL, 1)
    with pytest.raises(IllegalAction):
        ENGINE.review(SMALL, 1, [])
    for _session in SMALL.sessions:
        state = ENGINE.close_session(state)
    for attempt in (
        lambda: ENGINE.observe(state),
        lambda: ENGINE.close_session(state),
        lambda: ENGINE.decide(state, Decision(2, "client", "appel")),
    ):
        with pytest.raises(IllegalAction) as refused:
            attempt()
        assert refused.value.code == "partie-finie"


def test_waits_with_a_date_come_back_in_the_agenda():
    """A dated wait is noted in the agenda until its day, and gone as soon as the file is acted upon."""
    state = ENGINE.initial(orphan(), 3)
    later = Decision(0, "nordal", "attendre", date(2026, 10, 20))
    state = ENGINE.decide(state, later)
    assert [a.on for a in ENGINE.observe(state).agenda if a.mine] == [later.until]
    state = fast_forward(state, [])
    assert [a.on for a in ENGINE.observe(state).agenda if a.mine] == [later.until]
    state = ENGINE.decide(state, move(state, "nordal", "appel-comptabilite"))
    assert not [a for a in ENGINE.observe(state).agenda if a.mine]


def test_draws_are_spread_and_keyed():
    """A draw depends on each of its keys; picks follow the chances they are given."""
    assert len({draw(1, "a", 0, "x"), draw(2, "a", 0, "x"), draw(1, "b", 0, "x"), draw(1, "a", 1, "x")}) == 4
    counts = [0, 0, 0]
    for seed in range(3000):
        counts[picked([20, 0, 80], draw(seed, "a", 0, "x"))] += 1
    assert counts[1] == 0
    assert 500 < counts[0] < 700
    with pytest.raises(ValueError, match="100"):
        picked([50, 49], 2**64 - 1)
