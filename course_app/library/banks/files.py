"""A bank of questions as a quiz file of ours, and the reverse."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from course_app.library import files
from course_app.library.banks import gift, moodle
from course_app.library.banks.neutral import MAX_BYTES, Native, Refused, Unreadable
from course_app.library.banks.ours import from_native, to_native
from course_app.library.files import QuizFile
from course_app.library.model import SLUG_LENGTH
from course_app.library.skeletons import TO_WRITE
from course_app.library.yaml_reader import read_yaml

FORMATS = ("gift", "moodle")


def exported(path: Path, form: str) -> str:
    """Return a quiz file in a format of `FORMATS`. Raises `Unreadable` when the quiz has faults."""
    file = files.read(path, path.name)
    written, faults = files.understand(file, read_yaml(file.text), QuizFile)
    if written is None:
        raise Unreadable(faults[0].line if faults else 1, "corrigez d'abord ce quiz : « course check »")
    natives = [to_native(question) for question in written.value.questions]
    return gift.write(natives) if form == "gift" else moodle.write(natives)


def imported(data: bytes, form: str) -> tuple[list[tuple[Native, dict[str, Any]]], list[Refused]]:
    """Return the questions of a bank as authors write them, and those that cannot be taken.

    Raises `Unreadable` for a file that is too big, not UTF-8, or not of this format.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(1, "fichier trop grand : 5 Mo au plus")
    found = moodle.read(data) if form == "moodle" else gift.read(_decoded(data))
    refused = [each for each in found if isinstance(each, Refused)]
    taken: list[tuple[Native, dict[str, Any]]] = []
    for native in found:
        made = from_native(native) if isinstance(native, Native) else None
        if isinstance(made, Refused):
            refused.append(made)
        elif made is not None and isinstance(native, Native):
            taken.append((native, made))
    return taken, sorted(refused, key=lambda each: each.line)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(line, "enregistrez ce fichier en UTF-8") from None


def quiz_text(quiz_id: str, questions: Sequence[Mapping[str, Any]], today: date) -> str:
    """Return a practice quiz as a file; what nobody has said yet is marked, so that `course check` asks for it."""
    head = {
        "id": quiz_id,
        "title": f"{TO_WRITE} : le titre",
        "kind": "practice",
        "lesson": None,
        "minutes": max(1, len(questions)),
        "introduction": f"{TO_WRITE} : une ou deux phrases.",
        "reviewed_on": today,
        "sources": [],
        "questions": _apart([_numbers(question) for question in questions]),
    }
    out, yaml = StringIO(), YAML()
    yaml.width, yaml.allow_unicode = 4096, True
    yaml.dump(head, out)
    return out.getvalue()


def _numbers(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return a question with its numbers written as numbers: JSON kept them as text, exact."""
    told = dict(question)
    for key in {"expected", "tolerance"} & set(told):
        told[key] = float(told[key])
    if "expected" in told:
        told["mistakes"] = [{**each, "value": float(each["value"])} for each in told.get("mistakes", ())]
    return told


def _apart(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return questions whose ids all differ: a number follows a name already taken."""
    seen: set[str] = set()
    for question in questions:
        base, name, number = question["id"][: SLUG_LENGTH - 4], question["id"], 2
        while name in seen:
            name, number = f"{base}-{number}", number + 1
        question["id"] = name
        seen.add(name)
    return questions
