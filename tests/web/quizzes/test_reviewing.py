"""« Questions à revoir »: counted beside the pages, ranked across quizzes, told in plain French to authors only."""

import re
from html import unescape

import pytest
from sqlalchemy import event, select

from course_app.accounts.rules import Role
from course_app.library.model import Quiz, QuizKind, wording_hash
from course_app.quizzes.items.rules import ENOUGH_ANSWERS
from course_app.quizzes.kinds.judging import is_marked
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.quizzes.models import QuizAttempt
from course_app.quizzes.reviewing import counting
from course_app.quizzes.reviewing.models import QuestionMeasure, QuizCount
from course_app.quizzes.rules import Certainty
from course_app.web.clock import now
from tests.support.browsers import enter_as
from tests.support.crowd import answer_quiz, crowd

ADDRESS = "/quiz/questions-a-revoir"
LINKED = re.compile(r'<h3>\d+\. <a href="([^"]+)"')


@pytest.fixture
def author(app, session):
    """A signed-in author's browser."""
    return enter_as(app, session, Role.AUTHOR).client


def _told(client, **asked):
    return unescape(client.get(ADDRESS, query_string=asked).get_data(as_text=True)).replace("\u00a0", " ")


def _row(quiz, question, **figures):
    values = {
        "answers": 100, "correct": 60, "sure_and_wrong": 0, "mistaken": 20, "discrimination": 0.4, "compared": 100
    }  # fmt: skip
    return QuestionMeasure(
        quiz_id=quiz.id,
        question_id=question.id,
        wording=wording_hash(question),
        mistake="Crier.",
        success=60,
        degrees=[],
        content_hash="0" * 64,
        last_at=now(),
        **{**values, **figures},
    )


def _counted(session, *rows):
    session.add_all(rows)
    for quiz_id in {row.quiz_id for row in rows}:
        session.add(QuizCount(quiz_id=quiz_id, answers=1, newest=1, counted_at=now()))
    session.commit()


@pytest.fixture
def practice(catalog):
    """Practice quizzes, in the order of the files."""
    return [quiz for quiz in catalog.quizzes.values() if quiz.kind_of_quiz is QuizKind.PRACTICE]


def test_first_answers_become_a_line_that_says_why(app, session, author, quiz):
    """Thirty people, twenty of them sure and wrong at one question: the chore counts, the page says it and leads there."""
    small = Quiz(**{**quiz.model_dump(exclude={"content_hash"}), "questions": quiz.questions[:2]})
    people = crowd(session, ENOUGH_ANSWERS)
    for rank, person in enumerate(people):
        answer_quiz(session, person, small, wrong_answer if rank < 20 else right_answer, certainty=Certainty.SURE)
    session.commit()
    with app.app_context():
        assert counting.count(10) == 1
        assert counting.count(10) == 0
    page = _told(author)
    assert "2 questions à revoir" in page
    assert f'<h3>1. <a href="/quiz/{quiz.id}/questions#question-1">' in page
    assert "Une erreur l'emporte sur la réponse juste : 67 % contre 33 %." in page.replace("’", "'")
    assert "67 % des personnes se trompent en étant sûres d'elles." in page.replace("’", "'")
    assert "Alix" not in page
    measured_page = author.get(f"/quiz/{quiz.id}/questions").get_data(as_text=True)
    assert 'id="question-1"' in measured_page
    session.delete(session.scalars(select(QuizAttempt).execution_options(across_organisations=True)).first())
    session.commit()
    with app.app_context():
        assert counting.count(10) == 1
    assert "Aucune question n'a encore 30 premières réponses" in _told(author).replace("’", "'")


def test_the_rounds_count_once_whatever_the_number_of_servers(app, session, quiz):
    """Two processes that walk at the same moment: one counts; nothing is counted when nothing changed."""
    [person] = crowd(session, 1)
    answer_quiz(session, person, quiz, right_answer, numbers=[1])
    session.commit()
    with app.app_context():
        assert (counting.count_due(), counting.count_due()) == (1, 0)


def test_a_busy_quiz_does_not_keep_the_others_waiting(app, session, practice):
    """When there is time for one quiz, that is the one that waited longest, whatever was answered meanwhile."""
    for quiz in practice[:2]:
        for person in crowd(session, 1):
            answer_quiz(session, person, quiz, right_answer, numbers=[1])
    session.commit()
    counted = []
    for _round in range(3):
        with app.app_context():
            assert counting.count(0) == 1
        counted.append(session.scalars(select(QuizCount.quiz_id).order_by(QuizCount.counted_at.desc())).first())
        [person] = crowd(session, 1)
        answer_quiz(
            session, person, next(quiz for quiz in practice if quiz.id == counted[0]), right_answer, numbers=[1]
        )
        session.commit()
    assert set(counted[:2]) == {quiz.id for quiz in practice[:2]}
    assert counted[2] == counted[0]


