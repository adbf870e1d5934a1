"""`make bench`: every measure beside its limit, in one run, interleaved; writes benchmarks/results/latest.json.

`python -m benchmarks B4 B7` measures some alone, and leaves the other lines of the results as they were. B2 has no figure:
a signed-in page is never stored by a browser (security.md S46), so that nothing answers 304; B11 compares with peers
outside this repository. docs/performance.md says what each figure means and where its time goes.

Absolute figures drift from run to run; ratios taken in the same run do not. Each figure is a median of rounds.
"""

import itertools
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import certificates, desk, dossier
from benchmarks.browsing import measure_browsing
from benchmarks.commits import durable_commits
from benchmarks.figures import Figure, against, below, keep, table
from benchmarks.fleet import measure_fleet
from benchmarks.growth import measure_growth
from benchmarks.learners import Learner, make_learners
from benchmarks.load import BenchmarkVoidError, Load, Request, request, run
from benchmarks.processes import children, cpu_seconds, largest_memory_bytes, private_bytes
from benchmarks.production import production_python
from benchmarks.searching import measure_search
from course_app.config import load_settings
from course_app.exercise.engine.bodies import EXERCISE_BODIES
from course_app.factory import create_app
from course_app.library.catalog import Catalog
from course_app.library.folders import Folders
from course_app.library.loader import load
from course_app.web.clock import today
from tests.support.site import Site

ROUNDS = 3
SECONDS = 5.0
PAGE_CONNECTIONS = 16
ANSWER_CONNECTIONS = 8
LEARNERS = 300
MEBIBYTE = 1024 * 1024
REVIEW_MS = 150
MOST_QUERIES = 8


@dataclass(frozen=True)
class Measure:
    """A load and the server's processor time per request, in microseconds."""

    load: Load
    cpu_us: float


class BareSite(Site):
    """The bare Flask page, run as the product is."""

    program = (sys.executable, "-m", "benchmarks.bare")


