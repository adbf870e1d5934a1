"""Counts what ran: `--report=FILE` writes {passed, failed, skipped} as JSON for the table of `make test`."""

import json
from pathlib import Path
from typing import Any

import pytest


class Count:
    """Outcomes by test, gathered on the process that prints (xdist's workers report to it)."""

    def __init__(self, report: Path) -> None:
        self.report = report
        self.outcomes: dict[str, str] = {}
        self.reasons: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst outcome of a test's three phases."""
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
        elif report.skipped:
            self.outcomes[report.nodeid] = "skipped"
            self.reasons[report.nodeid] = _reason(report.longrepr)
        elif report.when == "call":
            self.outcomes.setdefault(report.nodeid, "passed")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read counts as a failure; a file skipped as a whole, as one skip."""
        if not report.passed:
            self.outcomes[report.nodeid] = report.outcome
            self.reasons[report.nodeid] = _reason(report.longrepr)

    def pytest_sessionfinish(self) -> None:
        """Write the count."""
        named = {name: [test for test, got in self.outcomes.items() if got == name] for name in ("failed", "skipped")}
        self.report.write_text(
            json.dumps(
                {
                    "passed": sum(outcome == "passed" for outcome in self.outcomes.values()),
                    "failed": named["failed"],
                    "skipped": {test: self.reasons.get(test, "") for test in named["skipped"]},
                }
            ),
            encoding="utf-8",
        )


def _reason(representation: Any) -> str:
    return str(representation[2]) if isinstance(representation, tuple) else str(representation or "")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare `--report`."""
    parser.addoption("--report", type=Path, default=None, help="write the count of outcomes to this JSON file")


def pytest_configure(config: pytest.Config) -> None:
    """Count on the main process only."""
    report = config.getoption("report")
    if report is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Count(report), "count-of-outcomes")
