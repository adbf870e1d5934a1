"""The constants of the model: reading, checking and varying the file `parameters.json`.

Owns the shape of that file and nothing of what the constants do. Every constant carries a unit, a source and
a band (the multipliers within which it may be varied); rates are converted to plain fractions on reading.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine.vocabulary import ACTIONS, PROFILE_CODE, PROFILES

Vector = NDArray[np.float64]

DEFAULT_FILE = Path(__file__).with_name("parameters.json")
KINDS = ("estimation", "published", "choice", "law")
UNITS = {"percent": 0.01, "per mille": 0.001, "euro": 1.0, "minute": 1.0, "business day": 1.0}
RATE_UNITS = ("percent", "per mille")
LADDERS = 6


class ParameterError(ValueError):
    """The parameter file is wrong; the message lists every fault, one a line."""


@dataclass(frozen=True, eq=False)
class Constant:
    """One entry of the file: `values` is a fraction (or euros, minutes, days), length 10 or 1."""

    name: str
    values: Vector
    unit: str
    kind: str
    band: tuple[float, float]
    source: str
    meaning: str


@dataclass(frozen=True, eq=False)
class ActionCost:
    """Price of an action: minutes, euros, and the share of the relationship lost at each ladder 0..5."""

    minutes: float
    euros: float
    loss: Vector


@dataclass(frozen=True, eq=False)
class Parameters:
    """The validated constants.

    `tables` hold one number per profile, `scalars` one number, `drift` the daily rates from profile to profile
    (10 x 10, diagonal zero), `costs` one entry per action in the order of `vocabulary.ACTIONS`.
    """

    version: str
    tables: Mapping[str, Constant]
    scalars: Mapping[str, Constant]
    drift: Vector
    drift_band: tuple[float, float]
    costs: tuple[ActionCost, ...]

    def row(self, name: str) -> Vector:
        """One fraction per profile, shape (10,)."""
        return self.tables[name].values

    def number(self, name: str) -> float:
        """One fraction, or one quantity in its unit."""
        return float(self.scalars[name].values[0])

    def estimated(self) -> tuple[str, ...]:
        """Names of the constants that are estimates, in the order of the file; `drift` comes last."""
        named = {**self.tables, **self.scalars}
        return (*(name for name, constant in named.items() if constant.kind == "estimation"), "drift")

    def band(self, name: str) -> tuple[float, float]:
        """Lowest and highest multiplier of a constant."""
        if name == "drift":
            return self.drift_band
        return (self.tables.get(name) or self.scalars[name]).band

    def varied(self, name: str, factor: float) -> "Parameters":
        """The same constants with one of them multiplied; shares are capped at 1, mixtures renormalised."""
        if name == "drift":
            return replace(self, drift=self.drift * factor)
        if name in self.tables:
            return replace(self, tables={**self.tables, name: _scaled(self.tables[name], factor)})
        return replace(self, scalars={**self.scalars, name: _scaled(self.scalars[name], factor)})


def _scaled(constant: Constant, factor: float) -> Constant:
    values = constant.values * factor
    if constant.name.startswith("share_"):
        values = constant.values ** (1 / factor)
        values /= values.sum()
    elif _is_probability(constant):
        values = np.minimum(values, 1.0)
    return replace(constant, values=values)


def _is_probability(constant: Constant) -> bool:
    return constant.unit.startswith(RATE_UNITS) and float(constant.values.max()) <= 1.0


def _factor(unit: str) -> float:
    return next((factor for prefix, factor in UNITS.items() if unit.startswith(prefix)), 0.0)


@cache
def default_parameters() -> Parameters:
    """The constants shipped with the product."""
    return load(DEFAULT_FILE)


def load(path: Path) -> Parameters:
    """Read and check a parameter file. Raises ParameterError with every fault found."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise ParameterError(f"{path.name}: {error}") from error
    return parse(raw)


def parse(raw: Mapping[str, Any]) -> Parameters:
    """Build the constants from the decoded file. Raises ParameterError with every fault found."""
    faults = list(_faults(raw))
    if faults:
        raise ParameterError("\n".join(faults))
    return Parameters(
        version=raw["version"],
        tables={name: _constant(name, entry, entry["values"]) for name, entry in raw["tables"].items()},
        scalars={name: _constant(name, entry, [entry["value"]]) for name, entry in raw["scalars"].items()},
        drift=_drift(raw["drift"]),
        drift_band=(raw["drift"]["band"][0], raw["drift"]["band"][1]),
        costs=tuple(_cost(raw["actions"][action.value]) for action in ACTIONS),
    )


