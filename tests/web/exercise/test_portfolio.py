"""A portfolio through the pages: the statement, long lists, versions, and what a bad request gets."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import pytest
from sqlalchemy import update

from course_app.exercise import runs
from course_app.exercise.engine.portfolio_engine import PortfolioEngine
from course_app.exercise.engine.portfolio_tables import Tables, read_versions
from course_app.exercise.models import ExerciseRun, RunDecision
from course_app.library.model import Exercise
from course_app.progress import service as progress
from course_app.web import library
from course_app.web.clock import now
from tests.web.exercise.conftest import EVERYWHERE, Player, text

SHORT, LONG = "cinq-premiers-dossiers", "soixante-jours"
CLIENT = "client-01"
H1 = re.compile(r"<h1[ >]")


@pytest.fixture
def beginner(client, learner, csrf):
    """A learner in the first séance of the short portfolio, guided."""
    player = Player(client, csrf(client.get(f"/exercices/{SHORT}")), exercise=SHORT, sessions=4)
    assert player.start().status_code == 303
    return player


@pytest.fixture
def manager(client, learner, csrf):
    """A learner in the first séance of the long portfolio, free."""
    player = Player(client, csrf(client.get(f"/exercices/{LONG}")), exercise=LONG, sessions=24)
    assert player.start("libre").status_code == 303
    return player


def _actions(player, customer=CLIENT):
    """Return the moves a file offers, as its page shows them."""
    return re.findall(r'name="action" value="([a-z-]+)"', text(player.get(f"/client/{customer}")))


def test_a_whole_portfolio_is_played_to_its_debrief(beginner, stored):
    """Read, decide, take back, wait, close, to the debrief; rows hold moves and nothing derived."""
    assert beginner.decide("", "pointage").status_code == 303
    assert beginner.decide(CLIENT, "appel").status_code == 303
    assert beginner.undo(2).status_code == 303
    assert beginner.decide(CLIENT, "mail").status_code == 303
    until = re.search(r'<option value="(2026-\d\d-\d\d)"', text(beginner.get("/client/client-02")))[1]
    assert beginner.decide("client-02", "attendre", until=until).status_code == 303
    assert "Reprendre le dossier" in text(beginner.get())
    assert beginner.finish().location == beginner.url("/debrief")
    page = text(beginner.get("/debrief?bilan=1"))
    assert "Ce que cachaient les dossiers" in page
    assert "ont payé" in page or "a payé" in page
    assert [row.action for row in stored(RunDecision)][:4] == ["pointage", "appel", "mail", "attendre"]
    assert len(stored(RunDecision)) == 8


def test_no_two_games_are_alike(beginner, stored):
    """A new run draws new customers."""
    first = text(beginner.get())
    beginner.start()
    names = r'<span class="name">([^<]+)</span>'
    assert re.findall(names, first) != re.findall(names, text(beginner.get()))
    seeds = [row.seed for row in stored(ExerciseRun)]
    assert len(set(seeds)) == 2


def test_the_statement_is_read_at_once_and_for_good(beginner, stored):
    """Reading is told at once, costs its minutes, stays after an undo, and is done once a séance."""
    beginner.decide(CLIENT, "mail")
    beginner.decide("", "pointage")
    page = text(beginner.get())
    assert "Relevé lu le" in page
    assert "Tous les clients" in page
    assert beginner.undo(2).status_code == 409
    assert beginner.undo(1).status_code == 303
    assert "Relevé lu le" in text(beginner.get())
    again = beginner.decide("", "pointage")
    assert again.status_code == 422
    assert "déjà lu" in text(again)
    assert [row.undone_at is None for row in stored(RunDecision)] == [False, True]


def test_a_long_list_can_be_sorted_and_stays_in_reach(manager):
    """Twenty customers can be sorted by what is to do, amount, lateness or name; an unknown order is the first one."""
    names = r'<span class="name">([^<]+)</span>'
    by_name = re.findall(names, text(manager.get("?tri=nom")))
    assert len(by_name) == 20
    assert by_name == sorted(by_name)
    amounts = re.findall(r'<span class="money">([\d\u202f]+),(\d\d)', text(manager.get("?tri=montant")))[:20]
    owed = [int(whole.replace("\u202f", "")) for whole, _ in amounts]
    assert owed == sorted(owed, reverse=True)
    for raw in ("x", "", "montant%00", "%ED%A0%80", "x" * 3000):
        answer = manager.get(f"?tri={raw}")
        assert answer.status_code == 200
        assert re.findall(names, text(answer)) == re.findall(names, text(manager.get()))


def test_s15_no_page_of_play_tells_the_hidden_cause(manager):
    """Desk, files and confirmation hold neither grade, nor euros of evaluation, nor any cause."""
    manager.close(0)
    pages = [text(manager.get(tail)) for tail in ("", f"/client/{CLIENT}", "/client/client-20", "/seance")]
    for page in pages:
        assert len(H1.findall(page)) == 1
        for secret in ("Bien joué", "Coûteux", "Coût probable", "quasi-insolvable", "stratege", "un retard calculé"):
            assert secret not in page


def test_red_lines_are_stopped_when_guided_and_counted_when_free(beginner, manager, stored):
    """The same forbidden move: 422 with its reason in guided play, recorded in free play and told at the end."""
    answer = beginner.decide(CLIENT, "menace-penale")
    assert answer.status_code == 422
    assert "Ligne rouge" in text(answer)
    beginner.close(0)
    unchecked = beginner.decide(CLIENT, "appel", 1)
    if unchecked.status_code == 422:
        assert "Pointez d’abord" in text(unchecked)
    assert manager.decide(CLIENT, "menace-penale").status_code == 303
    manager.finish()
    assert "ligne rouge franchie" in text(manager.get("/debrief?bilan=1"))


BAD = {
    "action inconnue": ({"action": "passage-en-force"}, 422),
    "dix mille actions": ({"action": ["mail"] * 10_000}, 422),
    "sans précondition": ({"action": "injonction"}, 422),
    "relevé sur un client": ({"action": "pointage"}, 422),
    "mail sans client": ({"customer": "", "action": "mail"}, 422),
    "client inconnu": ({"customer": "client-99"}, 422),
    "client illisible": ({"customer": "client-01\x00"}, 422),
    "substitut isolé": ({"customer": b"client-\xed\xa0\x80"}, 422),
    "séance close": ({"session": 3}, 409),
    "séance immense": ({"session": "9" * 40}, 409),
    "attendre sans date": ({"action": "attendre"}, 422),
    "attendre en 1999": ({"action": "attendre", "until": "1999-01-01"}, 422),
    "après un jugement": ({"action": "apres-jugement"}, 422),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_moves_are_refused_and_write_nothing(beginner, stored, name):
    """Each bad move gets its status and a French sentence; no row is written and the desk goes on."""
    changes, status = BAD[name]
    sent = {"key": str(uuid.uuid4()), "customer": CLIENT, "action": "mail", "session": 0, **changes}
    answer = beginner.post(beginner.url("/decision"), **sent)
    assert answer.status_code == status, text(answer)
    assert "Traceback" not in text(answer)
    assert stored(RunDecision) == []
    assert beginner.get().status_code == 200


def test_a_closed_file_takes_no_more_decision(manager, stored):
    """Once written off, a file is closed: its page says so, a decision is refused."""
    manager.decide(CLIENT, "passage-en-pertes")
    manager.close(0)
    assert "Dossier clos" in text(manager.get(f"/client/{CLIENT}"))
    answer = manager.decide(CLIENT, "mail", 1)
    assert answer.status_code == 422
    assert "clos" in text(answer)
    assert len(stored(RunDecision)) == 2


def test_parallel_readings_store_one(app, beginner, stored):
    """Eight presses at once on « Lire le relevé » store one reading."""
    key, cookie = str(uuid.uuid4()), beginner.client.get_cookie("reglo")

    def send(_rank: int) -> int:
        browser = app.test_client()
        browser.set_cookie("reglo", cookie.value)
        form = {"csrf_token": beginner.token, "key": key, "customer": "", "action": "pointage", "session": 0}
        return browser.post(beginner.url("/decision"), data=form).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {303}
    assert len(stored(RunDecision)) == 1


def test_a_moment_is_replayed_with_the_same_customers(manager, stored):
    """A replay keeps the moves before the moment, the seed and the version."""
    manager.decide(CLIENT, "mise-en-demeure")
    manager.finish()
    numbers = re.findall(r"/debrief/moment/(\d+)", text(manager.get("/debrief?bilan=1")))
    answer = manager.post(manager.url(f"/debrief/moment/{numbers[0]}/rejouer"), key=str(uuid.uuid4()))
    assert answer.status_code == 303
    first, again = stored(ExerciseRun)
    assert (again.seed, again.engine_version, again.replay_of) == (first.seed, first.engine_version, first.id)


def test_a_run_of_an_older_version_goes_on_with_a_notice(beginner, session, monkeypatch):
    """When new constants are published, a run keeps its own, plays and is reviewed; the desk says so."""
    current = PortfolioEngine()
    older = next(iter(read_versions().values()))
    newer = Tables("2999-01-01.1", older.parameter_file, older.value_file)
    engine = PortfolioEngine({newer.version: newer, older.version: older})
    monkeypatch.setattr(runs, "ENGINES", MappingProxyType({**runs.ENGINES, "portfolio": engine}))
    monkeypatch.setattr("course_app.exercise.routes.ENGINES", runs.ENGINES)
    assert "continue avec la version de son départ" in text(beginner.get())
    assert beginner.decide(CLIENT, "mail").status_code == 303
    assert beginner.finish().location == beginner.url("/debrief")
    assert beginner.get("/debrief?bilan=1").status_code == 200
    session.execute(update(ExerciseRun).values(engine_version="portfolio-0+x").execution_options(**EVERYWHERE))
    assert current.of_version("portfolio-0+x") is None
    assert beginner.get("/debrief?bilan=1").status_code == 409


def test_a_run_of_older_words_says_so(app, beginner, session):
    """When the exercise was reworded since, an open run keeps its own words and says so."""
    assert "continue avec la version" not in text(beginner.get())
    with app.app_context():
        published = library.catalog().exercises[SHORT]
    older = Exercise.model_validate({**published.model_dump(), "title": "Ancien titre", "content_hash": ""})
    progress.pin(session, older, now())
    session.execute(update(ExerciseRun).values(content_hash=older.content_hash).execution_options(**EVERYWHERE))
    session.commit()
    page = text(beginner.get())
    assert "Cet exercice a été modifié depuis" in page
    assert "Ancien titre" in page
