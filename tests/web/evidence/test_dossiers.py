"""Dossiers asked for through the site, checked without it."""

import io
import re
import uuid
import zipfile
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from course_app.accounts.rules import Role
from course_app.evidence import rules
from course_app.evidence.evidence_cli import dossier
from course_app.jobs.models import Job
from course_app.jobs.rules import JobState
from course_app.jobs.runner import Runner, kinds
from course_app.membership import people as closing
from course_app.membership.models import Team, TeamMember
from course_app.progress import service as progress
from course_app.quality import service as quality
from course_app.quality.rules import RequestKind
from course_app.quizzes import answering
from course_app.quizzes import service as quizzes
from course_app.quizzes.kinds.keys import wrong_answer
from course_app.signing.keys import public_keys
from course_app.signing.rules import canonical, key_set
from course_app.store.session import db
from course_app.tutoring import service as tutoring
from course_app.web.library import catalog

COMPANY = "Atelier Vercors"
NOW = datetime(2026, 12, 8, 8, tzinfo=UTC)


@pytest.fixture
def company(app, session, make_person):
    """A manager who leads a team of two, one of whom has read a lesson and answered its quiz wrongly."""
    manager = make_person(Role.MANAGER, COMPANY, "Claire")
    karim, lucie = make_person(Role.LEARNER, COMPANY, "Karim"), make_person(Role.LEARNER, COMPANY, "Lucie")
    team = Team(id=uuid.uuid4(), organisation_id=manager.actor.organisation_id, name="Ventes", created_at=NOW)
    session.add(team)
    session.flush()
    stays = [
        TeamMember(
            organisation_id=team.organisation_id,
            team_id=team.id,
            user_id=person.actor.user_id,
            leads=person is manager,
            joined_at=NOW,
        )
        for person in (manager, karim, lucie)
    ]
    session.add_all(stays)
    with app.app_context():
        _work(session, karim.actor)
    session.commit()
    return {"manager": manager, "karim": karim, "lucie": lucie, "team": team, "stays": stays}


def _work(session, actor, at=NOW):
    quiz = catalog().quizzes["facture-perdue"]
    progress.finish(session, actor, catalog().lessons["oubli-et-facture-perdue"], at)
    row = quizzes.start(session, actor, quiz, uuid.uuid4(), at)
    for number, question in enumerate(quiz.questions, 1):
        given = wrong_answer(question)
        held = answering.hold(session, actor, row.id)
        answering.answer(
            session, actor, held, number, quizzes.Submission(uuid.uuid4(), given.chosen, None, given.typed), at
        )


def _opened(app, settings, data):
    told = rules.check(io.BytesIO(data), public_keys(settings.data_dir))
    return told, zipfile.ZipFile(io.BytesIO(data))


def _texts(opened):
    return "\n".join(opened.read(name).decode("utf-8-sig") for name in opened.namelist())


def _team_dossier(app, client, csrf, whom, path="equipe"):
    page = client.get("/equipe/dossiers")
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page.text)[1]
    form = {"csrf_token": csrf(page), "key": key, "whom": whom, "path": path}
    assert client.post("/equipe/dossiers", data=form).status_code == 303
    with app.app_context():
        runner = Runner(db.engine, kinds())
        assert runner.run_one()
        assert not runner.run_one()
    return re.search(r"/equipe/dossiers/[0-9a-f-]+\.zip", client.get("/equipe/dossiers").text)[0]


def test_a_learner_takes_their_whole_dossier(app, settings, client, csrf, sign_in, company):
    """One's own dossier holds the programme, the activity, one's answers and the questions as asked, and is signed."""
    sign_in(client, company["karim"])
    response = client.post("/mes-preuves/equipe", data={"csrf_token": csrf(client.get("/mes-preuves"))})
    told, opened = _opened(app, settings, response.data)
    names = opened.namelist()
    assert {"index.html", "programme.html", "manifeste.json", "001-karim/activites.csv", "001-karim/reponses.csv"} <= {
        *names
    }
    question = catalog_of(app).quizzes["facture-perdue"].questions[0]
    assert question.prompt in opened.read("001-karim/reponses.html").decode()
    (place,) = (name for name in names if name.startswith("textes/quiz-facture-perdue-"))
    assert place in opened.read("001-karim/textes-montres.csv").decode()
    assert told["chaine"]["numero"] > 0
    assert "attachment" in response.headers["Content-Disposition"]


