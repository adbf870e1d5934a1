"""Markdown to sanitised, typeset HTML: boxes, embeds, facts, terms, places to come back to.

A small dialect: no raw HTML, no table, no remote image; what is not listed in `content/README.md` stays text.
Renders anything without raising; what is wrong in a text is said by `library.markdown_checks`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin

from course_app.core.french import typeset
from course_app.library import markdown_html as html
from course_app.library import markdown_inline as inline
from course_app.library.model import Heading, ItemKind
from course_app.library.references import Known
from course_app.library.registers import SourceRef

BOX = "box"
MAX_NESTING = 20


@dataclass(frozen=True)
class Place:
    """What a text is rendered for: what it may point to, and whether it is a lesson (anchors, notes) or a fragment."""

    known: Known = field(default_factory=Known)
    cards: Mapping[tuple[ItemKind, str], html.Card] = field(default_factory=dict)
    sources: Mapping[str, SourceRef] = field(default_factory=dict)
    is_lesson: bool = False


@dataclass(frozen=True)
class Rendered:
    """The result: sanitised HTML, the second-level titles, the paragraph anchors, the ids of the facts quoted."""

    html: str
    outline: tuple[Heading, ...]
    paragraphs: tuple[str, ...]
    facts: tuple[str, ...]


def _is_known_box(info: str, _markup: str) -> bool:
    return (info.split() or [""])[0] in html.BOX_NAMES


def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"html": False, "maxNesting": MAX_NESTING})
    parser.disable(["table", "strikethrough", "code", "lheading", "reference"])
    parser.use(deflist_plugin)
    parser.use(container_plugin, name=BOX, validate=_is_known_box)
    inline.install(parser)
    return parser


_PARSER = _parser()


def parse(text: str) -> list[Token]:
    """Return the block tokens of a Markdown text; the same dialect for rendering and for checks."""
    return _PARSER.parse(text)


def render(text: str, place: Place) -> Rendered:
    """Return a text as HTML ready to show."""
    writer = _Writer(place)
    tokens = list(writer.rewrite(parse(text)))
    raw = str(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    if place.is_lesson:
        raw += html.verified_facts(writer.facts, place.known.facts, place.sources)
    return Rendered(html.sanitise(raw), tuple(writer.outline), tuple(writer.paragraphs), tuple(writer.facts))


class _Writer:
    """Walks the tokens of one text once, in order, and gives them their final shape."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.outline: list[Heading] = []
        self.paragraphs: list[str] = []
        self.facts: list[str] = []
        self.defined: set[str] = set()
        self.anchors: set[str] = set()
        self.annotated_level: int | None = None
        self.in_annotated_list = False

    def rewrite(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """Yield the tokens to render."""
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "container_box_open" and token.info.split()[0] in html.EMBEDS:
                yield self._card(token)
                position = _closing(tokens, position) + 1
                continue
            yield from self._block(token, tokens, position)
            position += 1

    def _block(self, token: Token, tokens: Sequence[Token], position: int) -> Iterator[Token]:
        if token.type == "inline":
            terms = self._inline(token)
            self._keep_title(tokens[position - 1], token)
            yield token
            if tokens[position + 1].type in {"paragraph_close", "heading_close"}:
                tokens[position + 1].meta["terms"] = terms
                return
            yield from self._definitions(terms)
            return
        yield from self._structure(token)
        yield from self._definitions(token.meta.get("terms", ()))

    def _structure(self, token: Token) -> Iterator[Token]:
        if token.type.startswith("container_box"):
            yield self._box(token)
            return
        replacement = self._in_annotated(token)
        if replacement is not None:
            yield from [html.raw(replacement)] if replacement else []
            return
        if token.type == "paragraph_open" and not token.hidden:
            self._keep_place(token)
        yield token

    def _box(self, token: Token) -> Token:
        name, _, title = token.info.strip().partition(" ")
        self.annotated_level = token.level if name == html.ANNOTATED_BOX and token.nesting == 1 else None
        if token.nesting == -1:
            return html.raw(html.box_close())
        return html.raw(html.box_open(name, typeset(title.strip())))

    def _in_annotated(self, token: Token) -> str | None:
        """Return what stands for a token of an annotated example's list; None for any other token."""
        if self.annotated_level is None:
            return None
        place = (token.type, token.level - self.annotated_level)
        if place in {("bullet_list_open", 1), ("bullet_list_close", 1)}:
            self.in_annotated_list = token.nesting == 1
            return html.ANNOTATED[place]
        return html.ANNOTATED.get(place) if self.in_annotated_list else None

    def _card(self, token: Token) -> Token:
        name, _, target = token.info.strip().partition(" ")
        kind = html.EMBEDS[name]
        return html.raw(html.card(kind, target.strip(), self.place.cards.get((kind, target.strip()))))

    def _inline(self, token: Token) -> list[str]:
        """Typeset the text of a block and return the ids of the terms to define after it."""
        children = inline.rewrite(token.children or [], self.place.known, note=self._note)
        token.children = children
        met = [child.meta["id"] for child in children if child.type == inline.TERM]
        terms = [term for term in dict.fromkeys(met) if term in self.place.known.terms and term not in self.defined]
        self.defined.update(terms)
        return terms

    def _note(self, fact: str) -> inline.Note | None:
        """Return the note of a fact; None outside lessons."""
        is_first = fact not in self.facts
        if is_first:
            self.facts.append(fact)
        return inline.Note(self.facts.index(fact) + 1, is_first) if self.place.is_lesson else None

    def _definitions(self, terms: Sequence[str]) -> Iterator[Token]:
        return (html.raw(html.definition(self.place.known.terms[term])) for term in terms)

    def _keep_place(self, token: Token) -> None:
        if self.place.is_lesson:
            anchor = f"p-{len(self.paragraphs) + 1}"
            self.paragraphs.append(anchor)
            token.attrSet("id", anchor)

    def _keep_title(self, opening: Token, content: Token) -> None:
        if self.place.is_lesson and opening.type == "heading_open" and opening.tag == "h2":
            title = inline.plain(content.children or [])
            anchor = html.unique_anchor(title, self.anchors)
            opening.attrSet("id", anchor)
            self.outline.append(Heading(anchor, title))


def _closing(tokens: Sequence[Token], opening: int) -> int:
    """Return where the block opened there is closed."""
    level = tokens[opening].level
    return next(i for i in range(opening + 1, len(tokens)) if tokens[i].level == level and tokens[i].nesting == -1)
