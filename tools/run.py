"""`make run`: schema, examples, content check, then the site, until INT or TERM.

Needs no terminal. Whoever dies first, nothing stays behind: a stop reaches the server, and so does the death of this
program or of `make`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from course_app.serving import GRACEFUL_SECONDS, follow_parent

COURSE = str(Path(sys.executable).with_name("course"))
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


def _serve(environment: dict[str, str]) -> int:
    """Run the server until it ends or we are told to stop; return the exit code."""
    parent = os.getppid()
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: told.append(number))
    server = subprocess.Popen([COURSE, "serve"], env=environment, preexec_fn=follow_parent)  # noqa: PLW1509  # one thread
    while server.poll() is None:
        if told or os.getppid() != parent or _make_was_interrupted(parent):
            server.terminate()
            try:
                server.wait(timeout=GRACEFUL_SECONDS + 3)
            except subprocess.TimeoutExpired:
                server.kill()
            print("Réglo est arrêté.", flush=True)
            return 0
        try:
            server.wait(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    return server.returncode


def _announce(environment: dict[str, str]) -> None:
    address = environment.get("BASE_URL") or f"http://{environment['HOST']}:{environment['PORT']}"
    print(f"\nRéglo : {address}", flush=True)
    if environment["ENVIRONMENT"] == "demonstration":
        print(f"Entrer sans mot de passe, comme une personne d'exemple : {address}/demonstration", flush=True)
    print(f"Données dans {environment['DATA_DIR']}/. Ctrl+C arrête le site.\n", flush=True)


def main() -> int:
    """Prepare, check and serve; the first step that fails gives its exit code."""
    environment = _environment()
    if not _port_is_free(environment["HOST"], int(environment["PORT"])):
        print(f"Le port {environment['PORT']} est déjà pris. Essayez : make run PORT=8001", file=sys.stderr)
        return 1
    steps = [["db", "upgrade"], ["check"]]
    if environment["ENVIRONMENT"] == "demonstration":
        steps.insert(1, ["demo"])
    for step in steps:
        done = subprocess.run([COURSE, *step], env=environment, check=False)
        if done.returncode != 0:
            return done.returncode
    _announce(environment)
    return _serve(environment)


if __name__ == "__main__":
    sys.exit(main())
