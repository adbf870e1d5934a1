"""`make run`: schema, examples, content check, then the site, until INT or TERM.

Needs no terminal. Whoever dies first, nothing stays behind: a stop reaches the server, and so does the death of this
program or of `make`. This program loads nothing of the product, so that it answers to a stop at once; start.py does.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

START = Path(__file__).with_name("start.py")
STOP_SECONDS = 12  # a little more than the server gives to requests in hand
PORT_PATIENCE_SECONDS = 4
POLL_SECONDS = 0.5


def _environment() -> dict[str, str]:
    """Return the settings of a demonstration on this machine; what the caller set wins."""
    defaults = {"ENVIRONMENT": "demonstration", "HOST": "127.0.0.1", "PORT": "8000", "DATA_DIR": "var"}
    return {**os.environ, **{key: os.environ.get(key) or value for key, value in defaults.items()}}


def _port_is_free(host: str, port: int) -> bool:
    """Tell whether the address can be listened on, waiting a little for a server that is stopping."""
    deadline = time.monotonic() + PORT_PATIENCE_SECONDS
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.1)
            else:
                return True


def _make_was_interrupted(parent: int) -> bool:
    """Tell whether `make` alone got an INT: it then waits for us without saying so, with INT blocked (GNU make 4)."""
    try:
        status = Path(f"/proc/{parent}/status").read_text(encoding="ascii")
        name = status.split("\n", 1)[0].split("\t")[1]
        blocked = int(status.split("SigBlk:\t")[1][:16], 16)
    except (OSError, IndexError, ValueError):
        return False
    return name in {"make", "gmake"} and bool(blocked & 1 << (signal.SIGINT - 1))


def watch_over_server(environment: dict[str, str]) -> int:
    """Run the server until it ends or we are told to stop; return the exit code."""
    parent = os.getppid()
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: told.append(number))
    server = subprocess.Popen([sys.executable, START], env=environment)
    while server.poll() is None:
        if told or os.getppid() != parent or _make_was_interrupted(parent):
            server.terminate()
            try:
                server.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
            print("Réglo est arrêté.", flush=True)
            return 0
        try:
            server.wait(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    return server.returncode


def main() -> int:
    """Check the port, then run the server and watch over it."""
    environment = _environment()
    if not _port_is_free(environment["HOST"], int(environment["PORT"])):
        print(f"Le port {environment['PORT']} est déjà pris. Essayez : make run PORT=8001", file=sys.stderr)
        return 1
    return watch_over_server(environment)


if __name__ == "__main__":
    sys.exit(main())
