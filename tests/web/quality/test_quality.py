"""Surveys, results and requests, as people use them."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from course_app.accounts.rules import Role
from course_app.membership.models import Assignment
from course_app.progress import service as progress
from course_app.progress.rules import Exam
from course_app.quality.models import LearnerRequest, SurveyAnswer
from course_app.web.library import catalog

COMPANY = "Atelier Vercors"
HOT = "/enquetes/interimaires/a-chaud"
ANSWERS = {"clair": "4", "utile": "3", "pret": "3", "aide": "4", "conseil": "4"}


def _pass(app, session, actor, at, *, passed=True):
    with app.app_context():
        test = catalog().test_of(catalog().paths["interimaires"])
    told = Exam(actor.user_id, test.id, test.content_hash, str(uuid.uuid4()), 1, 90 if passed else 40, 0, passed, at)
    progress.tell_exam(session, actor, test, told)
    session.commit()


def _surveys(session, person):
    rows = select(SurveyAnswer).where(SurveyAnswer.organisation_id == person.actor.organisation_id)
    return session.scalars(rows).all()


def test_a_survey_opens_with_the_end_of_the_path_and_is_kept_once(app, client, csrf, sign_in, session):
    """Before the test is passed: 404. After: answered once; a second answer is refused, the first kept."""
    learner = sign_in(client)
    assert client.get(HOT).status_code == 404
    _pass(app, session, learner.actor, datetime.now(UTC))
    form = {"csrf_token": csrf(client.get(HOT)), **ANSWERS, "comment": "Clair."}
    assert client.post(HOT, data=form).status_code == 303
    assert client.post(HOT, data={**form, "conseil": "1"}).status_code == 409
    assert [row.answers for row in _surveys(session, learner)] == [ANSWERS]
    assert "Merci" in client.get(HOT).text


def test_an_incomplete_survey_comes_back_as_typed(app, client, csrf, sign_in, session):
    """A question left empty, an unknown answer: 422, what was chosen kept, nothing stored."""
    learner = sign_in(client)
    _pass(app, session, learner.actor, datetime.now(UTC))
    token = csrf(client.get(HOT))
    for wrong in ({**ANSWERS, "clair": ""}, {**ANSWERS, "clair": "5"}, {**ANSWERS, "comment": "x" * 1_001}):
        refused = client.post(HOT, data={"csrf_token": token, **wrong})
        assert refused.status_code == 422
        assert refused.text.count(" checked") >= 4
    assert not _surveys(session, learner)


def test_the_survey_of_a_month_later_waits_for_it(app, client, sign_in, session):
    """The second survey opens thirty days after the end, and not a day before."""
    learner = sign_in(client)
    _pass(app, session, learner.actor, datetime.now(UTC) - timedelta(days=29))
    assert client.get("/enquetes/interimaires/a-froid").status_code == 404
    other = sign_in_again(client, sign_in)
    _pass(app, session, other.actor, datetime.now(UTC) - timedelta(days=31))
    assert client.get("/enquetes/interimaires/a-froid").status_code == 200


def sign_in_again(client, sign_in):
    """Sign somebody else in, in the same browser emptied of its cookies."""
    for cookie in list(client._cookies):
        client._cookies.pop(cookie)
    return sign_in(client)


def test_results_tell_nothing_of_a_few_and_count_right_for_more(app, client, session, make_person):
    """Four people: too early; five: the very share, with its formula and the day it was counted."""
    people = [make_person().actor for _each in range(5)]
    for rank, actor in enumerate(people):
        session.add(
            Assignment(
                organisation_id=actor.organisation_id,
                user_id=actor.user_id,
                path_id="interimaires",
                assigned_at=datetime.now(UTC),
            )
        )
        if rank < 4:
            _pass(app, session, actor, datetime.now(UTC), passed=rank != 0)
    session.commit()
    page = client.get("/resultats").text.replace("\u00a0", " ")
    assert "60 %" in page  # three passed of five who were given the path
    assert "3 sur 5" in page
    assert "3 sur 4" not in page  # four took the test: too few to tell
    _pass(app, session, people[4], datetime.now(UTC))
    assert "80 %" in client.get("/resultats").text.replace("\u00a0", " ")


def _key(page):
    return re.search(r'name="key"[^>]*value="([^"]+)"', page.text)[1]


def test_a_request_is_answered_by_an_administrator_and_read_by_its_asker(
    app, client, csrf, sign_in, session, make_person
):
    """Karim asks for larger letters; Zoé answers; Karim reads the answer. The answer given first stays."""
    karim, zoe = make_person(Role.LEARNER, COMPANY, "Karim"), make_person(Role.ADMINISTRATOR, COMPANY, "Zoé")
    sign_in(client, karim)
    page = client.get("/demandes")
    form = {"csrf_token": csrf(page), "key": _key(page), "kind": "adaptation", "text": "De plus grandes lettres."}
    assert client.post("/demandes", data=form).status_code == 303
    assert client.post("/demandes", data=form).status_code == 303
    other = app.test_client()
    other.shared_session = session
    sign_in(other, zoe)
    register = other.get("/administration/demandes")
    assert register.text.count("De plus grandes lettres.") == 1
    address = re.search(r'action="(/administration/demandes/[^"]+)"', register.text)[1]
    token = csrf(register)
    assert other.post(address, data={"csrf_token": token, "answer": ""}).status_code == 422
    assert other.post(address, data={"csrf_token": token, "answer": "C'est fait."}).status_code == 303
    assert other.post(address, data={"csrf_token": token, "answer": "Autre chose."}).status_code == 409
    assert "C&#39;est fait." in client.get("/demandes").text


def test_s02_a_request_of_another_company_is_not_found(app, client, csrf, sign_in, session, make_person):
    """An administrator of another company can neither read nor answer it; a manager of this one gets 403."""
    karim = make_person(Role.LEARNER, COMPANY, "Karim")
    row = LearnerRequest(
        organisation_id=karim.actor.organisation_id,
        learner_id=karim.actor.user_id,
        kind="adaptation",
        text="Secret",
        key=uuid.uuid4(),
        asked_at=datetime.now(UTC),
        answer="",
    )
    session.add(row)
    session.commit()
    sign_in(client, make_person(Role.ADMINISTRATOR))
    register = client.get("/administration/demandes")
    assert "Secret" not in register.text
    for answer in ("", "Vu"):
        form = {"csrf_token": csrf(register), "answer": answer}
        assert client.post(f"/administration/demandes/{row.id}", data=form).status_code == 404


@pytest.mark.parametrize("text", ["", " ", "x" * 2_001, "a\x00b"])
def test_a_refused_request_stores_nothing(client, csrf, sign_in, session, text):
    """Empty, too long, unstorable: 422 and nothing half-written."""
    learner = sign_in(client)
    page = client.get("/demandes")
    form = {
        "csrf_token": csrf(page),
        "key": _key(page),
        "kind": "reclamation",
        "text": text,
    }
    assert client.post("/demandes", data=form).status_code == 422
    rows = select(LearnerRequest).where(LearnerRequest.organisation_id == learner.actor.organisation_id)
    assert not session.scalars(rows).all()


def test_public_results_read_the_tests_alone(client, session):
    """What anybody may ask for goes by the index of tests: it never wades through all that everybody did."""
    asked = []

    def keep(_connection, _cursor, statement, parameters, *_rest):
        if "learning_event" in statement:
            asked.append((statement, parameters))

    event.listen(session.get_bind(), "before_cursor_execute", keep)
    client.get("/resultats")
    event.remove(session.get_bind(), "before_cursor_execute", keep)
    assert asked
    for statement, parameters in asked:
        assert "ix_learning_event_exam" in _plan(session, statement, parameters)


def _plan(session, statement, parameters):
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    else:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # an empty table is read whole otherwise
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(str(row) for row in rows)
