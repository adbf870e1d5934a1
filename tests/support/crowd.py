"""Many learners at once, and their answers, through the services: no page, no password."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from course_app.accounts import service as accounts
from course_app.accounts.rules import Actor, Role
from course_app.accounts.sessions import actor_of
from course_app.library.model import Question, Quiz
from course_app.quizzes import answering
from course_app.quizzes import service as quizzes
from course_app.quizzes.exam import service as exams
from course_app.quizzes.exam.models import ExamResult
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.models import QuizAttempt
from course_app.quizzes.rules import Certainty
from course_app.quizzes.service import Submission
from course_app.web.clock import now


def crowd(session: Session, size: int, companies: int = 2) -> list[Actor]:
    """Return so many new learners, spread over companies, and commit."""
    organisations = [accounts.found_organisation(session, f"Atelier {each}", now()) for each in range(companies)]
    users = [
        accounts.add_person(
            session,
            organisations[each % companies],
            accounts.NewPerson(f"Alix{each}", f"alix.{uuid.uuid4().hex}@exemple.fr", None),
            Role.LEARNER,
            now(),
        )
        for each in range(size)
    ]
    session.commit()
    return [actor_of(user, uuid.uuid4()) for user in users]


def answer_quiz(
    session: Session,
    actor: Actor,
    quiz: Quiz,
    choose: Callable[[Question], Response],
    *,
    numbers: Iterable[int] | None = None,
    certainty: Certainty | None = None,
    at: datetime | None = None,
) -> QuizAttempt:
    """Answer questions of a quiz (all by default) in an attempt of one learner; the caller commits."""
    moment = at or now()
    row = quizzes.start(session, actor, quiz, uuid.uuid4(), moment)
    for number in numbers or range(1, len(quiz.questions) + 1):
        held = answering.hold(session, actor, row.id)
        given = choose(quiz.questions[number - 1])
        sent = Submission(uuid.uuid4(), given.chosen, certainty, given.typed)
        answering.answer(session, actor, held, number, sent, moment)
    return row


def take_test(
    session: Session,
    actor: Actor,
    test: Quiz,
    choose: Callable[[Question], Response],
    *,
    published: Mapping[str, Quiz] | None = None,
    at: datetime | None = None,
) -> ExamResult:
    """Take a test and send it; the caller commits."""
    moment = at or now()
    row = exams.start(session, actor, test, published or {}, uuid.uuid4(), moment)
    for number, question in enumerate(exams.load(session, actor, row.id).quiz.questions, 1):
        sent = exams.Sent(uuid.uuid4(), 0, choose(question))
        exams.save(session, actor, exams.load(session, actor, row.id, writing=True), number, sent, moment)
    return exams.send(session, actor, exams.load(session, actor, row.id, writing=True), moment)
