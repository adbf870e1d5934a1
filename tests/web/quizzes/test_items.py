"""The author's view of questions: everybody's first answers, nobody's name, in two queries."""

import csv
import io
from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import event, update

from benchmarks.statements import heard
from course_app.accounts.rules import Role
from course_app.library.model import Quiz, wording_hash
from course_app.quizzes.items import pages, service
from course_app.quizzes.items.rules import ENOUGH_ANSWERS, Measure, measured
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.quizzes.models import Answer
from course_app.quizzes.reviewing import counting
from course_app.quizzes.reviewing import service as reviewing
from course_app.quizzes.reviewing.models import QuestionMeasure
from course_app.quizzes.rules import Certainty
from course_app.store.session import db
from tests.support.browsers import enter_as
from tests.support.crowd import answer_quiz, crowd


@pytest.fixture
def small(quiz):
    """The quiz with its first two questions only."""
    return Quiz(**{**quiz.model_dump(exclude={"content_hash"}), "questions": quiz.questions[:2]})


@pytest.fixture
def played(session, small):
    """Thirty learners of two companies answered the quiz: the first ten wrongly and sure, the others rightly."""
    people = crowd(session, ENOUGH_ANSWERS)
    for rank, person in enumerate(people):
        choose, certainty = (wrong_answer, Certainty.SURE) if rank < 10 else (right_answer, None)
        answer_quiz(session, person, small, choose, certainty=certainty)
    session.commit()
    return people


def _count(app):
    with app.app_context():
        counting.count(60)


def _first(session, quiz):
    reading = service.read(session, quiz, quiz.questions)
    question = quiz.questions[0]
    return measured(reading.answers)[question.id, wording_hash(question)]


def test_everybody_counts_once(session, small, played):
    """Learners of all companies count, by their first answer: playing again changes no figure."""
    before = _first(session, small)
    assert (before.answers, before.success, before.discrimination) == (30, 67, pytest.approx(1.0))
    assert [(each.answers, each.right) for each in before.degrees if each.answers] == [(10, 0), (20, 20)]
    wrong = wrong_answer(small.questions[0]).chosen[0]
    assert before.mistake.text == next(each.text for each in small.questions[0].options if each.id == wrong)
    for person in played[:10]:
        answer_quiz(session, person, small, right_answer)
    assert _first(session, small) == before


def test_two_queries_whatever_the_crowd(session, small, played):
    """Versions and learners change the number of rows, never that of queries."""
    reworded = small.questions[0].model_copy(update={"prompt": "Autrement dit ?"})
    changed = Quiz(**{**small.model_dump(exclude={"content_hash"}), "questions": (reworded, small.questions[1])})
    queries = []

    def count(_connection, _cursor, statement, *_rest):
        queries.extend([statement] if statement.startswith("SELECT") else [])

    session.commit()
    event.listen(session.get_bind(), "before_cursor_execute", count)
    reading = service.read(session, changed, changed.questions)
    event.remove(session.get_bind(), "before_cursor_execute", count)
    assert len(queries) <= 2  # one when the versions are still in memory
    assert {key for key, each in reading.wordings.items() if each.question == small.questions[0]} == {
        (small.questions[0].id, wording_hash(small.questions[0]))
    }
    assert (reworded.id, wording_hash(reworded)) not in measured(reading.answers)


def test_answers_older_than_hashes_find_their_wording(session, small, played):
    """An answer stored before wordings were hashed is counted with the words its attempt is pinned to."""
    before = _first(session, small)
    session.execute(
        Answer.__table__.update().values(question_hash=None, credit_percent=None)
    )  # as migration 0003 left them
    assert _first(session, small) == before


