"""What a recorded call is called: how a sentence was spoken, and whether an attempt counts.

Pure vocabulary of the room, shared by rows and pages.
"""

from enum import StrEnum

MOST_CLIENTS = 10
"""Difficult customers one person may keep."""
SAID_LENGTH = 500
"""Characters of a sentence of one's own: a sentence, not a speech."""


class SpokenHow(StrEnum):
    """How the learner said a sentence."""

    CHOSEN = "choisie"
    TYPED = "tapee"
    DICTATED = "dictee"


def counts(number: int) -> bool:
    """Tell whether an attempt may ever be shown to somebody else: the first at a call never (experience.md §5, 48)."""
    return number > 1
