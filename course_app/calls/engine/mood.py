"""How the mood at the other end reads, in a word."""

from enum import StrEnum

from course_app.calls.engine.dialogue import State


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