def test_the_page_says_why_nothing_shows(app, session, author, practice):
    """Before the first count, under thirty answers, and when all is well: three sentences, each true."""
    assert "n'ont pas encore été comptées" in _told(author).replace("’", "'")
    question = practice[0].questions[0]
    _counted(session, _row(practice[0], question, answers=12))
    page = _told(author)
    assert "La question la plus jouée en a 12." in page
    session.get(QuestionMeasure, (practice[0].id, question.id, wording_hash(question))).answers = 100
    session.commit()
    assert "1 question a assez de réponses pour être jugée" in _told(author)


def test_another_wording_is_not_listed(session, author, practice):
    """Figures of a wording that is no longer asked, or of a quiz that is gone, show nowhere."""
    older = practice[0].questions[0].model_copy(update={"prompt": "Autrement dit ?"})
    gone = practice[1].model_copy(update={"id": "disparu"})
    _counted(session, _row(practice[0], older, correct=0), _row(gone, gone.questions[0], correct=0))
    assert "Rien à revoir" in _told(author)


def test_fifty_a_page_in_order(session, author, practice):
    """Sixty questions: fifty, then ten; the worst first; a page beyond the last gives the last."""
    asked = [(quiz, question) for quiz in practice for question in quiz.questions if is_marked(question)][:60]
    _counted(session, *(_row(*each, correct=rank % 50, mistaken=50) for rank, each in enumerate(asked)))
    first, second = _told(author), _told(author, page="2")
    assert "60 questions à revoir" in first
    assert "page 1 sur 2" in first
    assert (len(LINKED.findall(first)), len(LINKED.findall(second))) == (50, 10)
    assert "<h3>51. " in second
    assert LINKED.findall(_told(author, page="99")) == LINKED.findall(second)
    assert 'rel="next"' not in second
    assert not set(LINKED.findall(first)) & set(LINKED.findall(second))


def test_a_choice_narrows_the_list(session, author, catalog, practice):
    """By path, by module or by quiz; what does not exist is refused with a message and the choice kept."""
    path = next(iter(catalog.paths.values()))
    module = path.modules[0]
    inside = next(quiz for quiz in practice if any(ref.id == quiz.id for ref in module.items))
    other = next(quiz for quiz in practice if all(ref.id != quiz.id for ref in path.items))
    _counted(session, *(_row(quiz, quiz.questions[0], correct=0) for quiz in (inside, other)))
    assert "2 questions à revoir" in _told(author)
    for asked in ({"parcours": path.id}, {"parcours": f"{path.id}/{module.id}"}, {"quiz": inside.id}):
        page = _told(author, **asked)
        assert [link.split("/")[2] for link in LINKED.findall(page)] == [inside.id]
        assert "Tout afficher" in page
    refused = author.get(ADDRESS, query_string={"parcours": "nulle-part", "quiz": inside.id})
    assert refused.status_code == 422
    assert 'id="error-summary"' in refused.get_data(as_text=True)
    assert f'<option selected value="{inside.id}">' in refused.get_data(as_text=True)


def test_a_page_asks_the_same_few_queries_of_any_stock(session, author, practice):
    """Ten times the questions counted: as many queries, and none on the answers."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    numbers = []
    for quizzes in (practice[:1], practice[1:15]):
        _counted(session, *(_row(quiz, question, correct=0) for quiz in quizzes for question in quiz.questions))
        author.get(ADDRESS)
        event.listen(session.get_bind(), "before_cursor_execute", note)
        author.get(ADDRESS)
        event.remove(session.get_bind(), "before_cursor_execute", note)
        numbers.append(len(seen))
        assert not [statement for statement in seen if "quiz_answer" in statement]
        seen.clear()
    assert numbers[0] == numbers[1]


def test_authors_find_it(app, session, author, quiz):
    """Settings and the measures of a quiz lead to it, for authors; a learner's settings do not."""
    for address in ("/reglages", f"/quiz/{quiz.id}/questions"):
        assert f'href="{ADDRESS}"' in author.get(address).get_data(as_text=True)
    learner = enter_as(app, session, Role.LEARNER).client
    assert ADDRESS not in learner.get("/reglages").get_data(as_text=True)
    assert learner.get(ADDRESS).status_code == 403
