"""The project's own source, read as text and as syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root, and its syntax tree."""

    path: str
    tree: ast.Module

    def functions(self) -> Iterator[Function]:
        """Yield every function, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS))

    def classes(self) -> Iterator[ast.ClassDef]:
        """Yield every class, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))

    def place(self, node: Function | ast.ClassDef) -> str:
        """Return `path:line name`, which an editor opens."""
        return f"{self.path}:{node.lineno} {node.name}"


def tracked(*patterns: str) -> list[Path]:
    """Return the files of the project that match git patterns, committed or about to be; ignored ones are not ours."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    paths = (ROOT / name for name in sorted(set(listed.stdout.decode().split("\0"))) if name)
    return [path for path in paths if path.is_file()]


@cache
def modules(*patterns: str) -> list[Module]:
    """Return the Python files that match git patterns, migrations left out: those are history, not code we edit."""
    return [
        Module(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in tracked(*patterns)
        if path.suffix == ".py" and "migrations" not in path.parts
    ]


def length(function: Function) -> int:
    """Return the lines of a function from `def` to its end, its docstring left out."""
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    docstring_lines = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring_lines
