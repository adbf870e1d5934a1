"""A server worked for a while at a steady rate, its memory and its open files read before and after."""

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

from benchmarks.learners import Learner
from benchmarks.load import Request, request, run
from benchmarks.processes import children, largest_memory_bytes
from course_app.serving import WARM_AFTER_SECONDS
from tests.support.site import Site

PAGES = ("/parcours", "/programme", "/exercices", "/recherche?q=relance", "/lecons/oubli-et-facture-perdue", "/outils")
CONNECTIONS = 4
SHIFT_SECONDS = 1800
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Soak:
    """Requests answered; bytes of the largest process and files open in all of them, before and after.

    Connections to PostgreSQL are counted apart: a pool opens one more whenever more threads than ever need one at once.
    """

    requests: int
    memory_before: int
    memory_after: int
    files_before: int
    files_after: int
    connections: int
    """To PostgreSQL, at the end; SQLite has none."""

    @property
    def growth(self) -> float:
        """Memory after, as a share of memory before."""
        return self.memory_after / self.memory_before

    def describe(self) -> str:
        """Return the figures in words."""
        before, after = self.memory_before / MEBIBYTE, self.memory_after / MEBIBYTE
        files = f"{self.files_before} files open then {self.files_after}"
        return f"{before:.1f} MiB then {after:.1f} MiB, {files}, {self.connections} connections to PostgreSQL"


def _family(process_id: int) -> list[int]:
    return [process_id, *(each for child in children(process_id) for each in _family(child))]


def connections_to_postgres(site: Site) -> int:
    """Return how many connections a site keeps open to its database, when that is PostgreSQL."""
    address = site.environment.get("DATABASE_URL", "")
    if not address.startswith("postgresql"):
        return 0
    with create_engine(address, poolclass=NullPool).connect() as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return int(connection.execute(text(asked)).scalar_one())


def open_files(site: Site) -> int:
    """Return how many files and sockets a server and its children hold open, connections to PostgreSQL left out."""
    held = sum(len(list(Path(f"/proc/{each}/fd").iterdir())) for each in _family(site.pid))
    return held - connections_to_postgres(site)


def _files_left(site: Site, before: int) -> int:
    """Return how many files stay open once the server has seen that the last visitors hung up, five seconds at most."""
    deadline = time.monotonic() + 5
    while (left := open_files(site)) > before and time.monotonic() < deadline:
        time.sleep(0.25)
    return left


def _work(learner: Learner) -> Iterator[Request]:
    """Yield pages for ever, and an answer in four while there are answers left to give."""
    answers = learner.sends()
    for turn in itertools.count():
        sent = next(answers, None) if turn % 4 == 3 else None
        yield sent or request("GET", PAGES[turn % len(PAGES)], learner.headers)


def _paced(requests: Iterator[Request], every: float) -> Iterator[Request]:
    following = time.monotonic()
    for each in requests:
        following += every
        time.sleep(max(0.0, following - time.monotonic()))
        yield each


def _settled(process_id: int) -> int:
    """Return the memory of the largest process once it has stood still for longer than the server waits to warm up.

    The simulator is compiled in a thread some seconds after the start: that is no growth of the work.
    """
    memory, still_since, deadline = largest_memory_bytes(process_id), time.monotonic(), time.monotonic() + 60
    while time.monotonic() < deadline and time.monotonic() < still_since + WARM_AFTER_SECONDS + 3:
        time.sleep(0.5)
        seen = largest_memory_bytes(process_id)
        if abs(seen - memory) > MEBIBYTE:
            memory, still_since = seen, time.monotonic()
    return memory


def _streams(learners: list[Learner]) -> list[Iterator[Request]]:
    """Return what each connection sends: its learners in turn."""
    return [
        itertools.chain.from_iterable(zip(*map(_work, learners[at::CONNECTIONS]), strict=False))
        for at in range(CONNECTIONS)
    ]


def _shift(site: Site, learners: list[Learner], seconds: float, rate: float) -> int:
    """Let these learners work for so long; return how many requests were answered, or raise what stopped one of them."""

    def work(mine: Iterator[Request]) -> int:
        return run(site.port, [_paced(mine, CONNECTIONS / rate)], seconds).answered

    with ThreadPoolExecutor(CONNECTIONS) as crowd:
        return sum(crowd.map(work, _streams(learners)))


def soak(site: Site, people: Callable[[], list[Learner]], *, seconds: float, rate: float, warm_up: int) -> Soak:
    """Send `warm_up` requests as fast as they are answered, then `rate` a second for so long.

    Others come every half-hour, freshly signed in: nobody works for hours with the cookie of the first minute. Raises
    `BenchmarkVoidError` on any other status than the one expected.
    """
    learners = people()
    run(site.port, [itertools.islice(each, warm_up // CONNECTIONS) for each in _streams(learners)], 600)
    memory, files = _settled(site.pid), open_files(site)
    ends, answered = time.monotonic() + seconds, 0
    while (left := ends - time.monotonic()) > 0:
        answered += _shift(site, learners, min(left, SHIFT_SECONDS), rate)
        learners = people() if ends > time.monotonic() else []
    left = _files_left(site, files)
    return Soak(answered, memory, largest_memory_bytes(site.pid), files, left, connections_to_postgres(site))
