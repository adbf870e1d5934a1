"""Learners ready to be played by the load generator: signed in, with attempts open and answers prepared.

Made in this process through the product's own services, on the database of a running site.
"""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, Response, session
from flask_wtf.csrf import generate_csrf

from benchmarks.load import Request, request
from course_app.accounts import service as accounts
from course_app.accounts import sessions
from course_app.accounts.access import enter
from course_app.accounts.models import Organisation
from course_app.accounts.rules import Role
from course_app.library.model import Quiz, QuizKind
from course_app.quizzes import service as quizzes
from course_app.quizzes.kinds.keys import right_answer
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog


@dataclass(frozen=True)
class Answer:
    """One answer to send: its address and its form, key included."""

    path: str
    form: dict[str, str | list[str]]

    @property
    def body(self) -> str:
        """The form as a browser sends it."""
        return urlencode(self.form, doseq=True)


@dataclass(frozen=True)
class Learner:
    """One signed-in browser and the answers it has to give, in order."""

    headers: dict[str, str]
    answers: tuple[Answer, ...]

    def sends(self) -> Iterator[Request]:
        """Yield the requests that store this learner's answers."""
        for answer in self.answers:
            yield request("POST", answer.path, self.headers, answer.body, status=303)


def make_learners(app: Flask, count: int, most: int | None = None) -> list[Learner]:
    """Create learners in one company of their own, each with practice quizzes open at their first question.

    All quizzes, or as many as give `most` answers, those that ask the most kinds of question first.
    """
    with app.app_context():
        organisation = accounts.found_organisation(db.session, "Mesures", now())
        db.session.commit()
    learners = [_make(app, organisation, most) for _ in range(count)]
    with app.app_context():
        db.engine.dispose()
    return learners


def _chosen(most: int | None) -> list[Quiz]:
    practice = [quiz for quiz in catalog().quizzes.values() if quiz.kind_of_quiz is QuizKind.PRACTICE]
    if most is None:
        return practice
    practice.sort(key=lambda quiz: -len({question.type for question in quiz.questions}))
    counts = itertools.accumulate((len(quiz.questions) for quiz in practice), initial=0)
    return [quiz for quiz, before in zip(practice, counts, strict=False) if before < most]


def _make(app: Flask, organisation: Organisation, most: int | None) -> Learner:
    with app.test_request_context():  # one each: Flask-WTF keeps a request's token on its context
        given = accounts.NewPerson("Mesure", f"{uuid.uuid4().hex}@mesures.fr", "!", organisation.name)
        user = accounts.add_person(db.session, organisation, given, Role.LEARNER, now())
        opened = sessions.open_session(db.session, user, now(), device="Mesure")
        attempts = [
            (quizzes.start(db.session, opened.actor, quiz, uuid.uuid4(), now()).id, quiz) for quiz in _chosen(most)
        ]
        db.session.commit()
        headers, token = _signed_in(app, opened)
    answers = (answer for attempt in attempts for answer in _answers(*attempt, token))
    return Learner(headers, tuple(itertools.islice(answers, most)))


def _signed_in(app: Flask, opened: sessions.OpenedSession) -> tuple[dict[str, str], str]:
    """Return the headers of a browser that has just signed in, and its CSRF token."""
    enter(opened)
    token = str(generate_csrf())
    response = Response()
    app.session_interface.save_session(app, session, response)
    return {"Cookie": response.headers["Set-Cookie"].split(";", 1)[0]}, token


def _answers(attempt_id: uuid.UUID, quiz: Quiz, token: str) -> Iterator[Answer]:
    for number, question in enumerate(quiz.questions, start=1):
        right = right_answer(question)
        form = {"csrf_token": token, "key": str(uuid.uuid4()), "option": list(right.chosen), "typed": right.typed}
        yield Answer(f"/quiz/essais/{attempt_id}/question/{number}", form)
