"""The runner: takes jobs one by one, keeps saying that it is alive, stores what came out.

Works as a thread of the server or as a process of its own (`course jobs run`); any number may run on one database.
A runner killed on the spot loses nothing: once its last beat is a lease old, another one starts the job again.
"""

import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import cast

import structlog
from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from course_app.core.errors import CourseError
from course_app.jobs import service
from course_app.jobs.chores import Chore, Rounds
from course_app.jobs.models import Job
from course_app.jobs.rules import BEAT_SECONDS, BROKEN, RUNNER_LENGTH
from course_app.jobs.work import Interrupted, Kind, Work
from course_app.store.session import db, reads_only
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now

log = structlog.get_logger("reglo.jobs")

_EXTENSION = "reglo.jobs"
_CHORES = "reglo.jobs.chores"
IDLE_SECONDS = 0.5
"""Between two looks at an empty queue: what a person waits at most before their job starts."""
PULSE_SECONDS = 0.4
"""Between two writes of a progress that moves."""
PATIENCE_SECONDS = 5.0
"""Between two tries while the database is away."""


def init_jobs(app: Flask, kinds: Iterable[Kind], chores: Iterable[Chore] = ()) -> None:
    """Give an application its kinds of work and what is done by itself from time to time; starts nothing."""
    app.extensions[_EXTENSION] = {kind.name: kind for kind in kinds}
    app.extensions[_CHORES] = tuple(chores)


def rounds() -> Rounds:
    """Return rounds over the chores of the running application, ready to be walked or started."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - Flask documents it
    return Rounds(app, app.extensions[_CHORES])


def kinds() -> Mapping[str, Kind]:
    """Return the kinds of work of the running application, by name."""
    return cast(Mapping[str, Kind], current_app.extensions[_EXTENSION])


class _Pulse(threading.Thread):
    """Says that a job is alive while its handler computes; writes the progress it was last told."""

    def __init__(self, engine: Engine, job_id: uuid.UUID, runner: str, stopping: threading.Event) -> None:
        super().__init__(name=f"pulse-{job_id}", daemon=True)
        self._engine, self._job_id, self._runner, self._stopping = engine, job_id, runner, stopping
        self._progress, self._over, self._lost = 0.0, threading.Event(), threading.Event()

    def report(self, progress: float) -> None:
        """Note how far the work is; raise `Interrupted` when it should not go on."""
        self._progress = progress
        if self._lost.is_set() or self._stopping.is_set():
            raise Interrupted

    def end(self) -> None:
        """Stop beating, and wait until the last beat is written."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Beat until the end, at once when the progress moved, every few seconds otherwise."""
        written, silence = 0.0, 0.0
        while not self._over.wait(PULSE_SECONDS):
            silence += PULSE_SECONDS
            if self._progress == written and silence < BEAT_SECONDS:
                continue
            written, silence = self._progress, 0.0
            if not self._beat(written):
                self._lost.set()
                return

    def _beat(self, progress: float) -> bool:
        try:
            with TenantSession(self._engine) as session:
                held = service.beat(session, self._job_id, self._runner, progress, now())
                session.commit()
        except OperationalError:  # the database is away: the lease tells whether it comes back in time
            return True
        return held


class Runner:
    """Takes jobs from one database and does them, one at a time."""

    def __init__(self, engine: Engine, kinds: Mapping[str, Kind]) -> None:
        """Make a runner for these kinds of work; it does nothing until asked."""
        self.name = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"[:RUNNER_LENGTH]
        self._engine, self._kinds = engine, kinds
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask the runner to end: the job in hand goes back to the queue at its next report."""
        self._stopping.set()

    def run_forever(self) -> None:
        """Do jobs until stopped; a database that is away is waited for."""
        while not self._stopping.is_set():
            try:
                pause = 0.0 if self.run_one() else IDLE_SECONDS
            except OperationalError as error:
                log.warning("jobs wait for the database", error=type(error.orig).__name__)
                pause = PATIENCE_SECONDS
            self._stopping.wait(pause)

    def run_one(self) -> bool:
        """Do the next job, if any; tell whether there was one."""
        if not self._has_work():
            return False
        with TenantSession(self._engine, expire_on_commit=False) as session:
            job = service.take(session, self._kinds, self.name, now())
            session.commit()
        if job is None:
            return False
        self._do(job)
        return True

    def _has_work(self) -> bool:
        token = reads_only.set(True)
        try:
            with TenantSession(self._engine) as session:
                return service.has_work(session, self._kinds, now())
        finally:
            reads_only.reset(token)

    def _do(self, job: Job) -> None:
        pulse = _Pulse(self._engine, job.id, self.name, self._stopping)
        pulse.start()
        work = Work(job.id, job.organisation_id, job.person_id, job.parameters, pulse.report, self._engine)
        try:
            result = self._kinds[job.kind].handler(work)
        except Interrupted:
            pulse.end()
            self._write(lambda session: service.release(session, job.id, self.name))
        except CourseError as refusal:
            pulse.end()
            message = refusal.message
            self._write(lambda session: service.fail(session, job.id, self.name, message, now()))
        except OperationalError:
            pulse.end()
            raise  # the job stays ours until its lease ends, then starts again
        except Exception:
            pulse.end()
            log.exception("job failed", kind=job.kind, job=str(job.id))
            self._write(lambda session: service.fail(session, job.id, self.name, BROKEN, now()))
        else:
            pulse.end()
            self._write(lambda session: service.finish(session, job.id, self.name, result, now()))

    def _write(self, change: Callable[[TenantSession], bool]) -> None:
        with TenantSession(self._engine) as session:
            change(session)
            session.commit()


class Worker:
    """A runner in a thread of the serving process, and the rounds of its chores in another."""

    def __init__(self, app: Flask) -> None:
        """Prepare the threads; `start` starts them, after the fork."""
        with app.app_context():
            self._runner = Runner(db.engine, kinds())
            self._rounds = rounds()
        self._thread = threading.Thread(target=self._runner.run_forever, name="jobs", daemon=True)

    def start(self) -> None:
        """Start taking jobs and doing chores."""
        self._thread.start()
        self._rounds.start()

    def ask_to_stop(self) -> None:
        """Ask the threads to end, and wait for nothing."""
        self._runner.stop()
        self._rounds.ask_to_stop()

    def stop(self, patience: float) -> None:
        """Ask the threads to end, and wait `patience` seconds at most; a job in hand goes back to the queue."""
        self._runner.stop()
        self._rounds.stop()
        self._thread.join(patience)
