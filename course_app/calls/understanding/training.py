"""How the weights are found, and written: regularised softmax regression, solved exactly in the space of sentences.

With far fewer sentences (about 1,700) than buckets (32,768), the weights are a mix of the sentences' vectors, and only
the table of their products is needed. Deterministic: same corpus, same weights, to rounding.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from course_app.calls.understanding.classifier import (
    CLASSES,
    FORMAT,
    PHASES,
    WEIGHTS_FILE,
    Model,
    Vector,
    softmax,
    sparse,
)
from course_app.calls.understanding.corpus import Sentence
from course_app.calls.understanding.features import BUCKETS, counted
from course_app.calls.understanding.words import words

PENALTY = 0.1  # found by leaving one training voice out at a time
STEPS = 120  # steps of Nesterov's accelerated descent; scores no longer move by then
SMOOTHING = 2.0  # imaginary sentences added to each class of each phase
TEMPERATURES = np.geomspace(0.2, 2.0, 24)


def train(sentences: Sequence[Sentence], temperature: float = 1.0) -> Model:
    """Return the model of these sentences, for that temperature."""
    lines = [words(sentence.text).line for sentence in sentences]
    rarity = _rarity(lines)
    rows = np.zeros((len(lines), BUCKETS), dtype=np.float32)
    for row, line in zip(rows, lines, strict=True):
        for buckets, values in sparse(line, rarity):
            np.add.at(row, buckets, values)
    met = rows.any(axis=0)
    kept = rows[:, met]
    mix = _solve((kept @ kept.T).astype(np.float64), np.eye(len(CLASSES))[_classes(sentences)])
    weights = np.zeros((len(CLASSES), BUCKETS), dtype=np.float32)
    weights[:, met] = mix.T @ kept
    return Model(weights, rarity, _priors(sentences), temperature)


def fit_temperature(scores: Vector, sentences: Sequence[Sentence], model: Model) -> float:
    """Return the temperature under which scores of sentences unseen in training are the least surprised."""
    places = _classes(sentences)

    def surprise(temperature: float) -> float:
        hot = replace(model, temperature=temperature)
        chances = [hot.chances(row, sentence.phase) for row, sentence in zip(scores, sentences, strict=True)]
        return -float(np.mean(np.log([row[place] + 1e-9 for row, place in zip(chances, places, strict=True)])))

    return float(min(TEMPERATURES, key=surprise))


def write(model: Model, path: Path = WEIGHTS_FILE) -> None:
    """Write the model, weights as signed bytes: under 0.6 MB."""
    scales = np.abs(model.weights).max(axis=1) / 127
    np.savez_compressed(
        path,
        format=np.int64(FORMAT),
        weights=np.round(model.weights / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float32),
        rarity=model.rarity.astype(np.float16),
        priors=model.priors.astype(np.float32),
        temperature=np.float64(model.temperature),
    )


def _classes(sentences: Sequence[Sentence]) -> list[int]:
    return [CLASSES.index(sentence.intent) for sentence in sentences]


def _rarity(lines: Sequence[str]) -> Vector:
    """Return log((n + 1) / (df + 1/2)) of each bucket, half precision as it is stored."""
    met = np.zeros(BUCKETS)
    for line in lines:
        met[sorted({bucket for group in counted(line).values() for bucket in group})] += 1
    return np.log((len(lines) + 1) / (met + 0.5)).astype(np.float16).astype(np.float64)


def _solve(products: Vector, wanted: Vector) -> Vector:
    """Return the share of each sentence in the weights of each class (sentences × classes)."""
    step = 1 / (0.5 * float(products.sum(axis=1).max()) + PENALTY)
    shares = ahead = np.zeros_like(wanted)
    pace = 1.0
    for _ in range(STEPS):
        following = ahead - step * (softmax(products @ ahead) - wanted + PENALTY * ahead)
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        ahead = following + (pace - 1) / faster * (following - shares)
        shares, pace = following, faster
    return shares


def _priors(sentences: Sequence[Sentence]) -> Vector:
    counts = np.full((len(PHASES), len(CLASSES)), SMOOTHING)
    for sentence, place in zip(sentences, _classes(sentences), strict=True):
        counts[PHASES.index(sentence.phase), place] += 1
    priors: Vector = np.log(counts / counts.sum(axis=1, keepdims=True))
    return priors
