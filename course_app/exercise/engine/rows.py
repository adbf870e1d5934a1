"""Arrays that repeat a few rows many times, each different row being kept once.

Owns the storage only: a `Rows` is indexed like the array it stands for. The tables of the model have tens of thousands
of rows and a few hundred different ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Rows:
    """An array by its different rows: row i is `table[code[i]]`."""

    table: NDArray[Any]
    code: NDArray[np.int64]

    def __len__(self) -> int:
        """Rows of the array it stands for."""
        return len(self.code)

    def __getitem__(self, where: Any) -> NDArray[Any]:
        """Index as the array it stands for, with at least an index of rows."""
        if isinstance(where, tuple):
            return np.asarray(self.table[(self.code[where[0]], *where[1:])])
        return np.asarray(self.table[self.code[where]])

    def dense(self) -> NDArray[Any]:
        """The array it stands for."""
        return np.asarray(self.table[self.code])


def shared(array: NDArray[Any]) -> Rows:
    """Keep each different row once, in the order in which they first appear."""
    flat = np.ascontiguousarray(array).reshape(len(array), -1)
    whole = flat.view(np.dtype((np.void, flat.dtype.itemsize * flat.shape[1]))).ravel()
    _, first, code = np.unique(whole, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return Rows(array[first[order]].copy(), rank[code].astype(np.int64))


def packed(name: str, rows: Rows) -> Mapping[str, NDArray[Any]]:
    """Two arrays to be written in an archive, under names made from `name`."""
    return {f"{name}.table": rows.table, f"{name}.code": rows.code}


def unpacked(name: str, archive: Mapping[str, NDArray[Any]]) -> Rows:
    """Read what `packed` wrote. Raises KeyError."""
    return Rows(archive[f"{name}.table"], archive[f"{name}.code"])
