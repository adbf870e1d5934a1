"""Learners' browsers under bad conditions: they send again, with the same key, until they are told it is stored."""

import http.client
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.learners import Answer, Learner
from tests.support.front import Front
from tests.support.site import Site

RETRY_SECONDS = 0.05
PATIENCE_SECONDS = 120  # security.md R2: clients send again for two minutes


@dataclass
class Record:
    """What clients were told: keys acknowledged, unexpected statuses, seconds each answer took.

    `again`: statuses after which a client sends the same again, as browsers do while a proxy finds no server.
    """

    again: frozenset[int] = frozenset()
    acknowledged: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def _send(site: Site | Front, learner: Learner, answer: Answer) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        headers = {**learner.headers, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", answer.path, answer.body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _send_until_told(site: Site | Front, learner: Learner, answer: Answer, record: Record) -> None:
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE_SECONDS:
        try:
            status = _send(site, learner, answer)
        except (OSError, http.client.HTTPException):
            time.sleep(RETRY_SECONDS)
            continue
        if status in record.again:
            time.sleep(RETRY_SECONDS)
            continue
        if status == 303:
            record.acknowledged.append(answer.form["key"])
            record.seconds.append(time.monotonic() - started)
        else:
            record.refused.append(status)
        return


def play(
    site: Site | Front,
    learners: list[Learner],
    *,
    clients: int,
    doubled: float = 0.0,
    again: frozenset[int] = frozenset(),
) -> tuple[Record, Callable[[], None]]:
    """Give the learners' answers from so many clients at once, each going through its share of the learners.

    `doubled` is the share of answers sent twice. Returns what clients are told, filled as it comes, and a function
    that waits for all of them.
    """
    record, chance = Record(again), random.Random(20261122)

    def work(mine: list[Learner]) -> None:
        for learner in mine:
            for answer in learner.answers:
                for _copy in range(2 if chance.random() < doubled else 1):
                    _send_until_told(site, learner, answer, record)

    shares = [learners[first::clients] for first in range(clients)]
    threads = [threading.Thread(target=work, args=(share,), daemon=True) for share in shares]
    for thread in threads:
        thread.start()

    def wait() -> None:
        for thread in threads:
            thread.join()

    return record, wait
