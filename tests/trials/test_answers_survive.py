"""What clients were told against what the database holds: nothing lost, nothing twice (security.md R1, R4)."""

import random
import statistics
import time

from sqlalchemy import create_engine, func, select, text

from benchmarks.learners import make_learners
from course_app.config import load_settings
from course_app.factory import create_app
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.store.session import driver_url
from tests.support.clients import play

KILLS = 100
CLIENTS = 12
LEARNERS_TO_KILL = 240
LEARNERS_OF_A_COMPANY = 200
ANSWERS_OF_EACH = 20


def _learners(site, count, most=None):
    app = create_app(load_settings(site.environment))
    return make_learners(app, count, most)


def _stored(site):
    """Return the keys stored, and check the database itself."""
    engine = create_engine(driver_url(load_settings(site.environment).database_url))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert not connection.execute(text("PRAGMA foreign_key_check")).all()
        keys = [str(key) for key in connection.execute(select(Answer.__table__.c.key)).scalars()]
        answered = select(func.count()).where(Answer.attempt_id == QuizAttempt.id).scalar_subquery()
        finished = connection.execute(select(answered).where(QuizAttempt.finished_at.is_not(None))).scalars().all()
        assert 0 not in finished
    engine.dispose()
    return keys


def test_r4_a_hundred_kills_lose_no_acknowledged_answer(site):
    """However often the server is killed under load, every answer it acknowledged is there, once."""
    chance = random.Random(4)
    record, wait = play(site, _learners(site, LEARNERS_TO_KILL), clients=CLIENTS)
    for _kill in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.6))
        site.kill()
        site.start()
    wait()
    keys = _stored(site)
    assert len(record.acknowledged) > KILLS
    assert set(record.acknowledged) <= set(keys)
    assert len(keys) == len(set(keys))
    assert not record.refused


def test_r1_a_company_answers_together(site):
    """Two hundred learners × 20 answers at once, three in ten sent twice: all stored once, none refused, p95 within 3 s."""
    learners, earlier = _learners(site, LEARNERS_OF_A_COMPANY, ANSWERS_OF_EACH), set(_stored(site))
    record, wait = play(site, learners, clients=len(learners), doubled=0.3)
    wait()
    keys = [key for key in _stored(site) if key not in earlier]
    assert not record.refused
    assert sorted(set(record.acknowledged)) == sorted(keys)
    assert len(keys) == LEARNERS_OF_A_COMPANY * ANSWERS_OF_EACH
    assert statistics.quantiles(record.seconds, n=20)[-1] <= 3.0
