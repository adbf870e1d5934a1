"""The pieces of HTML that Markdown's own renderer does not know, and the last sieve every page goes through."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

import nh3
from markdown_it.token import Token

from course_app.core.french import count, duration, long_date, typeset
from course_app.library.model import ItemKind
from course_app.library.registers import Fact, SourceRef, Term

ANNOTATED_BOX = "exemple-annote"
BOXES: Mapping[str, str] = MappingProxyType(
    {
        "case": "Le cas",
        "en-clair": "En clair",
        "regle": "La règle",
        "erreur": "L'erreur à éviter",
        ANNOTATED_BOX: "Exemple annoté",
        "a-retenir": "À retenir",
    }
)
EMBEDS: Mapping[str, ItemKind] = MappingProxyType(
    {"quiz": ItemKind.QUIZ, "exercise": ItemKind.EXERCISE, "scenario": ItemKind.SCENARIO, "call": ItemKind.CALL}
)
BOX_NAMES = frozenset(BOXES) | frozenset(EMBEDS)
PREFIXES: Mapping[ItemKind, str] = MappingProxyType(
    {
        ItemKind.LESSON: "/lecons/",
        ItemKind.QUIZ: "/quiz/",
        ItemKind.EXERCISE: "/exercices/",
        ItemKind.SCENARIO: "/scenarios/",
        ItemKind.CALL: "/appels/",
    }
)
_CARD_WORDS: Mapping[ItemKind, str] = MappingProxyType(
    {
        ItemKind.QUIZ: "S'entraîner",
        ItemKind.EXERCISE: "Exercice",
        ItemKind.SCENARIO: "Histoire à choix",
        ItemKind.CALL: "Appel simulé",
    }
)

_TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "details", "div", "dl", "dt", "em", "h2", "h3", "hr", "img", "li",
    "ol", "p", "pre", "section", "span", "strong", "summary", "sup", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "id"},
    "a": {"href", "rel", "aria-label"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "section": {"aria-labelledby"},
}


@dataclass(frozen=True)
class Card:
    """What a lesson says of a quiz, an exercise or a scenario it leads to."""

    title: str
    minutes: int
    questions: int = 0


def raw(text: str) -> Token:
    """Return a token that renders as this HTML."""
    return Token("html_block", "", 0, content=text + "\n", block=True)


def sanitise(text: str) -> str:
    """Return HTML reduced to the tags, attributes and addresses our pages use."""
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        generic_attribute_prefixes={"data-"},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        strip_comments=True,
    )


def box_open(name: str, title: str) -> str:
    """Return the opening of a box; `title` is typeset text, the box's usual title when empty."""
    return f'<div class="box {escape(name)}">\n<p class="box-title">{escape(title or typeset(BOXES[name]))}</p>'


def box_close() -> str:
    """Return the end of a box."""
    return "</div>"


def card(kind: ItemKind, target: str, known: Card | None) -> str:
    """Return the card that leads to a quiz, an exercise or a scenario; it shows the id while the target is unknown."""
    title = known.title if known else target
    meta = [_CARD_WORDS[kind]]
    if known and known.questions:
        meta.append(count(known.questions, "question"))
    if known:
        meta.append(duration(known.minutes))
    return (
        f'<div class="embed embed-{kind}" data-kind="{kind}" data-id="{escape(target)}">'
        f'<p class="embed-title"><a href="{PREFIXES[kind]}{escape(target)}">{escape(title)}</a></p>'
        f'<p class="embed-meta">{escape(typeset(" · ".join(meta)))}</p></div>'
    )


def definition(term: Term) -> str:
    """Return the definition of a term, folded, to stand after the block that uses it.

    A link to the inner paragraph unfolds it in current browsers, without script.
    """
    return (
        f'<details class="term-note" data-term="{term.id}"><summary>{escape(term.term)}</summary>'
        f'<p id="terme-{term.id}">{escape(term.definition)}</p></details>'
    )


def verified_facts(ids: Sequence[str], facts: Mapping[str, Fact], sources: Mapping[str, SourceRef]) -> str:
    """Return the notes of the facts quoted in a lesson, in order; nothing when there is none."""
    notes = "".join(_note(number, facts[fact], sources) for number, fact in enumerate(ids, 1) if fact in facts)
    if not notes:
        return ""
    heading = '<h2 id="faits-verifies">Faits vérifiés</h2>'
    return f'<section class="verified-facts" aria-labelledby="faits-verifies">{heading}<ol>{notes}</ol></section>'


def _note(number: int, fact: Fact, sources: Mapping[str, SourceRef]) -> str:
    source = sources[fact.source].title if fact.source in sources else fact.source
    words = typeset(f"{fact.label} : {fact.value}. Source : {source}. Vérifié le {long_date(fact.checked_on)}.")
    back = f'<a class="note-back" href="#appel-{number}" aria-label="Retour au texte, note {number}">↩</a>'
    return f'<li id="note-{number}" data-fact="{fact.id}">{escape(words)} {back}</li>'


# An annotated example is written as list items, each a line with its margin note below. It is shown as one
# definition list: (token type, level inside the box) -> what replaces the token.
ANNOTATED: Mapping[tuple[str, int], str] = MappingProxyType(
    {
        ("bullet_list_open", 1): "<dl>",
        ("bullet_list_close", 1): "</dl>",
        ("list_item_open", 2): "",
        ("list_item_close", 2): "",
        ("dl_open", 3): "",
        ("dl_close", 3): "",
        ("paragraph_open", 3): "<dt>",
        ("paragraph_close", 3): "</dt>",
    }
)


def slugify(text: str) -> str:
    """Return a text as lower-case ASCII words joined by hyphens, at most 60 characters; may be empty."""
    folded = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "Oe").replace("’", "-"))
    ascii_text = folded.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:60].strip("-")


def unique_anchor(title: str, taken: set[str]) -> str:
    """Return an anchor for a title, free in this text, and take it; never one of the page's own ids."""
    base = f"s-{slugify(title) or 'titre'}"
    anchor, number = base, 2
    while anchor in taken:
        anchor, number = f"{base}-{number}", number + 1
    taken.add(anchor)
    return anchor
