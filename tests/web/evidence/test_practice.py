"""What a dossier tells of placements, calls and exercises: everything to oneself, nothing of it to a manager (G2)."""

import io
import re
import uuid
import zipfile
from datetime import UTC, datetime

import pytest

from course_app.accounts.rules import Role
from course_app.exercise import runs
from course_app.exercise import service as exercises
from course_app.exercise.engine.contract import Decision
from course_app.jobs.runner import Runner, kinds
from course_app.membership.models import Team, TeamMember
from course_app.paths.placement import service as placement
from course_app.store.session import db
from course_app.web.library import catalog
from tests.support.callers import play

COMPANY, PATH = "Atelier Vercors", "interimaires"
LATE = datetime(2026, 12, 8, 23, 15, tzinfo=UTC)
"""A quarter past midnight on the 9th in Paris."""


@pytest.fixture
def karim(app, session, make_person):
    """A learner who took the placement, skipped a lesson, made a call and played an exercise to its end."""
    person = make_person(Role.LEARNER, COMPANY, "Karim")
    with app.app_context():
        published = catalog()
        path = published.paths[PATH]
        quiz = published.quizzes[path.placement.quiz]
        right = {each.id: next(option.id for option in each.options if option.correct) for each in quiz.questions}
        placement.take(session, person.actor, path, quiz, right, LATE)
        placement.skip(session, person.actor, path, quiz, [path.placement.skips[0].lessons[0]])
        play(session, person.actor, published.calls["mon-assistante"], LATE)
        _game(session, person.actor, published.exercises["facture-orpheline"])
    session.commit()
    return person


def _game(session, actor, exercise):
    row = exercises.start(session, actor, exercise, False, 7, uuid.uuid4(), LATE)
    while not (run := runs.load(session, actor, row.id, writing=True)).is_finished:
        for customer in run.desk.customers:
            action = next((each for each in customer.actions if not each.refusal and not each.needs_date), None)
            if action is not None and run.session_index == 0:
                sent = Decision(run.session_index, customer.id, action.id, None)
                exercises.decide(session, actor, run, sent, uuid.uuid4(), LATE)
                break
        run = runs.load(session, actor, row.id, writing=True)
        exercises.close_session(session, actor, run, run.session_index, uuid.uuid4(), LATE)


def _read(data):
    opened = zipfile.ZipFile(io.BytesIO(data))
    return {name: opened.read(name).decode("utf-8-sig").replace("\u00a0", " ") for name in opened.namelist()}


def test_one_s_own_dossier_tells_placement_calls_and_exercises(app, client, csrf, sign_in, karim):
    """Each answer, sentence and decision is there with its verdict and the day it was in Paris."""
    sign_in(client, karim)
    sent = client.post(f"/mes-preuves/{PATH}", data={"csrf_token": csrf(client.get("/mes-preuves"))})
    files = _read(sent.data)
    with app.app_context():
        published = catalog()
    quiz = published.quizzes[published.paths[PATH].placement.quiz]
    skipped = published.lessons[published.paths[PATH].placement.skips[0].lessons[0]]
    assert skipped.title.replace("\u00a0", " ") in files["001-karim/positionnement.csv"]
    assert files["001-karim/positionnement-reponses.csv"].count(";juste") == len(quiz.questions)
    assert "Mon assistante devait le faire" in files["001-karim/appels.csv"]
    assert "Bonjour." in files["001-karim/phrases.csv"]
    assert "facture" in files["001-karim/parties.csv"]
    assert len(files["001-karim/decisions.csv"].splitlines()) > 1
    for name in ("positionnement", "positionnement-reponses", "appels", "phrases", "parties", "decisions"):
        assert "9 décembre 2026" in files[f"001-karim/{name}.csv"], name
    assert f"textes/quiz-{quiz.id}-{quiz.content_hash[:12]}.html" in files


def test_a_manager_s_dossier_tells_the_day_of_the_placement_only(
    app, client, csrf, sign_in, session, karim, make_person
):
    """No answer, no skipped lesson, no sentence, no decision, and no file named after one (G2; experience.md 48, 49)."""
    manager = make_person(Role.MANAGER, COMPANY, "Claire")
    team = Team(id=uuid.uuid4(), organisation_id=manager.actor.organisation_id, name="Ventes", created_at=LATE)
    session.add(team)
    session.flush()
    stay = {"organisation_id": team.organisation_id, "team_id": team.id, "joined_at": LATE}
    for person in (manager, karim):
        session.add(TeamMember(**stay, user_id=person.actor.user_id, leads=person is manager))
    session.commit()
    sign_in(client, manager)
    page = client.get("/equipe/dossiers")
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page.text)[1]
    order = {"csrf_token": csrf(page), "key": key, "whom": f"personne:{karim.actor.user_id}", "path": PATH}
    assert client.post("/equipe/dossiers", data=order).status_code == 303
    with app.app_context():
        assert Runner(db.engine, kinds()).run_one()
    made = re.search(r"/equipe/dossiers/[0-9a-f-]+\.zip", client.get("/equipe/dossiers").text)[0]
    files = _read(client.get(made).data)
    told = files["001-karim/positionnement.csv"].splitlines()
    assert [line.split(";")[0] for line in told] == ["Fait le", "9 décembre 2026"]
    assert not [name for name in files if re.search("reponses|appels|phrases|parties|decisions", name)]
    assert not [name for name, text in files.items() if "Bonjour." in text and not name.startswith("textes/")]


def test_checking_a_dossier_is_told_in_plain_french(client, sign_in, make_person):
    """Both pages say in a foldable part what a check is, where the key is and the exact command, nowhere else."""
    sign_in(client, make_person(Role.MANAGER, COMPANY, "Claire"))
    for page in ("/equipe/dossiers", "/mes-preuves"):
        before, _summary, told = client.get(page).text.partition("<details>")
        assert "course dossier verify dossier.zip --key cle-publique-reglo.json" in told
        assert "/attestations/cle-publique" in told
        assert "course dossier" not in before
