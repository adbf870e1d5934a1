"""Take one protection away, and see its test fail: the patches of `tests/mutations`, one at a time, in a scratch copy.

A patch begins with what it breaks, then `Fails: path::test`, the test that must fail under it. A test that goes on
passing protects nothing: exit status 1.

    python tools/mutations.py            run them all (some minutes), and date the result in docs/security.md
    python tools/mutations.py s41 r5     run those that begin so, and write nothing
    python tools/mutations.py --check    only see that they apply and that their tests exist
"""

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATCHES = ROOT / "tests" / "mutations"
PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- mutations: tools/mutations.py -->", "<!-- end of mutations -->"
_HEAD = re.compile(r"(?P<what>[^\n]+)\nFails: (?P<test>(?P<file>\S+)::(?P<name>\S+))\n\ndiff --git")
TESTS_FAILED = 1  # pytest's own exit code; anything above is an error of ours


@dataclass(frozen=True)
class Mutation:
    """One patch: its file, what it breaks, and the test that must fail under it."""

    patch: Path
    what: str
    test: str
    file: str
    function: str


def mutations() -> list[Mutation]:
    """Return the patches by name; raises ValueError for one without its two first lines."""
    found = []
    for patch in sorted(PATCHES.glob("*.patch")):
        head = _HEAD.match(patch.read_text(encoding="utf-8"))
        if head is None:
            raise ValueError(f"{patch.name}: its first lines are what it breaks, then « Fails: path::test »")
        found.append(Mutation(patch, head["what"], head["test"], head["file"], head["name"]))
    return found


def _applies(mutation: Mutation, folder: Path, *options: str) -> str | None:
    """Apply a patch in a folder; return why it does not, None when it does."""
    done = subprocess.run(
        ["git", "apply", "-C1", *options, mutation.patch], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stderr.strip().splitlines()[0] if done.returncode else None


def faults() -> list[str]:
    """Return the patches that no longer apply to these files, and those whose test is gone."""
    found = []
    for mutation in mutations():
        refusal = _applies(mutation, ROOT, "--check")
        if refusal:
            found.append(f"{mutation.patch.name}: {refusal}")
        tree = (
            ast.parse((ROOT / mutation.file).read_text(encoding="utf-8")) if (ROOT / mutation.file).exists() else None
        )
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} if tree else set()
        if mutation.function not in names:
            found.append(f"{mutation.patch.name}: no test {mutation.test}")
    return found


def _copied(folder: Path) -> Path:
    """Copy the files of the project, those that git knows, into a folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def _pytest(folder: Path, *tests: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def run(chosen: list[Mutation]) -> dict[str, bool]:
    """Return, by name of patch, whether its test failed under it; raises RuntimeError when a test fails without."""
    seen = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = _copied(Path(scratch))
        code, told = _pytest(folder, *{mutation.test for mutation in chosen})
        if code:
            raise RuntimeError(f"the tests fail without any patch:\n{told[-3000:]}")
        for mutation in chosen:
            refusal = _applies(mutation, folder)
            if refusal:
                raise RuntimeError(f"{mutation.patch.name}: {refusal}")
            code, told = _pytest(folder, mutation.test)
            if code not in {0, TESTS_FAILED}:
                raise RuntimeError(f"{mutation.patch.name}: pytest ended with code {code}\n{told[-3000:]}")
            seen[mutation.patch.stem] = code == TESTS_FAILED
            print(f"{mutation.patch.stem:36} {'its test fails' if code else 'ITS TEST STILL PASSES'}", flush=True)
            _applies(mutation, folder, "--reverse")
    return seen


def _record(seen: dict[str, bool]) -> None:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    rows = [
        f"| {mutation.patch.stem} | {mutation.what} | `{mutation.test}` | "
        f"{'fails' if seen[mutation.patch.stem] else 'PASSES'} ({today}) |"
        for mutation in mutations()
    ]
    before, _begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    head = [BEGIN, "| patch | what it takes away | test | under the patch |", "|---|---|---|---|"]
    PAGE.write_text(before + "\n".join([*head, *rows, END]) + after, encoding="utf-8")


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--check", action="store_true", help="run no test")
    options = parser.parse_args()
    found = faults()
    for fault in found:
        print(fault, file=sys.stderr)
    if found or options.check:
        return 1 if found else 0
    chosen = [each for each in mutations() if not options.names or each.patch.stem.startswith(tuple(options.names))]
    seen = run(chosen)
    if not options.names:
        _record(seen)
    print(f"{sum(seen.values())} of {len(seen)} protections are seen by their test")
    return 0 if all(seen.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
