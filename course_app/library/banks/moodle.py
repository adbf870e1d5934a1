"""Moodle XML, read without trusting it and written back (docs.moodle.org, « Moodle XML format »).

Hardened by refusal: no document type, so no entity of one's own and no outside file; a bound on bytes, elements and
depth. The standard library's parser is used with those refusals: defusedxml, its usual guard, has not moved since 2021.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from course_app.library.banks.html import to_markdown
from course_app.library.banks.neutral import ANYTHING, MAX_BYTES, SEAL, Answer, Lost, Native, Refused, Unreadable

MAX_ELEMENTS = 100_000
MAX_DEPTH = 30
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_STOCK = {
    "", "your answer is correct.", "your answer is partially correct.", "your answer is incorrect.",
    "votre réponse est correcte.", "votre réponse est partiellement correcte.", "votre réponse est incorrecte.",
}  # fmt: skip
"""What Moodle writes there by itself: right or wrong, which we say in our own words."""
_READ = {"multichoice", "matching", "numerical", "shortanswer", "essay", "truefalse"}


def write(natives: list[Native]) -> str:
    """Return questions as a Moodle XML file."""
    body = "\n".join(_element(native) for native in natives)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n'


def _text(tag: str, text: str, attributes: str = "") -> str:
    return f"<{tag}{attributes}><text>{escape(text)}</text></{tag}>"


def _element(native: Native) -> str:
    lines = [f"<!-- {native.seal} -->"] if native.seal else []
    lines.append(f"<question type={quoteattr(native.kind)}>")
    lines.append(_text("name", native.name))
    lines.append(_text("questiontext", native.text, ' format="markdown"'))
    lines += [_text("generalfeedback", native.general, ' format="markdown"')] if native.general else []
    lines += [f"<single>{'true' if native.single else 'false'}</single>"] if native.kind == "multichoice" else []
    lines += [_answer(native, answer) for answer in native.answers]
    if native.unit:
        unit = f"<multiplier>1</multiplier><unit_name>{escape(native.unit)}</unit_name>"
        lines.append(f"<units><unit>{unit}</unit></units>")
    return "\n".join([*lines, "</question>"])


def _answer(native: Native, answer: Answer) -> str:
    if native.kind == "matching":
        return f'<subquestion format="markdown"><text>{escape(answer.text)}</text>{_text("answer", answer.match)}</subquestion>'
    if native.kind == "essay":
        return _text("graderinfo", answer.text, ' format="markdown"')
    tolerance = f"<tolerance>{escape(answer.tolerance or '0')}</tolerance>" if native.kind == "numerical" else ""
    feedback = _text("feedback", answer.feedback, ' format="markdown"') if answer.feedback else ""
    fraction = f' fraction="{answer.percent}" format="markdown"'
    return f"<answer{fraction}><text>{escape(answer.text)}</text>{feedback}{tolerance}</answer>"


def read(data: bytes) -> list[Native | Refused]:
    """Return the questions of a Moodle XML file in order, each read or refused.

    Raises `Unreadable` for what is no such file, or is too big, too deep, or declares a document type.
    """
    root, lines, seals = _parsed(data)
    if root.tag != "quiz":
        raise Unreadable(1, "ce n'est pas un fichier Moodle XML : la racine est « quiz »")
    asked = [each for each in root if each.tag == "question" and each.get("type") != "category"]
    return [_question(each, lines[each], seals.get(each, "")) for each in asked]


class _Reader:
    """Builds the tree while it counts; remembers the line of each element and the comment above a question."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.builder = ET.TreeBuilder()
        self.lines: dict[ET.Element, int] = {}
        self.seals: dict[ET.Element, str] = {}
        self.seal, self.depth, self.count = "", 0, 0
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.CommentHandler = self.comment
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype

    def refuse_doctype(self, *_declaration: object) -> None:
        raise Unreadable(self.parser.CurrentLineNumber, "une déclaration DOCTYPE est refusée : retirez-la")

    def comment(self, text: str) -> None:
        self.seal = text.strip() if text.strip().startswith(SEAL) else ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > MAX_DEPTH or self.count > MAX_ELEMENTS:
            raise Unreadable(self.parser.CurrentLineNumber, "fichier trop imbriqué ou trop long")
        element = self.builder.start(tag, attributes)
        self.lines[element] = self.parser.CurrentLineNumber
        if tag == "question" and self.seal:
            self.seals[element], self.seal = self.seal, ""

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(tag)


