"""The little HTML of other platforms' texts as Markdown; anything that would be lost is refused by its name."""

import html
import re

from course_app.library.banks.neutral import Lost

_TAGS = {"p": "\n\n", "/p": "", "br": "\n", "strong": "**", "/strong": "**", "b": "**", "/b": "**",
         "em": "*", "/em": "*", "i": "*", "/i": "*"}  # fmt: skip
_TAG = re.compile(r"<\s*(/?)\s*([A-Za-z][A-Za-z0-9]*)\b([^<>]*)>")
_NAMES = re.compile(r"([A-Za-z-]+)\s*(?:=|$|\s)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LOOKS = frozenset({"class", "dir", "id", "lang", "style"})
"""Attributes that change how a paragraph looks, not what it says: editors add them by themselves."""


def to_markdown(text: str) -> str:
    """Return a text as Markdown: paragraphs, line breaks, bold and italic stay, entities become letters.

    Raises `Lost` for any other tag (link, picture, colour, list…).
    """
    told = _TAG.sub(_mark, text)
    return re.sub(r"\n{3,}", "\n\n", html.unescape(told).replace("\u00a0", " ")).strip()


def _mark(match: re.Match[str]) -> str:
    closing, name, rest = match[1], match[2].lower(), match[3].strip().rstrip("/")
    attributes = {found.lower() for found in _NAMES.findall(_QUOTED.sub("", rest))}
    known = _TAGS.get(closing + name)
    if known is None or not attributes <= _LOOKS:
        raise Lost(f"une balise « {name} »" if known is None else f"un attribut de la balise « {name} »")
    return known
