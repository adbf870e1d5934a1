"""The rules of French wording applied to files, each fault at its line and column."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from course_app.library import prose, references
from course_app.library.files import Written
from course_app.library.markdown import parse
from course_app.library.model import Finding
from course_app.library.plain_text import PlainText, place_in_block, plain
from course_app.library.prose import ProseFault, Style
from course_app.library.references import Known
from course_app.library.yaml_reader import Document, Fault, Location

_BLOCK_END = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*]|[0-9]+\.)[ \t])")
_MOST_PER_BLOCK = 100  # beyond, a paragraph is not prose: enough was said of it
_FEEDBACK = ("consequence", "reason", "rule")
_EXPLAINS = {"feedback", "right", "otherwise", "why"}


def body_findings(name: str, body: str, above: int, known: Known) -> Iterator[Finding]:
    """Yield the faults of wording of a lesson's body; `above` lines stand before it in the file."""
    lines, told = body.split("\n"), _terms_told(body, known)
    lengths: list[int] = []
    previous = ""
    for token in parse(body):
        if token.type == "inline":
            words = plain(token.content, known)
            for fault, severity in islice(_block_faults(words.text, told), _MOST_PER_BLOCK):
                line, column = place_in_block(token, lines, words.origin(fault.offset))
                yield Finding(name, line + above, column, fault.code, fault.message, severity)
            if previous != "heading_open":
                lengths += [sentence.words for sentence in prose.sentences(words.text)]
        previous = token.type
    if sum(lengths) > prose.MAX_AVERAGE_WORDS * len(lengths):
        average = f"{sum(lengths) / len(lengths):.1f}".replace(".", ",")
        message = f"phrases de {average} mots en moyenne : {prose.MAX_AVERAGE_WORDS} au plus"
        yield Finding(name, above + 1, 1, "phrases-longues", message, Finding.WARNING)


def _block_faults(text: str, told: set[str]) -> Iterator[tuple[ProseFault, str]]:
    """Yield the faults of a block with their severity; each acronym it holds counts as told from here on."""
    for fault in prose.faults(text, Style()):
        yield fault, Finding.ERROR
    for offset, acronym, is_explained in prose.acronyms(text):
        if acronym not in told and not is_explained:
            message = f"« {acronym} » n'est pas expliqué : citez son terme, ou ajoutez une parenthèse"
            yield ProseFault(offset, "sigle-inexplique", message), Finding.WARNING
        told.add(acronym)


def _terms_told(body: str, known: Known) -> set[str]:
    """Return the words a text explains by pointing to the glossary."""
    pointed = [mention for mention in references.find(body) if mention.kind == references.TERM]
    shown = [known.words(mention.kind, mention.id, mention.words) for mention in pointed]
    full = [known.terms[mention.id].term for mention in pointed if mention.id in known.terms]
    return set(re.findall(r"\w+", " ".join([*shown, *full])))


def values_findings(written: Written[Any], known: Known, *, relaxed: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Yield the faults of wording of every text of a YAML file; sentences under a `relaxed` key may be long."""
    for location, text in _texts(written.document.value, ()):
        style = Style(sentences=location[0] not in relaxed, feedback=not _EXPLAINS.isdisjoint(location))
        for fault in _text_faults(written.document, location, text, known, style):
            yield Finding(written.name, fault.line, fault.column, fault.code, fault.message)


def feedback_findings(written: Written[Any], known: Known) -> Iterator[Finding]:
    """Yield a fault for each feedback of a quiz or a scenario that says too much."""
    for location, feedback in _feedbacks(written.document.value):
        words = sum(prose.count_words(plain(str(feedback.get(key, "")), known).text) for key in _FEEDBACK)
        if words > prose.MAX_FEEDBACK_WORDS:
            message = f"commentaire de {words} mots : {prose.MAX_FEEDBACK_WORDS} au plus en tout"
            yield written.finding(location, "commentaire-long", message)


def _feedbacks(value: Any, location: Location = ()) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    """Yield every consequence with its reason and rule, wherever a kind of question keeps them."""
    if isinstance(value, Mapping) and set(_FEEDBACK) <= set(value):
        yield location, value
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _feedbacks(part, (*location, key))


def _texts(value: Any, location: Location) -> Iterator[tuple[Location, str]]:
    """Yield the sentences of a YAML value: texts of several words, with where they are."""
    if isinstance(value, str) and " " in value:
        yield location, value
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _texts(part, (*location, key))


def _text_faults(document: Document, location: Location, text: str, known: Known, style: Style) -> Iterator[Fault]:
    start = 0
    for end in [*(match.end() for match in _BLOCK_END.finditer(text)), len(text)]:
        words = plain(text[start:end], known)
        for fault in prose.faults(words.text, style):
            line, column = place_in_value(document, location, words, fault.offset)
            yield Fault(line, column, fault.code, fault.message)
        start = end


def place_in_value(document: Document, location: Location, words: PlainText, offset: int) -> tuple[int, int]:
    """Return where the words at an offset are written: found again in the source of the value, else its start.

    YAML folds lines and undoes escapes, so that offsets of a value are not offsets of its source.
    """
    scalar = document.scalar(location)
    wanted = re.findall(r"\w+", words.text[offset : offset + 60])[:4]
    pattern = r"\W+".join(map(re.escape, wanted))
    found = re.compile(rf"(?<!\w){pattern}").search(document.text, scalar.start, scalar.end) if wanted else None
    if found is None:
        return scalar.line, scalar.column
    before = document.text[: found.start()]
    return before.count("\n") + 1, found.start() - (before.rfind("\n") + 1) + 1
