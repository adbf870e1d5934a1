"""Each path is certified: its last step is its own test, drawn from all its modules, and it can be passed."""

import uuid
from html import unescape

import pytest
from sqlalchemy import select

from course_app.library.model import ItemKind
from course_app.progress import service as progress
from course_app.quizzes.exam.certified import certified_on
from course_app.quizzes.exam.models import ExamResult
from course_app.quizzes.kinds.keys import right_answer
from course_app.quizzes.models import QuizAttempt
from tests.web.quizzes.conftest import EVERYWHERE

TESTS = ("test-commerciaux", "test-equipe", "test-interimaires")


@pytest.mark.parametrize("name", TESTS)
def test_a_path_ends_with_a_test_of_all_its_modules(catalog, name):
    """The test is the last step of one path; it draws from quizzes of that path, at least one of each module."""
    test = catalog.quizzes[name]
    (path,) = [path for path in catalog.paths.values() if path.items[-1].id == name]
    in_modules = [{ref.id for ref in module.items if ref.kind is ItemKind.QUIZ} for module in path.modules]
    assert set(test.pools) <= set().union(*in_modules)
    assert all(quizzes & set(test.pools) for quizzes in in_modules)


@pytest.mark.parametrize("name", TESTS)
def test_right_answers_pass_it(client, session, learner, csrf, catalog, name):
    """Started, answered question by question and sent through the pages, it asks all it announces and is passed.

    Whoever passed it is then found by any question it asked, and by no other.
    """
    token = csrf(client.get(f"/tests/{name}"))

    def post(url, **fields):
        reply = client.post(url, data={"csrf_token": token, "key": str(uuid.uuid4()), **fields})
        assert reply.status_code == 303
        return reply

    attempt = post(f"/tests/{name}").location.split("/essais/")[1].split("/")[0]
    chosen = select(QuizAttempt).where(QuizAttempt.id == uuid.UUID(attempt)).execution_options(**EVERYWHERE)
    asked = progress.pinned(session, session.scalar(chosen).content_hash).questions
    assert len(asked) == sum(draw.count for draw in catalog.quizzes[name].draw)
    session.rollback()
    for number, given in enumerate(map(right_answer, asked), 1):
        post(f"/tests/essais/{attempt}/question/{number}", option=list(given.chosen), typed=given.typed, revision="0")
    post(f"/tests/essais/{attempt}/envoyer")
    (result,) = session.scalars(select(ExamResult).execution_options(**EVERYWHERE))
    assert (result.percent, result.passed) == (100, True)
    assert "Test réussi" in unescape(client.get(f"/tests/essais/{attempt}/resultat").get_data(as_text=True))
    told = certified_on(session, {asked[0].id, "quiz.autre"})
    assert [(each.test, each.question, each.email) for each in told] == [(name, asked[0].id, learner.email)]
    assert certified_on(session, {"quiz.autre"}) == certified_on(session, set()) == []
