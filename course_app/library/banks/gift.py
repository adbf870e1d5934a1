"""GIFT: Moodle's plain-text format (docs.moodle.org, « GIFT format »)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from course_app.library.banks.neutral import SEAL, Answer, Native, Refused

_SPECIAL = "\\~=#{}:"
_ESCAPED = re.compile(r"\\([\\~=#{}:n])")
_FORMAT = re.compile(r"\[(html|markdown|moodle|plain)\]")
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
        return Refused(line, name or _plain(rest)[:60], reason)
    after = _plain(rest[closing + 1 :])
    text = _plain(rest[:opening]) + (f" _____ {after}" if after else "")
    if form and form[1] == "html" and re.search(r"<\w", text):
        return Refused(line, name or text[:60], "un texte en HTML")
    return _answered(
        Native("essay", name or text[:60], text, seal=seal, line=line), rest[opening + 1 : closing].strip()
    )


def _answered(native: Native, body: str) -> Native | Refused:
    general = _find(body, "####")
    if general >= 0:
        native, body = replace(native, general=_plain(body[general + 4 :])), body[:general].strip()
    if not body:
        return native
    if body.split("#")[0].strip().upper() in {"T", "TRUE", "F", "FALSE"}:
        return replace(native, kind="truefalse")
    try:
        if body.startswith("#"):
            return replace(native, kind="numerical", answers=tuple(_numbers(body[1:].strip())))
        return _worded(native, [(mark, _weighted(raw)) for mark, raw in _split(body)])
    except (InvalidOperation, ValueError):
        return Refused(native.line, native.name, "une réponse illisible")


def _worded(native: Native, answers: list[tuple[str, Answer]]) -> Native:
    if all(_find(answer.text, "->") >= 0 for _, answer in answers):
        return replace(native, kind="matching", answers=tuple(_pair(answer) for _, answer in answers))
    told = tuple(_unescaped(answer, mark) for mark, answer in answers)
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


def _weighted(raw: str) -> Answer:
    weight = _WEIGHT.match(raw)
    raw = raw[weight.end() :] if weight else raw
    place = _find(raw, "#")
    text, feedback = (raw[:place], raw[place + 1 :]) if place >= 0 else (raw, "")
    return Answer(text.strip(), Decimal(weight[1]) if weight else Decimal(-1000), _plain(feedback))


def _unescaped(answer: Answer, mark: str) -> Answer:
    untold = Decimal(100 if mark == "=" else 0)
    percent = untold if answer.percent == -1000 else answer.percent
    return Answer(_plain(answer.text), percent, answer.feedback)


def _pair(answer: Answer) -> Answer:
    left, _arrow, right = answer.text.partition("->")
    return Answer(_plain(left), Decimal(100), match=_plain(right))


def _numbers(body: str) -> Iterator[Answer]:
    parts = list(_split(body)) if body.startswith(("=", "~")) else [("=", body)]
    for mark, raw in parts:
        answer = _unescaped(_weighted(raw), mark)
        span = _RANGE.fullmatch(answer.text)
        if span:
            low, high = Decimal(span[1]), Decimal(span[2])
            value, tolerance = str((low + high) / 2), str((high - low) / 2)
        else:
            value, _colon, tolerance = answer.text.partition(":")
        yield Answer(str(Decimal(value)), answer.percent, answer.feedback, tolerance=str(Decimal(tolerance or "0")))
