"""The process that answers: gunicorn around the application, for `course serve`.

Owns how many processes and threads serve, what happens at fork, and how a stop goes. Knows no page.
The application is built once, before the fork, so that a bad setting is said at once and in one place.
"""

import ctypes
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

from flask import Flask
from gunicorn.app.base import BaseApplication

from course_app.administration.keeping import Keeping
from course_app.config import Settings
from course_app.core.memory import give_back_memory, share_memory_between_threads
from course_app.exercise.runs import ENGINES
from course_app.factory import create_app
from course_app.jobs.runner import Worker
from course_app.store.session import db, is_sqlite
from course_app.web.counters import counters_of
from course_app.web.receiving import CONNECTIONS, ReceivingWorker

GRACEFUL_SECONDS = 8
"""For requests in hand; the rest of the ten seconds of security.md R16 is for the end of both processes."""
KEEPALIVE_SECONDS = 15
WARM_AFTER_SECONDS = 3.0
JOB_STOP_SECONDS = 2.0
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def worker_count(settings: Settings) -> int:
    """Return how many processes serve: one with threads on SQLite, which takes one writer at a time, else several."""
    if is_sqlite(settings.database_url):
        return 1
    return min(4, os.cpu_count() or 1)


def follow_parent() -> None:
    """Ask the kernel to end this process when its parent dies, so that a killed server frees its port at once.

    Linux only; elsewhere gunicorn's workers notice within a second by themselves.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Server(BaseApplication):
    """gunicorn configured from `Settings` alone: no configuration file, no environment of its own."""

    def __init__(self, app: Flask, settings: Settings, announce: Callable[[], None] | None = None) -> None:
        self._app = app
        self._settings = settings
        self._announce = announce
        self._worker: Worker | None = None
        self._keeping: Keeping | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set every gunicorn option we depend on."""
        settings = self._settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        options: dict[str, Any] = {
            "bind": [f"{host}:{settings.port}"],
            "workers": worker_count(settings),
            "worker_class": ReceivingWorker,
            "worker_connections": CONNECTIONS,
            "threads": settings.threads,
            "graceful_timeout": GRACEFUL_SECONDS,
            "keepalive": KEEPALIVE_SECONDS,
            "forwarded_allow_ips": "",  # forwarded headers are read by web.security, and only when PROXY_HOPS says so
            "control_socket_disable": True,
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: PTH112, S108
            "loglevel": "warning",
            "proc_name": "reglo",
            "post_fork": self._post_fork,
            "post_worker_init": self._start_work,
            "worker_exit": self._end_work,
            "when_ready": self._when_ready,
        }
        for key, value in options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        """Return the application that was built before the fork."""
        return self._app

    def _when_ready(self, _arbiter: object) -> None:
        if self._announce is not None:
            self._announce()

    def _post_fork(self, _arbiter: object, worker: Any) -> None:
        follow_parent()
        counters_of(self._app).take_row(worker.age)

    def _start_work(self, worker: ReceivingWorker) -> None:
        """Start the threads of each serving process: after the fork, which a thread would not survive.

        One takes jobs; one adds to the totals of the day; one compiles the simulator once the first pages have been
        served, so that the first learner at the desk does not wait for it.
        """
        warming = threading.Timer(WARM_AFTER_SECONDS, _warm_engines)
        warming.daemon = True
        warming.start()
        self._keeping = Keeping(self._app)
        self._keeping.start()
        if self._settings.jobs_in_server:
            self._worker = Worker(self._app)
            self._worker.start()
        worker.on_stop = self._ask_work_to_end

    def _ask_work_to_end(self) -> None:
        if self._worker is not None:
            self._worker.ask_to_stop()
        if self._keeping is not None:
            self._keeping.ask_to_stop()

    def _end_work(self, _arbiter: object, worker: ReceivingWorker) -> None:
        """Wait a little for the threads of this process, then leave; the first process also calls this for a dead one."""
        if worker.pid != os.getpid():
            return
        self._ask_work_to_end()
        if self._worker is not None:
            self._worker.stop(JOB_STOP_SECONDS)
        if self._keeping is not None:
            self._keeping.stop(JOB_STOP_SECONDS)
        if worker.booted:
            _close_database(self._app)
            leave(sys.exc_info()[1])


def leave(ended: BaseException | None) -> NoReturn:
    """End this process now, with the status it was ending with.

    Python would first wait for threads that nobody waits for (the simulator being compiled, a reader gone), then take
    every object apart: several seconds on a loaded machine, out of the ten that a stop may take.
    """
    code = ended.code if isinstance(ended, SystemExit) else 0
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _warm_engines() -> None:
    for engine in ENGINES.values():
        engine.warm()
    give_back_memory()


def _close_database(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def serve(app: Flask, settings: Settings, announce: Callable[[], None] | None = None) -> NoReturn:
    """Answer requests until INT or TERM; requests in hand get `GRACEFUL_SECONDS` to finish, then exit 0.

    `announce` is called once the address is listened on.

    Connections opened before are closed first: a SQLite connection must not cross a fork (sqlite.org/howtocorrupt, 2.6).
    """
    _close_database(app)
    share_memory_between_threads()
    give_back_memory()
    try:
        Server(app, settings, announce).run()
    except SystemExit as ended:
        leave(ended)
    leave(None)


def serve_forever(settings: Settings) -> NoReturn:
    """Build the application and serve it; raises as `create_app` when the settings or the content forbid it."""
    serve(create_app(settings), settings)
