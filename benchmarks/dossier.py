"""`python -m benchmarks.dossier`: a team's dossier de preuve for 10 people and for 100, as the runner of jobs makes it; JSON.

Everybody has read and answered the whole path of temps, and sent its test, through the services. Time is the wall clock
of the job, signature and storage included. Memory is what Python held at most during the job (tracemalloc, in a second
making of the same dossier, since tracing slows it). « Flat » means that one more person costs the list of their files,
which the manifest and the index need at the end: some fifteen kilobytes, whatever they did.
"""

import json
import resource
import tempfile
import time
import tracemalloc
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from benchmarks.figures import Figure, below
from course_app.accounts import service as accounts
from course_app.accounts.rules import Actor, Role
from course_app.accounts.sessions import actor_of
from course_app.config import load_settings
from course_app.evidence import work
from course_app.evidence.models import DossierPiece
from course_app.factory import create_app
from course_app.information import service as information
from course_app.jobs import service as jobs
from course_app.jobs.runner import Runner, kinds
from course_app.lessons import service as lessons
from course_app.library.catalog import Catalog
from course_app.library.model import ItemKind
from course_app.library.model import Path as CoursePath
from course_app.progress.models import LearningEvent
from course_app.quizzes.kinds.keys import right_answer
from course_app.store import migrate
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog
from tests.support.crowd import answer_quiz, take_test

SIZES = (10, 100)
PATH = "interimaires"
KIB_A_PERSON = 32.0
MIB_MOST = 8.0
SECONDS_MOST = 30.0
MEBIBYTE = 1024 * 1024
STEP = timedelta(minutes=4)


@dataclass(frozen=True)
class Made:
    """One dossier: how many people, seconds, bytes; the most memory that Python held, and what the process grew by."""

    people: int
    seconds: float
    size: int
    peak: int
    grown: int


def _company(people: int) -> tuple[Actor, list[Actor]]:
    organisation = accounts.found_organisation(db.session, f"Mesures {people}", now())

    def add(name: str, role: Role) -> Actor:
        given = accounts.NewPerson(name, f"{uuid.uuid4().hex}@mesures.fr", None)
        actor = actor_of(accounts.add_person(db.session, organisation, given, role, now()), uuid.uuid4())
        information.acknowledge(db.session, actor, catalog().information, now())
        return actor

    manager = add("Claire", Role.MANAGER)
    return manager, [add(f"Personne {rank}", Role.LEARNER) for rank in range(people)]


def _learn(actor: Actor, path: CoursePath, found: Catalog, begins_at: datetime) -> None:
    """Read, answer and send everything of a path, four minutes an item."""
    moment = begins_at
    for ref in path.items:
        moment += STEP
        if ref.kind is ItemKind.LESSON and ref.id in found.lessons:
            lessons.finish(db.session, actor, found.lessons[ref.id], uuid.uuid4(), moment)
        elif ref.kind is ItemKind.QUIZ and ref.id in found.quizzes:
            quiz = found.quizzes[ref.id]
            if quiz is found.test_of(path):
                take_test(db.session, actor, quiz, right_answer, published=found.quizzes, at=moment)
            else:
                answer_quiz(db.session, actor, quiz, right_answer, at=moment)
    db.session.commit()


def _make(manager: Actor, people: Sequence[Actor], *, traced: bool) -> tuple[float, int, int]:
    """Make a dossier by a job; return its seconds, its bytes and the peak that was traced."""
    parameters = {
        "path": PATH,
        "people": [str(each.user_id) for each in people],
        "asked_by": "Claire",
        "whom": "Mesures",
    }
    jobs.ask(db.session, manager, work.KIND, parameters, lambda _job: "/equipe/dossiers", uuid.uuid4(), now())
    db.session.commit()
    db.session.close()
    runner = Runner(db.engine, kinds())
    if traced:
        tracemalloc.start()
    started = time.perf_counter()
    if not runner.run_one():
        raise RuntimeError("no job was waiting")
    seconds = time.perf_counter() - started
    peak = tracemalloc.get_traced_memory()[1] if traced else 0
    tracemalloc.stop()
    return seconds, _stored(), peak


def _measured(app: Flask, people: int) -> Made:
    with app.test_request_context():
        found = catalog()
        manager, learners = _company(people)
        db.session.commit()
        begins_at = now() - timedelta(days=1)
        for learner in learners:
            _learn(learner, found.paths[PATH], found, begins_at)
        before, resident = _stored(), _largest()
        seconds, after, _peak = _make(manager, learners, traced=False)
        grown = _largest() - resident
        _seconds, _again, peak = _make(manager, learners, traced=True)
        return Made(people, seconds, after - before, peak, grown)


def _largest() -> int:
    """Return the most memory this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _stored() -> int:
    size = select(func.sum(func.length(DossierPiece.content))).execution_options(across_organisations=True)
    return int(db.session.scalar(size) or 0)


def measured() -> tuple[list[Made], int]:
    """Return both dossiers, and how many learning events they tell of."""
    with tempfile.TemporaryDirectory() as name:
        app = create_app(load_settings({"ENVIRONMENT": "test", "DATA_DIR": str(Path(name)), "MAIL_URL": "memory:"}))
        with app.app_context():
            migrate.upgrade(app.extensions["alembic"])
        made = [_measured(app, people) for people in SIZES]
        with app.app_context():
            events = db.session.scalar(
                select(func.count()).select_from(LearningEvent).execution_options(across_organisations=True)
            )
    return made, int(events or 0)


def _a_person(few: Made, many: Made) -> float:
    return (many.peak - few.peak) / (many.people - few.people) / 1024


def figures() -> list[Figure]:
    """Return the dossier's lines of the results."""
    (few, many), _events = measured()
    return [
        below("D1", "dossier of 100 people, s", many.seconds, SECONDS_MOST),
        below("D1.memory", "Python's memory at most, 100 people, MiB", many.peak / MEBIBYTE, MIB_MOST),
        below("D1.person", "memory that one more person takes, KiB", _a_person(few, many), KIB_A_PERSON),
    ]


def main() -> None:
    """Measure and print."""
    made, events = measured()
    shown = [
        {
            "people": one.people,
            "seconds": round(one.seconds, 2),
            "mib": round(one.size / MEBIBYTE, 2),
            "python_peak_mib": round(one.peak / MEBIBYTE, 2),
            "process_grew_mib": round(one.grown / MEBIBYTE, 2),
        }
        for one in made
    ]
    print(json.dumps({"dossiers": shown, "events": events, "kib_a_person": round(_a_person(*made), 1)}, indent=1))


if __name__ == "__main__":
    main()
