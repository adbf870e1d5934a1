"""The orphan invoice as domaine.md §9 tells it: the expert's line is best, the classic mistakes are mistakes."""

from collections import Counter
from datetime import date

import pytest

from course_app.exercise.engine.contract import Bond, Decision, Grade
from course_app.exercise.engine.scripted_review import solvers_of
from tests.unit.exercise.scripts import ENGINE, expert_run, fast_forward, move, orphan, replayed

SEEDS = range(20)


def _closed_to_the_end(seed, first):
    """Return the moves of a run where these actions are played at the first séance, then nothing."""
    state = ENGINE.initial(orphan(), seed)
    moves = [move(state, customer_id, action) for customer_id, action in first]
    return [*moves, *(Decision.close(session) for session in range(len(orphan().sessions)))]


def _first(seed, customer_id, action):
    debrief = ENGINE.review(orphan(), seed, _closed_to_the_end(seed, [(customer_id, action)]))
    return next(moment for moment in debrief.moments if moment.customer_id == customer_id)


def test_the_expert_s_line_is_well_played_throughout():
    """Whatever chance does, each decision of the expert's line is « Bien joué » and crosses no line."""
    for seed in SEEDS:
        debrief = ENGINE.review(orphan(), seed, expert_run(seed))
        assert {moment.grade for moment in debrief.moments} == {Grade.GOOD}
        assert not debrief.red_lines
        assert debrief.customers_kept == 3


def test_the_expert_is_paid_on_the_25th():
    """Nordal pays on 25 October in nine runs out of ten: 26 days late, 131,43 € of interest and 40 €."""
    paid = Counter()
    for seed in SEEDS:
        moves = expert_run(seed)
        nordal = replayed(orphan(), seed, moves).file("nordal")
        on_the_25th = nordal.payments == ((date(2026, 10, 25), 1_488_000),)
        paid[on_the_25th] += 1
        if on_the_25th:
            claim = ENGINE.review(orphan(), seed, moves).claims[0]
            assert (claim.days_late, claim.interest_cents, claim.fee_cents) == (26, 13_143, 4_000)
    assert paid[True] >= 0.9 * len(SEEDS)


@pytest.mark.parametrize(
    ("customer_id", "action", "grades"),
    [
        ("nordal", "mise-en-demeure", {Grade.MISTAKE, Grade.COSTLY}),
        ("nordal", "nouvelle-echeance", {Grade.MISTAKE, Grade.COSTLY}),
        ("nordal", "courriel", {Grade.FAIR, Grade.IMPRECISE}),
        ("nordal", "commercial", {Grade.FAIR, Grade.IMPRECISE}),
        ("nordal", "appel-comptabilite", {Grade.GOOD}),
        ("valmiere", "attendre", {Grade.GOOD}),
        ("valmiere", "mise-en-demeure", {Grade.COSTLY}),
        ("tissandre", "pointer", {Grade.GOOD}),
        ("tissandre", "courriel", {Grade.COSTLY}),
        ("tissandre", "mise-en-demeure", {Grade.COSTLY}),
    ],
)
def test_first_moves_are_judged_as_the_trade_judges_them(customer_id, action, grades):
    """A formal notice at nine days, a new due date, chasing a payer: mistakes. A call, a dated wait: well played."""
    assert _first(5, customer_id, action).grade in grades


def test_chasing_a_customer_who_has_paid_damages_the_relationship():
    """The bank statement showed it: the error is one of relationship, told apart from money."""
    moment = _first(5, "tissandre", "appel")
    assert moment.bond is Bond.DAMAGED
    assert moment.bond_loss_cents > moment.cash_loss_cents
    letters = ENGINE.observe(ENGINE.initial(orphan(), 5)).inbox
    assert any("TISSANDRE" in letter.text for letter in letters)


def test_red_lines_are_told_apart_and_first():
    """Telling the switchboard of the debt is a red line, whatever it costs, and heads the key moments."""
    debrief = ENGINE.review(
        orphan(), 5, _closed_to_the_end(5, [("nordal", "standard-dette"), ("tissandre", "courriel")])
    )
    assert [moment.customer_id for moment in debrief.red_lines] == ["nordal"]
    assert debrief.key_moments[0].red_line
    assert len(debrief.key_numbers) <= 3
    assert debrief.takeaway == debrief.key_moments[0].why.rule
    assert debrief.customers_kept == 2


def test_the_promise_that_lapses_is_called_the_same_day():
    """Once the promise of the 9th is missed, a call is best; a second promise without payment is a mistake."""
    seed = next(seed for seed in SEEDS if _after_first(seed).file("valmiere").state == "rompue")
    moves = [Decision.close(0), Decision(1, "valmiere", "seconde-promesse"), *map(Decision.close, range(1, 5))]
    debrief = ENGINE.review(orphan(), seed, moves)
    moment = next(m for m in debrief.moments if m.customer_id == "valmiere" and m.session_index == 1)
    assert moment.grade is Grade.MISTAKE
    assert [option.action for option in moment.best_actions] == ["appel"]
    assert moment.beliefs[0].label.startswith("Une trésorerie tendue")
    assert [belief.percent for belief in moment.beliefs] == [87, 13]


def _after_first(seed):
    return fast_forward(ENGINE.initial(orphan(), seed), [])


def test_the_best_plan_always_fits_in_the_minutes():
    """No loss is charged for want of time: at each séance, the best actions of all customers fit together."""
    for index, session in enumerate(orphan().sessions):
        needed = 0
        for customer in orphan().customers:
            solver = solvers_of(orphan())[customer.id]
            solver.best(0, solver.start())
            nodes = [node for at, node in solver._best if at == index]
            needed += max(_minutes_of_best(solver, customer, index, node) for node in nodes)
        assert needed <= session.minutes, f"séance {index + 1}"


def _minutes_of_best(solver, customer, index, node):
    values = solver.options(index, node)
    if not values:
        return 0
    best = max(values, key=lambda action: values[action].total)
    return customer.by_state[node.state].move(best).minutes


def test_minutes_must_be_allotted():
    """At the first séance, the formal notice leaves no time for the call, nor the call for it."""
    for first, second in (("mise-en-demeure", "valmiere"), ("appel-comptabilite", "valmiere")):
        state = ENGINE.initial(orphan(), 1)
        state = ENGINE.decide(state, move(state, "nordal", first))
        refused = [a for a in ENGINE.observe(state).customer(second).actions if a.refusal]
        assert "mise-en-demeure" in [action.id for action in refused]


def test_nobody_gains_by_letting_time_run_out():
    """Doing nothing at all is never better than the expert's line, whatever the seed, in expectation."""
    idle = [Decision.close(session) for session in range(len(orphan().sessions))]
    for seed in SEEDS:
        debrief = ENGINE.review(orphan(), seed, idle)
        assert debrief.loss_cents > 30_000
        assert all(moment.is_implicit for moment in debrief.moments)
