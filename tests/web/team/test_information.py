"""Nobody is assessed before being told (security.md G1)."""

import re
import uuid

import pytest
from sqlalchemy import func, select

from course_app.accounts.rules import Role
from course_app.calls.service import Beginning
from course_app.calls.service import start as dial
from course_app.exercise import service as exercises
from course_app.information import service
from course_app.information.service import NotInformed
from course_app.library.calls import Temperature
from course_app.progress.models import LearningEvent
from course_app.quizzes import service as quizzes
from course_app.quizzes.exam import service as exams
from course_app.scenarios import service as scenarios
from course_app.web.clock import now
from tests.web.team.conftest import COMPANY


@pytest.fixture
def newcomer(company, make_person):
    """A learner in a company with a manager, who has been told nothing yet."""
    return make_person(Role.LEARNER, COMPANY, "Lucie", informed=False)


def _starts(session, actor, catalog):
    key, moment = uuid.uuid4(), now()
    call = Beginning(catalog.calls["mon-assistante"], Temperature.CALM, True, 1, key)
    return {
        "quiz": lambda: quizzes.start(session, actor, catalog.quizzes["avant-de-decrocher"], key, moment),
        "exam": lambda: exams.start(session, actor, catalog.quizzes["test-equipe"], catalog.quizzes, key, moment),
        "call": lambda: dial(session, actor, call, moment),
        "exercise": lambda: exercises.start(
            session, actor, catalog.exercises["facture-orpheline"], True, 1, key, moment
        ),
        "scenario": lambda: scenarios.start(session, actor, catalog.scenarios["promesse-de-vendredi"], key, moment),
    }


@pytest.mark.parametrize("kind", ["quiz", "exam", "call", "exercise", "scenario"])
def test_no_attempt_starts_before_the_notice_was_read(session, newcomer, catalog, kind):
    """Every kind of attempt is refused, and stored nowhere, until the notice was read in today's words; then it starts."""
    actor = newcomer.actor
    with pytest.raises(NotInformed):
        _starts(session, actor, catalog)[kind]()
    session.rollback()
    count = select(func.count()).select_from(LearningEvent).execution_options(across_organisations=True)
    assert session.scalar(count) == 0
    old = catalog.information.model_copy(update={"title": "Une version plus ancienne"})
    service.acknowledge(session, actor, old, now())
    with pytest.raises(NotInformed):
        _starts(session, actor, catalog)[kind]()
    session.rollback()
    service.acknowledge(session, actor, catalog.information, now())
    _starts(session, actor, catalog)[kind]()
    assert session.scalar(count) == 1


def test_the_page_comes_in_the_place_of_the_attempt_then_leads_back(client, sign_in, newcomer, read, csrf):
    """Starting too early shows the notice; one click keeps it as read and goes back to what was wanted."""
    sign_in(client, newcomer)
    form = {"csrf_token": csrf(client.get("/quiz/avant-de-decrocher")), "key": str(uuid.uuid4())}
    origin = {"Referer": "http://localhost/quiz/avant-de-decrocher"}
    answer = client.post("/quiz/avant-de-decrocher", data=form, headers=origin)
    assert (answer.status_code, answer.location) == (303, "/avant-de-commencer?suite=/quiz/avant-de-decrocher")
    page = read(answer.location)
    for told in ("À quoi cela sert", "Comment c'est évalué", "Qui voit quoi", "Combien de temps", "Vos droits"):
        assert told.replace("'", "’") in page
    version = re.search(r'name="version" value="([0-9a-f]{64})"', page)[1]
    accepted = {"csrf_token": form["csrf_token"], "version": version, "suite": "/quiz/avant-de-decrocher"}
    assert client.post("/avant-de-commencer", data={**accepted, "version": "0" * 64}).status_code == 422
    assert client.post("/avant-de-commencer", data={**accepted, "suite": "//ailleurs.fr"}).location == "/parcours"
    assert client.post("/avant-de-commencer", data=accepted).location == "/quiz/avant-de-decrocher"
    assert client.post("/quiz/avant-de-decrocher", data=form, headers=origin).location.endswith("/question/1")


def test_people_alone_and_guests_are_not_stopped(session, make_person, catalog, client, read):
    """Somebody without a manager starts at once, and reads a lighter page."""
    alone = make_person(informed=False)
    quizzes.start(session, alone.actor, catalog.quizzes["avant-de-decrocher"], uuid.uuid4(), now())
    service.require(session, alone.actor, catalog.information)
    assert not service.is_watched(session, alone.actor)


def test_reading_it_is_kept_once_with_its_words(session, newcomer, catalog):
    """The hash of the text and the first date stay; the person's export tells them."""
    first = now()
    for _time in range(2):
        service.acknowledge(session, newcomer.actor, catalog.information, now())
    (kept,) = service.export(session, newcomer.actor)["information_read"]
    assert kept["version"] == catalog.information.version
    assert kept["read_at"] >= first.isoformat()
