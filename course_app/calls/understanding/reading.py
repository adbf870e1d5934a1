"""What a typed sentence does: red lines first, then the trained classifier, then the phase of the conversation.

A guess is never marked without the learner's confirmation: `confident` only says whether one choice may be put first
and alone, or three must be offered.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from course_app.calls.intents import HARMFUL, CallPhase, Intent, RedLine
from course_app.calls.understanding.classifier import CLASSES, Model, shipped
from course_app.calls.understanding.mentions import amounts, dates
from course_app.calls.understanding.red_lines import Finding, find_in
from course_app.calls.understanding.words import words

# Both found by leaving one training voice out at a time (`course evaluate-intents`).
RULE_WEIGHT: Final = 2.0  # log-odds a crossed red line adds to the intent it belongs to
CONFIDENT: Final = 0.6  # least probability of the first choice for it to be put alone

_MEANS = {
    RedLine.UNTITLED_THREAT: Intent.THREATEN,
    RedLine.DISCLOSURE: Intent.DISCLOSE,
    RedLine.HARASSMENT: Intent.PRESSURE,
    RedLine.FALSE_STATUS: Intent.PRESSURE,
    RedLine.UNDUE_FEES: Intent.PRESSURE,
    RedLine.INSULT: Intent.ATTACK,
    RedLine.PERSONAL_PRESSURE: Intent.PRESSURE,
}


@dataclass(frozen=True)
class Candidate:
    """One intent and its probability, 0 to 1."""

    intent: Intent
    chance: float


@dataclass(frozen=True)
class Guess:
    """What a sentence may be doing.

    `ranked` holds every intent, most likely first; `off_topic` is the probability that it has nothing to do with the
    call. `empty` says that nothing could be read. `dates` and `amounts` are passages of the text as typed.
    """

    ranked: tuple[Candidate, ...]
    off_topic: float
    confident: bool
    empty: bool
    red_lines: tuple[Finding, ...]
    dates: tuple[str, ...]
    amounts: tuple[str, ...]

    @property
    def first(self) -> Intent:
        """The most likely intent."""
        return self.ranked[0].intent

    @property
    def confidence(self) -> float:
        """The probability of the most likely intent, 0 to 1."""
        return self.ranked[0].chance

    @property
    def harmful(self) -> float:
        """The probability that the sentence harms, 0 to 1: a second net, for what no rule has put into words."""
        return sum(candidate.chance for candidate in self.ranked if candidate.intent in HARMFUL)

    @property
    def choices(self) -> tuple[Intent, ...]:
        """The three most likely intents: what to offer after « J'ai compris »."""
        return tuple(candidate.intent for candidate in self.ranked[:3])


def understand(text: str, phase: CallPhase | None, model: Model | None = None) -> Guess:
    """Return what a typed text may be doing at this phase of the call (None: unknown); any string is accepted."""
    plain = words(text)
    found = find_in(text, plain)
    known = model or shipped()
    scores = known.scores(plain.line)
    scores[[CLASSES.index(intent) for intent in {_MEANS[finding.line] for finding in found}]] += (
        RULE_WEIGHT * known.temperature
    )
    chances = known.chances(scores, phase)
    empty = not any(character.isalnum() for character in plain.line)
    order = [place for place in np.argsort(-chances, kind="stable") if CLASSES[place] is not None]
    ranked = tuple(Candidate(intent, float(chances[place])) for place in order if (intent := CLASSES[place]))
    off_topic = float(chances[-1])
    sure = not empty and ranked[0].chance >= max(CONFIDENT, off_topic)
    return Guess(ranked, off_topic, sure, empty, found, dates(text, plain), amounts(text, plain))
