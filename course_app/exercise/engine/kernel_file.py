"""The compiled model on disk, so that a process starts in a tenth of a second instead of compiling for two.

Owns the format only. The file carries a digest of the constants and of the modules it was compiled from; the tables of
another model are not read, so that a forgotten file costs time, never truth.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine.kernel_tables import Branches, Kernel
from course_app.exercise.engine.parameters import Parameters
from course_app.exercise.engine.rows import Rows, packed, unpacked
from course_app.exercise.engine.vocabulary import Cause, Documents, Stage, State

DEFAULT_FILE = Path(__file__).with_name("kernel.npz")
SOURCES = ("vocabulary", "moves", "chances", "rewards", "rows", "kernel_tables", "kernel_compiler")
APART = frozenset({"parameters", "states", "branches"})


def digest(parameters: Parameters) -> bytes:
    """Fingerprint of some constants and of the code that turns them into tables, 32 bytes."""
    folder, found = Path(__file__).parent, hashlib.sha256(parameters.version.encode())
    for name, constant in sorted({**parameters.tables, **parameters.scalars}.items()):
        found.update(name.encode() + constant.values.tobytes())
    found.update(parameters.drift.tobytes())
    for cost in parameters.costs:
        found.update(np.array([cost.minutes, cost.euros, *cost.loss]).tobytes())
    for name in SOURCES:
        found.update((folder / f"{name}.py").read_bytes())
    return found.digest()


def save(path: Path, kernel: Kernel) -> None:
    """Write the tables of a model."""
    arrays = {
        "digest": np.frombuffer(digest(kernel.parameters), dtype=np.uint8),
        "states": np.array(kernel.states, dtype=np.int8),
        **_arrays("", kernel),
        **_arrays("branches.", kernel.branches),
    }
    small: dict[str, Any] = {name: _small(array) for name, array in arrays.items()}
    np.savez_compressed(path, **small)


def load(path: Path, parameters: Parameters) -> Kernel | None:
    """Read the tables of these constants, or nothing when the file is missing, unreadable or of another model."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            if archive["digest"].tobytes() != digest(parameters):
                return None
            arrays = {name: _wide(archive[name]) for name in archive.files if name != "digest"}
        return Kernel(
            parameters=parameters,
            states=tuple(_state(row) for row in arrays["states"].tolist()),
            branches=Branches(**_fields(Branches, "branches.", arrays)),
            **_fields(Kernel, "", arrays),
        )
    except (OSError, KeyError, ValueError, BadZipFile):
        return None


def _arrays(prefix: str, tables: Kernel | Branches) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    for field in fields(tables):
        part = getattr(tables, field.name)
        if field.name not in APART:
            found |= packed(prefix + field.name, part) if isinstance(part, Rows) else {prefix + field.name: part}
    return found


def _fields(kind: type[Kernel | Branches], prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    names = [field.name for field in fields(kind) if field.name not in APART]
    return {
        name: arrays[prefix + name] if prefix + name in arrays else unpacked(prefix + name, arrays) for name in names
    }


def _small(array: NDArray[Any]) -> NDArray[Any]:
    """Codes in four bytes where they fit."""
    fits = array.dtype == np.int64 and abs(array).max(initial=0) < 2**31
    return array.astype(np.int32) if fits else array


def _wide(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.int64) if array.dtype in {np.dtype(np.int32), np.dtype(np.int8)} else array


def _state(row: list[int]) -> State:
    stage, ladder, credibility, cause, hold, documents, broken = row
    return State(Stage(stage), ladder, credibility, Cause(cause), hold, Documents(documents), broken)
