"""Values of a script against an independent enumeration of its whole tree, cause by cause."""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from course_app.exercise.engine.contract import IllegalAction, play
from course_app.exercise.engine.scripted_parts import CustomerScript, Script
from course_app.exercise.engine.scripted_review import judge
from course_app.exercise.engine.scripted_values import NOTHING, Solver
from tests.unit.exercise.scripts import ENGINE, orphan, runs, small

SMALL = small()


class Tree:
    """Expected rewards by plain enumeration: every outcome, every cause, no memory, no common factor.

    A position is (state, owed, joint probability of each cause with everything seen so far).
    """

    def __init__(self, script: Script, customer: CustomerScript) -> None:
        self.script, self.customer = script, customer
        self.causes = [cause.id for cause in customer.causes]

    def cash(self, cents, on):
        """Money received on a day, less 10 % a year of waiting."""
        days = (on - self.script.sessions[0].on).days
        return cents * (1 - Fraction(self.script.money_rate_bp, 10_000) * days / 365)

    def bond(self, permille):
        """What the relationship loses."""
        return Fraction(permille, 1000) * self.customer.yearly_margin_cents

    def best(self, session, state, owed, joint):
        """Best expected reward from a séance on, times the probability of being there."""
        here = self.customer.by_state[state]
        if here.is_final:
            return Fraction(0)
        if session == len(self.script.sessions):
            chance = sum(weight * here.later.percent(cause) for weight, cause in zip(joint, self.causes, strict=True))
            return self.cash(owed, here.later.on) * chance / 100
        return max(self.of(session, state, owed, joint, option) for option in self.playable(session, here))

    def playable(self, session, here):
        """Options open in a séance."""
        return [option for option in here.moves if option.is_playable(session)]

    def of(self, session, state, owed, joint, option):
        """Expected reward of one option, times the probability of being there."""
        cost = option.cost_cents + option.penalty_cents + option.minutes * self.script.minute_cents
        price = (cost + self.bond(option.bond_permille)) * sum(joint)
        events = list(self.script.events(self.customer, session))
        day = self.script.sessions[session].on
        return self.after(session, owed, joint, option.outcomes, day, events) - price

    def after(self, session, owed, joint, outcomes, day, events):
        """Expected reward of what may happen on a day and after it."""
        total = Fraction(0)
        for outcome in outcomes:
            seen = [w * outcome.percent(c) / Fraction(100) for w, c in zip(joint, self.causes, strict=True)]
            if not any(seen):
                continue
            paid = owed * outcome.pays.share // 100 if outcome.pays else 0
            on = (outcome.pays.on if outcome.pays else None) or day
            total += (self.cash(paid, on) - self.bond(outcome.bond_permille)) * sum(seen)
            total += self.world(session, outcome.to, owed - paid, seen, events)
        return total

    def world(self, session, state, owed, joint, events):
        """Expected reward while dated events pass."""
        if not events:
            return self.best(session + 1, state, owed, joint)
        event, rest = events[0], events[1:]
        if state in event.moves:
            return self.after(session, owed, joint, event.outcomes, event.on, rest)
        return self.world(session, state, owed, joint, rest)


def _priors(customer):
    return [Fraction(cause.prior, 100) for cause in customer.causes]


def test_values_equal_the_enumeration_of_the_whole_tree():
    """On the small script, the value of each action at the start is exactly the enumerated one."""
    customer = SMALL.customers[0]
    solver, tree = Solver(SMALL, customer), Tree(SMALL, customer)
    values = solver.options(0, solver.start())
    owed = customer.invoice.amount_cents
    for option in tree.playable(0, customer.by_state["debut"]):
        assert values[option.id].total == tree.of(0, "debut", owed, _priors(customer), option)
    assert solver.best(0, solver.start()).total == max(value.total for value in values.values())


@pytest.mark.parametrize("customer_id", [customer.id for customer in orphan().customers])
def test_values_of_the_real_script_equal_the_enumeration_of_its_last_seances(customer_id):
    """On the orphan invoice, from the third séance on, every situation and action agrees with the enumeration."""
    script, customer = orphan(), orphan().by_customer[customer_id]
    solver, tree = Solver(script, customer), Tree(script, customer)
    node = solver.start()
    for state in customer.states:
        if not state.is_final:
            placed = node._replace(state=state.id)
            values = solver.options(3, placed)
            for option in tree.playable(3, state):
                expected = tree.of(3, state.id, node.outstanding_cents, list(placed.beliefs), option)
                assert values[option.id].total == expected


