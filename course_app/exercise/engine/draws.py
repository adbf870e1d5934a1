"""Counter-based draws: the same question always gets the same answer, whatever was asked before.

A draw is a pure function of (seed, portfolio, customer, session, stream), so that changing one decision leaves
every other fortune untouched. Integers only: SplitMix64's finaliser (Steele, Lea, Flood, 2014) is chained over
the five words, with arithmetic modulo 2**64, hence the same bits on any machine.

The array version and the scalar version agree bit for bit.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
UNIT = 2.0**-32


class Stream(IntEnum):
    """Purposes of a draw; a new purpose takes a new number, old numbers never change."""

    OBSERVATION = 1
    NATURE = 2
    DRIFT = 3
    DAY = 4
    PROFILE = 5
    AMOUNT = 6
    AMOUNT_ANGLE = 7
    STAKE = 8
    STAKE_ANGLE = 9
    AGE = 10
    DOCUMENTS = 11
    POLICY = 12
    POLICY_CHOICE = 13
    EXPLORATION = 14
    NAME = 101
    CONTACT = 102
    INVOICES = 103
    SHARE = 104
    CHANNEL = 105
    PIECES = 106
    WORDING = 107


def _mixed(word: int) -> int:
    word = (word + GOLDEN) & MASK
    word = ((word ^ (word >> 30)) * FIRST) & MASK
    word = ((word ^ (word >> 27)) * SECOND) & MASK
    return word ^ (word >> 31)


def key(seed: int, portfolio: int) -> int:
    """Key of one portfolio, 64 bits."""
    return _mixed(_mixed(seed & MASK) ^ (portfolio & MASK))


def draw(portfolio_key: int, customer: int, session: int, stream: Stream) -> int:
    """One integer below 2**32."""
    word = _mixed(portfolio_key ^ customer)
    return _mixed(word ^ ((session << 8) | stream)) >> 32


def _mixed_array(words: Words) -> Words:
    words = words + np.uint64(GOLDEN)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(FIRST)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(SECOND)
    return words ^ (words >> np.uint64(31))


def file_keys(seed: int, portfolios: NDArray[np.int64], customers: NDArray[np.int64]) -> Words:
    """Key of each file, to be passed to `draws`; same shape as the arguments."""
    keys = _mixed_array(np.uint64(_mixed(seed & MASK)) ^ portfolios.astype(np.uint64))
    return _mixed_array(keys ^ customers.astype(np.uint64))


def draws(keys: Words, session: int, stream: Stream) -> NDArray[np.int64]:
    """One integer below 2**32 for each file key."""
    words = _mixed_array(keys ^ np.uint64((session << 8) | stream))
    return (words >> np.uint64(32)).astype(np.int64)


def uniforms(keys: Words, session: int, stream: Stream) -> NDArray[np.float64]:
    """Numbers in the open interval (0, 1), multiples of 2**-32 shifted by half a step."""
    return np.asarray((draws(keys, session, stream) + 0.5) * UNIT, dtype=np.float64)


def normals(keys: Words, radius: Stream, angle: Stream) -> NDArray[np.float64]:
    """Standard normal numbers by the Box-Muller formula, one for each file key."""
    length = np.sqrt(-2.0 * np.log(uniforms(keys, 0, radius)))
    return np.asarray(length * np.cos(2.0 * np.pi * uniforms(keys, 0, angle)))
