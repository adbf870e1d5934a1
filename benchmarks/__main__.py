"""`make bench`: every measure beside its limit, in one run, interleaved; writes benchmarks/results/latest.json.

Absolute figures drift from run to run; ratios taken in the same run do not. Each figure is a median of rounds.
"""

import itertools
import json
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import certificates, desk
from benchmarks.commits import durable_commits
from benchmarks.learners import Learner, make_learners
from benchmarks.load import BenchmarkVoidError, Load, Request, request, run
from benchmarks.processes import cpu_seconds, largest_memory_bytes
from course_app.config import load_settings
from course_app.factory import create_app
from tests.support.site import Site

RESULTS = Path(__file__).with_name("results") / "latest.json"
ROUNDS = 3
SECONDS = 5.0
PAGE_CONNECTIONS = 16
ANSWER_CONNECTIONS = 8
LEARNERS = 300
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Figure:
    """One line of the results; `goal` is None for a figure that only informs."""

    id: str
    what: str
    value: float
    limit: float | None = None
    ratio: float | None = None
    goal: str | None = None
    met: bool | None = None


@dataclass(frozen=True)
class Measure:
    """A load and the server's processor time per request, in microseconds."""

    load: Load
    cpu_us: float


class BareSite(Site):
    """The bare Flask page, run as the product is."""

    program = (sys.executable, "-m", "benchmarks.bare")


def _measured(site: Site, streams: list[Iterator[Request]]) -> Measure:
    before = cpu_seconds(site.pid)
    load = run(site.port, streams, SECONDS)
    return Measure(load, (cpu_seconds(site.pid) - before) / load.answered * 1e6)


def _against(name: str, what: str, value: float, limit: float, goal: str) -> Figure:
    """Return a figure judged as a ratio to its limit; `goal` reads « <= 2.0 » or « >= 0.5 »."""
    ratio = value / limit
    comparison, bound = goal.split()
    met = ratio <= float(bound) if comparison == "<=" else ratio >= float(bound)
    return Figure(name, what, round(value, 6), round(limit, 6), round(ratio, 3), f"ratio {goal}", met)


def _below(name: str, what: str, value: float, most: float) -> Figure:
    return Figure(name, what, round(value, 4), None, None, f"<= {most}", value <= most)


def _median(pick: Callable[[Measure], float], measures: list[Measure]) -> float:
    return statistics.median(pick(measure) for measure in measures)


def _describe(name: str, what: str, measures: list[Measure]) -> list[Figure]:
    """Return the three figures that say how a page behaves under load."""
    return [
        Figure(f"{name}.rate", f"{what}: requests/s", round(_median(lambda one: one.load.rate, measures), 1)),
        Figure(f"{name}.p50", f"{what}: median, s", round(_median(lambda one: one.load.percentile(50), measures), 6)),
        Figure(
            f"{name}.p99",
            f"{what}: 99th percentile, s",
            round(_median(lambda one: one.load.percentile(99), measures), 6),
        ),
        Figure(f"{name}.cpu", f"{what}: server CPU, µs/request", round(_median(lambda one: one.cpu_us, measures), 1)),
    ]


def _lesson_page(site: Site, learner: Learner) -> Request:
    """Return the request of a signed-in lesson page, checked once: the right page, whole, for the right person."""
    path = "/lecons/oubli-et-facture-perdue"
    asked = urllib.request.Request(site.url + path, headers=learner.headers)  # noqa: S310  # our own address
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        page = answer.read().decode()
    if "Menuiserie Bocage" not in page or "data-learner" not in page:
        raise BenchmarkVoidError("this is not the signed-in lesson page")
    return request("GET", path, learner.headers)


def measure_pages(site: Site, bare: Site, learners: list[Learner]) -> list[Figure]:
    """B1: a signed-in lesson page against a bare Flask page, same server, 16 connections."""
    hello = request("GET", "/", {})
    lessons = [_lesson_page(site, learner) for learner in learners[:PAGE_CONNECTIONS]]
    bares, pages = [], []
    for _round in range(ROUNDS):
        bares.append(_measured(bare, [itertools.repeat(hello) for _ in range(PAGE_CONNECTIONS)]))
        pages.append(_measured(site, [itertools.repeat(lesson) for lesson in lessons]))
    cost, limit = (_median(lambda one: one.cpu_us, each) for each in (pages, bares))
    return [
        _against("B1", "signed-in lesson page against a bare Flask page, server CPU µs/request", cost, limit, "<= 2.0"),
        *_describe("B1.page", f"lesson page, {PAGE_CONNECTIONS} connections", pages),
        *_describe("B1.bare", f"bare Flask page, {PAGE_CONNECTIONS} connections", bares),
    ]


