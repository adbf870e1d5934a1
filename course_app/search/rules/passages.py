"""The passage that answers, cut around the words looked for, with those words apart so that a page can mark them."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from course_app.search.rules.words import Word, words

PASSAGE = 160
"""Length of a passage, in characters: two lines on a phone."""

_read = lru_cache(maxsize=512)(words)
"""The words of the texts shown last: reading a text takes ten times longer than finding it."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a passage; `is_match` when it is a word looked for."""

    text: str
    is_match: bool = False


def passage(text: str, stems: Collection[str], length: int = PASSAGE) -> tuple[Piece, ...]:
    """Return the stretch of a text, `length` characters at most, that holds most of the words looked for."""
    found = [word for word in _read(text) if word.stem in stems]
    start, end = _window(text, found, length)
    pieces: list[Piece] = [Piece("… ")] if start else []
    position = start
    for word in found:
        if start <= word.start and word.end <= end:
            pieces += [Piece(text[position : word.start]), Piece(text[word.start : word.end], is_match=True)]
            position = word.end
    pieces += [Piece(text[position:end]), Piece(" …" if end < len(text) else "")]
    return tuple(piece for piece in pieces if piece.text)


def _window(text: str, found: list[Word], length: int) -> tuple[int, int]:
    """Return where to cut: from the start of a word, around the densest group of words looked for."""
    if len(text) <= length:
        return 0, len(text)
    best = max(
        found,
        key=lambda first: (len({w.stem for w in found if first.start <= w.start < first.start + length}), -first.start),
        default=None,
    )
    start = max(0, best.start - length // 4) if best else 0
    if start:
        start = text.find(" ", start) + 1
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + 1)
    return start, end