def _parsed(data: bytes) -> tuple[ET.Element, dict[ET.Element, int], dict[ET.Element, str]]:
    if len(data) > MAX_BYTES:
        raise Unreadable(1, "fichier trop grand : 5 Mo au plus")
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
        return reader.builder.close(), reader.lines, reader.seals
    except expat.ExpatError as error:
        raise Unreadable(error.lineno, "XML illisible ici : une balise est mal fermée") from None
    except (AssertionError, ValueError, LookupError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(1, "XML illisible") from None


def _question(element: ET.Element, line: int, seal: str) -> Native | Refused:
    kind = element.get("type") or ""
    name = (element.findtext("name/text") or "").strip()
    if kind not in _READ:
        return Refused(line, name, f"le type « {kind} » n'a pas d'équivalent ici")
    try:
        _refuse_extras(element)
        single = (element.findtext("single") or "true").strip() in {"true", "1"}
        return Native(
            kind=kind,
            name=name,
            text=_markdown(element.find("questiontext")),
            answers=tuple(_answers(element, kind)),
            single=single,
            unit=_unit(element),
            general=_markdown(element.find("generalfeedback")),
            seal=seal,
            line=line,
        )
    except Lost as lost:
        return Refused(line, name, str(lost))
    except (InvalidOperation, ValueError):
        return Refused(line, name, "un nombre illisible")


def _refuse_extras(element: ET.Element) -> None:
    if element.find(".//file") is not None:
        raise Lost("un fichier joint")
    if any((hint.findtext("text") or "").strip() for hint in element.findall("hint")):
        raise Lost("des indices")
    if element.find("image") is not None and (element.findtext("image") or "").strip():
        raise Lost("une image jointe")
    if (element.findtext("responsetemplate/text") or "").strip():
        raise Lost("un début de réponse déjà écrit")
    for name in _COMBINED:
        if _markdown(element.find(name)).lower() not in _STOCK:
            raise Lost("une explication commune à plusieurs réponses")


def _unit(element: ET.Element) -> str:
    units = [(unit.findtext("unit_name") or "").strip() for unit in element.findall("units/unit")]
    if len(units) > 1:
        raise Lost("plusieurs unités")
    return units[0] if units else ""


def _answers(element: ET.Element, kind: str) -> Iterator[Answer]:
    if kind == "matching":
        for pair in element.findall("subquestion"):
            yield Answer(_markdown(pair), Decimal(100), match=(pair.findtext("answer/text") or "").strip())
    elif kind == "essay":
        model = _markdown(element.find("graderinfo"))
        yield from [Answer(model)] if model else []
    else:
        for answer in element.findall("answer"):
            percent, feedback = Decimal(answer.get("fraction") or "0"), _markdown(answer.find("feedback"))
            text, tolerance = _markdown(answer), (answer.findtext("tolerance") or "").strip()
            if kind == "numerical":
                text = text if text == ANYTHING else str(Decimal(text))
                tolerance = str(Decimal(tolerance or "0"))
            yield Answer(text, percent, feedback, tolerance=tolerance)


def _markdown(element: ET.Element | None) -> str:
    """Return the text of an element as Markdown."""
    if element is None:
        return ""
    text = (element.findtext("text") or "").strip()
    return text if element.get("format") in {"markdown", "plain_text"} else to_markdown(text)
