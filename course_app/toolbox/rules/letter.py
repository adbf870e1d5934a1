"""A letter filled in: its text cut into blocks, its blanks replaced by what was typed or computed.

Pure and blind to what the words mean. A value is put in once and never read again, so that nothing typed can become a
blank, a list or a title. Values are texts, or tables for the blanks that are tables.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from course_app.core.french import NARROW, NBSP
from course_app.library.letters import BLANK

_NUMBER = re.compile(r"[−\d\s,]+[€%]?")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")


class Run(NamedTuple):
    """A piece of text; `filled` when it stands where a blank was, or still is."""

    text: str
    filled: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or a title inside the letter."""

    runs: Runs
    is_title: bool = False


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Runs, ...]


@dataclass(frozen=True)
class Grid:
    """A table: a caption, titles of columns, rows of texts; the last row is a total when `has_total`."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    has_total: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """The columns, from 0, that hold sums, rates or counts in every row: they are set to the right."""
        ranks = range(1, len(self.columns))
        return tuple(rank for rank in ranks if all(_NUMBER.fullmatch(row[rank]) for row in self.rows if row[rank]))

    @property
    def widest(self) -> int:
        """The column, from 0, whose texts are the longest."""
        return max(range(len(self.columns)), key=lambda rank: max(len(row[rank]) for row in self.rows))


Block = Paragraph | Items | Grid
Values = Mapping[str, str | Grid | None]


def fill(text: str, values: Values) -> Runs | None:
    """Return a line of text with its blanks filled; None when a blank stays empty.

    A blank without a value at all, in `values`, stays readable: its name between brackets. Several lines stay lines at
    the end of a sentence, and become one inside it.
    """
    runs, position = [], 0
    for match in BLANK.finditer(text):
        value = values.get(match.group(1), f"[{match.group(1)}]")
        if value is None or isinstance(value, Grid) or not value.strip():
            return None
        shown = value.strip() if match.end() == len(text) else _on_one_line(value)
        runs += [Run(text[position : match.start()]), Run(shown, filled=True)]
        position = match.end()
    runs.append(Run(text[position:]))
    return tuple(run for run in runs if run.text)


def blocks(body: str, values: Values) -> tuple[Block, ...]:
    """Return the blocks of a letter's body, in order; those whose blank stays empty are left out, titles over nothing too."""
    found = list(_blocks(body, values))
    followed = [*found[1:], None]
    return tuple(part for part, after in zip(found, followed, strict=True) if not (_titles(part) and _titles(after)))


def _blocks(body: str, values: Values) -> Iterator[Block]:
    for part in _PARAGRAPHS.split(body.strip()):
        alone = BLANK.fullmatch(part.strip())
        value = values.get(alone.group(1)) if alone else None
        if isinstance(value, Grid):
            yield value
        elif alone and value and "\n" in value.strip():
            yield Items(tuple((Run(line.strip(), filled=True),) for line in value.split("\n") if line.strip()))
        elif part.startswith("## "):
            yield from _paragraph(part.removeprefix("## "), values, is_title=True)
        elif part.startswith("- "):
            yield from _items(part, values)
        else:
            yield from _paragraph(" ".join(line.strip() for line in part.splitlines()), values)


def _titles(part: Block | None) -> bool:
    """Tell whether a block is a title, or nothing."""
    return part is None or (isinstance(part, Paragraph) and part.is_title)


def _on_one_line(value: str) -> str:
    return ", ".join(line.strip() for line in value.split("\n") if line.strip())


def _paragraph(text: str, values: Values, *, is_title: bool = False) -> Iterator[Paragraph]:
    runs = fill(text, values)
    if runs:
        yield Paragraph(runs, is_title)


def _items(part: str, values: Values) -> Iterator[Items]:
    written = re.split(r"\n(?=- )", part)
    lines = (" ".join(line.strip() for line in one.removeprefix("- ").splitlines()) for one in written)
    inside = {name: _on_one_line(value) if isinstance(value, str) else value for name, value in values.items()}
    items = tuple(runs for line in lines if (runs := fill(line, inside)))
    if items:
        yield Items(items)


def plain(runs: Runs) -> str:
    """Return the words of a line."""
    return "".join(run.text for run in runs)


def plain_text(parts: tuple[Block, ...]) -> str:
    """Return blocks as an e-mail carries them: paragraphs parted by an empty line, « - » before items, tables by lines."""
    return "\n\n".join(_plain(part) for part in parts)


def _plain(part: Block) -> str:
    if isinstance(part, Paragraph):
        return plain(part.runs)
    if isinstance(part, Items):
        return "\n".join(f"- {plain(runs)}" for runs in part.items)
    lines = []
    for row in part.rows:
        cells = [f"{title}{NBSP}: {cell}" for title, cell in zip(part.columns[1:], row[1:], strict=True) if cell]
        lines.append(f"- {f'{NARROW}; '.join([row[0], *cells])}")
    return "\n".join([f"{part.caption}{NBSP}:", *lines])


@dataclass(frozen=True)
class Reminder:
    """What the sender must read before sending; it goes on a page of its own, which nobody sends."""

    title: str
    lead: str
    points: tuple[str, ...]
    checked: str


@dataclass(frozen=True)
class Document:
    """A letter whole: what its page, its Word file and its PDF show.

    `sender` and `recipient` are lines of an address, both empty for an e-mail; `mention` is how it is sent. `name` is
    the start of the file's name, `author` the company that writes.
    """

    name: str
    author: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    place_and_date: str
    mention: str
    subject: Runs
    blocks: tuple[Block, ...]
    signature: tuple[str, ...]
    made_on: date
    reminder: Reminder

    @property
    def title(self) -> str:
        """What the file is called inside: its subject, which its reader may see."""
        return plain(self.subject)

    @property
    def is_mail(self) -> bool:
        """Whether it has no address: it leaves by e-mail."""
        return not self.sender

    @property
    def text(self) -> str:
        """The letter as plain text, without its subject: what is copied into an e-mail."""
        return "\n\n".join([plain_text(self.blocks), "\n".join(self.signature)])