def catalog_of(app):
    """Return the served catalogue."""
    with app.app_context():
        return catalog()


def test_no_dossier_tells_the_key_of_a_question(app, settings, client, csrf, sign_in, company):
    """Not even one's own dossier holds what feedback says, which would be the key (S21)."""
    sign_in(client, company["karim"])
    response = client.post("/mes-preuves/equipe", data={"csrf_token": csrf(client.get("/mes-preuves"))})
    shown = _texts(_opened(app, settings, response.data)[1])
    for question in catalog_of(app).quizzes["facture-perdue"].questions:
        assert not [option.feedback.rule for option in question.options if option.feedback.rule in shown]


def test_a_manager_s_dossier_holds_no_answer_nor_count_of_tries(app, settings, client, csrf, sign_in, company):
    """A team's dossier gives each member results and dates; what Karim chose is nowhere in it (G2)."""
    sign_in(client, company["manager"])
    address = _team_dossier(app, client, csrf, f"equipe:{company['team'].id}")
    response = client.get(address)
    told, opened = _opened(app, settings, response.data)
    assert told["organisation"] == COMPANY
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert {name.split("/")[0] for name in opened.namelist() if "/" in name} == {
        "001-claire",
        "002-karim",
        "003-lucie",
        "textes",
    }
    assert not [name for name in opened.namelist() if "reponses" in name]
    table = opened.read("002-karim/evaluations.csv").decode("utf-8-sig")
    assert table.splitlines()[0] == "Évaluation;Terminée le;Version"


def test_s05_a_dossier_is_out_of_reach_once_one_of_its_people_is(app, client, csrf, sign_in, session, company):
    """A manager who no longer leads the team, another manager, a learner: 404 or 403, whatever the link."""
    sign_in(client, company["manager"])
    address = _team_dossier(app, client, csrf, f"personne:{company['karim'].actor.user_id}")
    assert client.get(address).status_code == 200
    company["stays"][1].left_at = NOW
    session.commit()
    assert client.get(address).status_code == 404


def test_s02_s03_nobody_s_team_can_be_asked(client, csrf, sign_in, company, make_person):
    """A person or a team of another company is no choice: 422, nothing queued, what was chosen kept."""
    sign_in(client, make_person(Role.MANAGER))
    page = client.get("/equipe/dossiers")
    for whom in (f"equipe:{company['team'].id}", f"personne:{company['karim'].actor.user_id}", "equipe:x", "x", ""):
        form = {"csrf_token": csrf(page), "key": str(uuid.uuid4()), "whom": whom, "path": "equipe"}
        assert client.post("/equipe/dossiers", data=form).status_code == 422


def test_a_dossier_verifies_on_a_machine_without_database(app, settings, client, csrf, sign_in, company, tmp_path):
    """With the file and the public key alone: exit 0; one byte changed: exit 1, told in French."""
    sign_in(client, company["karim"])
    response = client.post("/mes-preuves/equipe", data={"csrf_token": csrf(client.get("/mes-preuves"))})
    file, key = tmp_path / "dossier.zip", tmp_path / "cle.json"
    file.write_bytes(response.data)
    key.write_bytes(canonical(key_set(public_keys(settings.data_dir))))
    genuine = CliRunner().invoke(dossier, ["verify", str(file), "--key", str(key)])
    assert genuine.exit_code == 0
    assert "authentique" in genuine.output
    middle = len(response.data) // 2
    file.write_bytes(response.data[:middle] + bytes([response.data[middle] ^ 1]) + response.data[middle + 1 :])
    assert CliRunner().invoke(dossier, ["verify", str(file), "--key", str(key)]).exit_code == 1


def test_a_runner_killed_halfway_leaves_no_half_dossier(app, settings, client, csrf, sign_in, session, company):
    """Started again, the work writes its pieces anew: the file is whole and has no more than it needs."""
    sign_in(client, company["manager"])
    address = _team_dossier(app, client, csrf, f"equipe:{company['team'].id}")
    whole = client.get(address).data
    job_id = uuid.UUID(address.split("/")[-1].removesuffix(".zip"))
    with app.app_context():
        job = session.get_one(Job, job_id, execution_options={"across_organisations": True})
        job.state, job.result = JobState.WAITING, None
        session.commit()
        assert Runner(db.engine, kinds()).run_one()
    again = client.get(address).data
    rules.check(io.BytesIO(again), public_keys(settings.data_dir))
    assert abs(len(again) - len(whole)) < 200  # another moment is written in it


