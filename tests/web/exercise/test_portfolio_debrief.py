"""The debrief of a portfolio: the costliest decision first, luck apart, lists that stay readable, replays side by side."""

import re
import uuid

import pytest

from course_app.exercise.compare import work
from course_app.exercise.compare.work import WHOLE_WAY
from course_app.exercise.engine.contract import Grade
from course_app.exercise.models import ExerciseRun
from course_app.exercise.runs import load
from course_app.jobs.models import Job
from course_app.jobs.runner import Runner
from course_app.store.session import db
from tests.web.exercise.conftest import Player, text

SHORT, LONG = "cinq-premiers-dossiers", "portefeuille-courant"
SESSIONS = 4


@pytest.fixture
def harsh(client, learner, csrf):
    """A learner who wrote formal notices at once to everybody, then did nothing, to the end."""
    player = Player(client, csrf(client.get(f"/exercices/{SHORT}")), exercise=SHORT, sessions=SESSIONS)
    player.start("libre")
    for number in range(1, 4):
        assert player.decide(f"client-0{number}", "mise-en-demeure").status_code == 303
    player.finish()
    return player


@pytest.fixture
def judged(session, learner, harsh, stored):
    """The debrief of that run, as the engine gives it."""
    row = stored(ExerciseRun)[0]
    found = load(session, learner.actor, row.id).debrief
    session.rollback()
    return found


def _plain(answer):
    return re.sub(r"[\u00a0\u202f]", " ", text(answer))


def test_the_first_card_is_the_decision_that_cost_most(harsh, judged):
    """The debrief alone says which decision cost most, how much, and, folded after the replay, what to do instead."""
    page = _plain(harsh.get("/debrief?bilan=1"))
    most = max(judged.moments, key=lambda moment: moment.loss_cents)
    card = page.split("<article")[1].split("</article>")[0]
    assert "La décision qui a coûté le plus" in card
    assert page.count("La décision qui a coûté le plus") == 1
    assert most.customer_name in card
    assert f"{most.loss_cents // 100:,}".replace(",", " ") in card
    before, after = card.split("<summary>")
    assert "Rejouer ce moment" in before
    assert "Mieux valait" not in before
    assert "Mieux valait" in after
    assert "La règle" in after


def test_decisions_and_luck_stay_apart(harsh, judged):
    """Start, decisions and luck are three lines that add up to what the run was worth; skills have their bars."""
    page = _plain(harsh.get("/debrief?bilan=1"))
    for words in (
        "Ce que valait le portefeuille, bien joué",
        "La chance",
        "Ce que votre partie a valu",
        "Vos savoir-faire",
    ):
        assert words in page
    worth = judged.expected_cents - judged.loss_cents + judged.luck_cents
    assert worth <= judged.initial_cents
    assert page.count('class="bar"') == len(judged.skills) > 0
    assert "style=" not in page


def test_the_numbers_say_where_they_come_from(harsh):
    """Property 23: the debrief says that constants are calibrated, not estimated, and names its sources."""
    page = _plain(harsh.get("/debrief?bilan=1"))
    assert "calées sur des chiffres publiés, non estimées" in page
    assert len(re.findall(r"<li>[^<]+</li>", page.split("Les règles et le droit viennent de")[1])) >= 5


def test_a_moment_shows_what_could_be_thought(harsh, judged):
    """A moment's page shows beliefs in words and bars, the parts of the loss, and how fine the calculation is."""
    number = max(judged.moments, key=lambda moment: moment.loss_cents).number
    page = _plain(harsh.get(f"/debrief/moment/{number}"))
    for words in (
        "chances sur 10",
        "Ce que l’on pouvait penser",
        "Le calcul est juste à",
        "Temps et frais",
        "(votre choix)",
    ):
        assert words in page
    assert page.count('class="bar"') >= 2


def test_decisions_are_filtered_by_customer_and_grade(harsh, judged):
    """The list keeps what is asked; a filter that names nothing keeps everything; two that exclude each other say so."""
    total = len(judged.moments)
    assert f"{total} décisions sur {total}" in _plain(harsh.get("/debrief/decisions"))
    mine = [moment for moment in judged.moments if moment.customer_id == "client-01"]
    shown = _plain(harsh.get("/debrief/decisions?client=client-01"))
    assert f"{len(mine)} décision" in shown
    assert shown.count('<li class="step">') == len(mine)
    for nonsense in ("client=x&note=y", "client=%00", "note=%ED%A0%80", f"client={'9' * 5000}"):
        assert f"{total} décisions sur {total}" in _plain(harsh.get(f"/debrief/decisions?{nonsense}")), nonsense
    grades = {moment.grade for moment in mine}
    absent = next(grade for grade in Grade if grade not in grades)
    assert "Aucune décision" in _plain(harsh.get(f"/debrief/decisions?client=client-01&note={absent.value}"))


