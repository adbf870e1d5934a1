"""A learner at a quiz: what tests of attempts start from."""

import re
import uuid
from dataclasses import dataclass
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from course_app.accounts.rules import Actor
from course_app.library.model import Question, QuestionType, Quiz, QuizKind
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.web import library

_HIDDEN = re.compile(r'name="key"[^>]*value="([^"]+)"')
CHOICES = {QuestionType.SINGLE, QuestionType.MULTIPLE}
EVERYWHERE = {"across_organisations": True}


def right(question: Question) -> list[str]:
    """Return what is chosen in a right answer."""
    return list(right_answer(question).chosen)


def wrong(question: Question) -> list[str]:
    """Return what is chosen in an answer that is not right and crosses no line."""
    return list(wrong_answer(question).chosen)


@dataclass
class Player:
    """Somebody at one quiz, through the pages of a browser without JavaScript."""

    client: FlaskClient
    quiz: Quiz
    token: str
    attempt_id: str = ""

    def post(self, url: str, **fields: object) -> TestResponse:
        """Send a form of the site."""
        return self.client.post(url, data={"csrf_token": self.token, **fields})

    def start(self, key: str | None = None) -> TestResponse:
        """Start or resume the quiz, and remember the attempt."""
        answer = self.post(f"/quiz/{self.quiz.id}", key=key or str(uuid.uuid4()))
        if answer.status_code == 303:
            self.attempt_id = answer.location.split("/essais/")[1].split("/")[0]
        return answer

    def url(self, number: int) -> str:
        """Return the address of a question of the attempt."""
        return f"/quiz/essais/{self.attempt_id}/question/{number}"

    @property
    def summary_url(self) -> str:
        """The address of the attempt's summary."""
        return f"/quiz/essais/{self.attempt_id}/bilan"

    def send(self, number: int, option: object, key: str | None = None, **fields: object) -> TestResponse:
        """Send an answer to a question."""
        return self.post(self.url(number), option=option, key=key or str(uuid.uuid4()), **fields)

    def page(self, number: int) -> str:
        """Return the text of a question's page."""
        return unescape(self.client.get(self.url(number)).get_data(as_text=True))

    def answer_all(self, choose=right) -> None:
        """Answer every question of the attempt that is still open."""
        for number, question in enumerate(self.quiz.questions, 1):
            if self.client.get(self.url(number)).status_code == 200:
                self.send(number, choose(question), typed=right_answer(question).typed)


def key_on(page: TestResponse) -> str:
    """Return the idempotency key that a form of a page carries."""
    found = _HIDDEN.search(page.get_data(as_text=True))
    assert found, page.request.path
    return found[1]


@pytest.fixture
def catalog(app):
    """What is published."""
    with app.app_context():
        return library.catalog()


@pytest.fixture
def quiz(catalog):
    """The practice quiz of single and multiple choices that asks most."""
    practice = [quiz for quiz in catalog.quizzes.values() if quiz.kind_of_quiz is QuizKind.PRACTICE]
    chosen = [quiz for quiz in practice if {each.type for each in quiz.questions} == CHOICES]
    return max(chosen, key=lambda each: len(each.questions))


@pytest.fixture
def trial(catalog):
    """The call that visitors try."""
    return next(quiz for quiz in catalog.quizzes.values() if quiz.kind_of_quiz is QuizKind.TRIAL)


@pytest.fixture
def learner(client, sign_in):
    """A person who has just signed in."""
    return sign_in(client)


@pytest.fixture
def player(client, learner, quiz, csrf):
    """A signed-in learner who has just started the quiz."""
    playing = Player(client, quiz, csrf(client.get(f"/quiz/{quiz.id}")))
    assert playing.start().status_code == 303
    return playing


@pytest.fixture
def stored(session):
    """`stored(QuizAttempt)`: every row of that table, in order, as the database has them now."""

    def read(model: type[QuizAttempt] | type[Answer]) -> list:
        session.expire_all()
        order = model.receipt if model is Answer else model.number
        return list(session.scalars(select(model).order_by(order).execution_options(**EVERYWHERE)))

    return read


@pytest.fixture
def actor(learner) -> Actor:
    """The learner, as services see them."""
    return learner.actor


@pytest.fixture
def stranger(app, session, sign_in):
    """Another browser, in which somebody else has signed in."""
    browser = app.test_client()
    browser.shared_session = session
    sign_in(browser)
    return browser
