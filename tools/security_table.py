"""Write the table of `docs/security.md` from the names of the tests: which test keeps which promise.

A test named `test_s18_s19_twelve_starts…` keeps promises S18 and S19. The promises are listed in
`tools/security/promises.txt`; those without test are marked there as missing, and a mark goes for good once a test
carries its id. The rest of the page is written by hand and left alone.

    python tools/security_table.py          write the table, take off the marks that are no longer true
    python tools/security_table.py --check  change nothing; print what differs and exit 1
"""

import argparse
import ast
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROMISES = ROOT / "tools" / "security" / "promises.txt"
PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- table: tools/security_table.py -->", "<!-- end of table -->"
_LEADING_IDS = re.compile(r"test_((?:[sr]\d{1,2}_)+)")
_PROMISE = re.compile(
    r"(?P<id>[SR]\d{1,2})(?P<blocks>\*?) (?P<title>[^|]+?)(?: \| missing (?P<missing>\d{4}-\d{2}-\d{2} \S+))?"
)


@dataclass(frozen=True)
class Promise:
    """One promise: whether it blocks a release, its title, and since when and in which room its test is missing."""

    id: str
    blocks: bool
    title: str
    missing: str | None


@dataclass(frozen=True)
class Test:
    """One test: its file from the root, and its name."""

    file: str
    name: str

    @property
    def kind(self) -> str:
        """The kind of `make test` that runs it."""
        return self.file.split("/")[1]


def promises() -> list[Promise]:
    """Return the promises in their order; raises ValueError on a line that is none, or an id told twice."""
    found: list[Promise] = []
    for line in PROMISES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        match = _PROMISE.fullmatch(line)
        if match is None or any(match["id"] == promise.id for promise in found):
            raise ValueError(f"{PROMISES.name}: {line}")
        found.append(Promise(match["id"], bool(match["blocks"]), match["title"], match["missing"]))
    return found


def ids(name: str) -> list[str]:
    """Return the promises named at the head of a test's name: `test_s18_s19_twelve` gives S18 and S19."""
    match = _LEADING_IDS.match(name)
    return [f"{part[0].upper()}{part[1:]}" for part in match[1].strip("_").split("_")] if match else []


def kept() -> dict[str, list[Test]]:
    """Return the tests of each promise, by file and by line."""
    found: dict[str, list[Test]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        functions = (
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        )
        for function in sorted(functions, key=lambda node: node.lineno):
            for promise in ids(function.name):
                found[promise].append(Test(path.relative_to(ROOT).as_posix(), function.name))
    return found


def _row(promise: Promise, tests: list[Test]) -> str:
    shown = "<br>".join(f"`{test.file}::{test.name}`" for test in tests) or f"missing since {promise.missing}"
    kinds = ", ".join(sorted({test.kind for test in tests}))
    name = f"**{promise.id}**" if promise.blocks else promise.id
    return f"| {name} | {promise.title} | {kinds} | {shown} |"


def table() -> str:
    """Return the table, between its two marks."""
    tests = kept()
    rows = [_row(promise, tests[promise.id]) for promise in promises()]
    covered = sum(bool(tests[promise.id]) for promise in promises())
    count = f"{covered} promises of {len(rows)} have a test named after them; bold ones block a release."
    head = ["| id | promise | kind | tests |", "|---|---|---|---|"]
    return "\n".join([BEGIN, count, "", *head, *rows, END])


def _placed(page: str) -> str:
    """Return the page with today's table in place of its former one; raises ValueError without its two marks."""
    before, begin, rest = page.partition(BEGIN)
    _former, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name}: the marks of the table are gone")
    return before + table() + after


def _unmarked(tests: dict[str, list[Test]]) -> str:
    """Return the list of promises without the marks of those that have a test."""
    lines = PROMISES.read_text(encoding="utf-8").splitlines()
    done = [re.sub(r" \| missing .*", "", line) if tests[line.split(" ")[0].strip("*")] else line for line in lines]
    return "\n".join(done) + "\n"


def faults() -> list[str]:
    """Return what is wrong with the committed page and list; empty when all is well."""
    tests, known = kept(), {promise.id: promise for promise in promises()}
    found = [f"{name}: no such promise ({tests[name][0].name})" for name in sorted(tests.keys() - known.keys())]
    for promise in known.values():
        if promise.missing and tests[promise.id]:
            found.append(f"{promise.id}: has a test, and is still marked as missing")
        if not promise.missing and not tests[promise.id]:
            found.append(f"{promise.id}: no test carries this id any more")
    if _placed(PAGE.read_text(encoding="utf-8")) != PAGE.read_text(encoding="utf-8"):
        found.append(f"{PAGE.name}: the table is not that of today's tests")
    return found


def main() -> int:
    """Command line: write, or check only."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when something differs")
    if not parser.parse_args().check:
        PROMISES.write_text(_unmarked(kept()), encoding="utf-8")
        PAGE.write_text(_placed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    found = faults()
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
