"""The debrief: moments in order, waits judged once, replays, curve, claims, beliefs."""

from datetime import date

from hypothesis import given, settings

from course_app.exercise.engine.contract import Decision, Grade
from course_app.exercise.engine.scripted_parts import WAIT_ID
from tests.unit.exercise.scripts import ENGINE, expert_run, orphan, replayed, runs

FEW = settings(max_examples=12, deadline=None)
SESSIONS = len(orphan().sessions)
IDLE = [Decision.close(session) for session in range(SESSIONS)]


@FEW
@given(runs(orphan()))
def test_moments_follow_the_order_of_play(run):
    """Moments are numbered from 1 in the order of play; every recorded decision has its moment."""
    seed, moves = run
    moments = ENGINE.review(orphan(), seed, moves).moments
    assert [moment.number for moment in moments] == list(range(1, len(moments) + 1))
    assert [moment.session_index for moment in moments] == sorted(moment.session_index for moment in moments)
    told = {(moment.session_index, moment.customer_id): moment for moment in moments}
    for place, decision in enumerate(moves):
        if not decision.is_close and decision.action != WAIT_ID:
            moment = told[decision.session_index, decision.customer_id]
            assert (moment.action, moment.sequence) == (decision.action, place)


@FEW
@given(runs(orphan()))
def test_a_replay_starts_right_before_its_moment(run):
    """The moves that a replay keeps lead to the same séance, the same situation, nothing decided for the customer."""
    seed, moves = run
    for moment in ENGINE.review(orphan(), seed, moves).moments:
        state = replayed(orphan(), seed, moves[: moment.sequence])
        customer = ENGINE.observe(state).customer(moment.customer_id)
        assert state.session_index == moment.session_index
        assert customer.planned is None
        assert customer.known == moment.known
        assert {a.id for a in customer.actions} >= {option.action for option in moment.options}


@FEW
@given(runs(orphan()))
def test_beliefs_are_whole_percents_that_add_up(run):
    """What could be believed is told in whole percent, likeliest first, or not at all when it was certain."""
    for moment in ENGINE.review(orphan(), *run).moments:
        percents = [belief.percent for belief in moment.beliefs]
        assert sum(percents) in (0, 100)
        assert percents == sorted(percents, reverse=True)


def test_waits_in_one_situation_are_one_decision():
    """Waiting five séances on the same silence is judged once, its losses added, and told as five séances."""
    seed = 3
    moment = next(m for m in ENGINE.review(orphan(), seed, IDLE).moments if m.customer_id == "nordal")
    assert (moment.waits, moment.is_implicit, moment.sequence) == (SESSIONS, True, 0)
    assert moment.action_label == "Rien de prévu"
    assert moment.grade is Grade.COSTLY


def test_a_dated_wait_is_worded_with_its_date():
    """A wait the learner dated is told with its date."""
    wait = Decision(0, "nordal", WAIT_ID, date(2026, 10, 20))
    moment = ENGINE.review(orphan(), 3, [wait, *IDLE]).moments[0]
    assert moment.action_label == "Attendre jusqu’au mardi 20 octobre"
    assert not moment.is_implicit


def test_a_run_without_fault_shows_its_best_move():
    """When nothing was costly, the key moment is the choice where most was at stake, and the rule is the script's."""
    debrief = ENGINE.review(orphan(), 1, expert_run(1))
    assert len(debrief.key_moments) == 1
    assert debrief.key_moments[0].customer_id == "nordal"
    assert debrief.takeaway == orphan().takeaway
    assert debrief.loss_cents == 0


def test_the_curve_ends_at_what_was_collected():
    """The curve has a point per séance and one at the end; it never goes down; the reference goes with it."""
    moves = expert_run(1)
    debrief = ENGINE.review(orphan(), 1, moves)
    collected = [point.collected_cents for point in debrief.curve]
    assert len(collected) == SESSIONS + 1
    assert collected == sorted(collected)
    assert collected[0] == 0
    assert collected[-1] == debrief.collected_cents
    assert debrief.curve[-1].reference_cents > 1_400_000


def test_hidden_causes_are_told_at_last():
    """The debrief names the cause of each delay, and says where its numbers come from."""
    debrief = ENGINE.review(orphan(), 1, IDLE)
    assert [fact.label for fact in debrief.causes] == [customer.name for customer in orphan().customers]
    assert "n° de commande" in debrief.causes[0].value
    assert "statistiques" in debrief.notice


def test_grades_count_every_moment():
    """The five grades are counted, zeros included, and add up to the moments."""
    debrief = ENGINE.review(orphan(), 1, IDLE)
    assert [grade for grade, _count in debrief.grades] == list(Grade)
    assert sum(count for _grade, count in debrief.grades) == len(debrief.moments)
