"""What the bureau des relances adds to the team's briefing: never a first game, never anybody's alone."""

import re
import uuid

from sqlalchemy import select

from course_app.calls import service as calls
from course_app.calls.intents import Intent
from course_app.calls.rules import SpokenHow
from course_app.exercise import runs, service
from course_app.library.calls import Remarks
from course_app.progress.costly import first_costly
from course_app.progress.models import LearningEvent
from course_app.progress.rules import EventKind
from course_app.team import call_words, heat_pages
from course_app.team.heat_service import Topic
from course_app.web.clock import now
from tests.support import people as people_of_tests
from tests.support.callers import best, play

EXERCISE = "facture-orpheline"
EVERYWHERE = {"across_organisations": True}


def _let_go(session, actor, exercise):
    """Play a run to its end without deciding anything; return its row."""
    row = service.start(session, actor, exercise, False, 11, uuid.uuid4(), now())
    return _close(session, actor, row.id)


def _close(session, actor, run_id):
    while not (run := runs.load(session, actor, run_id, writing=True)).is_finished:
        service.close_session(session, actor, run, run.session_index, uuid.uuid4(), now())
    return run.row


def _told(session):
    query = select(LearningEvent).where(LearningEvent.kind == EventKind.EXERCISE_FINISHED).order_by(LearningEvent.id)
    return [event.payload for event in session.scalars(query.execution_options(**EVERYWHERE))]


def _kinds(session, actor):
    found = first_costly(session, actor.organisation_id, [actor.user_id])
    return found.get((actor.user_id, f"exercise/{EXERCISE}"))


def test_a_first_game_and_a_moment_played_again_leave_no_worth_in_the_log(session, actor, catalog):
    """The first whole game tells other rooms nothing, nor does a moment played again; the second whole game does, once."""
    exercise = catalog.exercises[EXERCISE]
    first = _let_go(session, actor, exercise)
    replayed = service.replay(session, actor, runs.load(session, actor, first.id), 1, uuid.uuid4(), now())
    _close(session, actor, replayed.id)
    assert _kinds(session, actor) is None
    assert all("costly" not in payload for payload in _told(session))
    second = _let_go(session, actor, exercise)
    debrief = runs.load(session, actor, second.id).debrief
    costly = {moment.kind for moment in debrief.moments if moment.grade.value in {"erreur", "couteux"}}
    assert costly
    assert _kinds(session, actor) == costly
    assert [payload["counts"] for payload in _told(session)] == [False, False, True]
    assert not any(str(value).isdigit() for value in _told(session)[-1]["costly"])


def test_a_moment_of_a_first_call_played_again_tells_nothing_of_it(session, actor, catalog):
    """Played again from its last sentence, a first call brings its own along: what they were worth stays in the room."""
    call = catalog.calls["mon-assistante"]
    first = play(session, actor, call, now(), choose=_too_soon)
    attempt = calls.load(session, actor, first.id)
    again = calls.replay(session, actor, attempt, len(attempt.turns), uuid.uuid4(), now())
    while not (held := calls.load(session, actor, again.id, writing=True)).is_finished:
        saying = calls.Saying(uuid.uuid4(), held.next_number, best(held), "Bonjour.", SpokenHow.TYPED)
        calls.say(session, actor, held, saying, now())
    assert first_costly(session, actor.organisation_id, [actor.user_id]) == {}
    play(session, actor, call, now(), choose=_too_soon)
    found = first_costly(session, actor.organisation_id, [actor.user_id])
    assert "stated_blind" in found[actor.user_id, f"call/{call.id}"]


def _too_soon(attempt):
    return Intent.STATE_INVOICE if attempt.next_number == 2 else best(attempt)


def test_a_costly_sentence_is_named_then_explained_then_ruled(catalog):
    """A manager reads what was done, what it costs and the rule, each apart; every comment of a call has its act."""
    call = catalog.calls["mon-assistante"]
    topic = Topic(uuid.uuid4(), uuid.uuid4(), f"call/{call.id}", "stated_blind", 5, now())
    told = heat_pages.mistake(topic, "Ventes", catalog, lambda *_asked: None)
    assert told.chosen == "Énoncer la facture sans savoir qui écoute"
    assert told.why.startswith("Par chance")
    assert "La règle" not in told.why
    assert told.rule.startswith("Vérifier avant")
    assert set(call_words.ACTS) == set(Remarks.model_fields)


def test_five_second_games_tell_the_team_what_costs_most(session, client, sign_in, company, catalog, read):
    """Five people who let everything go: their costliest decisions are told as kinds, with a sheet, without name or amount."""
    team, exercise = company.team(), catalog.exercises[EXERCISE]
    names = ("Ana", "Béa", "Cléo", "Dan", "Eli")
    crowd = [company.person(team, name) for name in names]
    sign_in(client, company.manager)
    for person in crowd:
        _let_go(session, person.actor, exercise)
    token = people_of_tests.csrf(client.get("/equipe/bilan"))
    client.post(f"/equipe/bilan/{team.id}", data={"csrf_token": token})
    assert "Pas encore de bilan" in read("/equipe/bilan")
    for person in crowd:
        _let_go(session, person.actor, exercise)
    client.post(f"/equipe/bilan/{team.id}", data={"csrf_token": token})
    page = read("/equipe/bilan")
    assert "Les types de décision les plus coûteux" in page
    assert "plus de la moitié de 5 personnes" in page
    assert exercise.title in page
    assert not any(name in page for name in names)
    table = page[page.index("Les types de décision les plus coûteux") : page.index("Mettre à jour")]
    assert "€" not in table
    sheets = re.findall(r"/equipe/bilan/[0-9a-f-]{36}(?=\">)", table)
    assert sheets
    for address in sheets:
        sheet = read(address)
        assert "Le cas, lu à voix haute" in sheet
        assert "La règle à garder" in sheet
        assert not any(name in sheet for name in names)
