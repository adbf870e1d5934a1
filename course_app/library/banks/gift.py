"""GIFT: Moodle's plain-text format (docs.moodle.org, « GIFT format »)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from course_app.library.banks.html import to_markdown
from course_app.library.banks.neutral import ANYTHING, SEAL, Answer, Lost, Native, Refused, short_name

_SPECIAL = "\\~=#{}:"
_ESCAPED = re.compile(r"\\([\\~=#{}:n])")
_FORMAT = re.compile(r"\[(html|markdown|moodle|plain)\]")
_HTML = {None, "html", "moodle"}
"""Formats whose tags are HTML; none told means « moodle »."""
_PUNCTUATION = ".,;:!?)\"'"
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,6})?)%")
_RANGE = re.compile(r"(-?[\d.]+)\.\.(-?[\d.]+)")


def write(natives: list[Native]) -> str:
    """Return questions as a GIFT file."""
    return "\n".join(_block(native) for native in natives)


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in text).replace("\n", "\\n")


def _block(native: Native) -> str:
    lines = [f"// {native.seal}"] if native.seal else []
    lines.append(f"::{_escaped(native.name)}::[markdown]{_escaped(native.text)} {{{_opening(native)}")
    lines += [_answer(native, answer) for answer in native.answers]
    lines += [f"####{_escaped(native.general)}"] if native.general else []
    return "\n".join([*lines, "}", ""])


def _opening(native: Native) -> str:
    return "#" if native.kind == "numerical" else ""


def _answer(native: Native, answer: Answer) -> str:
    feedback = f"#{_escaped(answer.feedback)}" if answer.feedback else ""
    if native.kind == "matching":
        return f"={_escaped(answer.text)} -> {_escaped(answer.match)}"
    if native.kind == "numerical":
        weight = "" if answer.percent == 100 else f"%{answer.percent}%"
        return f"={weight}{answer.text}:{answer.tolerance or 0}{feedback}"
    if native.kind == "multichoice" and not native.single:
        return f"~%{answer.percent}%{_escaped(answer.text)}{feedback}"
    return f"{'=' if answer.percent == 100 else '~'}{_escaped(answer.text)}{feedback}"


def read(text: str) -> list[Native | Refused]:
    """Return the questions of a GIFT file in order, each read or refused. Never raises."""
    return [_question(line, seal, block) for line, seal, block in _blocks(text)]


def _blocks(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each question with its first line and the seal above it.

    A blank line ends a question outside braces; inside, so does a name after a blank line: a brace was forgotten.
    """
    seal, start, block, after_blank = "", 0, "", False
    for number, line in enumerate([*text.split("\n"), ""], 1):
        stripped = line.strip()
        ends = not stripped and not _is_open(block)
        if block and (ends or (after_blank and stripped.startswith("::"))):
            yield start, seal, block
            seal, start, block = "", 0, ""
        if stripped.startswith("//"):
            comment = stripped.removeprefix("//").strip()
            seal = comment if comment.startswith(SEAL) else seal
        elif block or (stripped and not stripped.startswith("$CATEGORY:")):
            start = start or number
            block += line + "\n"
        after_blank = not stripped
    if block:
        yield start, seal, block


def _find(text: str, mark: str, start: int = 0) -> int:
    """Return where a mark stands unescaped, -1 if nowhere."""
    place = text.find(mark, start)
    while place > 0 and (len(text[:place]) - len(text[:place].rstrip("\\"))) % 2:
        place = text.find(mark, place + 1)
    return place


def _is_open(block: str) -> bool:
    opening = _find(block, "{")
    return opening >= 0 and _find(block, "}", opening) < 0


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], text).strip()


def _question(line: int, seal: str, block: str) -> Native | Refused:
    name, rest = "", block.strip()
    if rest.startswith("::") and (end := _find(rest, "::", 2)) >= 0:
        name, rest = _plain(rest[2:end]), rest[end + 2 :].strip()
    form = _FORMAT.match(rest)
    rest = rest[form.end() :] if form else rest
    opening = _find(rest, "{")
    closing = _find(rest, "}", opening) if opening >= 0 else -1
    if closing < 0:
        reason = "une consigne sans réponse" if opening < 0 else "l'accolade « } » manque"
        return Refused(line, name or short_name(_plain(rest)), reason)
    after = _plain(rest[closing + 1 :])
    blank = f" _____{'' if after[0] in _PUNCTUATION else ' '}{after}" if after else ""
    text = _plain(rest[:opening]) + blank
    named = name or short_name(text)
    try:
        told = to_markdown(text) if (form and form[1]) in _HTML else text
        native = Native("essay", named, told, seal=seal, line=line)
        return _answered(native, rest[opening + 1 : closing].strip(), form[1] if form else None)
    except Lost as lost:
        return Refused(line, named, str(lost))


