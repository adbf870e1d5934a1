"""The trained weights and the score they give to a line: a softmax regression over hashed pieces.

The file is written by `training` and read once. Its format: `weights` (classes × buckets, signed bytes, to multiply by
`scales`, one a class), `rarity` (one a bucket, half precision: inverse document frequency), `priors` (phases ×
classes, log), `temperature`, `format`. Classes are the members of Intent in their order, then « off topic ».
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_app.calls.intents import CallPhase, Intent
from course_app.calls.understanding.features import GROUPS, counted

FORMAT = 1
WEIGHTS_FILE = Path(__file__).with_name("weights.npz")
CLASSES: tuple[Intent | None, ...] = (*Intent, None)
PHASES = tuple(CallPhase)
# Share of the phase's weight kept: the whole of it would outvote the words when a learner does the unexpected.
PRIOR_SHARE = 0.3

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """What training found; arrays as said at the top of the module, already multiplied by their scales."""

    weights: NDArray[np.float32]
    rarity: Vector
    priors: Vector
    temperature: float

    def scores(self, line: str) -> Vector:
        """Return a score for each class, from the words alone: log-odds up to a constant."""
        total = np.zeros(len(CLASSES))
        for buckets, values in sparse(line, self.rarity):
            total += self.weights[:, buckets] @ values
        return total

    def chances(self, scores: Vector, phase: CallPhase | None) -> Vector:
        """Return probabilities of the classes, summing to 1; an unknown phase weighs nothing."""
        known = self.priors[PHASES.index(phase)] if phase is not None else np.zeros(len(CLASSES))
        return softmax(scores / self.temperature + PRIOR_SHARE * known)


def sparse(line: str, rarity: Vector) -> list[tuple[NDArray[np.intp], Vector]]:
    """Return (buckets, values) of each group of pieces, of Euclidean length the group's weight."""
    found = []
    for name, group in counted(line).items():
        buckets = np.fromiter(group.keys(), dtype=np.intp, count=len(group))
        values = np.fromiter(group.values(), dtype=np.float64, count=len(group)) * rarity[buckets]
        # Two rows of a product are alike as the square of the weight: hence its square root.
        length = np.linalg.norm(values)
        found.append((buckets, values * (np.sqrt(GROUPS[name]) / length if length else 0.0)))
    return found


def softmax(scores: Vector) -> Vector:
    """Return the probabilities of scores along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Vector = powers / powers.sum(axis=-1, keepdims=True)
    return shares


@cache
def shipped() -> Model:
    """Return the model of the file shipped with the product."""
    with np.load(WEIGHTS_FILE, allow_pickle=False) as stored:
        if int(stored["format"]) != FORMAT:
            raise ValueError(f"weights of format {stored['format']}, expected {FORMAT}: train again")
        return Model(
            (stored["weights"] * stored["scales"][:, None]).astype(np.float32),
            stored["rarity"].astype(np.float64),
            stored["priors"].astype(np.float64),
            float(stored["temperature"]),
        )
