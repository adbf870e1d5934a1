"""A company answering at once, in short: what was acknowledged is stored, once; the trials do it with two hundred."""

import random
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from benchmarks.learners import make_learners
from course_app.progress import service as progress
from course_app.quizzes.exam.models import ExamResult
from course_app.quizzes.kinds.keys import right_answer
from course_app.quizzes.models import Answer, QuizAttempt
from tests.web.quizzes.conftest import EVERYWHERE
from tests.web.quizzes.test_exam import Candidate

LEARNERS, ANSWERS, DOUBLED = 8, 20, 0.3


def test_r1_acknowledged_is_stored_once(app, session):
    """R1 in short: twenty answers each, of every kind but choices alone, three in ten sent twice at the same moment."""
    learners = make_learners(app, LEARNERS, ANSWERS)
    session.commit()
    with ThreadPoolExecutor(LEARNERS + 2) as threads, ThreadPoolExecutor(LEARNERS) as copies:
        told = [each for some in threads.map(lambda one: _play(app, one, copies), learners) for each in some]
    session.rollback()
    stored = session.execute(select(Answer.key, Answer.question_id).execution_options(**EVERYWHERE)).all()
    assert {status for _key, status in told} == {303}
    assert len(stored) == len({key for key, _question in stored}) == LEARNERS * ANSWERS
    assert {str(key) for key, _question in stored} == {key for key, _status in told}


def _play(app, learner, copies):
    """Give a learner's answers in order, some of them twice at once; return (key, status) of every sending."""
    chance, told = random.Random(learner.answers[0].form["key"]), []
    for answer in learner.answers:
        twice = 1 + (chance.random() < DOUBLED)
        statuses = list(copies.map(lambda _copy, one=answer: _send(app, learner, one), range(twice)))
        told += [(answer.form["key"], status) for status in statuses]
    return told


def _send(app, learner, answer):
    client = app.test_client()
    client.shared_session = None
    name, _equals, value = learner.headers["Cookie"].partition("=")
    client.set_cookie(name, value)
    return client.post(answer.path, data=answer.form).status_code


def _others(app, client, candidate):
    """Return another device of the same person, at the same attempt."""
    made = app.test_client()
    for cookie in client._cookies.values():
        made.set_cookie(cookie.key, cookie.value)
    there = Candidate(app, made, candidate.test, candidate.token)
    there.attempt_id = candidate.attempt_id
    return there


def test_s19_sending_and_answering_at_once_is_all_or_nothing(app, client, learner, catalog, csrf, session):
    """A test sent while its last answers leave other devices: those acknowledged count, those refused do not (S19)."""
    test = catalog.quizzes["test-equipe"]
    candidate = Candidate(app, client, test, csrf(client.get(f"/tests/{test.id}")))
    candidate.start()
    row = session.scalars(select(QuizAttempt).execution_options(**EVERYWHERE)).one()
    asked = progress.pinned(session, row.content_hash).questions
    session.commit()

    def hurry(number):
        there = _others(app, client, candidate)
        if number == len(asked) // 2:
            return number, there.send().status_code
        return number, there.save(number + 1, right_answer(asked[number])).status_code

    with ThreadPoolExecutor(6) as threads:
        told = dict(threads.map(hurry, range(len(asked))))
    assert told.pop(len(asked) // 2) == 303
    session.rollback()
    counted = {each.question_id for each in session.scalars(select(Answer).execution_options(**EVERYWHERE))}
    (result,) = session.scalars(select(ExamResult).execution_options(**EVERYWHERE))
    assert set(told.values()) <= {303, 409}
    assert counted == {asked[number].id for number, status in told.items() if status == 303}
    assert result.percent == 100 * len(counted) // len(asked)
