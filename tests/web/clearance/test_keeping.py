"""Feu verts are given and lost in the transaction of what brings them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from course_app.clearance import service
from course_app.clearance.models import ClearanceEntry
from course_app.clearance.rules import Change
from course_app.library.clearances import CallType
from course_app.progress.call_results import call_results
from course_app.web import library
from course_app.web.clock import now
from tests.support.callers import crossing, earn, earn_calls, play
from tests.support.crowd import take_test

COURTESY = CallType.COURTESY


@pytest.fixture
def catalog(app):
    """The content of the product."""
    with app.app_context():
        return library.catalog()


def _lines(session, actor):
    return [(entry.call_type, entry.change) for entry in service.entries_of(session, actor)]


def _count(session):
    query = select(func.count()).select_from(ClearanceEntry)
    return session.scalar(query.execution_options(across_organisations=True))


def test_calls_then_the_test_give_a_feu_vert_that_ends(session, actor, catalog, clock):
    """Three calls played twice each and the test: the first kind is open, until its day; nothing else is."""
    earn(session, actor, catalog, COURTESY, now())
    today = service.rules.paris_day(now())
    (held,) = service.held_by(session, actor.organisation_id, [actor.user_id], today)[actor.user_id]
    assert (held.call_type, held.until) == (COURTESY, service.rules.months_later(today, 12))
    assert _lines(session, actor) == [(COURTESY, Change.GRANTED)]
    after = held.until + timedelta(days=1)
    assert service.held_by(session, actor.organisation_id, [actor.user_id], after) == {}


def test_a_first_attempt_leaves_no_worth_in_the_log(session, actor, catalog):
    """What a first attempt at a call was worth is told to no other room; the second is."""
    call = catalog.calls["mon-assistante"]
    play(session, actor, call, now())
    assert call_results(session, actor) == []
    play(session, actor, call, now())
    (result,) = call_results(session, actor)
    assert (result.counts, result.red_lines, result.concluded) == (True, 0, True)


def test_a_red_line_in_a_test_loses_it_in_the_same_transaction(session, actor, catalog, clock):
    """The day after, the other test is sent with red lines crossed: the feu vert is lost as it is stored."""
    earn(session, actor, catalog, COURTESY, now())
    other = catalog.quizzes["test-equipe"]
    take_test(session, actor, other, crossing, published=catalog.quizzes, at=now() + timedelta(days=1))
    assert _lines(session, actor) == [(COURTESY, Change.GRANTED), (COURTESY, Change.LOST)]
    today = service.rules.paris_day(now())
    assert service.held_by(session, actor.organisation_id, [actor.user_id], today) == {}
    session.rollback()
    assert _count(session) == 0


def test_an_event_heard_twice_writes_one_line(session, actor, catalog, clock):
    """The same event told again to the keeper, as a retry would, leaves the history as it is."""
    earn(session, actor, catalog, COURTESY, now())
    last = call_results(session, actor)[-1]
    exam = service.progress.exams(session, actor.organisation_id, [actor.user_id])[-1]
    keeper = service.Keeper(lambda: catalog)
    for kind, at in ((service.EventKind.EXAM_PASSED, exam.told_at), (service.EventKind.CALL_FINISHED, last.at)):
        keeper.hear(session, service.Telling(actor, kind, catalog.quizzes["test-equipe"].kind, "x", {}, at))
    assert _count(session) == 1


def test_another_company_has_no_feu_vert_of_ours(session, actor, catalog, make_person, clock):
    """Feu verts are read by organisation: asked from another one, nobody has any."""
    earn(session, actor, catalog, COURTESY, now())
    stranger = make_person().actor
    today = service.rules.paris_day(now())
    assert service.held_by(session, stranger.organisation_id, [actor.user_id], today) == {}
    assert service.export(session, stranger) == {"clearances": []}
    (line,) = service.export(session, actor)["clearances"]
    assert (line["call_type"], line["change"]) == ("courtoisie", "accorde")


def test_every_rule_can_be_earned(session, actor, catalog, clock):
    """With the content as published, each kind of call can be opened by playing well what its rule names."""
    for rank, rule in enumerate(catalog.clearances):
        earn_calls(session, actor, catalog, rule.call_type, now() + timedelta(days=rank))
        checklists = service.checklists(session, actor, catalog, now() + timedelta(days=rank + 1))
        mine = next(one for one in checklists if one.rule is rule)
        assert (mine.passed, mine.hard, mine.free, mine.has_test) == (rule.passed, rule.hard, rule.free, False)