def _told(raw: str, default: str | None) -> str:
    """Return one text of an answer as Markdown; it may say its own format, else it has its question's."""
    text = raw.strip()
    form = _FORMAT.match(text)
    plain = _plain(text[form.end() :] if form else text)
    return to_markdown(plain) if (form[1] if form else default) in _HTML else plain


def _answered(native: Native, body: str, form: str | None) -> Native | Refused:
    general = _find(body, "####")
    if general >= 0:
        native, body = replace(native, general=_told(body[general + 4 :], form)), body[:general].strip()
    if not body:
        return native
    if body.split("#")[0].strip().upper() in {"T", "TRUE", "F", "FALSE"}:
        return replace(native, kind="truefalse")
    try:
        if body.startswith("#"):
            return replace(native, kind="numerical", answers=tuple(_numbers(body[1:].strip(), form)))
        return _worded(native, [(mark, _weighted(raw, form)) for mark, raw in _split(body)], form)
    except Lost:
        raise
    except (InvalidOperation, ValueError):
        return Refused(native.line, native.name, "une réponse illisible")


def _worded(native: Native, answers: list[tuple[str, Answer]], form: str | None) -> Native:
    if all(_find(answer.text, "->") >= 0 for _, answer in answers):
        return replace(native, kind="matching", answers=tuple(_pair(answer, form) for _, answer in answers))
    told = tuple(_unescaped(answer, mark, form) for mark, answer in answers)
    rights = sum(mark == "=" for mark, _ in answers)
    if rights == len(answers):
        return replace(native, kind="shortanswer", answers=told)
    return replace(native, kind="multichoice", answers=told, single=rights > 0)


def _split(body: str) -> Iterator[tuple[str, str]]:
    """Yield each answer with the mark before it; anything else before the first mark is a ValueError."""
    marks = [place for place, letter in enumerate(body) if letter in "=~" and _find(body, letter, place) == place]
    if not marks or body[: marks[0]].strip():
        raise ValueError(body)
    for place, after in zip(marks, [*marks[1:], len(body)], strict=True):
        yield body[place], body[place + 1 : after].strip()


def _weighted(raw: str, form: str | None) -> Answer:
    weight = _WEIGHT.match(raw)
    raw = raw[weight.end() :] if weight else raw
    place = _find(raw, "#")
    text, feedback = (raw[:place], raw[place + 1 :]) if place >= 0 else (raw, "")
    return Answer(text.strip(), Decimal(weight[1]) if weight else Decimal(-1000), _told(feedback, form))


def _unescaped(answer: Answer, mark: str, form: str | None) -> Answer:
    untold = Decimal(100 if mark == "=" else 0)
    percent = untold if answer.percent == -1000 else answer.percent
    return Answer(_told(answer.text, form), percent, answer.feedback)


def _pair(answer: Answer, form: str | None) -> Answer:
    left, _arrow, right = answer.text.partition("->")
    return Answer(_told(left, form), Decimal(100), match=_told(right, form))


def _numbers(body: str, form: str | None) -> Iterator[Answer]:
    for mark, raw in _split(body if body.startswith(("=", "~")) else f"={body}"):
        answer = _unescaped(_weighted(raw, form), mark, form)
        if answer.text in {"", ANYTHING}:
            yield replace(answer, text=ANYTHING)
            continue
        span = _RANGE.fullmatch(answer.text)
        if span:
            low, high = Decimal(span[1]), Decimal(span[2])
            value, tolerance = str((low + high) / 2), str((high - low) / 2)
        else:
            value, _colon, tolerance = answer.text.partition(":")
        yield Answer(str(Decimal(value)), answer.percent, answer.feedback, tolerance=str(Decimal(tolerance or "0")))
