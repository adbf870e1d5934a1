"""A server on its bad days: a full disk, a stop in the middle of a request (R6, R16)."""

import resource
import signal
import socket
import time
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest

from benchmarks.learners import make_learners
from course_app.config import load_settings
from course_app.factory import create_app
from course_app.serving import WARM_AFTER_SECONDS
from tests.support.bad_day import Day
from tests.support.databases import build_schema
from tests.support.site import Site
from tests.support.slow_people import HEAD, PAGE

KEPT_TEXT = "Menuiserie Bocage"


@pytest.fixture(scope="module")
def sqlite_day(tmp_path_factory):
    """A site on SQLite."""
    site = Site(tmp_path_factory.mktemp("bad-day"))
    app = create_app(load_settings(site.environment))
    build_schema(app)
    (learner,) = make_learners(app, 1, 6)
    site.start()
    yield Day(site, learner)
    site.stop()


def _limit_writes(day, most):
    for process in [str(day.site.pid), *day.workers()]:
        _soft, hard = resource.prlimit(int(process), resource.RLIMIT_FSIZE)
        resource.prlimit(int(process), resource.RLIMIT_FSIZE, (hard if most is None else most, hard))


def test_r6_a_full_disk_reads_refuses_and_recovers(sqlite_day):
    """R6: no file may grow, the log included: pages are read, saving gives 503 and keeps the text; room again, all is well."""
    assert sqlite_day.save() == 303
    _limit_writes(sqlite_day, 0)
    assert sqlite_day.ask("/programme")[0] == 200
    assert sqlite_day.ask("/parcours")[0] == 200
    assert sqlite_day.save() == 503
    status, page = sqlite_day.ask(
        "/parcours/choix", urlencode({"csrf_token": sqlite_day.token, "path": "equipe", "note": KEPT_TEXT})
    )
    assert (status, KEPT_TEXT in page) == (503, True)
    assert sqlite_day.ask("/readyz")[0] == 503
    assert sqlite_day.ask("/healthz")[0] == 200
    _limit_writes(sqlite_day, None)
    assert sqlite_day.becomes_ready()
    assert sqlite_day.save() == 303


def test_r16_a_stop_lets_requests_in_hand_finish(sqlite_day):
    """R16: told to stop while a form is half sent, the server takes the rest, answers it, stores it, and ends within 10 s."""
    answer = sqlite_day.answers[0]
    body = answer.body.encode()
    headers = {
        **sqlite_day.learner.headers,
        "Host": "127.0.0.1",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", sqlite_day.site.port), timeout=15) as slow:
        slow.sendall(
            f"POST {answer.path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n{head}\r\n".encode()
            + body[:10]
        )
        time.sleep(0.5)
        began = time.monotonic()
        sqlite_day.site.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        slow.sendall(body[10:])
        told = slow.recv(64)
    assert told.startswith(b"HTTP/1.1 303")
    assert sqlite_day.site.process.wait(timeout=12) == 0
    assert time.monotonic() - began < 10
    sqlite_day.site.process = None
    sqlite_day.site.start()
    assert sqlite_day.ask(answer.path, answer.body)[0] == 303  # the same key again: the same reply


def test_r16_a_stop_waits_neither_for_the_simulator_nor_for_silent_connections(sqlite_day):
    """Stopped while the simulator is compiled, with sixty-one connections open: each page asked is given, and exit 0 within 10 s."""
    site = sqlite_day.site
    site.stop()
    site.start()
    with ExitStack() as stack:
        address = ("127.0.0.1", site.port)
        lines = [stack.enter_context(socket.create_connection(address, timeout=12)) for _each in range(61)]
        time.sleep(WARM_AFTER_SECONDS + 0.3)
        for line in lines[:20]:
            line.sendall(HEAD)
        for line in lines[20:40]:
            line.sendall(PAGE)
        began = time.monotonic()
        site.process.send_signal(signal.SIGTERM)
        for line in lines[:20]:
            line.sendall(b"\r\n")
        assert all(line.recv(15) == b"HTTP/1.1 200 OK" for line in lines[:40])
        assert site.process.wait(timeout=15) == 0
        assert time.monotonic() - began < 10
    site.process = None
    site.start()
