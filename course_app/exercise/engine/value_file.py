"""The value file: writing, reading and checking a value table on disk.

Owns the format only. One compressed archive holds, for each state, the number of vectors kept, and the vectors as
whole numbers of small steps, rounded down so that the table stays a lower bound; beside them the version of the
parameters and a fingerprint of the compiled model, by which a stale file is recognised.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine.kernel import Codes, Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.values import Values

FORMAT = 1
STEPS = np.array([1 / 65_535, 0.025, 2.5e-5])
LARGEST = 65_535
DEFAULT_FILE = Path(__file__).with_name("values.npz")
TOLERANCE = 1e-9


class StaleValues(ValueError):
    """The value file is missing, unreadable or was built for another model."""


@dataclass(frozen=True, eq=False)
class Stored:
    """A value table read from disk, with the report of its build."""

    values: Values
    version: str
    report: Mapping[str, Any]


def fingerprint(kernel: Kernel) -> Vector:
    """A few sums over the compiled model that any change of rule, chance or price moves; shape (8,)."""
    table = kernel.branches
    parts = (
        np.array(kernel.states, dtype=np.float64),
        kernel.pair_action,
        kernel.cost,
        kernel.relationship.dense(),
        kernel.cash.dense(),
        table.chance.dense(),
        table.following,
        table.remaining,
    )
    return np.array([_projection(np.asarray(part, dtype=np.float64).ravel()) for part in parts])


def _projection(values: Vector) -> float:
    """Weighted mean, with weights that differ from place to place."""
    weights = 1.0 + (np.arange(len(values)) % 9973) / 9973
    return float(values @ weights / len(values))


def save(path: Path, kernel: Kernel, values: Values, report: Mapping[str, Any]) -> None:
    """Write a value file."""
    signs = np.array([1.0, -1.0, -1.0])[:, None]
    steps = values.vectors * signs / STEPS[:, None]
    rounded = np.stack([np.floor(steps[:, 0] + 1e-6), np.ceil(steps[:, 1] - 1e-6), np.ceil(steps[:, 2] - 1e-6)], axis=1)
    if rounded.min() < 0 or rounded.max() > LARGEST:
        raise ValueError("a vector does not fit in the value file")
    header = {"format": FORMAT, "version": kernel.parameters.version, "report": dict(report)}
    np.savez_compressed(
        path,
        header=np.frombuffer(json.dumps(header).encode(), dtype=np.uint8),
        fingerprint=fingerprint(kernel),
        count=np.diff(values.start).astype(np.uint8),
        vectors=rounded.astype(np.uint16).transpose(1, 2, 0),
    )


def load(path: Path, kernel: Kernel) -> Stored:
    """Read a value file. Raises StaleValues when it was not built for this model."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            header = json.loads(archive["header"].tobytes())
            found, count, packed = archive["fingerprint"], archive["count"], archive["vectors"]
    except (OSError, KeyError, ValueError) as error:
        raise StaleValues(f"{path.name}: {error}") from error
    if header["format"] != FORMAT or header["version"] != kernel.parameters.version:
        raise StaleValues(f"{path.name}: built for version {header['version']}")
    if not np.allclose(found, fingerprint(kernel), rtol=TOLERANCE, atol=0):
        raise StaleValues(f"{path.name}: the model has changed since it was built")
    return Stored(_unpacked(count.astype(np.int64), packed), header["version"], header["report"])


def _unpacked(count: Codes, packed: NDArray[np.uint16]) -> Values:
    signs = np.array([1.0, -1.0, -1.0])[:, None]
    vectors = (packed.transpose(2, 0, 1) * (signs * STEPS[:, None])).astype(np.float32)
    return Values(vectors, np.concatenate([[0], np.cumsum(count)]))


@cache
def shipped(kernel: Kernel) -> Stored:
    """The value table shipped with the product. Raises StaleValues."""
    return load(DEFAULT_FILE, kernel)
