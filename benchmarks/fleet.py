"""B12: two app servers behind nginx on one PostgreSQL against one, pages per second; `python -m benchmarks.fleet`.

Correct always: all that was answered before, during and after is counted in the database. Faster only where the machine
has the cores: a server on PostgreSQL starts as many processes as there are cores, four at most, and PostgreSQL, nginx
and the load want theirs. On a smaller machine the figure is given without a verdict.
"""

import itertools
import json
import os
import statistics
import tempfile
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.figures import Figure, against
from benchmarks.learners import Learner
from benchmarks.load import BenchmarkVoidError, request, run
from course_app.quizzes.models import Answer
from course_app.store.session import db
from tests.support.fleet import Fleet
from tests.support.postgres import PostgresUnavailableError, start_postgres
from tests.support.site import SiteError

LESSON = "/lecons/oubli-et-facture-perdue"
ROUNDS, SECONDS, CONNECTIONS, ANSWERS = 3, 4.0, 16, 4
GOAL = ">= 1.7"
CORES_NEEDED = 6
"""Two servers of two processes each, PostgreSQL, and nginx with the load."""


def _pages_per_second(fleet: Fleet, learners: list[Learner]) -> float:
    pages = [itertools.repeat(request("GET", LESSON, learner.headers)) for learner in learners]
    return run(fleet.front.port, pages, SECONDS).rate


def _store_answers(fleet: Fleet, learners: list[Learner]) -> int:
    return run(fleet.front.port, [learner.sends() for learner in learners], 60).answered


def _prove(fleet: Fleet, sent: int) -> None:
    with fleet.app.app_context():
        stored = db.session.scalar(
            select(func.count()).select_from(Answer).execution_options(across_organisations=True)
        )
    if stored != sent:
        raise BenchmarkVoidError(f"{sent} answers acknowledged, {stored} stored")


def measured(folder: Path) -> tuple[float, float]:
    """Return pages per second through nginx: one server, two servers. Raises `BenchmarkVoidError` on a lost answer."""
    server = start_postgres()
    fleets: list[Fleet] = []
    try:
        fleets = [Fleet(folder / str(count), server.fresh_url(), servers=count) for count in (1, 2)]
        crowds = [fleet.learners(CONNECTIONS, ANSWERS) for fleet in fleets]
        rates: list[list[float]] = [[], []]
        for _round in range(ROUNDS):
            for found, fleet, crowd in zip(rates, fleets, crowds, strict=True):
                found.append(_pages_per_second(fleet, crowd))
        for fleet, crowd in zip(fleets, crowds, strict=True):
            _prove(fleet, _store_answers(fleet, crowd))
        if min(fleets[1].answered()) < CONNECTIONS:
            raise BenchmarkVoidError("one of the two servers did not work")
    finally:
        for fleet in fleets:
            fleet.stop()
        server.stop()
    one, two = (statistics.median(found) for found in rates)
    return one, two


def measure_fleet() -> list[Figure]:
    """Two servers against one, judged where the machine has the cores."""
    cores = os.cpu_count() or 1
    what = f"two servers behind nginx on PostgreSQL against one, pages/s, on {cores} cores"
    try:
        with tempfile.TemporaryDirectory() as folder:
            one, two = measured(Path(folder))
    except (PostgresUnavailableError, SiteError) as missing:
        return [Figure("B12", f"{what}: not measured, {str(missing).splitlines()[0]}", 0.0)]
    if cores >= CORES_NEEDED:
        return [against("B12", what, two, one, GOAL)]
    unjudged = f"{what}; judged from {CORES_NEEDED} cores on; all answers kept"
    return [Figure("B12", unjudged, round(two, 1), round(one, 1), round(two / one, 3), f"ratio {GOAL}", None)]


if __name__ == "__main__":
    print(json.dumps([figure.__dict__ for figure in measure_fleet()], ensure_ascii=False, indent=1))
