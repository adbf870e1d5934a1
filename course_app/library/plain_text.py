"""The words of a Markdown block without its marks, each still knowing where it was written."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from course_app.library import references
from course_app.library.references import Known

_MARKUP = re.compile(
    references.PATTERN.pattern
    + r"|!?\[([^\[\]\n]*)\]\([^()\n]*\)|`+[^`]*`+|\*+|~~|\\(?=[^\w\s])|(?<!\w)_+|_+(?!\w)|<(?=https?://)"
)
_MARK = re.compile(r"[{\[`*~\\_<]")
"""A character without which nothing of `_MARKUP` can be met: most texts have none."""


@dataclass(frozen=True)
class PlainText:
    """Plain words; `origins` pairs offsets of `text` with offsets of the source, both ascending."""

    text: str
    origins: tuple[tuple[int, int], ...]

    def origin(self, offset: int) -> int:
        """Return where in the source the character at this offset of the text comes from."""
        index = bisect_right(self.origins, (offset, 1 << 60)) - 1
        if index < 0:
            return 0
        start, source = self.origins[index]
        return source + offset - start


def plain(source: str, known: Known) -> PlainText:
    """Return the words of an inline Markdown text; references read as what they show, code is left out."""
    if source and not _MARK.search(source):
        return PlainText(source, ((0, 0),))
    pieces: list[str] = []
    origins: list[tuple[int, int]] = []
    length = 0
    for offset, words in _pieces(source, known):
        if words:
            origins.append((length, offset))
            pieces.append(words)
            length += len(words)
    return PlainText("".join(pieces), tuple(origins))


def _pieces(source: str, known: Known) -> Iterator[tuple[int, str]]:
    position = 0
    for match in _MARKUP.finditer(source):
        yield position, source[position : match.start()]
        kind, target, words, link = match.groups()
        if kind:
            yield match.start(), known.words(kind, target, words)
        elif link is not None:
            yield match.start(4), link
        position = match.end()
    yield position, source[position:]


def place_in_block(token: Token, lines: list[str], offset: int) -> tuple[int, int]:
    """Return the line and column, from 1, of an offset into the source of a block.

    `lines` is the text the token was parsed from; indents and list marks were taken off the token's own lines.
    """
    before = token.content[:offset]
    row = before.count("\n")
    line = (token.map[0] if token.map else 0) + row
    own = token.content.split("\n")[row]
    indent = max(0, lines[line].find(own)) if line < len(lines) else 0
    return line + 1, indent + offset - (before.rfind("\n") + 1) + 1
