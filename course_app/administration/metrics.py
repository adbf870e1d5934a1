"""Figures for watchers in Prometheus' text format, version 0.0.4: totals and states, never a person.

Written by hand: a client library would count by process, and share nothing between the processes of a server.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from course_app.administration.service import Queue
from course_app.web.counters import BUCKETS_SECONDS, Counts

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Figures:
    """What is told: this server's counts, and what the installation shares.

    `queue` is None when the database does not answer; ages are in seconds, None when it never happened here.
    """

    counts: Counts
    queue: Queue | None
    mails_waiting: int | None
    content_is_current: bool
    disk_free_bytes: int
    database_bytes: int
    backup_age: float | None
    verified_age: float | None


def exposition(figures: Figures) -> str:
    """Return the page that Prometheus reads."""
    return "\n".join(_lines(figures)) + "\n"


def _lines(figures: Figures) -> Iterator[str]:
    counts = figures.counts
    yield from _one("answers_total", "counter", "Requests answered by this server.", counts.answered)
    yield from _one("refused_total", "counter", "Requests refused with 4xx.", counts.refused)
    yield from _one("crashed_total", "counter", "Requests that failed by our fault.", counts.crashed)
    yield from _one("unavailable_total", "counter", "Requests refused with 503.", counts.unavailable)
    yield from _durations(counts)
    queue = figures.queue
    yield from _one("database_up", "gauge", "Whether the database answers.", int(queue is not None))
    if queue is not None:
        yield from _one("jobs_waiting", "gauge", "Long work that waits.", queue.waiting)
        yield from _one("jobs_running", "gauge", "Long work in hand.", queue.running)
        yield from _one("jobs_failed_lately", "gauge", "Long work failed in a day.", queue.failed_lately)
    yield from _one("mails_waiting", "gauge", "Mails that wait to leave.", figures.mails_waiting)
    yield from _one(
        "content_current", "gauge", "Whether the content on disk is served.", int(figures.content_is_current)
    )
    yield from _one("disk_free_bytes", "gauge", "Room where the data lives.", figures.disk_free_bytes)
    yield from _one("database_bytes", "gauge", "Size of the SQLite database, 0 for another.", figures.database_bytes)
    yield from _one("backup_age_seconds", "gauge", "Since the last backup of this machine.", figures.backup_age)
    yield from _one("verified_age_seconds", "gauge", "Since the last backup was restored.", figures.verified_age)


def _durations(counts: Counts) -> Iterator[str]:
    name = "reglo_answer_seconds"
    yield from _head(name, "histogram", "How long this server took to answer.")
    for limit, total in zip(BUCKETS_SECONDS, counts.buckets, strict=True):
        yield f'{name}_bucket{{le="{limit}"}} {total}'
    yield f'{name}_bucket{{le="+Inf"}} {counts.answered}'
    yield f"{name}_sum {counts.seconds:.3f}"
    yield f"{name}_count {counts.answered}"


def _head(name: str, kind: str, meaning: str) -> Iterable[str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"


def _one(name: str, kind: str, meaning: str, value: float | None) -> Iterator[str]:
    if value is not None:
        yield from _head(f"reglo_{name}", kind, meaning)
        yield f"reglo_{name} {value:.0f}"
