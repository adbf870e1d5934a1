"""Chance of a call: the same seed, turn and purpose always give the same draw, on any machine.

Draws are keyed, never taken in the order of play: saying one sentence differently leaves the other turns' luck alone.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_Value = TypeVar("_Value")
SEED_LIMIT = 2**31
_RESOLUTION = 2**53


def draw(seed: int, *keys: object) -> float:
    """Return a number in [0, 1) for a seed and what is drawn."""
    text = ":".join([str(seed), *map(str, keys)])
    found = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
    return (found >> 11) / _RESOLUTION


def shuffled(values: Sequence[_Value], seed: int, *keys: object) -> list[_Value]:
    """Return the values in an order of their own for these keys."""
    ranks = sorted(range(len(values)), key=lambda rank: draw(seed, *keys, rank))
    return [values[rank] for rank in ranks]
