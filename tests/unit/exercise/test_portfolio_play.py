"""A portfolio at the desk: the bank statement, dates, red lines, what stays hidden, versions that stay playable."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import numpy as np
import pytest

from course_app.core.calendar import is_working_day
from course_app.exercise.engine import parameters, value_file
from course_app.exercise.engine.board import PAID_UNSEEN
from course_app.exercise.engine.contract import ActionKind, Decision, Grade, IllegalAction, Standing, play
from course_app.exercise.engine.kernel import compile_kernel
from course_app.exercise.engine.portfolio_engine import PortfolioEngine
from course_app.exercise.engine.portfolio_letters import BY_MAIL, BY_PHONE, EVENTS, STEPS
from course_app.exercise.engine.portfolio_play import customer_id
from course_app.exercise.engine.portfolio_red_lines import AFTER_JUDGMENT, RED_LINES
from course_app.exercise.engine.portfolio_tables import read_versions
from course_app.exercise.engine.vocabulary import PROFILES, Event
from tests.unit.exercise.players import BODY, PORTFOLIO, Temper, game, portfolio, step, words

STATEMENT = "pointage"
LATE = {"late_from": 20, "late_to": 32, "customers": 12, "documented_percent": 50}


def _idle(exercise, seed, sessions):
    """Return a run in which nobody did anything for some séances."""
    state = PORTFOLIO.initial(exercise, seed)
    for _ in range(sessions):
        state = PORTFOLIO.close_session(state)
    return state


def _unseen(exercise=None):
    """Return a run at its second séance, and a customer whose payment nobody has seen yet."""
    for seed in count():
        state = _idle(exercise or portfolio(), seed, 1)
        paid = np.flatnonzero(state.board.status == PAID_UNSEEN)
        if len(paid):
            return seed, state, customer_id(int(paid[0]))
    raise AssertionError


def test_a_payment_is_unknown_until_the_statement_is_read():
    """A customer who paid looks like the others; reading the statement tells at once, and closes the file."""
    _, state, payer = _unseen()
    before = PORTFOLIO.observe(state)
    assert before.customer(payer).outstanding_cents > 0
    assert before.customer(payer).standing is not Standing.PAID
    assert before.collected_cents == 0
    after = PORTFOLIO.observe(PORTFOLIO.decide(state, Decision(1, "", STATEMENT)))
    assert after.customer(payer).standing is Standing.PAID
    assert after.customer(payer).is_closed
    assert after.collected_cents >= before.customer(payer).outstanding_cents
    assert after.customer(payer).name in after.inbox[0].text
    assert after.inbox[0].is_new
    assert after.minutes_left == before.minutes_left - 5


def test_reading_the_statement_is_final_and_drops_what_was_planned_for_who_paid():
    """The letter to a customer found paid does not leave; its minutes come back; the reading stays, and is done once."""
    _, state, payer = _unseen()
    state = PORTFOLIO.decide(state, Decision(1, payer, "mail"))
    state = PORTFOLIO.decide(state, Decision(1, "", STATEMENT))
    desk = PORTFOLIO.observe(state)
    assert [(plan.decision.action, plan.is_final) for plan in desk.planned] == [(STATEMENT, True)]
    assert desk.minutes_left == desk.minutes_total - 5
    with pytest.raises(IllegalAction, match="déjà lu"):
        PORTFOLIO.decide(state, Decision(1, "", STATEMENT))


def test_what_is_hidden_changes_nothing_on_the_desk():
    """With other hidden causes behind the same observations, the desk is the same to the letter."""
    for seed in range(3):
        state = play(PORTFOLIO, portfolio(), seed, game(PORTFOLIO, portfolio(), seed, seed)[:20])
        twin = state.board.copy()
        twin.profile = (twin.profile + 1) % len(PROFILES)
        twin.files = replace(twin.files, profile=twin.profile.copy())
        other = replace(state, board=twin)
        assert PORTFOLIO.observe(other) == PORTFOLIO.observe(state)
        for customer in PORTFOLIO.observe(state).customers:
            assert PORTFOLIO.hint(other, customer.id) == PORTFOLIO.hint(state, customer.id)


def test_guided_play_stops_a_chase_on_what_can_be_known():
    """Without the statement any contact is stopped, whoever paid; once it is read, none is; the first séance is free."""
    _, state, payer = _unseen()
    others = [c.id for c in PORTFOLIO.observe(state).customers if c.id != payer]
    for customer in (payer, others[0]):
        assert "relevé" in PORTFOLIO.red_line(state, Decision(1, customer, "appel"))
        assert PORTFOLIO.red_line(state, Decision(1, customer, "attendre", date(2026, 11, 2))) == ""
    read = PORTFOLIO.decide(state, Decision(1, "", STATEMENT))
    assert PORTFOLIO.red_line(read, Decision(1, others[0], "appel")) == ""
    assert PORTFOLIO.red_line(_idle(portfolio(), 1, 0), Decision(0, "client-01", "appel")) == ""


def test_chasing_who_has_paid_is_a_red_line_of_the_debrief():
    """In free play the chase is played, the customer says so, and the debrief counts a red line."""
    seed, _, payer = _unseen()
    moves = [Decision.close(0), Decision(1, payer, "appel"), *(Decision.close(n) for n in range(1, 8))]
    state = play(PORTFOLIO, portfolio(), seed, moves[:3])
    assert any("pay" in entry.text for entry in PORTFOLIO.observe(state).customer(payer).history if not entry.mine)
    (crossed,) = PORTFOLIO.review(portfolio(), seed, moves).red_lines
    assert (crossed.customer_id, crossed.session_index, crossed.action) == (payer, 1, "appel")
    assert "avait déjà payé" in crossed.red_line


@pytest.mark.parametrize("action", RED_LINES)
def test_forbidden_moves_are_always_offered_stopped_and_priced(action):
    """Each forbidden move is on the desk, has its reason, costs its penalty beside the call it is, and is named."""
    assert action in {one.id for one in PORTFOLIO.observe(_idle(portfolio(), 2, 0)).customers[0].actions}
    assert PORTFOLIO.red_line(_idle(portfolio(), 2, 0), Decision(0, "client-01", action))
    closes = [Decision.close(session) for session in range(8)]
    crossed = PORTFOLIO.review(portfolio(), 2, [Decision(0, "client-01", action), *closes])
    shouted = PORTFOLIO.review(portfolio(), 2, [Decision(0, "client-01", "appel-mal-conduit"), *closes])
    assert crossed.loss_cents - shouted.loss_cents == RED_LINES[action].penalty_cents
    assert crossed.luck_cents == pytest.approx(shouted.luck_cents, abs=1)
    assert crossed.collected_cents == shouted.collected_cents
    (moment,) = crossed.red_lines
    assert moment.grade is Grade.COSTLY
    assert moment.number == crossed.key_numbers[0]
    assert moment.why.lesson_id == "lignes-rouges"


def test_nothing_is_claimed_after_the_judgment():
    """A customer in insolvency proceedings closes; claiming all the same stays possible, and is a red line."""
    exercise = portfolio(**LATE)
    for seed in count():
        state = _idle(exercise, seed, 6)
        failed = [n for n, row in enumerate(state.entries) if row[-1].event is Event.FAILED]
        if failed:
            break
    file = PORTFOLIO.observe(state).customers[failed[0]]
    assert file.standing is Standing.FAILED
    assert file.is_closed
    assert [action.kind for action in file.actions] == [ActionKind.AFTER_JUDGMENT]
    claim = Decision(6, file.id, AFTER_JUDGMENT.kind.value)
    assert "jugement" in PORTFOLIO.red_line(state, claim)
    moves = [*(Decision.close(n) for n in range(6)), claim, Decision.close(6), Decision.close(7)]
    (moment,) = PORTFOLIO.review(exercise, seed, moves).red_lines
    assert (moment.customer_id, moment.loss_cents) == (file.id, AFTER_JUDGMENT.penalty_cents)


def test_holidays_shift_the_day_that_is_shown():
    """The séance of Wednesday 11 November is held on the 12th; séances and events fall on working days, in order."""
    state = _idle(portfolio(starts_on=date(2026, 11, 9)), 3, 1)
    desk = PORTFOLIO.observe(state)
    assert desk.on == date(2026, 11, 12)
    assert desk.label == "Séance 2, jeudi 12 novembre 2026, après-midi"
    assert all(is_working_day(day) for day in desk.wait_dates)
    assert list(desk.wait_dates) == sorted(set(desk.wait_dates))
    for entry in (entry for row in _idle(portfolio(starts_on=date(2026, 12, 14)), 3, 8).entries for entry in row):
        assert is_working_day(entry.on)


def test_a_promise_has_a_date_and_lapses_the_day_after():
    """A promise stands in the agenda with its day; at the séance that follows it, it is kept, paid or not kept."""
    exercise, found = portfolio(late_from=1, late_to=6), 0
    for seed in range(40):
        state = PORTFOLIO.close_session(PORTFOLIO.decide(_idle(exercise, seed, 0), Decision(0, "client-01", "appel")))
        file = PORTFOLIO.observe(state).customers[0]
        if file.standing is Standing.PROMISED:
            found += 1
            assert file.next_deadline.on < state.exercise.on(2)
            assert file.next_deadline.on >= state.exercise.on(1)
            after = PORTFOLIO.decide(PORTFOLIO.close_session(state), Decision(2, "", STATEMENT))
            told = PORTFOLIO.observe(after).customers[0]
            assert told.standing in {Standing.PAID, Standing.LAPSED, Standing.FAILED}
    assert found >= 5


def test_a_customer_pays_the_oldest_invoice_first():
    """Lines add up to what is owed; a part payment settles the oldest; numbers and names are unique."""
    state = _idle(portfolio(customers=30), 4, 0)
    desk = PORTFOLIO.observe(state)
    numbers = [invoice.number for customer in desk.customers for invoice in customer.invoices]
    assert len(numbers) == len(set(numbers))
    assert len({customer.name for customer in desk.customers}) == 30
    assert max(len(customer.invoices) for customer in desk.customers) > 1
    for customer, amount in zip(desk.customers, state.files.amount.tolist(), strict=True):
        assert customer.outstanding_cents == amount
        dues = [invoice.due_on for invoice in customer.invoices]
        assert dues == sorted(dues)
        assert all(invoice.due_on - invoice.issued_on == timedelta(days=30) for invoice in customer.invoices)


def test_every_answer_has_its_words():
    """Whatever can be shown is worded in several ways, without a hole; nothing unformatted reaches a page."""
    for texts in (*BY_MAIL.values(), *BY_PHONE.values()):
        assert len(set(texts)) == len(texts) >= 3
    assert all(STEPS.values())
    assert all(EVENTS.values())
    for player in range(6):
        exercise = portfolio(**LATE)
        moves = game(PORTFOLIO, exercise, player, player, Temper(acts=0.9))
        state = PORTFOLIO.initial(exercise, player)
        for move in moves:
            assert not [text for text in words(PORTFOLIO.observe(state)) if "{" in text or "'" in text]
            state = step(PORTFOLIO, state, move)
        told = list(words(PORTFOLIO.review(exercise, player, moves)))
        assert not [text for text in told if "{" in text or "'" in text]


def test_moves_within_the_certified_gap_are_equally_good():
    """An option no further from the best than the gap is well played, and the moment says how wide the gap is."""
    debrief = PORTFOLIO.review(portfolio(), 1, game(PORTFOLIO, portfolio(), 1, 1))
    close = [o for m in debrief.moments for o in m.options if not o.red_line and o.loss_cents <= m.gap_cents]
    assert len(close) > len(debrief.moments)
    assert all(option.is_best for option in close)
    assert all(moment.gap_cents > 0 for moment in debrief.moments if not moment.red_line)


def test_the_debrief_sums_up_skills_and_names_its_reference():
    """A whole game has its skills, its reference curve, its beliefs in words and its causes told."""
    debrief = PORTFOLIO.review(portfolio(), 1, game(PORTFOLIO, portfolio(), 1, 1))
    assert sum(line.decisions for line in debrief.skills) >= len(debrief.moments)
    assert all(0 <= line.accuracy_percent <= 100 for line in debrief.skills)
    assert debrief.reference
    assert debrief.curve[-1].reference_cents > 0
    assert len(debrief.causes) == BODY["customers"]
    assert any("À ce moment-là" in sentence for moment in debrief.moments for sentence in moment.known)
    assert "calées" in debrief.notice


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory):
    """The engine with an older set of constants beside the current one: calls took longer then."""
    folder = tmp_path_factory.mktemp("versions") / "2025-01-01.1"
    folder.mkdir()
    raw = json.loads(parameters.DEFAULT_FILE.read_text(encoding="utf-8"))
    raw["version"], raw["actions"]["appel"]["minutes"] = folder.name, 25
    (folder / "parameters.json").write_text(json.dumps(raw), encoding="utf-8")
    kernel = compile_kernel(parameters.load(folder / "parameters.json"))
    table = value_file.shipped(PORTFOLIO.prepare(BODY).kernel)
    value_file.save(folder / "values.npz", kernel, table.values, table.report)
    return PortfolioEngine(read_versions(folder.parent))


def test_an_older_version_stays_playable_as_it_was(two_versions):
    """A run started on older constants is played and reviewed on them; a new run takes the current ones."""
    (older,) = [version for version in read_versions_of(two_versions) if version != two_versions.version]
    then = two_versions.of_version(older)
    assert then.version == older
    assert two_versions.version == PORTFOLIO.version
    calls = {}
    for engine in (then, two_versions):
        exercise = engine.prepare(BODY)
        moves = game(engine, exercise, 3, 3)
        assert play(engine, exercise, 3, moves) == play(engine, exercise, 3, moves)
        assert engine.review(exercise, 3, moves).initial_cents > 0
        actions = engine.observe(engine.initial(exercise, 3)).customers[0].actions
        calls[engine.version] = next(action.minutes for action in actions if action.kind is ActionKind.CALL)
    assert calls == {older: 25, two_versions.version: 10}


def read_versions_of(engine):
    """Return the names of the versions an engine keeps."""
    return list(engine._versions)
