"""What is kept of an exercise: events, the place to resume, export, a guest's runs carried, old content replayed."""

import uuid

import pytest

from course_app.accounts import service as accounts
from course_app.accounts.models import Organisation
from course_app.core.errors import NotFound, Stale
from course_app.exercise import runs, service
from course_app.exercise.engine.contract import Decision
from course_app.exercise.models import ExerciseRun, RunDecision
from course_app.library.model import Exercise, ItemKind
from course_app.progress import service as progress
from course_app.progress.models import LearningEvent
from course_app.web.clock import now
from tests.web.exercise.conftest import EVERYWHERE, EXERCISE, SESSIONS

CALL = Decision(0, "nordal", "appel-comptabilite")


def _start(session, actor, exercise, **changes):
    values = {"guided": True, "seed": 11, "key": uuid.uuid4(), **changes}
    row = service.start(session, actor, exercise, values["guided"], values["seed"], values["key"], now())
    return runs.load(session, actor, row.id)


def _decide(session, actor, run, decision=CALL):
    service.decide(session, actor, runs.load(session, actor, run.row.id), decision, uuid.uuid4(), now())


def _close_all(session, actor, run, first=0):
    for index in range(first, SESSIONS):
        service.close_session(session, actor, runs.load(session, actor, run.row.id), index, uuid.uuid4(), now())


def _events(session):
    session.expire_all()
    events = session.query(LearningEvent).execution_options(**EVERYWHERE).order_by(LearningEvent.id)
    return [event.kind.value for event in events if event.item_kind is ItemKind.EXERCISE]


def test_each_step_leaves_its_event(session, actor, exercise):
    """Starting, deciding, taking back, closing and finishing are in the log, once each."""
    run = _start(session, actor, exercise)
    _decide(session, actor, run)
    service.undo(session, actor, runs.load(session, actor, run.row.id), 1, now())
    _close_all(session, actor, run)
    session.commit()
    kinds = _events(session)
    assert len(kinds) == 3 + SESSIONS + 1
    assert len(set(kinds)) == 5
    assert kinds[3:-1] == [kinds[3]] * SESSIONS


def test_the_place_is_kept_at_the_day(session, actor, exercise):
    """Mon parcours resumes at the simulated day; a finished exercise is done and keeps no place."""
    run = _start(session, actor, exercise)
    state = progress.journey(session, actor)[ItemKind.EXERCISE, EXERCISE]
    assert (state.label, state.place["run"]) == ("jeudi 8 octobre", str(run.row.id))
    service.close_session(session, actor, runs.load(session, actor, run.row.id), 0, uuid.uuid4(), now())
    assert progress.journey(session, actor)[ItemKind.EXERCISE, EXERCISE].label == "lundi 12 octobre"
    _close_all(session, actor, run, 1)
    done = progress.journey(session, actor)[ItemKind.EXERCISE, EXERCISE]
    assert done.is_done
    assert not done.is_open


def test_mon_parcours_leads_back_to_the_desk(player):
    """The resume button of Mon parcours opens the run where it was left."""
    assert player.url() in player.client.get("/parcours").get_data(as_text=True)


def test_nothing_derived_is_stored(session, actor, exercise):
    """A run is its seed and its moves: the same state comes back from the rows alone, in another session."""
    run = _start(session, actor, exercise)
    _decide(session, actor, run)
    before = runs.load(session, actor, run.row.id).state
    session.commit()
    session.expire_all()
    assert runs.load(session, actor, run.row.id).state == before


def test_r12_a_run_keeps_the_content_it_was_started_on(session, actor, exercise):
    """When the exercise is reworded, an open run goes on with its own words; a new one takes the new words."""
    run = _start(session, actor, exercise)
    reworded = Exercise.model_validate({**exercise.model_dump(), "title": "Autre titre", "content_hash": ""})
    other = _start(session, actor, reworded)
    assert runs.load(session, actor, run.row.id).exercise.title == exercise.title
    assert runs.load(session, actor, other.row.id).exercise.title == "Autre titre"
    assert [row.number for row in runs.runs_of(session, actor, EXERCISE)] == [1, 2]


def test_the_export_holds_every_move(session, actor, exercise):
    """The export is JSON-able and holds runs, moves taken back included, and the sentence to oneself; no seed."""
    run = _start(session, actor, exercise)
    _decide(session, actor, run)
    service.undo(session, actor, runs.load(session, actor, run.row.id), 1, now())
    _decide(session, actor, run, Decision(0, "tissandre", "pointer"))
    _close_all(session, actor, run)
    service.save_takeaway(runs.load(session, actor, run.row.id), "je pointe")
    (told,) = service.export(session, actor)["runs"]
    assert (told["exercise"], told["number"], told["guided"], told["takeaway"]) == (EXERCISE, 1, True, "je pointe")
    moves = [(move["customer"], move["action"], move["undone_at"] is None) for move in told["decisions"]]
    assert moves[:2] == [("nordal", CALL.action, False), ("tissandre", "pointer", True)]
    assert len(moves) == 2 + SESSIONS
    assert "seed" not in told


def test_a_guest_s_runs_come_along(session, make_person, exercise):
    """Signing in keeps what the guest played: runs are renumbered after one's own, moves follow."""
    person = make_person().actor
    guest = make_person().actor
    _start(session, person, exercise)
    played = _start(session, guest, exercise, seed=12)
    _decide(session, guest, played)
    service.carry(session, guest, person)
    session.commit()
    assert [row.number for row in runs.runs_of(session, person)] == [1, 2]
    assert runs.runs_of(session, guest) == []
    carried = runs.load(session, person, played.row.id)
    assert [move.action for move in carried.moves] == [CALL.action]
    with pytest.raises(NotFound):
        runs.load(session, guest, played.row.id)


def test_runs_go_with_their_organisation(session, actor, exercise):
    """Deleting an organisation leaves no run and no move behind."""
    run = _start(session, actor, exercise)
    _decide(session, actor, run)
    session.commit()
    session.delete(session.get(Organisation, actor.organisation_id))
    session.commit()
    for model in (ExerciseRun, RunDecision):
        assert session.query(model).execution_options(**EVERYWHERE).count() == 0


def test_a_spent_key_starts_nothing_else(session, actor, exercise):
    """The key of a start serves neither another mode nor a replay."""
    key = uuid.uuid4()
    run = _start(session, actor, exercise, key=key)
    with pytest.raises(Stale):
        service.start(session, actor, exercise, False, 1, key, now())
    _close_all(session, actor, run)
    with pytest.raises(Stale):
        service.replay(session, actor, runs.load(session, actor, run.row.id), 1, key, now())


def test_an_exercise_without_engine_is_not_found(session, actor, exercise):
    """A content file for an engine that is not there yet cannot be started."""
    with pytest.raises(NotFound):
        _start(session, actor, exercise.model_copy(update={"engine": "autre"}))


def test_the_account_export_includes_exercises(session, actor, exercise):
    """The one-click export of an account carries the runs."""
    _start(session, actor, exercise)
    session.commit()
    assert EXERCISE in str(accounts.export(session, actor, [service]))
