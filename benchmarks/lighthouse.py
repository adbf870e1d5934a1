"""Lighthouse's scores of a page, for a visitor or for somebody signed in; or why there are none.

Lighthouse is the one on the PATH, else npm's, put in a scratch folder for the time of the measure.
"""

import json
import os
import shutil
import signal
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Figure
from tests.support.browser import find_chromium

INSTALL_SECONDS, AUDIT_SECONDS, END_SECONDS = 180, 120, 10
TRIES, LOOKS = 3, 3
TOLD_LINES = 3
CHROME_FLAGS = "--headless=new --no-sandbox --no-proxy-server"
ALL = ("performance", "accessibility", "best-practices", "seo")
BEHIND_A_DOOR = ("performance", "accessibility", "best-practices")
"""What is asked of a page that needs a sign-in: search engines never see it."""


class NoReportError(Exception):
    """Lighthouse gave no scores; says what it printed."""


@dataclass(frozen=True)
class Asked:
    """A page to look at: the line it gives, its address, who reads it, and how well it must do."""

    id: str
    what: str
    path: str
    is_desktop: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    performance: int = 95

    @property
    def categories(self) -> Sequence[str]:
        return BEHIND_A_DOOR if self.headers else ALL


def find_lighthouse(scratch: Path) -> str:
    """Return a Lighthouse that runs; raises `NoReportError` where there is none and npm cannot install it."""
    found, npm = shutil.which("lighthouse"), shutil.which("npm")
    if found:
        return found
    if npm is None:
        raise NoReportError("neither lighthouse nor npm on the PATH")
    command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(scratch), "lighthouse"]
    _finish(command, INSTALL_SECONDS)
    return str(scratch / "node_modules" / ".bin" / "lighthouse")


def _finish(command: Sequence[str], seconds: float) -> None:
    """Run a command to its end; raises `NoReportError` with the last lines that it printed."""
    environment = {**os.environ, "CHROME_PATH": find_chromium() or ""}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            _none, told = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # a killed Lighthouse would leave its Chromium behind
            try:
                process.communicate(timeout=END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
            raise NoReportError(f"not done after {seconds:.0f} s") from None
    if process.returncode:
        raise NoReportError(f"exit {process.returncode}: {_last_lines(told)}")


def _last_lines(told: str) -> str:
    return " / ".join(line.strip() for line in told.splitlines()[-TOLD_LINES:] if line.strip()) or "it said nothing"


def scores(program: str, address: str, asked: Asked, scratch: Path) -> dict[str, float]:
    """Return the scores of a page, out of 100; raises `NoReportError` when one of them is missing."""
    scratch.mkdir(parents=True, exist_ok=True)
    report, headers = scratch / "report.json", scratch / "headers.json"
    report.unlink(missing_ok=True)
    headers.write_text(json.dumps(asked.headers), encoding="utf-8")
    command = [program, address, "--output=json", f"--output-path={report}", "--quiet"]
    command += [f"--chrome-flags={CHROME_FLAGS}", f"--only-categories={','.join(asked.categories)}"]
    command += ["--preset=desktop"] if asked.is_desktop else []
    command += [f"--extra-headers={headers}"] if asked.headers else []
    _finish(command, AUDIT_SECONDS)
    told = json.loads(report.read_text(encoding="utf-8"))
    if told.get("runtimeError"):
        raise NoReportError(told["runtimeError"]["message"])
    found = {name: category["score"] for name, category in told["categories"].items()}
    if missing := sorted(name for name in asked.categories if found.get(name) is None):
        errors = {audit["errorMessage"] for audit in told["audits"].values() if audit.get("errorMessage")}
        raise NoReportError(f"no score for {', '.join(missing)}: {' / '.join(sorted(errors))}")
    if told["finalDisplayedUrl"] != address:
        raise NoReportError(f"it was led to {told['finalDisplayedUrl']}")
    return {name: 100 * score for name, score in found.items()}


def score_figures(site_url: str, pages: Sequence[Asked], scratch: Path) -> list[Figure]:
    """Return a line for each score of each page; a page without any is a missed goal, whose line says why."""
    try:
        program = find_lighthouse(scratch)
    except NoReportError as why:
        return [Figure(asked.id, f"{asked.what}: not measured, {why}", 0.0) for asked in pages]
    return [figure for asked in pages for figure in _page_figures(program, site_url, asked, scratch)]


def _looks(program: str, address: str, asked: Asked, scratch: Path) -> list[dict[str, float]]:
    """Look at a page once, `LOOKS` times when it is slower than it must be: a loaded machine is slow now and then."""
    found: list[dict[str, float]] = []
    whys: list[str] = []
    while len(whys) < TRIES and len(found) < LOOKS:
        try:
            found.append(scores(program, address, asked, scratch))
        except NoReportError as why:
            whys.append(str(why))
            continue
        if round(found[0]["performance"]) >= asked.performance:
            break
    if not found:
        raise NoReportError("; ".join(dict.fromkeys(whys)))
    return found


def _page_figures(program: str, site_url: str, asked: Asked, scratch: Path) -> list[Figure]:
    """Return a page's lines: the median of its performance, the worst of the rest."""
    try:
        looks = _looks(program, site_url + asked.path, asked, scratch)
    except NoReportError as why:
        return [Figure(asked.id, f"{asked.what}: no report after {TRIES} tries: {why}", 0.0, 100, 0.0, ">= 100", False)]
    summed = {name: [look[name] for look in looks] for name in asked.categories}
    return [
        _figure(asked, name, round(statistics.median(found) if name == "performance" else min(found)))
        for name, found in summed.items()
    ]


def _figure(asked: Asked, name: str, score: int) -> Figure:
    least = asked.performance if name == "performance" else 100
    ratio = round(score / least, 3)
    return Figure(f"{asked.id}.{name}", f"{asked.what}: {name}", score, least, ratio, f">= {least}", score >= least)
