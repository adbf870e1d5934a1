"""What authors write: which files there are, what each must hold, and their faults with line and column.

Owns the reading of files and the shape of their keys. Knows nothing of how a text is rendered, nor of what one
file owes to another (`library.checks`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from course_app.library.calls import CallHeader, Objection
from course_app.library.clearances import ClearanceRule
from course_app.library.letters import LetterField, LetterHeader
from course_app.library.messages import explain
from course_app.library.model import ExerciseHeader, Finding, Frozen, QuizHeader, QuizKind
from course_app.library.registers import EnumLabel, Fact, SourceRef, Term, Trap
from course_app.library.scenario_model import ScenarioHeader
from course_app.library.skeletons import TO_WRITE
from course_app.library.yaml_reader import UNSTORABLE, Document, Fault, Location, read_yaml

MAX_BYTES = 400_000
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)


class QuizFile(QuizHeader):
    """A file of `quizzes/`."""

    kind: QuizKind


class ExerciseFile(ExerciseHeader):
    """A file of `content/exercises/`; `script` belongs to the engine."""

    script: dict[str, Any]


class ScenarioFile(ScenarioHeader):
    """A file of `content/scenarios/`."""


class CallFile(CallHeader):
    """A file of `content/calls/`."""


class LetterFile(LetterHeader):
    """A file of `content/letters/`."""


class GlossaryFile(Frozen):
    """`content/glossary.yaml`: the words explained to learners, and the French of our enumerations."""

    terms: tuple[Term, ...] = ()
    enums: tuple[EnumLabel, ...] = ()


FACTS: TypeAdapter[tuple[Fact, ...]] = TypeAdapter(tuple[Fact, ...])
TRAPS: TypeAdapter[tuple[Trap, ...]] = TypeAdapter(tuple[Trap, ...])
CLEARANCES: TypeAdapter[tuple[ClearanceRule, ...]] = TypeAdapter(tuple[ClearanceRule, ...])
FIELDS: TypeAdapter[tuple[LetterField, ...]] = TypeAdapter(tuple[LetterField, ...])
OBJECTIONS: TypeAdapter[tuple[Objection, ...]] = TypeAdapter(tuple[Objection, ...])
SOURCES: TypeAdapter[tuple[SourceRef, ...]] = TypeAdapter(tuple[SourceRef, ...])

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class SourceFile:
    """A file as read: `name` is how findings call it, `text` has Unix line ends and no byte-order mark."""

    name: str
    text: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Written(Generic[_Value]):
    """A file understood: its value, and the YAML document that tells where each part of it stands."""

    name: str
    value: _Value
    document: Document

    def finding(self, location: Location, code: str, message: str, severity: str = Finding.ERROR) -> Finding:
        """Return a finding at a place of the file."""
        line, column = self.document.position(location)
        return Finding(self.name, line, column, code, message, severity)


def read(path: FilePath, name: str) -> SourceFile:
    """Read a file as text; what cannot be read becomes a fault of the file."""
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError:
        return SourceFile(name, "", (Fault(1, 1, "fichier-illisible", "ce fichier ne peut pas être ouvert"),))
    if len(data) > MAX_BYTES:
        message = f"fichier trop grand : {MAX_BYTES // 1000} Ko au plus"
        return SourceFile(name, "", (Fault(1, 1, "fichier-trop-grand", message),))
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return SourceFile(name, "", (Fault(line, 1, "encodage", "enregistrez ce fichier en UTF-8"),))
    return SourceFile(name, text, tuple(_unstorable(text)))


def _unstorable(text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), 1):
        found = UNSTORABLE.search(line)
        if found:
            message = f"caractère invisible interdit (U+{ord(found.group()):04X}) : effacez-le"
            yield Fault(number, found.start() + 1, "caractere-interdit", message)


def printable(name: str) -> str:
    """Return the name of a file as it can be printed, whatever bytes the disk holds."""
    return name.encode(errors="replace").decode()


def in_folder(folder: FilePath, shown_as: str, suffix: str) -> tuple[list[FilePath], list[Finding]]:
    """Return the files of a folder that have this suffix, by name, and a finding for each file that has another."""
    try:
        found = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError:
        return [], [Finding(shown_as, 1, 1, "dossier-illisible", "ce dossier ne peut pas être ouvert")]
    files = [path for path in found if path.is_file() and not path.name.startswith((".", "README"))]
    strange = [
        Finding(
            f"{shown_as}/{printable(path.name)}", 1, 1, "fichier-ignore", f"seuls les fichiers {suffix} sont lus ici"
        )
        for path in files
        if path.suffix != suffix
    ]
    return [path for path in files if path.suffix == suffix], strange


def split_front_matter(file: SourceFile) -> tuple[Document, str, int]:
    """Return the front matter, the body, and how many lines stand above the body.

    The document keeps the line numbers of the file.
    """
    match = _FRONT_MATTER.match(file.text)
    if match is None:
        message = "commencez par l'en-tête : une ligne « --- », les clés, une ligne « --- »"
        fault = Fault(1, 1, "en-tete-absent", message)
        return Document(file.text, None, (fault,), None), "", 0
    return read_yaml("\n" + match.group(1)), file.text[match.end() :], match.group().count("\n")


def understand(
    file: SourceFile, document: Document, model: type[_Value] | TypeAdapter[_Value]
) -> tuple[Written[_Value] | None, list[Finding]]:
    """Check a document against a model: the value when it holds, and all the faults found either way."""
    faults = [*file.faults, *document.faults]
    if document.root is None or (faults and document.value is None):
        return None, findings(file.name, faults)
    adapter = model if isinstance(model, TypeAdapter) else TypeAdapter(model)
    try:
        value = adapter.validate_python(document.value, extra="forbid")
    except ValidationError as error:
        faults += shape_faults(document, error)
        return None, findings(file.name, faults)
    return (None if faults else Written(file.name, value, document)), findings(file.name, faults)


def shape_faults(document: Document, error: ValidationError, under: Location = ()) -> Iterator[Fault]:
    """Yield the faults of a validation error at their places; `under` is where the checked part stands."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]:
            continue  # pydantic counts only the elements without fault: those were told
        code, message = explain(detail)
        of_key = detail["type"] == "extra_forbidden"
        line, column = document.position((*under, *detail["loc"]), of_key=of_key)
        yield Fault(line, column, code, message)


def findings(name: str, faults: Iterable[Fault]) -> list[Finding]:
    """Return the faults of a file as findings in the order of the file, one for each place and code.

    The first fault told at a place wins: a number that could not be read is not also « no text ».
    """
    by_place: dict[tuple[int, int], list[Fault]] = {}
    for fault in faults:
        told = by_place.setdefault((fault.line, fault.column), [])
        if not told or (fault.code == told[0].code and fault.message not in {other.message for other in told}):
            told.append(fault)
    kept = [fault for place in sorted(by_place) for fault in by_place[place]]
    return [Finding(name, fault.line, fault.column, fault.code, fault.message) for fault in kept]


def unfinished(file: SourceFile) -> Iterator[Fault]:
    """Yield a fault wherever a skeleton still waits for its author."""
    for number, line in enumerate(file.text.split("\n"), 1):
        offset = line.find(TO_WRITE)
        if offset >= 0:
            yield Fault(number, offset + 1, "a-completer", f"remplacez « {TO_WRITE} » par votre texte")
