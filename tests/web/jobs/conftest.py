"""A queue, kinds of work made for tests, and runners on the real database."""

import uuid

import pytest
from sqlalchemy import select, update

from course_app.core.errors import Invalid
from course_app.jobs import service
from course_app.jobs.models import Job
from course_app.jobs.runner import Runner
from course_app.jobs.work import Kind
from course_app.store.session import db
from course_app.web.clock import now

EVERYWHERE = {"across_organisations": True}


def _double(work):
    work.report(0.5)
    return {"double": 2 * work.parameters["number"]}


def _refuse(_work):
    raise Invalid("Choisissez un autre nombre.")


def _break(_work):
    raise ZeroDivisionError


KINDS = {kind.name: kind for kind in (Kind("double", "Doubler", _double), Kind("refus", "Refuser", _refuse),
                                      Kind("panne", "Casser", _break))}  # fmt: skip


@pytest.fixture
def make_runner(app):
    """`make_runner(**handlers)`: a runner on the test's database; `handlers` add kinds of work."""

    def make(**handlers):
        more = {name: Kind(name, name, handler) for name, handler in handlers.items()}
        with app.app_context():
            return Runner(db.engine, {**KINDS, **more})

    return make


@pytest.fixture
def ask(session, actor):
    """`ask(kind, number=…, key=…, person=…)`: queue a job and commit."""

    def queue(kind="double", number=21, key=None, person=actor):
        job = service.ask(
            session, person, kind, {"number": number}, lambda _job: "/parcours", key or uuid.uuid4(), now()
        )
        session.commit()
        return job

    return queue


@pytest.fixture
def read(session):
    """`read(job)`: the row of a job as the database has it now."""

    def row(job):
        session.expire_all()
        found = session.scalars(select(Job).where(Job.id == job.id).execution_options(**EVERYWHERE)).one()
        session.expunge(found)
        session.rollback()  # SQLite: the runner may be waiting to write
        return found

    return row


@pytest.fixture
def change(session):
    """`change(job, beat_at=…)`: rewrite columns of a job, as a dead runner would have left them."""

    def rewrite(job, **values):
        session.execute(update(Job).where(Job.id == job.id).values(**values).execution_options(**EVERYWHERE))
        session.commit()

    return rewrite
