"""A line of plain words as hashed pieces: letters two to five at a time, words, pairs of words.

Hashing keeps the weights small and needs no vocabulary. Figures become « # », so that no amount is learned by heart.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import log

BUCKETS = 1 << 15
LONGEST_LINE = 300  # characters of a line that carry its intent; what follows is not read
# Weight of each group of pieces, found by leaving one training voice out at a time.
GROUPS = {"letters": 1.0, "words": 1.0, "pairs": 0.5}
_SIZES = (2, 3, 4, 5)
_FIGURES = re.compile(r"\d+(?: \d{3})*(?: , \d+)?")


def _letters(line: str) -> Iterator[str]:
    marked = f" {line} "
    for size in _SIZES:
        for start in range(len(marked) - size + 1):
            yield "l" + marked[start : start + size]


def _pieces(line: str) -> dict[str, Iterator[str]]:
    """Return the pieces of each group of GROUPS."""
    shown = _FIGURES.sub("#", line[:LONGEST_LINE])
    words = shown.split()
    return {
        "letters": _letters(shown),
        "words": ("w" + word for word in words),
        "pairs": (f"p{first} {second}" for first, second in pairwise(["^", *words, "$"])),
    }


def counted(line: str) -> dict[str, dict[int, float]]:
    """Return, for each group, its buckets (0 to BUCKETS - 1), each with 1 + log of how often it is met."""
    return {
        name: {
            bucket: 1 + log(number)
            for bucket, number in Counter(zlib.crc32(piece.encode()) % BUCKETS for piece in pieces).items()
        }
        for name, pieces in _pieces(line).items()
    }