@settings(max_examples=40, deadline=None)
@given(runs(SMALL))
def test_losses_are_never_negative_and_zero_for_the_best(run):
    """At each decision the best action loses nothing and no action gains on it."""
    debrief = ENGINE.review(SMALL, *run)
    for moment in debrief.moments:
        assert moment.loss_cents >= 0
        assert min(option.loss_cents for option in moment.options) == 0
        assert moment.loss_cents == moment.cash_loss_cents + moment.cost_loss_cents + moment.bond_loss_cents
        if moment.waits <= 1:
            assert moment.loss_cents == next(o.loss_cents for o in moment.options if o.action == moment.action)


@settings(max_examples=30, deadline=None)
@given(runs(SMALL))
def test_a_loss_ignores_luck_and_truth(run):
    """Same moves, same things seen: same judgement, whatever was true (the cause is told apart)."""
    seed, moves = run
    debrief = ENGINE.review(SMALL, seed, moves)
    steps = play(ENGINE, SMALL, seed, moves).files[0].steps
    for truth in ("bon", "dur"):
        script = small(truth=truth)
        try:
            other = play(ENGINE, script, seed, moves).files[0].steps
        except IllegalAction:
            continue  # another truth led elsewhere: these moves cannot be played there
        if other == steps:
            judged = ENGINE.review(script, seed, moves)
            assert (judged.moments, judged.loss_cents) == (debrief.moments, debrief.loss_cents)


def test_luck_is_worth_nothing_on_average():
    """Over every cause and outcome, weighted, what is realised equals what was expected less the losses."""
    customer = SMALL.customers[0]
    solver = Solver(SMALL, customer)
    for always in ("appel", "attendre", "lettre", "menace", "acompte"):
        total = _average_surprise(solver, customer, always, 0, solver.start(), Fraction(1))
        assert total == 0


def _average_surprise(solver, customer, always, session, node, probability):
    """Sum over the tree of probability × (reward + value after − value before + loss), for a stubborn player."""
    state = customer.by_state[node.state]
    if state.is_final or session == len(SMALL.sessions):
        return Fraction(0)
    values = solver.options(session, node)
    option = state.move(always if always in values else "attendre")
    loss = solver.best(session, node).total - values[option.id].total
    total = probability * (loss - solver.best(session, node).total + solver.price(option).total)
    day = SMALL.sessions[session].on
    for rank, chance, reached in solver.outcomes(node, option.outcomes, day):
        gain = solver.gain(option.outcomes[rank], node, day).total
        for share, income, arrived in _through(solver, customer, session, reached):
            weight = probability * chance * share
            total += weight * (gain + income + solver.best(session + 1, arrived).total)
            total += _average_surprise(solver, customer, always, session + 1, arrived, weight)
    return total


def _through(solver, customer, session, node):
    """Yield the ways through the dated events of a séance: probability, reward, file at the next one."""
    ways = [(Fraction(1), Fraction(0), node)]
    for event in SMALL.events(customer, session):
        following = []
        for share, income, here in ways:
            if here.state not in event.moves:
                following.append((share, income, here))
                continue
            for rank, chance, reached in solver.outcomes(here, event.outcomes, event.on):
                gain = solver.gain(event.outcomes[rank], here, event.on).total
                following.append((share * chance, income + gain, reached))
        ways = following
    return ways


def test_the_reference_curve_is_the_average_of_the_best_play():
    """Expected cash under the best play grows, stays within what is owed, and counts part payments."""
    customer = SMALL.customers[0]
    solver = Solver(SMALL, customer)
    curve = solver.expected_cash(0, solver.start())
    assert len(curve) == len(SMALL.sessions)
    assert list(curve) == sorted(curve)
    assert 0 < curve[-1] < customer.invoice.amount_cents


@settings(max_examples=30, deadline=None)
@given(runs(SMALL))
def test_the_account_of_a_run_closes(run):
    """Expected, less the losses, plus luck, is what the run was worth, to the cent."""
    seed, moves = run
    files = play(ENGINE, SMALL, seed, moves).files
    debrief = ENGINE.review(SMALL, seed, moves)
    solver = Solver(SMALL, SMALL.customers[0])
    judged = judge(solver, SMALL, files[0])
    realised = debrief.expected_cents - debrief.loss_cents + debrief.luck_cents
    assert abs(realised - judged.realised) <= Fraction(1, 2)
    assert NOTHING.total == 0


def test_beliefs_follow_bayes():
    """After a call that fails, the belief is the prior weighted by what each cause gave to that outcome."""
    customer = SMALL.customers[0]
    solver = Solver(SMALL, customer)
    call = customer.by_state["debut"].move("appel")
    reached = {rank: node for rank, _p, node in solver.outcomes(solver.start(), call.outcomes, SMALL.sessions[0].on)}
    assert reached[1].beliefs == (Fraction(12, 38), Fraction(26, 38))
    assert sum(p for _r, p, _n in solver.outcomes(solver.start(), call.outcomes, SMALL.sessions[0].on)) == 1