def test_every_sheet_dates_a_late_evening_by_the_same_day(app, settings, client, csrf, sign_in, session, make_person):
    """At half past midnight in Paris, it is still the day before elsewhere: lesson, answers, message and request agree."""
    person = make_person(Role.LEARNER, COMPANY, "Karim")
    night = datetime(2026, 12, 7, 23, 30, tzinfo=UTC)
    with app.app_context():
        _work(session, person.actor, night)
    tutoring.write(session, person.actor, person.actor.user_id, "Une question", None, uuid.uuid4(), night)
    quality.ask(session, person.actor, RequestKind.COMPLAINT, "Une demande", uuid.uuid4(), night)
    session.commit()
    sign_in(client, person)
    response = client.post("/mes-preuves/equipe", data={"csrf_token": csrf(client.get("/mes-preuves"))})
    opened = _opened(app, settings, response.data)[1]
    for sheet in ("activites", "reponses", "echanges-tuteur", "demandes"):
        told = opened.read(f"001-karim/{sheet}.csv").decode("utf-8-sig")
        assert "8 décembre" in told, sheet
        assert "7 décembre" not in told, sheet


def test_two_people_of_one_first_name_are_told_apart(
    app, settings, client, csrf, sign_in, company, make_person, session
):
    """Whoever asks chooses the right Karim of two, and whoever reads the dossier knows which one it is about."""
    other = make_person(Role.LEARNER, COMPANY, "Karim")
    session.add(
        TeamMember(
            organisation_id=company["team"].organisation_id,
            team_id=company["team"].id,
            user_id=other.actor.user_id,
            leads=False,
            joined_at=NOW,
        )
    )
    sign_in(client, company["manager"])
    choices = client.get("/equipe/dossiers").text
    assert f">Karim ({company['karim'].email})</option>" in choices
    assert f">Karim ({other.email})</option>" in choices
    assert ">Lucie</option>" in choices
    address = _team_dossier(app, client, csrf, f"equipe:{company['team'].id}")
    index = _opened(app, settings, client.get(address).data)[1].read("index.html").decode()
    assert [index.count(each.email) for each in (company["karim"], other, company["lucie"])] == [1, 1, 1]


def test_proof_outlives_the_access_of_whoever_left(app, settings, client, csrf, sign_in, session, company, make_person):
    """A temp whose access is closed still has a dossier, for the administrator; a manager elsewhere is refused."""
    leaver, administrator = company["lucie"], make_person(Role.ADMINISTRATOR, COMPANY, "Nadia")
    closing.close(session, administrator.actor, leaver.actor.user_id, NOW)
    session.commit()
    sign_in(client, administrator)
    assert ">Lucie, accès fermé</option>" in client.get("/equipe/dossiers").text
    response = client.get(_team_dossier(app, client, csrf, f"personne:{leaver.actor.user_id}"))
    assert "001-lucie/activites.csv" in _opened(app, settings, response.data)[1].namelist()
    other = app.test_client()
    sign_in(other, make_person(Role.MANAGER, COMPANY, "Paul"))
    page = other.get("/equipe/dossiers")
    form = {"csrf_token": csrf(page), "key": str(uuid.uuid4()), "whom": f"personne:{leaver.actor.user_id}"}
    assert other.post("/equipe/dossiers", data={**form, "path": "equipe"}).status_code == 422


def test_a_dossier_made_stays_when_its_path_is_no_longer_published(app, client, csrf, sign_in, session, company):
    """The proof of a training does not leave with the training: its page lists it, its file is still given."""
    sign_in(client, company["manager"])
    address = _team_dossier(app, client, csrf, f"personne:{company['karim'].actor.user_id}")
    with app.app_context():
        job_id = uuid.UUID(address.split("/")[-1].removesuffix(".zip"))
        job = session.get_one(Job, job_id, execution_options={"across_organisations": True})
        job.parameters = {**job.parameters, "path": "parcours-retire"}
        session.commit()
    assert address in client.get("/equipe/dossiers").text
    assert client.get(address).status_code == 200
