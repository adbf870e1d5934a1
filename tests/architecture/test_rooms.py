"""Who may import whom (the contracts themselves are in pyproject.toml)."""

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.support.source import ROOT, modules

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "manager"}


def test_contracts_between_rooms_hold():
    """Rooms import downwards only, layers inside features hold, pure modules are pure, services know no web."""
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


LATE = (
    "PIL",
    "joserfc",
    "rapidfuzz",
    "segno",
    "typst",
    "webauthn",
    "course_app.library.loader",
    "course_app.library.yaml_reader",
    "course_app.reminders.agenda",
    "course_app.toolbox.documents.word",
)
"""What is loaded when first used: megabytes that few requests need. Libraries of calendars, of Word, of YAML and Markdown
hide behind ours."""
BEHIND = ("docx", "icalendar", "lxml", "markdown_it", "ruamel", "yaml")
SERVE = "import sys, course_app.cli, course_app.site_cli, course_app.serving; print(*sys.modules)"


def _imported(statement):
    """Return what an import statement names: modules, or what is taken from one of ours."""
    if isinstance(statement, ast.ImportFrom):
        is_ours = (statement.module or "").startswith("course_app.")
        return [f"{statement.module}.{alias.name}" if is_ours else statement.module for alias in statement.names]
    return [alias.name for alias in statement.names]


def _is_late(name):
    """Tell whether a module is one that may be loaded when first used."""
    return any(f"{name}.".startswith(f"{late}.") for late in LATE)


def test_no_import_hides_in_a_function():
    """What a module needs is said at its top, but for the few heavy libraries that wait until they serve."""
    hidden = [
        f"{module.path}:{statement.lineno}"
        for module in modules("course_app/*.py")
        for function in module.functions()
        for statement in ast.walk(function)
        if isinstance(statement, ast.Import | ast.ImportFrom)
        and not all(_is_late(name) for name in _imported(statement))
    ]
    assert not hidden


def test_a_site_that_starts_loads_nothing_late():
    """What waits until it serves is not loaded with the application: a process keeps its memory for what pages need."""
    started = subprocess.run([sys.executable, "-c", SERVE], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = started.stdout.split()
    assert "course_app.factory" in loaded
    assert not [name for name in loaded if any(f"{name}.".startswith(f"{late}.") for late in (*LATE, *BEHIND))]


def test_a_production_has_no_tool_of_developers():
    """What structlog and Mako load as soon as they find it (7 MiB a process) is not among the libraries of a production."""
    lock = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")
    assert not re.findall(r"^(rich|pygments|better-exceptions|pytest|ipython)==", lock, re.MULTILINE | re.IGNORECASE)


def test_no_import_cycle():
    """Modules can be put in an order where each only needs those before it."""
    graph = grimp.build_graph("course_app", cache_dir=None, exclude_type_checking_imports=True)
    order = graphlib.TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    )
    order.prepare()


def _last_word(name):
    """Return what a name says the thing is: `mail_utils` is utils, `SeatManager` is a manager."""
    return re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)[-1:] or [name]


@pytest.mark.parametrize("folder", ["course_app", "tests", "tools", "benchmarks"])
def test_no_room_for_odds_and_ends(folder):
    """No module, package or class is a utils, helpers, misc, common or manager."""
    found = modules(f"{folder}/*.py")
    names = {part for module in found for part in Path(module.path).with_suffix("").parts}
    names |= {definition.name for module in found for definition in module.classes()}
    assert not {name for name in names if _last_word(name)[0].lower() in FORBIDDEN_NAMES}
