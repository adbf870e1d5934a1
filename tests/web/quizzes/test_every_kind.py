"""Every kind of question through its pages, in practice and in a test: empty, wrong, partly right, right, come back to."""

import re
import uuid
from html import unescape

import pytest
from sqlalchemy import select

from course_app.library.model import Draw, Quiz, QuizKind
from course_app.library.questions import OrderingQuestion, QuestionType
from course_app.quizzes import service
from course_app.quizzes.exam import service as exams
from course_app.quizzes.exam.models import ExamResult
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.keys import expected, right_answer, wrong_answer
from course_app.quizzes.models import Answer
from course_app.web.clock import now
from tests.support.answers import partly_right
from tests.support.questions import every_kind
from tests.web.quizzes.conftest import EVERYWHERE, Player

GIVEN = {"wrong": wrong_answer, "partly": partly_right, "right": right_answer}
HEADING = {"wrong": "Pas cette fois.", "partly": "Presque.", "right": "Bien vu."}
OBJECTIVE = "Savoir répondre"


def _asked():
    return tuple(each.model_copy(update={"objective": OBJECTIVE}) for each in every_kind())


def _quiz(kind, **values):
    return Quiz(
        id="toutes-sortes", title="Toutes sortes", minutes=5, kind_of_quiz=kind, introduction="Dix questions.",
        reviewed_on="2026-11-22", questions=_asked(), **values,
    )  # fmt: skip


def _kept(page, question, given):
    """Whether a page shows the answer that was kept, in the controls of its kind."""
    if isinstance(question, OrderingQuestion):
        return tuple(re.findall(r'name="option" value="([^"]+)"', page)) == given.chosen
    held = re.findall(r'value="([^"]*)"[^>]*\b(?:checked|selected)\b', page)
    return given.typed in page and set(given.chosen) <= set(held)


@pytest.mark.parametrize("how", GIVEN)
def test_every_kind_in_practice(client, session, learner, csrf, stored, how):
    """Nothing sent: 422 and nothing stored; then the verdict in words, its credit, and the same page on coming back."""
    quiz = _quiz(QuizKind.PRACTICE)
    row = service.start(session, learner.actor, quiz, uuid.uuid4(), now())
    session.commit()
    player = Player(client, quiz, csrf(client.get("/parcours")), str(row.id))
    for number, question in enumerate(quiz.questions, 1):
        given = GIVEN[how](question) or wrong_answer(question)
        empty = {"option": [], "typed": ""}
        assert player.post(player.url(number), key=str(uuid.uuid4()), **empty).status_code == 422
        sent = player.send(number, list(given.chosen), typed=given.typed)
        assert sent.status_code == 303
        page = player.page(number)
        grade = judging.grade(question, judging.parse(question, given))
        name = "right" if grade.correct else "partly" if grade.credit else "wrong"
        assert ("C'est écrit." if grade.correct is None else HEADING[name]) in page.replace("’", "'")
        assert stored(Answer)[-1].credit_percent == grade.percent
    partly = [answer for answer in stored(Answer) if 0 < (answer.credit_percent or 0) < 100]
    assert len(partly) == (5 if how == "partly" else 0)
    summary = client.get(player.summary_url).get_data(as_text=True)
    assert f"{9 if how == 'right' else 0} réponse" in summary


@pytest.fixture
def certifying(session, learner):
    """The attempt of a learner at a test that asks every kind that is marked."""
    test = _quiz(QuizKind.TEST, draw=(Draw(objective=OBJECTIVE, count=9),))
    row = exams.start(session, learner.actor, test, {}, uuid.uuid4(), now())
    session.commit()
    return row


@pytest.mark.parametrize("how", GIVEN)
def test_every_kind_in_a_test(client, session, learner, csrf, certifying, how):
    """Nothing sent: 422; kept answers come back as given, no verdict anywhere; once sent, the mean of the credits counts."""
    url, token, credit = f"/tests/essais/{certifying.id}", csrf(client.get("/parcours")), []
    questions = exams.load(session, learner.actor, certifying.id).quiz.questions
    assert {each.type for each in questions} == set(QuestionType) - {QuestionType.FREE_TEXT}
    for number, question in enumerate(questions, 1):
        given = GIVEN[how](question) or wrong_answer(question)
        form = {"csrf_token": token, "key": str(uuid.uuid4()), "revision": "0"}
        assert client.post(f"{url}/question/{number}", data=form).status_code == 422
        values = {"option": list(given.chosen), "typed": given.typed}
        assert client.post(f"{url}/question/{number}", data={**form, **values}).status_code == 303
        page = client.get(f"{url}/question/{number}").get_data(as_text=True)
        assert _kept(page, question, given)
        assert not [word for word in HEADING.values() if word in page]
        credit.append(judging.grade(question, judging.parse(question, given)).percent)
    assert client.post(f"{url}/envoyer", data={"csrf_token": token}).status_code == 303
    session.rollback()
    result = session.scalar(select(ExamResult).execution_options(**EVERYWHERE))
    assert (result.percent, result.passed) == (sum(credit) // 9, how == "right")
    assert f"{result.percent}\u00a0%" in client.get(f"{url}/resultat").get_data(as_text=True)


def test_the_summary_tells_what_was_expected(client, session, learner, csrf):
    """Once every question is answered wrongly, the summary sets « Attendu » beside « Votre réponse », whatever the kind."""
    quiz = _quiz(QuizKind.PRACTICE)
    row = service.start(session, learner.actor, quiz, uuid.uuid4(), now())
    session.commit()
    player = Player(client, quiz, csrf(client.get("/parcours")), str(row.id))
    early = client.get(player.summary_url)
    assert early.status_code == 409
    assert "Attendu" not in early.get_data(as_text=True)
    for number, question in enumerate(quiz.questions, 1):
        given = wrong_answer(question)
        assert player.send(number, list(given.chosen), typed=given.typed).status_code == 303
    rows = unescape(client.get(player.summary_url).get_data(as_text=True)).split('<li class="answer')[1:]
    assert len(rows) == len(quiz.questions)
    for question, told in zip(quiz.questions, rows, strict=True):
        given, _heading, awaited = told.partition("Attendu" if judging.is_marked(question) else "Un modèle")
        assert "Votre réponse" in given
        assert all(words in awaited for words in expected(question)), question.id
        kept = judging.words(question, judging.parse(question, wrong_answer(question)))
        assert all(words in given for words in kept), question.id


def test_each_thing_to_place_has_a_field_of_its_own(client, session, learner, csrf, stored):
    """What the radio buttons of a matching send is the answer; one line left blank is asked for, the others kept."""
    question = next(each for each in _asked() if each.type is QuestionType.MATCHING)
    quiz = Quiz(
        id="placer", title="Placer", minutes=5, kind_of_quiz=QuizKind.PRACTICE, introduction="Une question.",
        reviewed_on="2026-11-22", questions=(question,),
    )  # fmt: skip
    row = service.start(session, learner.actor, quiz, uuid.uuid4(), now())
    session.commit()
    player = Player(client, quiz, csrf(client.get("/parcours")), str(row.id))
    assert "<select" not in player.page(1)
    fields = {f"place-{value.partition(':')[0]}": value for value in right_answer(question).chosen}
    partial = dict(list(fields.items())[:-1])
    refused = player.post(player.url(1), key=str(uuid.uuid4()), **partial)
    assert refused.status_code == 422
    assert re.findall(r'value="([^"]*)" checked', refused.get_data(as_text=True)) == list(partial.values())
    assert player.post(player.url(1), key=str(uuid.uuid4()), **fields).status_code == 303
    assert stored(Answer)[-1].correct
