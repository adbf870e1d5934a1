"""`make run` from the outside: it starts, it stops when told, it leaves nothing behind, it starts again at once."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support.site import free_port
from tests.support.source import ROOT

START_SECONDS = 60
STOP_SECONDS = 20


def _answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _eventually(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


def _environment_of(process_id):
    try:
        return Path(f"/proc/{process_id}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


class Installation:
    """`make run` on a port and a folder of its own, without a terminal."""

    def __init__(self, folder):
        self.port = free_port()
        self.mark = f"DATA_DIR={folder / 'data'}"
        self.environment = {**os.environ, "PORT": str(self.port), "DATA_DIR": str(folder / "data")}
        self.make = None

    def start(self):
        """Run it until the site answers."""
        self.make = subprocess.Popen(
            ["make", "run", f"PORT={self.port}"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert _eventually(lambda: _answers(self.port), START_SECONDS)

    def processes(self):
        """Return the process ids that belong to it, whatever their parent."""
        ids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
        return [number for number in ids if self.mark.encode() in _environment_of(number)]

    def server(self):
        """Return the first process of the server: the one that holds the port."""
        commands = {number: Path(f"/proc/{number}/cmdline").read_bytes() for number in self.processes()}
        return min(number for number, command in commands.items() if b"start.py" in command)


@pytest.fixture
def installation(tmp_path):
    """An installation; whatever a test leaves of it is killed."""
    made = Installation(tmp_path)
    yield made
    for number in made.processes():
        os.kill(number, signal.SIGKILL)


def _all(made, number):
    os.killpg(made.make.pid, number)


def _make_alone(made, number):
    made.make.send_signal(number)


@pytest.mark.parametrize("told", [_all, _make_alone], ids=["as a terminal does", "make alone"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_it_stops_cleanly(installation, told, number):
    """Told to stop, it stops within seconds with a code that says so, and no process survives."""
    installation.start()
    told(installation, number)
    assert installation.make.wait(STOP_SECONDS) in (0, -number, 128 + number)
    assert _eventually(lambda: not installation.processes(), 2)


def test_a_killed_make_takes_the_site_with_it(installation):
    """When make dies without a word, the server does not stay on the port."""
    installation.start()
    installation.make.kill()
    installation.make.wait()
    assert _eventually(lambda: not installation.processes(), STOP_SECONDS)


def test_after_a_kill_it_starts_again_at_once(installation):
    """After kill -9 of the server, the port is free at once, and the next `make run` finds everything."""
    installation.start()
    os.kill(installation.server(), signal.SIGKILL)
    assert installation.make.wait(STOP_SECONDS) != 0
    installation.start()
    _all(installation, signal.SIGTERM)
    installation.make.wait(STOP_SECONDS)


def test_a_taken_port_is_said(installation):
    """A port that something else holds gives one sentence and an exit code, not a trace."""
    with socket.create_server(("127.0.0.1", installation.port)):
        run = subprocess.run(
            ["make", "run"], cwd=ROOT, env=installation.environment, capture_output=True, text=True, check=False
        )
    assert run.returncode != 0
    assert "déjà pris" in run.stderr
    assert "Traceback" not in run.stderr