def _constant(name: str, entry: Mapping[str, Any], values: list[float]) -> Constant:
    low, high = entry["band"]
    scaled = np.array(values, dtype=np.float64) * _factor(entry["unit"])
    return Constant(name, scaled, entry["unit"], entry["kind"], (low, high), entry["source"], entry["meaning"])


def _cost(entry: Mapping[str, Any]) -> ActionCost:
    loss = np.array(entry["loss_per_mille_by_ladder"], dtype=np.float64) / 1000
    return ActionCost(float(entry["minutes"]), float(entry["euros"]), loss)


def _drift(entry: Mapping[str, Any]) -> Vector:
    matrix = np.zeros((len(PROFILES), len(PROFILES)))
    for source, target, rate in entry["moves"]:
        matrix[PROFILE_CODE[source], PROFILE_CODE[target]] = rate / 1000
    return matrix


def _faults(raw: Mapping[str, Any]) -> list[str]:
    missing = [key for key in ("version", "profiles", "tables", "scalars", "drift", "actions") if key not in raw]
    if missing:
        return [f"missing key: {key}" for key in missing]
    faults = [] if raw["profiles"] == [profile.value for profile in PROFILES] else ["profiles: wrong list or order"]
    for name, entry in raw["tables"].items():
        faults += _entry_faults(name, entry, entry.get("values"), len(PROFILES))
    for name, entry in raw["scalars"].items():
        faults += _entry_faults(name, entry, [entry.get("value")], 1)
    return faults + _drift_faults(raw["drift"]) + _action_faults(raw["actions"]) + _mixture_faults(raw["tables"])


def _entry_faults(name: str, entry: Mapping[str, Any], values: Any, length: int) -> list[str]:
    if not isinstance(values, list) or len(values) != length:
        return [f"{name}: {length} values expected"]
    if not all(_is_number(value) and value >= 0 for value in values):
        return [f"{name}: values must be non-negative numbers"]
    return [*_label_faults(name, entry), *_band_faults(name, entry.get("band"))]


def _label_faults(name: str, entry: Mapping[str, Any]) -> list[str]:
    faults = [f"{name}: {key} is empty" for key in ("source", "meaning") if not entry.get(key)]
    if not _factor(str(entry.get("unit", ""))):
        faults.append(f"{name}: unknown unit")
    if entry.get("kind") not in KINDS:
        faults.append(f"{name}: unknown kind")
    return faults


def _band_faults(name: str, band: Any) -> list[str]:
    valid = isinstance(band, list) and len(band) == 2 and all(_is_number(value) for value in band)
    if not valid or not 0 < band[0] <= 1 <= band[1]:
        return [f"{name}: band must be two multipliers around 1"]
    return []


def _drift_faults(entry: Mapping[str, Any]) -> list[str]:
    faults = _band_faults("drift", entry.get("band"))
    for source, target, rate in entry.get("moves", []):
        if source not in PROFILE_CODE or target not in PROFILE_CODE or not 0 <= rate <= 1000:
            faults.append(f"drift: wrong move {source} -> {target}")
    return faults


def _action_faults(actions: Mapping[str, Any]) -> list[str]:
    faults = [f"actions: {action.value} is missing" for action in ACTIONS if action.value not in actions]
    for name, entry in actions.items():
        if len(entry.get("loss_per_mille_by_ladder", [])) != LADDERS:
            faults.append(f"{name}: {LADDERS} losses expected")
        if not (_is_number(entry.get("minutes")) and _is_number(entry.get("euros")) and entry.get("source")):
            faults.append(f"{name}: minutes, euros and source expected")
    return faults


def _mixture_faults(tables: Mapping[str, Any]) -> list[str]:
    says = [name for name in tables if name.startswith("says_")]
    sums = np.sum([tables[name]["values"] for name in says], axis=0)
    faults = [] if np.allclose(sums, 100) else ["says_*: the five statements must sum to 100 for every profile"]
    mixtures = ("share_unpaid", "share_before_due")
    return faults + [
        f"{name}: must sum to 100" for name in mixtures if not np.isclose(sum(tables[name]["values"]), 100)
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
