"""A runner killed in the middle of a job: the job is done all the same, by another one, once."""

import json
import signal
import subprocess
import sys
import time
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, update

from course_app.accounts.models import User
from course_app.accounts.sessions import actor_of
from course_app.jobs import service
from course_app.jobs.models import Job
from course_app.jobs.rules import LEASE, JobState
from course_app.store.session import driver_url, make_durable
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now
from tests.support.postgres import start_postgres
from tests.support.site import Site

EVERYWHERE = {"across_organisations": True}
PATIENCE_SECONDS = 40
RUNNER = """
import sys, time
from sqlalchemy import create_engine
from course_app.jobs.runner import Runner
from course_app.jobs.work import Kind
from course_app.store.session import driver_url, make_durable

def handler(work):
    for step in range(20):
        work.report(step / 20)
        time.sleep(float(sys.argv[2]) / 20)
    return {"done": True}

engine = create_engine(driver_url(sys.argv[1]))
make_durable(engine)
runner = Runner(engine, {"lent": Kind("lent", "Lent", handler)})
runner.run_forever()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of a database with its schema and the example company, on each engine."""
    server = start_postgres() if request.param == "postgresql" else None
    settings = {"DATABASE_URL": server.fresh_url()} if server else {}
    site = Site(tmp_path, **settings)
    site.prepare()
    yield settings.get("DATABASE_URL") or f"sqlite:///{tmp_path / 'data' / 'reglo.sqlite3'}"
    if server:
        server.stop()


@pytest.fixture
def engine(url):
    """A connection of the test's own."""
    made = create_engine(driver_url(url))
    make_durable(made)
    yield made
    made.dispose()


def _row(engine, job_id):
    with TenantSession(engine, expire_on_commit=False) as session:
        return session.scalars(select(Job).where(Job.id == job_id).execution_options(**EVERYWHERE)).one()


def _wait(engine, job_id, state, at_least=0.0):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        row = _row(engine, job_id)
        if row.state is state and row.progress >= at_least:
            return row
        assert time.monotonic() < deadline, f"still {row.state}"
        time.sleep(0.1)


def _runner(url, seconds):
    return subprocess.Popen([sys.executable, "-c", RUNNER, url, str(seconds)])


def test_a_job_survives_the_death_of_its_runner(url, engine):
    """Killed in the middle of a job, its runner is replaced: the job starts again and ends, nothing asked is lost."""
    with TenantSession(engine) as session:
        user = session.scalars(select(User).limit(1).execution_options(**EVERYWHERE)).one()
        job = service.ask(
            session, actor_of(user, uuid.uuid4()), "lent", {}, lambda _job: "/parcours", uuid.uuid4(), now()
        )
        session.commit()
    first = _runner(url, 60)
    _wait(engine, job.id, JobState.RUNNING, at_least=0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    with TenantSession(engine) as session:  # a lease later
        past = now() - LEASE - timedelta(seconds=1)
        session.execute(update(Job).where(Job.id == job.id).values(beat_at=past).execution_options(**EVERYWHERE))
        session.commit()
    second = _runner(url, 0.2)
    row = _wait(engine, job.id, JobState.DONE)
    second.terminate()
    second.wait()
    assert (row.result, row.attempts) == ({"done": True}, 2)


def test_the_command_empties_the_queue_and_lists_it(tmp_path):
    """`course jobs run --once` ends when nothing waits; `course jobs list --json` gives stable keys."""
    site = Site(tmp_path)
    site.prepare()
    site.course("jobs", "run", "--once")
    listed = subprocess.run(
        [sys.executable, "-m", "course_app.cli", "jobs", "list", "--json"],
        env=site.environment,
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert json.loads(listed.stdout) == []
