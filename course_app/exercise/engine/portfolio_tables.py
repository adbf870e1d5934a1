"""The compiled model and its value table, by version; compiled once per process.

A run names the version it was started on. The current constants live beside the code; older ones live in
`versions/<version>/` with their own value file, so that a run stays playable as it was. `RULES` counts the changes
of the code that could give another run for the same moves (moves, chances, draws, portfolio): raise it with such a
change, and the runs before it become read-only.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from course_app.exercise.engine import parameters, value_file
from course_app.exercise.engine.kernel import Kernel, compile_kernel
from course_app.exercise.engine.value_file import Stored

RULES = 1
OLDER = Path(__file__).with_name("versions")
_ONE_AT_A_TIME = threading.RLock()


@dataclass(frozen=True)
class Tables:
    """One version of the model: where it is read, and what is compiled from it at the first use."""

    name: str
    parameter_file: Path
    value_file: Path = field(compare=False)

    @property
    def version(self) -> str:
        """Name kept with each run: rules and constants."""
        return f"portfolio-{RULES}+{self.name}"

    @cached_property
    def _compiled(self) -> Kernel:
        return compile_kernel(parameters.load(self.parameter_file))

    @cached_property
    def _stored(self) -> Stored:
        return value_file.load(self.value_file, self._compiled)

    @property
    def kernel(self) -> Kernel:
        """The compiled model; several seconds of processor at the first use, for one thread only."""
        known: Kernel | None = self.__dict__.get("_compiled")
        if known is None:
            with _ONE_AT_A_TIME:
                known = self._compiled
        return known

    @property
    def stored(self) -> Stored:
        """The value table. Raises `StaleValues` when it was not built for this model."""
        with _ONE_AT_A_TIME:
            return self._stored


def read_versions(older: Path = OLDER) -> Mapping[str, Tables]:
    """Return every version that can be played, the current one first, by the name a run keeps."""
    current = Tables(parameters.default_parameters().version, parameters.DEFAULT_FILE, value_file.DEFAULT_FILE)
    folders = sorted(folder for folder in older.glob("*") if (folder / "parameters.json").is_file())
    kept = [Tables(folder.name, folder / "parameters.json", folder / "values.npz") for folder in folders]
    return {tables.version: tables for tables in (current, *kept)}
