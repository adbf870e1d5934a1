"""What a recorded call is called: how a sentence was spoken, and how the mood at the other end reads.

Pure vocabulary of the room, shared by rows and pages.
"""

from enum import StrEnum

from course_app.calls.engine.dialogue import State

MOST_CLIENTS = 10
"""Difficult customers one person may keep."""
SAID_LENGTH = 500
"""Characters of a sentence of one's own: a sentence, not a speech."""


class SpokenHow(StrEnum):
    """How the learner said a sentence."""

    CHOSEN = "choisie"
    TYPED = "tapee"
    DICTATED = "dictee"


class Mood(StrEnum):
    """How the mood at the other end reads, in a word."""

    RELAXED = "detendu"
    NEUTRAL = "neutre"
    STRAINED = "tendu"
    STORMY = "orageux"


def climate(state: State) -> Mood:
    """Return the mood of a state: irritation first, then trust."""
    if state.irritation > 1:
        return Mood.STORMY
    if state.irritation:
        return Mood.STRAINED
    return Mood.RELAXED if state.trust > 1 else Mood.NEUTRAL


def counts(number: int) -> bool:
    """Tell whether an attempt may ever be shown to somebody else: the first at a call never (experience.md §5, 48)."""
    return number > 1
