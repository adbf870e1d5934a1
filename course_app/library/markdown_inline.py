"""Inside a paragraph: facts, terms, links, images, and French typography across bold and links."""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from course_app.core.french import typeset
from course_app.library import references
from course_app.library.references import Known

FACT, TERM = "fact", "term"
LOCAL_IMAGES = "/static/"
ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|#)")  # what a link may begin with

# What stands for a tag while the text around it is typeset. An opening one reads as a letter (« l'**avoir** » has
# an apostrophe), a closing one as a bracket (« **Attention !** » ends there). Private characters keep them apart
# from anything written: texts with private characters are refused before they come here.
_OPEN, _CLOSE, _BREAK = "ꙮ\uf8f0ꙮ", ")\uf8f1)", "\n\uf8f2\n"
_MARK = re.compile("|".join(map(re.escape, (_OPEN, _CLOSE, _BREAK))))
_PRIVATE = re.compile("[\ue000-\uf8ff]")


class Note(NamedTuple):
    """The note of a fact at the end of a lesson; `is_first` where the note leads back."""

    number: int
    is_first: bool


NoteOf = Callable[[str], Note | None]


def install(parser: MarkdownIt) -> None:
    """Teach a parser the two references and how they are rendered."""
    parser.inline.ruler.before("link", "reglo_reference", _reference_rule)
    parser.add_render_rule(FACT, _render_fact)
    parser.add_render_rule(TERM, _render_term)


def _reference_rule(state: StateInline, silent: bool) -> bool:
    match = references.PATTERN.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        found = references.read(match)
        token = state.push(FACT if found.kind == references.FACT else TERM, "", 0)
        token.meta = {"id": found.id, "words": found.words}
    state.pos = match.end()
    return True


def _render_fact(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    token = tokens[index]
    note: Note | None = token.meta.get("note")
    words = f'<span class="fact" data-fact="{escape(token.meta["id"])}">{escape(token.content)}'
    if note is None:
        return f"{words}</span>"
    place = f' id="appel-{note.number}"' if note.is_first else ""
    return f'{words}<sup><a{place} href="#note-{note.number}" aria-label="Note {note.number}">{note.number}</a></sup></span>'


def _render_term(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    token = tokens[index]
    target = escape(token.meta["id"])
    return f'<a class="term term-button" href="#terme-{target}" data-term="{target}">{escape(token.content)}</a>'


def rewrite(children: Sequence[Token], known: Known, *, note: NoteOf) -> list[Token]:
    """Return the children of a block ready to render: references in words, images settled, text typeset."""
    result: list[Token] = []
    for child in _linked(children):
        if child.type in {FACT, TERM}:
            result.append(_in_words(child, known, note))
        elif child.type == "image":
            result.extend(_image(child))
        else:
            result.append(child)
    result = _joined(result)
    _typeset_together(result)
    return result


def _linked(children: Sequence[Token]) -> Iterator[Token]:
    """Yield the children with their links settled: other sites are marked, odd addresses lose their link."""
    is_kept = True
    for child in children:
        if child.type == "link_open":
            address = str(child.attrGet("href") or "")
            is_kept = bool(ADDRESS.match(address))
            if "://" in address:
                child.attrSet("rel", "external noopener noreferrer")
        if is_kept or child.type not in {"link_open", "link_close"}:
            yield child


def _joined(children: Sequence[Token]) -> list[Token]:
    """Return the children with neighbouring texts made one."""
    result: list[Token] = []
    for child in children:
        if child.type == "text" and result and result[-1].type == "text":
            result[-1].content += child.content
        else:
            result.append(child)
    return result


def _in_words(child: Token, known: Known, note: NoteOf) -> Token:
    kind = references.FACT if child.type == FACT else references.TERM
    target = child.meta["id"]
    shown = Token(child.type, "", 0, content=known.words(kind, target, child.meta.get("words")))
    shown.meta = {**child.meta}
    if child.type == FACT and target in known.facts:
        shown.meta["note"] = note(target)
    return shown


def _image(child: Token) -> list[Token]:
    """Keep our own images; any other becomes a link, so that no page calls another site."""
    source, words = str(child.attrGet("src") or ""), child.content
    if source.startswith(LOCAL_IMAGES) and ".." not in source:
        return [child]
    text = Token("text", "", 0, content=words or source[:60])
    if not ADDRESS.match(source):
        return [text]
    opening = Token("link_open", "a", 1, attrs={"href": source, "rel": "external noopener noreferrer"})
    return [opening, text, Token("link_close", "a", -1)]


def _typeset_together(children: Sequence[Token]) -> None:
    """Typeset the words of a block as one text: « l' » and a bold word belong together."""
    framed, marks = [], 0
    places: list[tuple[Token, int]] = []
    for child in children:
        before, text, after = _frame(child)
        if text is not None:
            places.append((child, marks + bool(before)))
        framed.append(before + (text or "") + after)
        marks += len(_MARK.findall(before + after))
    parts = _MARK.split(typeset("".join(framed)))
    for child, place in places:
        child.content = parts[place] if len(parts) == marks + 1 else typeset(_clean(child.content))


def _frame(child: Token) -> tuple[str, str | None, str]:
    """Return the marks before a child, its words if it has any, and the marks after."""
    if child.type == "text":
        return "", _clean(child.content), ""
    if child.type in {FACT, TERM}:
        return _OPEN, _clean(child.content), _CLOSE
    if child.type in {"softbreak", "hardbreak"}:
        return _BREAK, None, ""
    if child.nesting == 0:
        return _OPEN, None, _CLOSE
    return (_OPEN if child.nesting == 1 else _CLOSE), None, ""


def _clean(text: str) -> str:
    return _PRIVATE.sub("", text)


def plain(children: Sequence[Token]) -> str:
    """Return the words of rewritten children."""
    return "".join(child.content for child in children if child.type in {"text", "code_inline", FACT, TERM})