class ServedSite(Site):
    """The product with the libraries of a production, and no tool of developers beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.program = (production_python(folder / "python"), "-m", "course_app.cli", "serve")


def _measured(site: Site, streams: list[Iterator[Request]]) -> Measure:
    before = cpu_seconds(site.pid)
    load = run(site.port, streams, SECONDS)
    return Measure(load, (cpu_seconds(site.pid) - before) / load.answered * 1e6)


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
        against("B1", "signed-in lesson page against a bare Flask page, server CPU µs/request", cost, limit, "<= 2.0"),
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
        against("B3", "stored answers/s against durable commits/s", rate, limit, ">= 0.5"),
        against("B3.tail", "stored answer against a durable commit, 99th percentile, s", slow, slow_commit, "<= 10"),
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
    site = ServedSite(folder)
    site.prepare()
    checks, starts = [], []
    for _round in range(ROUNDS):
        for took, action in ((checks, lambda: site.course("check")), (starts, site.start)):
            started = time.perf_counter()
            action()
            took.append(time.perf_counter() - started)
        site.stop()
    return [
        below("B8.check", "content check of everything, s", statistics.median(checks), 3.0),
        below("B8.start", "cold start of the site, s", statistics.median(starts), 2.0),
    ]


def measure_memory(site: Site, learners: list[Learner]) -> list[Figure]:
    """B9: memory of the worker after 10,000 more requests; what came before has already warmed it."""
    page = _lesson_page(site, learners[0])
    run(site.port, [iter([page] * 100)], 60)
    before = largest_memory_bytes(site.pid)
    run(site.port, [iter([page] * 2500) for _ in range(4)], 120)
    after = largest_memory_bytes(site.pid)
    return [
        below("B9", "memory of one worker, MiB", after / MEBIBYTE, 160),
        against("B9.growth", "the same after 10,000 more requests", after / MEBIBYTE, before / MEBIBYTE, "<= 1.05"),
        Figure(
            "B9.alone", "what that worker holds alone, MiB", round(private_bytes(children(site.pid)[0]) / MEBIBYTE, 1)
        ),
    ]


def measure_desk() -> list[Figure]:
    """B5: one decision, and one séance of twenty customers, loaded, played and stored, processor time."""
    times = desk.measured()
    return [
        below("B5.move", "one decision stored, median, ms of CPU", statistics.median(times.decisions), desk.LIMIT_MS),
        below("B5.day", "a day closed and stored, median, ms of CPU", statistics.median(times.closes), desk.LIMIT_MS),
    ]


def _report(program: str) -> dict[str, Any]:
    """Return what another measure prints, run in a process of its own whose memory and caches are its alone."""
    done = subprocess.run([sys.executable, "-m", program], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def measure_team() -> list[Figure]:
    """B4: the team page of 10,000 people beside that of 100."""
    report = _report("benchmarks.team")
    few, many = report["page_ms"]
    return [
        against("B4", "team page, 10,000 people against 100, ms", many, few, "<= 2"),
        below("B4.queries", "queries of the team page", max(report["queries"]), MOST_QUERIES),
    ]


def measure_engine() -> list[Figure]:
    """B5 and B6: what `benchmarks.engine` finds."""
    report = _report("benchmarks.engine")
    judged = next(each for each in report["timings"] if "judged" in each["work"])
    decisions = int(re.findall(r"[0-9]+", judged["work"])[0])
    campaigns = [each for each in report["timings"] if "portfolios of" in each["work"]]
    slowest = max(campaigns, key=lambda each: each["value_ms"])
    return [
        below("B5.review", "review of 60 decisions, ms of CPU", judged["value_ms"] * 60 / decisions, REVIEW_MS),
        below("B6", f"{slowest['work']}, s of CPU", slowest["value_ms"] / 1000, slowest["goal_ms"] / 1000),
        below("B6.memory", "memory of the engine's process at most, MiB", report["peak_memory_mb"]["value"], 1024),
    ]


def measure_certificates() -> list[Figure]:
    """An attestation drawn and sealed, processor time, against the fifty milliseconds it may take."""
    cost = certificates.measured()["certificate"]
    return [against("A1", "one attestation drawn and sealed, ms of CPU", cost, certificates.LIMIT_MS, "<= 1.0")]


@contextmanager
def _served(folder: Path, count: int) -> Iterator[tuple[Site, Site, list[Learner]]]:
    """Start a fresh installation with so many learners, and a bare page beside it; end both."""
    site, bare = (kind(folder / name) for kind, name in ((ServedSite, "site"), (BareSite, "bare")))
    site.prepare()
    try:
        for each in (site, bare):
            each.start()
        yield site, bare, make_learners(create_app(load_settings(site.environment)), count)
    except BenchmarkVoidError:
        print(site.log()[-4000:], file=sys.stderr)
        raise
    finally:
        site.stop()
        bare.stop()


def _pages(folder: Path) -> list[Figure]:
    with _served(folder, PAGE_CONNECTIONS) as (site, bare, learners):
        return [*measure_pages(site, bare, learners), *measure_memory(site, learners)]


def _answers(folder: Path) -> list[Figure]:
    with _served(folder, LEARNERS) as (site, bare, learners):
        return measure_answers(site, bare, learners, folder)


def _browsing(folder: Path) -> list[Figure]:
    with _served(folder, 1) as (site, _bare, learners):
        return measure_browsing(site, learners[0], folder / "lighthouse")


_WITHOUT = [
    Figure("B2", "a lesson page answered 304: not applicable, a signed-in page is never kept by a browser (S46)", 0.0),
    Figure("B11", "against peers: measured outside this repository", 0.0),
]
GROUPS: Mapping[str, Callable[[Path], list[Figure]]] = {
    "B1": _pages,
    "B3": _answers,
    "B4": lambda _folder: measure_team(),
    "B5": lambda _folder: [*measure_desk(), *measure_engine()],
    "B7": lambda _folder: measure_search(_content()),
    "B8": measure_start,
    "B10": lambda _folder: measure_growth(),
    "B12": lambda _folder: measure_fleet(),
    "A1": lambda _folder: [*measure_certificates(), *dossier.figures()],
    "L": _browsing,
    "B2": lambda _folder: _WITHOUT,
}
"""What is measured together, by the name under which it is asked alone."""
TOGETHER = {"B6": "B5", "B9": "B1", "B11": "B2"}


def measure(asked: Sequence[str]) -> list[Figure]:
    """Run these groups, each on a fresh installation; one that cannot be measured says why in its line."""
    figures: list[Figure] = []
    for name in dict.fromkeys(TOGETHER.get(each, each) for each in asked):
        started = time.monotonic()
        try:
            with tempfile.TemporaryDirectory() as folder:
                figures += GROUPS[name](Path(folder))
        except Exception as failure:  # noqa: BLE001 - the other groups are still worth measuring
            traceback.print_exc()
            figures.append(Figure(name, f"not measured: {type(failure).__name__}", 0.0, met=False))
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return figures


def _content() -> Catalog:
    settings = load_settings({})
    return load(Folders(settings.content_dir, settings.quizzes_dir), EXERCISE_BODIES, today()).catalog


def main(asked: Sequence[str]) -> int:
    """Measure all groups, or those asked; keep, print beside the last time; exit 1 when a goal is missed."""
    unknown = [name for name in asked if TOGETHER.get(name, name) not in GROUPS]
    if unknown:
        print(f"{' '.join(unknown)}? {' '.join([*GROUPS, *TOGETHER])}", file=sys.stderr)
        return 2
    figures = measure(asked or list(GROUPS))
    print(table(figures, keep(figures, is_whole=not asked)))
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
