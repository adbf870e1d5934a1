"""A real installation: its own process, folder and port, in demonstration mode, as `make run` starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

COURSE = Path(sys.executable).with_name("course")
START_SECONDS = 60


class SiteError(Exception):
    """The installation did not start; holds what it printed."""


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """An installation that can be started, killed and started again on the same data."""

    program: tuple[str, ...] = (str(COURSE), "serve")

    def __init__(self, folder: Path, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "SECRET_KEY"}}
        defaults = {"ENVIRONMENT": "demonstration", "HOST": "127.0.0.1", "PORT": str(self.port)}
        self.environment = {**kept, **defaults, "DATA_DIR": str(folder / "data"), **settings}

    def course(self, *arguments: str) -> None:
        """Run one `course` command; raise `SiteError` with its output when it fails."""
        done = subprocess.run(
            [COURSE, *arguments], env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise SiteError(f"course {' '.join(arguments)}: {done.stdout}{done.stderr}")

    def prepare(self) -> None:
        """Build the schema and the example company."""
        self.course("db", "upgrade")
        self.course("demo")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.folder / "server.log").open("ab") as output:
            self.process = subprocess.Popen(
                self.program,
                env=self.environment,
                cwd=self.folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SiteError(self.log())
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """The server's first process, which names its group; raises `SiteError` when it is stopped."""
        if self.process is None:
            raise SiteError("the site is not running")
        return self.process.pid

    def log(self) -> str:
        """Return what the server printed."""
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:  # noqa: S310  # our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would: kill -9."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """End the server as a person would."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None