def measure_answers(site: Site, bare: Site, learners: list[Learner], folder: Path) -> list[Figure]:
    """B3: stored answers against durable SQLite commits of one row and against a bare page, 8 connections."""
    hello = request("GET", "/", {})
    commits, answers, bares = [], [], []
    share = len(learners) // ROUNDS // ANSWER_CONNECTIONS
    batches = iter([learners[at : at + share] for at in range(0, share * ANSWER_CONNECTIONS * ROUNDS, share)])
    for _round in range(ROUNDS):
        commits.append(Measure(durable_commits(folder, ANSWER_CONNECTIONS, SECONDS), 0.0))
        streams = [
            itertools.chain.from_iterable(learner.sends() for learner in next(batches))
            for _ in range(ANSWER_CONNECTIONS)
        ]
        answers.append(_measured(site, streams))
        bares.append(_measured(bare, [itertools.repeat(hello) for _ in range(ANSWER_CONNECTIONS)]))
    rate, limit = (_median(lambda one: one.load.rate, each) for each in (answers, commits))
    slow, slow_commit = (_median(lambda one: one.load.percentile(99), each) for each in (answers, commits))
    cost, bare_cost = (_median(lambda one: one.cpu_us, each) for each in (answers, bares))
    return [
        _against("B3", "stored answers/s against durable commits/s", rate, limit, ">= 0.5"),
        _against("B3.tail", "stored answer against a durable commit, 99th percentile, s", slow, slow_commit, "<= 10"),
        Figure(
            "B3.bare",
            "stored answer against a bare page, CPU",
            round(cost, 1),
            round(bare_cost, 1),
            round(cost / bare_cost, 2),
        ),
        *_describe("B3.answer", f"stored answer, {ANSWER_CONNECTIONS} connections", answers),
    ]


def measure_start(folder: Path) -> list[Figure]:
    """B8: the content check, and a cold start until the first answer."""
    site = Site(folder)
    site.prepare()
    checks, starts = [], []
    for _round in range(ROUNDS):
        for took, action in ((checks, lambda: site.course("check")), (starts, site.start)):
            started = time.perf_counter()
            action()
            took.append(time.perf_counter() - started)
        site.stop()
    return [
        _below("B8.check", "content check of everything, s", statistics.median(checks), 3.0),
        _below("B8.start", "cold start of the site, s", statistics.median(starts), 2.0),
    ]


def measure_memory(site: Site, learners: list[Learner]) -> list[Figure]:
    """B9: memory of the worker after 10,000 more requests; what came before has already warmed it."""
    page = _lesson_page(site, learners[0])
    run(site.port, [iter([page] * 100)], 60)
    before = largest_memory_bytes(site.pid)
    run(site.port, [iter([page] * 2500) for _ in range(4)], 120)
    after = largest_memory_bytes(site.pid)
    return [
        _below("B9", "memory of one worker, MiB", after / MEBIBYTE, 160),
        _against("B9.growth", "the same after 10,000 more requests", after / MEBIBYTE, before / MEBIBYTE, "<= 1.05"),
    ]


def measure_desk() -> list[Figure]:
    """The exercise: one move and one séance of twenty customers, loaded, played and stored, processor time."""
    times = desk.measured()
    return [
        _below("E1.move", "one decision stored, median, ms of CPU", statistics.median(times.decisions), desk.LIMIT_MS),
        _below("E1", "one séance closed and stored, median, ms of CPU", statistics.median(times.closes), desk.LIMIT_MS),
    ]


def measure_certificates() -> list[Figure]:
    """An attestation drawn and sealed, processor time, against the fifty milliseconds it may take."""
    cost = certificates.measured()["certificate"]
    return [_against("A1", "one attestation drawn and sealed, ms of CPU", cost, certificates.LIMIT_MS, "<= 1.0")]


def measure_all(folder: Path) -> list[Figure]:
    """Run every measure on a fresh installation."""
    site, bare = (kind(folder / name) for kind, name in ((Site, "site"), (BareSite, "bare")))
    site.prepare()
    for each in (site, bare):
        each.start()
    try:
        learners = make_learners(create_app(load_settings(site.environment)), LEARNERS)
        figures = measure_pages(site, bare, learners)
        figures += measure_answers(site, bare, learners, folder)
        figures += measure_memory(site, learners)
    except BenchmarkVoidError:
        print(site.log()[-4000:], file=sys.stderr)
        raise
    finally:
        site.stop()
        bare.stop()
    return figures + measure_desk() + measure_certificates() + measure_start(folder / "start")


def main() -> int:
    """Measure, print, write; exit 1 when a goal is missed."""
    with tempfile.TemporaryDirectory() as folder:
        figures = measure_all(Path(folder))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False, indent=1) + "\n")
    for figure in figures:
        verdict = {None: "", True: "met", False: "MISSED"}[figure.met]
        against = f" / {figure.limit:g} = {figure.ratio:g}" if figure.limit and figure.ratio else ""
        print(f"{figure.id:18} {figure.what}: {figure.value:g}{against}  {figure.goal or ''} {verdict}")
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
