"""What is wrong in a Markdown text, line by line: boxes, embeds, references, links, titles, weight.

Reads the source, so that every fault has its line and column. Knows the dialect, not who a reference points to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from course_app.library import references
from course_app.library.markdown_html import BOX_NAMES, EMBEDS
from course_app.library.markdown_inline import ADDRESS, LOCAL_IMAGES
from course_app.library.model import SLUG_LENGTH, ItemKind
from course_app.library.references import Mention
from course_app.library.yaml_reader import Fault

# Above these a text could take longer than 200 ms to render (security.md S56; measured with the tests of this room):
# it is refused unread. A five-minute lesson holds 7,000 characters, 150 lines and 200 marks.
MAX_CHARACTERS = 24_000
MAX_LINES = 600
MAX_MARKS = 1_200
MAX_WORD = 300

_LONG_WORD = re.compile(rf"\S{{{MAX_WORD + 1}}}")
_MARKS = re.compile(r"[\[\]*_`<>!|&\\~{}]")
_BOX = re.compile(r" {0,3}:{3,}[ \t]*(.*?)[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TITLE = re.compile(r" {0,3}(#{1,6})(?=[ \t]|\Z)")
_CODE = re.compile(r"`+[^`]*`+")
_HTML = re.compile(r"</?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>|<!--")
_LINK = re.compile(r"(!?)\[([^\[\]]*)\]\(\s*<?([^()\s<>]*)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@dataclass(frozen=True)
class Embed:
    """A quiz or an exercise a lesson leads to, and where it says so."""

    kind: ItemKind
    id: str
    line: int
    column: int


@dataclass(frozen=True)
class Pointed:
    """A reference or a link target, and where it is written."""

    line: int
    column: int
    mention: Mention | None = None
    address: str = ""


@dataclass
class Scan:
    """What a text holds: its faults, and what it points to, in the order of the text."""

    faults: list[Fault] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    pointed: list[Pointed] = field(default_factory=list)
    boxes: set[str] = field(default_factory=set)


def too_heavy(text: str) -> str | None:
    """Return why a text is refused unread, in French; None when it can be rendered in good time."""
    if len(text) > MAX_CHARACTERS:
        return f"texte trop long : {MAX_CHARACTERS} caractères au plus ; faites deux leçons"
    if text.count("\n") > MAX_LINES:
        return f"texte trop long : {MAX_LINES} lignes au plus ; faites deux leçons"
    if _LONG_WORD.search(text):
        return f"un mot ou une adresse dépasse {MAX_WORD} caractères"
    if sum(1 for _mark in _MARKS.finditer(text)) > MAX_MARKS:
        return f"trop de signes de mise en forme : {MAX_MARKS} au plus"
    return None


def scan(text: str, above: int) -> Scan:
    """Return what a Markdown body holds; `above` is the number of lines that stand before it in its file."""
    scanner = _Scanner()
    for number, line in enumerate(text.split("\n"), above + 1):
        scanner.read(number, line)
    scanner.end()
    return scanner.found


@dataclass
class _Scanner:
    found: Scan = field(default_factory=Scan)
    fence: str = ""
    fence_line: int = 0
    box: tuple[str, int] | None = None
    level: int = 1

    def fault(self, line: int, offset: int, code: str, message: str) -> None:
        self.found.faults.append(Fault(line, offset + 1, code, message))

    def read(self, number: int, line: str) -> None:
        fence = _FENCE.match(line)
        if self.fence:
            if fence and line.strip() == fence.group(1) and fence.group(1).startswith(self.fence):
                self.fence = ""
            return
        if fence:
            self.fence, self.fence_line = fence.group(1), number
            return
        box = _BOX.match(line)
        if box:
            self.read_box(number, box)
            return
        if self.box and self.box[0] in EMBEDS and line.strip():
            self.fault(number, 0, "encadre-non-vide", f"rien entre « ::: {self.box[0]} » et « ::: »")
        self.read_title(number, line)
        self.read_words(number, _CODE.sub(lambda match: " " * len(match.group()), line))

    def read_box(self, number: int, match: re.Match[str]) -> None:
        name, _, rest = match.group(1).partition(" ")
        if not name:
            if self.box is None:
                self.fault(number, 0, "encadre-en-trop", "ce « ::: » ne ferme rien")
            self.box = None
            return
        self.end_box()
        self.box = (name, number)
        self.found.boxes.add(name)
        if name not in BOX_NAMES:
            message = f"encadré inconnu : « {name[:40]} ». Encadrés possibles : {', '.join(sorted(BOX_NAMES))}"
            self.fault(number, match.start(1), "encadre-inconnu", message)
        elif name in EMBEDS:
            self.read_embed(number, match, name, rest.strip())

    def read_embed(self, number: int, match: re.Match[str], name: str, target: str) -> None:
        if not _SLUG.match(target) or len(target) > SLUG_LENGTH:
            message = (
                f"« ::: {name} » est suivi de l'identifiant à afficher, par exemple « ::: {name} mon-identifiant »"
            )
            self.fault(number, match.start(1), "encadre-sans-identifiant", message)
            return
        column = match.start(1) + len(match.group(1)) - len(target) + 1
        self.found.embeds.append(Embed(EMBEDS[name], target, number, column))

    def read_title(self, number: int, line: str) -> None:
        match = _TITLE.match(line)
        if not match:
            return
        level = len(match.group(1))
        if level == 1 or level > 3:
            self.fault(
                number, match.start(1), "titre-niveau", "un titre commence par « ## », un sous-titre par « ### »"
            )
        elif level > self.level + 1:
            self.fault(number, match.start(1), "titre-niveau", "un sous-titre « ### » suit un titre « ## »")
        self.level = level

    def read_words(self, number: int, line: str) -> None:
        for html in _HTML.finditer(line):
            message = "pas de HTML : utilisez le Markdown décrit dans content/README.md"
            self.fault(number, html.start(), "html-interdit", message)
        for offset in references.broken(line):
            message = "renvoi mal écrit : {{fait:identifiant}}, {{terme:identifiant}} ou {{terme:identifiant|mots}}"
            self.fault(number, offset, "renvoi-mal-ecrit", message)
        for mention in references.find(line):
            self.found.pointed.append(Pointed(number, mention.offset + 1, mention=mention))
        for link in _LINK.finditer(line):
            self.found.faults.extend(_link_faults(number, link))
            self.found.pointed.append(Pointed(number, link.start(3) + 1, address=link.group(3)))

    def end_box(self) -> None:
        if self.box is not None:
            name, number = self.box
            self.fault(number, 0, "encadre-non-ferme", f"« ::: {name} » n'est pas fermé : ajoutez une ligne « ::: »")

    def end(self) -> None:
        self.end_box()
        if self.fence:
            self.fault(self.fence_line, 0, "code-non-ferme", f"un bloc de code n'est pas fermé par « {self.fence} »")


def _link_faults(number: int, link: re.Match[str]) -> Iterator[Fault]:
    is_image, words, address = link.groups()
    column = link.start(3) + 1
    if is_image and not address.startswith(LOCAL_IMAGES):
        yield Fault(
            number, column, "image-distante", f"une image vient de {LOCAL_IMAGES} : les autres ne s'affichent pas"
        )
    elif not ADDRESS.match(address):
        yield Fault(number, column, "lien-invalide", "un lien commence par https:// ou par / (par exemple /lecons/…)")
    if not words.strip():
        yield Fault(
            number, link.start() + 1, "lien-sans-texte", "écrivez entre crochets ce que le lien ou l'image montre"
        )
