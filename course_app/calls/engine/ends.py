"""What a file is worth when the call is over: the values that the dialogue is solved against.

Owns the reading of `ends.json`, which `course call solve` takes from the value table of the bureau des relances, and
the pricing of each end of a call. Values are euros; a belief is ten chances in the order of `PROFILES`.

| end | worth |
|-----|-------|
| nobody spoken to | the table at the file as it was |
| spoken, nothing promised | the table at a file just called, under what was learned |
| dated promise | waiting for its date, then the table at a lapsed promise; kept more often when it is better made |
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

END_FILE = Path(__file__).with_name("ends.json")
LARGEST_KEPT = 0.97
"""No promise is surer than this (simulator.md §8)."""
KEPT_BASE, KEPT_PER_TRUST, KEPT_IF_RECAPPED = 0.75, 0.125, 1.12
"""A dated promise is kept .75 + .125 × trust as often as the table says, × 1.12 once recapped (simulator.md §8)."""
WORKING_DAYS_PER_SESSION = 2.5
IRRITATION_LOSS = np.array([0.0, 0.004, 0.020])
"""Share of the yearly margin that irritation 0, 1, 2 costs, times the profile's goodwill (simulator.md §8)."""


@dataclass(frozen=True)
class File:
    """The file a call is about: euros claimed, euros of yearly margin, working days of delay, how far it went.

    `chased` 0..2 reminders before this call; `proved`: signed quote, delivery note and terms are in the file.
    """

    amount: float
    margin: float
    days_late: int
    chased: int = 0
    proved: bool = True
    broken: bool = False


@dataclass(frozen=True, eq=False)
class EndValues:
    """The whole file of end values; see `calls_cli` for where each entry comes from."""

    discount: float
    failure: Vector
    failure_residual: float
    goodwill: Vector
    minute: float
    says: Vector
    prior: Vector
    drift: Vector
    ends: Mapping[tuple[int, bool, bool], Mapping[str, Vector]]

    def belief(self, file: File) -> Vector:
        """What the age of the file lets one believe of the customer, shape (10,)."""
        session = round(file.days_late / WORKING_DAYS_PER_SESSION)
        return np.asarray(self.prior[min(max(session, 0), len(self.prior) - 1)])

    def _of(self, file: File) -> Mapping[str, Vector]:
        chased = min(max(file.chased, 0), 2)
        return self.ends[chased, file.proved, file.broken and chased > 0]

    def untouched(self, file: File, mix: Vector) -> Vector:
        """Worth of the file as it was before the call under each belief of `mix` (n, 10); shape (n,)."""
        return self._half_week(file, mix, "untouched")

    def spoken(self, file: File, mix: Vector) -> Vector:
        """Worth once the right person was spoken to and promised nothing; shape (n,)."""
        return self._half_week(file, mix, "spoken")

    def _half_week(self, file: File, mix: Vector, end: str) -> Vector:
        """Worth of a file that waits half a week after the call, then is worked as the table does."""
        cash, later = self._waited(mix, self._of(file)[f"paid_{end}"])
        return file.amount * cash + self.discount * _best(self._of(file)[end], later, file)

    def _waited(self, mix: Vector, paid: Vector) -> tuple[Vector, Vector]:
        """Share collected in half a week, and the unnormalised belief on the file if it is still open."""
        cash = mix * (paid + (1 - paid) * self.failure * self.failure_residual)
        return np.asarray(cash.sum(axis=1)), np.asarray((mix * ((1 - paid) * (1 - self.failure))) @ self.drift)

    def promised(self, file: File, mix: Vector, trust: Vector, recapped: NDArray[np.bool_]) -> Vector:
        """Worth of a dated promise: kept on its date or lapsed, then worked as the table does; shape (n,)."""
        end = self._of(file)
        early, later = self._waited(mix, end["paid_promised"])
        quality = (KEPT_BASE + KEPT_PER_TRUST * trust) * np.where(recapped, KEPT_IF_RECAPPED, 1.0)
        kept = np.minimum(end["kept"][None] * quality[:, None], LARGEST_KEPT)
        on_date, lapsed = self._waited(later, kept)
        after = self.discount**2 * _best(end["lapsed"], lapsed, file)
        return np.asarray(file.amount * (early + self.discount * on_date) + after)

    def irritation(self, file: File, mix: Vector, level: NDArray[np.int64]) -> Vector:
        """Euros of relationship that an irritated customer costs; shape (n,)."""
        return np.asarray(IRRITATION_LOSS[level] * file.margin * (mix @ self.goodwill))


def _best(vectors: Vector, mix: Vector, file: File) -> Vector:
    """Euros of the best vector at each belief; vectors are (slots, 3, 10): cash, costs, relationship."""
    scale = np.array([file.amount, 1.0, file.margin])
    euros = np.einsum("srk,r->sk", vectors, scale)
    return np.asarray((mix @ euros.T).max(axis=1))


@cache
def end_values() -> EndValues:
    """Return the shipped end values, read once."""
    return _read(json.loads(END_FILE.read_text(encoding="utf-8")))


def _read(raw: Mapping[str, Any]) -> EndValues:
    names = ("untouched", "spoken", "lapsed", "paid_untouched", "paid_spoken", "paid_promised", "kept")
    return EndValues(
        discount=raw["discount"],
        failure=np.array(raw["failure"]),
        failure_residual=raw["failure_residual"],
        goodwill=np.array(raw["goodwill"]),
        minute=raw["minute"],
        says=np.array(raw["says"]),
        prior=np.array(raw["prior"]),
        drift=np.array(raw["drift"]),
        ends={
            (end["ladder"], end["documents"], end["broken"]): {name: np.array(end[name]) for name in names}
            for end in raw["ends"]
        },
    )