def test_decisions_wait_for_the_end(client, learner, csrf):
    """Before the last séance there is no list of judged decisions: 409, and the way back."""
    player = Player(client, csrf(client.get(f"/exercices/{SHORT}")), exercise=SHORT, sessions=SESSIONS)
    player.start("libre")
    assert player.get("/debrief/decisions").status_code == 409


def test_replays_are_kept_beside_the_first_game(harsh, judged, stored):
    """A replay played otherwise is compared with the first game: cost of decisions, cash, links both ways."""
    assert "jouée plusieurs fois" not in text(harsh.get("/debrief?bilan=1"))
    number = max(judged.moments, key=lambda moment: moment.loss_cents).number
    answer = harsh.post(harsh.url(f"/debrief/moment/{number}/rejouer"), key=str(uuid.uuid4()))
    again = Player(harsh.client, harsh.token, answer.location.rsplit("/", 1)[1], exercise=SHORT, sessions=SESSIONS)
    first_open = next(moment for moment in judged.moments if moment.number == number).session_index
    again.finish(first_open)
    for player, other in ((again, harsh), (harsh, again)):
        page = text(player.get("/debrief?bilan=1"))
        assert "jouée plusieurs fois" in page
        assert f'href="{other.url("/debrief?bilan=1")}"' in page
        assert page.count("(celle-ci)") == 1
    assert len(stored(ExerciseRun)) == 2


def test_many_moments_are_folded_before_marking(client, learner, csrf):
    """A long game asks by séance, folded, so that the question stays readable."""
    player = Player(client, csrf(client.get(f"/exercices/{LONG}")), exercise=LONG, sessions=12)
    player.start("libre")
    for session in range(4):
        for number in range(1, 11):
            player.decide(f"client-{number:02d}", "mail", session)
        player.close(session)
    player.finish(4)
    page = text(player.get("/debrief"))
    assert page.count("<details>") >= 4
    assert "Toutes vos décisions" not in page
    assert "par client ou par note" in text(player.get("/debrief?bilan=1"))


def _play_jobs(app):
    with app.app_context():
        runner = Runner(db.engine, {WHOLE_WAY.name: WHOLE_WAY})
        while runner.run_one():
            pass


def test_the_whole_way_is_asked_once_and_told_or_withheld(app, harsh, stored, session, monkeypatch):
    """Asked twice, the comparison runs once; too few decisions give a sentence and no figure; enough give both."""
    monkeypatch.setattr("course_app.exercise.compare.way_routes.PORTFOLIOS", 30)
    assert "Comparer ma façon de travailler" in text(harsh.get("/facon"))
    for _ in range(2):
        assert harsh.post(harsh.url("/facon"), key=str(uuid.uuid4())).location == harsh.url("/facon")
    assert "<progress" in text(harsh.get("/facon"))
    _play_jobs(app)
    job = session.query(Job).execution_options(across_organisations=True).one()
    assert job.result["decisions"] > 0
    job.result = {**job.result, "is_shown": False, "coverage": 0.41}
    session.commit()
    withheld = _plain(harsh.get("/facon"))
    assert "41 %" in withheld
    assert "Trop peu de décisions pour conclure" in withheld
    assert "<svg viewBox" not in withheld.split("<main")[1]
    job.result = {**job.result, "is_shown": True, "coverage": 0.71}
    session.commit()
    told = _plain(harsh.get("/facon"))
    assert "Et si vous travailliez toujours ainsi" in told
    assert "71 % des situations" in told
    assert "Scénario recommandé" in told


def test_the_whole_way_of_a_scripted_case_does_not_exist(free):
    """A scripted case has no portfolios: its page does not exist, nor before the end of a game."""
    free.finish()
    assert free.get("/facon").status_code == 404
    assert free.post(free.url("/facon"), key=str(uuid.uuid4())).status_code == 404


def test_s02_the_whole_way_belongs_to_its_learner(harsh, stranger):
    """Somebody else's comparison is missing."""
    assert stranger.get(harsh.url("/facon")).status_code == 404


def test_references_are_played_once_for_equal_fields():
    """What references did is kept within bounds, the oldest leaving first."""
    kept = work._Totals()
    for rank in range(work.MOST_KEPT + 5):
        kept[rank] = None
    assert len(kept) == work.MOST_KEPT
    assert 0 not in kept