def test_the_page_tells_names_nobody_and_exports(app, session, quiz, small, played):
    """An author reads figures and errors, no name; the spreadsheet holds the same; a learner is refused."""
    author = enter_as(app, session, Role.AUTHOR).client
    assert "n’ont pas encore été comptées" in author.get(f"/quiz/{quiz.id}/questions").text
    _count(app)
    page = unescape(author.get(f"/quiz/{quiz.id}/questions").get_data(as_text=True))
    first = page.split("<section")[1]
    assert "67\u00a0%" in first
    assert "33\u00a0%" in first
    assert "Trop tôt pour juger" in page.split("<section")[3]
    assert "Alix" not in page
    reply = author.get(f"/quiz/{quiz.id}/questions.csv")
    assert reply.headers["Content-Disposition"].startswith(f'attachment; filename="questions-{quiz.id}-')
    rows = list(csv.DictReader(io.StringIO(reply.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))
    assert [row["question"] for row in rows] == [each.id for each in quiz.questions]
    assert (rows[0]["premières réponses"], rows[0]["réussite (%)"], rows[0]["discrimination"]) == ("30", "67", "1,00")
    assert (rows[2]["premières réponses"], rows[2]["réussite (%)"]) == ("0", "")
    learner = enter_as(app, session, Role.LEARNER).client
    assert learner.get(f"/quiz/{quiz.id}/questions").status_code == 403


def test_what_was_counted_is_what_is_told(app, session, small, played):
    """The page's figures, kept in rows, are those worked out from the answers: all but the moment of the count."""
    answered = service.read(session, small, small.questions)
    session.commit()
    _count(app)
    told = reviewing.worth(session, small, small.questions)
    assert told.measures == measured(answered.answers)
    assert told.wordings.keys() == answered.wordings.keys()
    reworded = small.questions[0].model_copy(update={"prompt": "Autrement dit ?"})
    older = reviewing.worth(session, small, (reworded, small.questions[1]))
    assert older.wordings[small.questions[0].id, wording_hash(small.questions[0])].question == small.questions[0]


def test_what_an_older_version_counted_is_counted_again(app, session, small, played):
    """Rows of before 0036 lack what the page shows: it tells none of them, and the next round counts the quiz anew."""
    session.commit()
    _count(app)
    lacking = {"content_hash": None, "degrees": None, "success": None, "last_at": None}
    session.execute(update(QuestionMeasure).values(**lacking))
    session.commit()
    assert reviewing.worth(session, small, small.questions) == service.Worth({}, {})
    session.commit()
    with app.app_context():
        assert (counting.count(60), counting.count(60)) == (1, 0)
    assert reviewing.worth(session, small, small.questions).counted_at


def test_an_old_wording_is_dated_by_the_day_of_paris(small):
    """Last answered at ten past midnight in Paris, in winter and in summer: that day, not the one before."""
    question = small.questions[0]
    reworded = question.model_copy(update={"prompt": "Autrement dit ?"})
    for moment, day in (
        (datetime(2026, 12, 8, 23, 10, tzinfo=UTC), "9 décembre 2026"),
        (datetime(2026, 3, 28, 23, 10, tzinfo=UTC), "29 mars 2026"),
        (datetime(2026, 10, 24, 22, 10, tzinfo=UTC), "25 octobre 2026"),
    ):
        key = question.id, wording_hash(question)
        worth = service.Worth({key: Measure(30)}, {key: service.Wording(question, moment, "0" * 64)})
        page = pages.items_page(small, (reworded,), worth)
        assert page.items[0].versions[1].last_on.replace("\u00a0", " ") == day


def test_the_page_reads_no_answer(app, session, small, played):
    """A quiz's page and its spreadsheet ask fewer than ten statements, none of which reads answers or attempts."""
    author = enter_as(app, session, Role.AUTHOR).client
    _count(app)
    with app.app_context():
        engine = db.engine
    for tail in ("", ".csv"):
        author.get(f"/quiz/{small.id}/questions{tail}")
        with heard(engine) as asked:
            assert author.get(f"/quiz/{small.id}/questions{tail}").status_code == 200
        assert len(asked) < 10
        assert not [text for text, _values in asked if "quiz_answer" in text or "quiz_attempt" in text]


def test_a_test_is_measured_on_all_it_may_draw(app, session, catalog):
    """The page of a test lists its whole pool; an unknown quiz does not exist."""
    author = enter_as(app, session, Role.AUTHOR).client
    page = author.get("/quiz/test-interimaires/questions")
    assert page.status_code == 200
    assert page.get_data(as_text=True).count("Trop tôt pour juger") > 10
    assert author.get("/quiz/nulle-part/questions").status_code == 404
