"""A company answering at once, in short: what was acknowledged is stored, once; the trials do it with two hundred."""

import random
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from benchmarks.learners import make_learners
from course_app.quizzes.models import Answer
from tests.web.quizzes.conftest import EVERYWHERE

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
