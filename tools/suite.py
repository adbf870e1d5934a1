"""`make test`: every kind of check in turn, then one table and one last line, `N passed, 0 failed`.

`make test` runs all kinds but the trials; name kinds to run only those. A kind that cannot run here is counted as
skipped with its reason; with CI=true a skip is a failure.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT))

from tests.support.browser import find_chromium  # noqa: E402  # the root must be importable first
from tests.support.postgres import PostgresUnavailableError, start_postgres  # noqa: E402

PROCESSES = str(min(4, max(2, os.cpu_count() or 1)))
LINTERS = {
    "ruff": [BIN / "ruff", "check", "--quiet", "--no-cache", "."],
    "ruff format": [BIN / "ruff", "format", "--quiet", "--check", "--no-cache", "."],
    "mypy": [BIN / "mypy", "--no-error-summary"],
    "djlint": [BIN / "djlint", "--lint", "--quiet", "course_app/templates"],
}
PYTEST_KINDS = {
    "architecture": ["tests/architecture"],
    "unit": ["tests/unit", "-n", PROCESSES],
    "content": ["tests/content"],
    "web sqlite": ["tests/web", "--database=sqlite", "-n", PROCESSES],
    "web postgresql": ["tests/web", "--database=postgresql", "-n", PROCESSES],
    "process": ["tests/process", "-n", PROCESSES],
    "browser": ["tests/browser", "-n", PROCESSES],
    "trials": ["tests/trials"],
}
DEFAULT_KINDS = ["lint", *(kind for kind in PYTEST_KINDS if kind != "trials")]
NO_TESTS_COLLECTED = 5
WATCHERS = ("strace", "nginx")
"""Programs of the system that tests of a real server watch it with, named as their packages."""


@dataclass
class Outcome:
    """What one kind of check gave."""

    kind: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def _lint() -> Outcome:
    outcome = Outcome("lint")
    for name, command in LINTERS.items():
        if subprocess.run(command, cwd=ROOT, check=False).returncode == 0:
            outcome.passed += 1
        else:
            outcome.failed.append(name)
    return outcome


def _install(package: str) -> bool:
    """Install a package of the system where we may; False when this is not ours to do."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"{package} manque : installation…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
        subprocess.run(["apt-get", *arguments], env=environment, stdout=subprocess.DEVNULL, check=False)
    return True


def _found(program: str) -> bool:
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") is not None


def _install_chromium() -> None:
    """Get a browser where we may: from the system's packages as root, else the one Playwright fetches."""
    if not find_chromium() and not _install("chromium"):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _lacks(kind: str) -> str | None:
    """Return what this machine lacks for a kind of test, after trying to get it; None when all is there."""
    if kind == "browser":
        _install_chromium()
        return None if find_chromium() else "no Chromium: install it, or name it in CHROMIUM"
    if kind == "process":
        missing = [
            program for program in WATCHERS if not _found(program) and not (_install(program) and _found(program))
        ]
        return f"no {' nor '.join(missing)}: install them" if missing else None
    if kind == "trials" and not shutil.which("soffice"):
        _install("libreoffice-writer-nogui")
    if kind == "web postgresql":
        try:
            start_postgres().stop()
        except PostgresUnavailableError as failure:
            return f"no PostgreSQL: {failure}"
    return None


def _pytest(kind: str) -> Outcome:
    outcome = Outcome(kind)
    lacking = _lacks(kind)
    if lacking:
        outcome.skipped = {kind: lacking}
        return outcome
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pytest", "-q", f"--report={report}", *PYTEST_KINDS[kind]]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        counted = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    outcome.passed = counted.get("passed", 0)
    outcome.failed = counted.get("failed", [])
    outcome.skipped = counted.get("skipped", {})
    if code != 0 and not outcome.failed:
        outcome.failed = [f"{kind}: pytest ended with code {code}" + (", no test" * (code == NO_TESTS_COLLECTED))]
    return outcome


def _print_table(outcomes: list[Outcome]) -> None:
    print(f"\n{'':16}{'réussis':>9}{'échoués':>9}{'sautés':>9}{'secondes':>10}")
    for outcome in outcomes:
        counts = (outcome.passed, len(outcome.failed), len(outcome.skipped))
        print(f"{outcome.kind:16}" + "".join(f"{count:>9}" for count in counts) + f"{outcome.seconds:>10.0f}")
    for title, lines in (
        ("Échoués", [f"{outcome.kind}: {test}" for outcome in outcomes for test in outcome.failed]),
        ("Sautés", [f"{test}: {why}" for outcome in outcomes for test, why in outcome.skipped.items()]),
    ):
        if lines:
            print(f"\n{title} :", *lines, sep="\n  ")


def main() -> int:
    """Run the kinds named on the command line, by default all but the trials; exit 1 when something failed."""
    outcomes: list[Outcome] = []
    for kind in sys.argv[1:] or DEFAULT_KINDS:
        print(f"\n── {kind}", flush=True)
        started = time.monotonic()
        outcome = _lint() if kind == "lint" else _pytest(kind)
        outcome.seconds = time.monotonic() - started
        outcomes.append(outcome)
    _print_table(outcomes)
    failed = sum(len(outcome.failed) for outcome in outcomes)
    skipped = sum(len(outcome.skipped) for outcome in outcomes)
    refused = failed + (skipped if os.environ.get("CI") == "true" else 0)
    note = f", {skipped} skipped" if skipped else ""
    print(f"\n{sum(outcome.passed for outcome in outcomes)} passed, {refused} failed{note}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
