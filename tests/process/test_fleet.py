"""Two servers behind nginx on one PostgreSQL: what one knows the other knows, and the death of one loses nothing."""

import time
from collections.abc import Set as AbstractSet

import pytest
from sqlalchemy import create_engine, select

from course_app.quizzes.models import Answer
from course_app.store.session import driver_url
from tests.support.bad_day import PATIENCE_SECONDS, Day
from tests.support.clients import play
from tests.support.fleet import Fleet
from tests.support.postgres import start_postgres

LEARNERS, ANSWERS, CLIENTS = 20, 10, 8
PROXY_FINDS_NOBODY = frozenset({502, 504})


@pytest.fixture(scope="module")
def postgres():
    """A PostgreSQL server of our own, which may be halted."""
    server = start_postgres()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def fleet(postgres, tmp_path_factory):
    """Two servers and nginx."""
    made = Fleet(tmp_path_factory.mktemp("fleet"), postgres.fresh_url(), servers=2)
    yield made
    made.stop()


def _stored(fleet) -> AbstractSet[str]:
    engine = create_engine(driver_url(fleet.sites[0].environment["DATABASE_URL"]))
    with engine.connect() as connection:
        keys = [str(key) for key in connection.execute(select(Answer.__table__.c.key)).scalars()]
    engine.dispose()
    assert len(keys) == len(set(keys))
    return set(keys)


def test_a_server_killed_in_the_middle_loses_nothing(fleet):
    """Learners answer through nginx; one server is killed: all goes on by the other, every answer acknowledged is stored."""
    learners = fleet.learners(LEARNERS, ANSWERS)
    record, wait = play(fleet.front, learners, clients=CLIENTS, doubled=0.3, again=PROXY_FINDS_NOBODY)
    while len(record.acknowledged) < LEARNERS * ANSWERS // 4:
        time.sleep(0.02)
    assert all(count > 0 for count in fleet.answered())
    fleet.sites[0].kill()
    wait()
    fleet.sites[0].start()
    assert not record.refused
    stored = _stored(fleet)
    assert set(record.acknowledged) <= stored
    assert len(stored) == LEARNERS * ANSWERS


def test_r8_a_database_away_is_told_and_waited_for(postgres, fleet):
    """R8: PostgreSQL gone, each page says 503 within five seconds; back, the same processes serve within five more."""
    (learner,) = fleet.learners(1, 3)
    day = Day(fleet.sites[1], learner)
    assert day.save() == 303
    workers = day.workers()
    postgres.halt()
    for path in ("/parcours", "/readyz"):
        began = time.monotonic()
        assert day.ask(path)[0] == 503, path
        assert time.monotonic() - began < PATIENCE_SECONDS
    assert day.save() == 503
    assert day.ask("/healthz")[0] == 200
    postgres.resume()
    assert day.becomes_ready()
    assert day.save() == 303
    assert day.workers() == workers
