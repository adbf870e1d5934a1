"""A whole company on two servers: one is killed in the middle, and nothing that a learner was told is lost."""

import json
import statistics
import time

from sqlalchemy import create_engine, select

from course_app.quizzes.models import Answer
from course_app.store.session import driver_url
from tests.support.clients import play
from tests.support.fleet import Fleet

LEARNERS, ANSWERS, CLIENTS = 200, 20, 200
PROXY_FINDS_NOBODY = frozenset({502, 504})


def test_two_hundred_learners_and_the_death_of_a_server(postgres, tmp_path):
    """200 learners × 20 answers, three in ten sent twice, through nginx; one server of two killed, then started again."""
    fleet = Fleet(tmp_path, postgres.fresh_url(), servers=2)
    try:
        learners = fleet.learners(LEARNERS, ANSWERS)
        began = time.monotonic()
        record, wait = play(fleet.front, learners, clients=CLIENTS, doubled=0.3, again=PROXY_FINDS_NOBODY)
        while len(record.acknowledged) < LEARNERS * ANSWERS // 3:
            time.sleep(0.05)
        assert all(count > 0 for count in fleet.answered())
        fleet.sites[0].kill()
        time.sleep(5)
        fleet.sites[0].start()
        wait()
        seconds = time.monotonic() - began
        assert all(count > 0 for count in fleet.answered())
    finally:
        fleet.stop()
    engine = create_engine(driver_url(fleet.sites[0].environment["DATABASE_URL"]))
    with engine.connect() as connection:
        keys = [str(key) for key in connection.execute(select(Answer.__table__.c.key)).scalars()]
    engine.dispose()
    slowest = statistics.quantiles(record.seconds, n=20)[-1]
    told = {"told": len(record.acknowledged), "stored": len(keys), "seconds": round(seconds), "p95": round(slowest, 2)}
    (tmp_path / "told.json").write_text(json.dumps(told), encoding="utf-8")
    assert not record.refused
    assert set(record.acknowledged) <= set(keys)
    assert len(keys) == len(set(keys)) == LEARNERS * ANSWERS
