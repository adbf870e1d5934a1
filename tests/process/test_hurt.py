"""The long trials of tests/trials in short: a server killed, watched by the kernel's eyes, and worked for a while."""

import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import time
import urllib.request

import pytest

from benchmarks.processes import children, largest_memory_bytes, private_bytes
from tests.support.clients import play
from tests.support.postgres import start_postgres
from tests.support.site import Site, free_port
from tests.support.slow_people import WAYS, p95_beside, seconds_of_a_page
from tests.support.soaking import soak
from tests.support.survival import learners_of, nothing_lost

KILLS, CLIENTS = 3, 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The data folder of these sites: content is checked and archived once for all."""
    return tmp_path_factory.mktemp("site")


def _running(folder, **settings):
    site = Site(folder, **settings)
    site.course("db", "upgrade")
    site.start()
    return site


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, folder):
    """A running installation on each database."""
    server = start_postgres() if request.param == "postgresql" else None
    running = _running(folder, **({"DATABASE_URL": server.fresh_url()} if server else {}))
    yield running
    running.stop()
    if server:
        server.stop()


@pytest.fixture(scope="module")
def sqlite_site(folder):
    """A running installation on SQLite, shared by those that do not stop it."""
    running = _running(folder)
    yield running
    running.stop()


def test_r4_kills_lose_no_acknowledged_answer(site):
    """R4 in short: killed three times under load, the server has every answer it acknowledged, once."""
    chance = random.Random(4)
    record, wait = play(site, learners_of(site, CLIENTS, 40), clients=CLIENTS)
    for _kill in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.4))
        site.kill()
        site.start()
    wait()
    assert nothing_lost(site, record) >= CLIENTS * 40


def _watched(site, learner):
    """Return the system calls of the serving process while one answer is stored, in order."""
    worker = subprocess.run(["pgrep", "-P", str(site.pid)], capture_output=True, text=True, check=True).stdout.split()[
        -1
    ]
    trace = site.folder / "trace.txt"
    calls = "trace=fdatasync,fsync,sendto,sendmsg,write"
    watching = subprocess.Popen(
        ["strace", "-f", "-qq", "-e", calls, "-o", trace, "-p", worker], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(1)
        record, wait = play(site, [learner], clients=1)
        wait()
    finally:
        watching.send_signal(signal.SIGINT)
        watching.wait(timeout=10)
    return record, trace.read_text(encoding="utf-8", errors="replace")


def test_r5_the_disk_is_told_before_the_learner(sqlite_site):
    """R5: between the reception of an answer and the first byte of its reply, the database's file is synchronised."""
    assert shutil.which("strace"), "no strace on this machine: install it"
    (learner,) = learners_of(sqlite_site, 1, 5)
    record, trace = _watched(sqlite_site, learner)
    assert len(record.acknowledged) == 5
    order = re.findall(r"(fdatasync|fsync)\(|(?:sendto|sendmsg|write)\(\d+, \"HTTP/1\.1 (303)", trace)
    told = "".join("d" if synced else "r" for synced, _reply in order)
    assert told.count("r") == 5, trace[-2000:]
    assert re.fullmatch(r"(d+r){5}d*", told), told


def test_r19_work_leaves_no_more_memory_nor_files(sqlite_site):
    """R19 in short: after a warm-up, some hundred requests leave memory within a tenth and no file open."""
    found = soak(sqlite_site, lambda: learners_of(sqlite_site, 8, 40), seconds=3, rate=40, warm_up=240)
    assert found.requests >= 40
    assert found.growth <= 1.10, found.describe()
    assert found.files_after <= found.files_before + 2, found.describe()


def test_processes_share_what_was_read_before_they_forked(sqlite_site):
    """A process that serves holds less than half of its memory alone: one more costs little (deploy/sizing.md)."""
    soak(sqlite_site, lambda: learners_of(sqlite_site, 4, 8), seconds=1, rate=20, warm_up=40)
    (serving,) = children(sqlite_site.pid)
    assert private_bytes(serving) < largest_memory_bytes(sqlite_site.pid) / 2


NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; client_max_body_size 300k;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{site}; proxy_set_header Host 127.0.0.1; }} }}
}}
"""
SLOW = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    b"POST /connexion HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 9000\r\n\r\n",
)


@pytest.fixture
def proxied(sqlite_site, tmp_path):
    """The port of nginx before the site, its requests buffered as nginx does unless told otherwise."""
    port = free_port()
    (tmp_path / "nginx.conf").write_text(
        NGINX.format(folder=tmp_path, port=port, site=sqlite_site.port), encoding="ascii"
    )
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert nginx, "no nginx on this machine: install it"
    running = subprocess.Popen([nginx, "-c", tmp_path / "nginx.conf", "-p", tmp_path], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    yield port
    running.terminate()
    running.wait(timeout=10)


def test_s74_slow_senders_delay_nobody_behind_the_proxy(proxied):
    """Twenty clients that send a byte now and then, ten in their headers, ten in a body: others wait under a second."""
    senders = [socket.create_connection(("127.0.0.1", proxied)) for _each in range(20)]
    spent = []
    for turn in range(40):
        for place, sender in enumerate(senders):
            sender.sendall(SLOW[place % 2] if turn == 0 else b"X: y\r\n" if place % 2 == 0 else b"a")
        began = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{proxied}/programme", timeout=10) as answer:
            assert answer.status == 200
        spent.append(time.monotonic() - began)
    for sender in senders:
        sender.close()
    assert statistics.quantiles(spent, n=20)[-1] < 1.0


def test_s74_slow_people_delay_nobody_without_a_proxy(sqlite_site):
    """Twenty people who send a byte now and then, or never read what they asked, no proxy: p95 of the others under a second."""
    seconds_of_a_page(sqlite_site.port)  # the first page of a process is its slowest
    waits = {way: p95_beside(sqlite_site.port, way) for way in WAYS}
    assert max(waits.values()) < 1.0, waits
