"""How well sentences are understood, on voices that never taught: first choice, first three, confusion, calibration.

The same figures for the two held-out voices (model as shipped) and for each training voice left out in turn (model
trained on the others), so that a lucky pair of voices would show.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from course_app.calls.intents import HARMFUL, CallPhase, Intent
from course_app.calls.understanding import corpus, training
from course_app.calls.understanding.classifier import Model, shipped
from course_app.calls.understanding.corpus import Sentence
from course_app.calls.understanding.reading import Guess, understand
from course_app.calls.understanding.red_lines import find_red_lines
from course_app.calls.understanding.words import words

BINS = 5  # of the calibration table: 0 to 20 %, …, 80 to 100 %


@dataclass(frozen=True)
class Bin:
    """Guesses of like confidence: how many, what they promised, what they kept (0 to 1)."""

    guesses: int
    promised: float
    kept: float


@dataclass(frozen=True)
class Measure:
    """Figures over some sentences: shares from 0 to 1; off-topic sentences count in the two last ones only."""

    sentences: int
    first: float
    first_three: float
    first_without_phase: float
    first_any_phase: float  # the phase of each sentence replaced by the next one: a learner who does the unexpected
    harmful_recall: float | None  # None: no sentence of these harms
    harmful_false_alarms: float
    confident: float
    first_when_confident: float
    recall: dict[str, float]
    confusion: dict[str, dict[str, int]]
    calibration: tuple[Bin, ...]
    off_topic: int
    off_topic_accepted: float


@dataclass(frozen=True)
class RedLineMeasure:
    """The two lists: sentences read, harmful ones missed or found under another line, harmless ones accused."""

    harmful: int
    missed: tuple[str, ...]
    harmless: int
    false_alarms: tuple[str, ...]


def held_out() -> dict[str, Measure]:
    """Return the measure of each held-out voice, and of all under « * »."""
    return _by_voice([(sentence, understand(sentence.text, sentence.phase)) for sentence in corpus.held_out()], None)


def left_out() -> dict[str, Measure]:
    """Return the measure of each training voice by a model that never heard it, and of all under « * »."""
    read: list[tuple[Sentence, Guess]] = []
    models: dict[str, Model] = {}
    for voice, model, sentences in _rounds():
        models[voice] = replace(model, temperature=shipped().temperature)
        read.extend((each, understand(each.text, each.phase, models[voice])) for each in sentences)
    return _by_voice(read, models)


def retrain() -> Model:
    """Return the model to ship: all training voices, temperature found on each voice by a model that never heard it."""
    rounds = _rounds()
    unseen = [sentence for _, _, sentences in rounds for sentence in sentences]
    scores = np.array([model.scores(words(each.text).line) for _, model, sentences in rounds for each in sentences])
    last = rounds[-1][1]
    temperature = training.fit_temperature(scores, unseen, last)
    return training.train(corpus.training(), temperature)


def red_lines() -> RedLineMeasure:
    """Return what the rules miss and whom they accuse wrongly."""
    return RedLineMeasure(
        len(corpus.harmful()),
        tuple(
            text for line, text in corpus.harmful() if line not in {finding.line for finding in find_red_lines(text)}
        ),
        len(corpus.harmless()),
        tuple(text for text in corpus.harmless() if find_red_lines(text)),
    )


@cache
def _rounds() -> list[tuple[str, Model, list[Sentence]]]:
    """Return (voice left out, model of the others, its sentences) for each training voice."""
    known = corpus.training()
    return [
        (
            voice,
            training.train([each for each in known if each.voice != voice]),
            [each for each in known if each.voice == voice],
        )
        for voice in sorted({sentence.voice for sentence in known})
    ]


def _by_voice(read: list[tuple[Sentence, Guess]], models: dict[str, Model] | None) -> dict[str, Measure]:
    voices = sorted({sentence.voice for sentence, _ in read})
    parts = {voice: [pair for pair in read if pair[0].voice == voice] for voice in voices}
    return {"*": _measure(read, models)} | {voice: _measure(part, models) for voice, part in parts.items()}


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _measure(read: Sequence[tuple[Sentence, Guess]], models: dict[str, Model] | None) -> Measure:
    told = [(each, guess, each.intent) for each, guess in read if each.intent is not None]
    harmful = [guess.first in HARMFUL for _, guess, intent in told if intent in HARMFUL]
    strange = [guess for each, guess in read if each.intent is None]
    sure = [(guess, intent) for _, guess, intent in told if guess.confident]

    def again(each: Sentence, phase: CallPhase | None) -> Intent:
        return understand(each.text, phase, models[each.voice] if models else None).first

    return Measure(
        sentences=len(told),
        first=_share([guess.first is intent for _, guess, intent in told]),
        first_three=_share([intent in guess.choices for _, guess, intent in told]),
        first_without_phase=_share([again(each, None) is intent for each, _, intent in told]),
        first_any_phase=_share([again(each, _next(each.phase)) is intent for each, _, intent in told]),
        harmful_recall=_share(harmful) if harmful else None,
        harmful_false_alarms=_share([guess.first in HARMFUL for _, guess, intent in told if intent not in HARMFUL]),
        confident=_share([guess.confident for _, guess, _ in told]),
        first_when_confident=_share([guess.first is intent for guess, intent in sure]),
        recall={
            wanted.value: _share([guess.first is wanted for _, guess, intent in told if intent is wanted])
            for wanted in Intent
            if any(intent is wanted for _, _, intent in told)
        },
        confusion=_confusion([(intent, guess.first) for _, guess, intent in told]),
        calibration=_calibration([(guess.confidence, guess.first is intent) for _, guess, intent in told]),
        off_topic=len(strange),
        off_topic_accepted=_share([guess.confident for guess in strange]),
    )


def _next(phase: CallPhase) -> CallPhase:
    phases = list(CallPhase)
    return phases[(phases.index(phase) + 1) % len(phases)]


def _confusion(pairs: Sequence[tuple[Intent, Intent]]) -> dict[str, dict[str, int]]:
    """Return {meant: {understood: how many}}, without zeros."""
    counts: dict[str, dict[str, int]] = {}
    for meant, understood in pairs:
        row = counts.setdefault(meant.value, {})
        row[understood.value] = row.get(understood.value, 0) + 1
    return counts


def _calibration(pairs: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    bins = []
    for number in range(BINS):
        held = [(chance, right) for chance, right in pairs if min(int(chance * BINS), BINS - 1) == number]
        promised = round(sum(chance for chance, _ in held) / len(held), 4) if held else 0.0
        bins.append(Bin(len(held), promised, _share([right for _, right in held])))
    return tuple(bins)
