"""YAML 1.2 to plain values, every fault at once, each value with its line and column.

Builds values itself from the parser's nodes: no tag, no object, no guess. Duplicate keys, ambiguous numbers,
impossible dates and alias bombs are faults, never exceptions. Knows nothing of what the file means.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from course_app.library import yaml_nodes
from course_app.library.messages import explain_yaml

MAX_DEPTH = 40
MAX_NODES = 50_000  # aliases count as often as they are used
MAX_CHARACTERS = 400_000

_CORE = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
UNSTORABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufeff]"
)
_TOO_DEEP = re.compile(rf"[\[{{]{{{MAX_DEPTH}}}")

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """A fault at a place: line and column from 1, stable code, French message."""

    line: int
    column: int
    code: str
    message: str


@dataclass(frozen=True)
class Scalar:
    """Where a scalar is written: from and to, as offsets into the document's text, then line and column from 1."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True)
class Document:
    """A YAML text read: plain values (treat them as read-only), its faults, and where each value is.

    `value` is None when nothing could be read. `text` is what was read; lines count from 1 in it.
    """

    text: str
    value: Any
    faults: tuple[Fault, ...]
    root: Node | None

    def position(self, location: Location, *, of_key: bool = False) -> tuple[int, int]:
        """Return the line and column of a value, or of its key; of the closest container when there is none.

        Parts of the location that match nothing (pydantic's union tags) are passed over.
        """
        node, key = self._walk(location)
        mark = (key if of_key and key is not None else node).start_mark if node is not None else None
        return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)

    def scalar(self, location: Location) -> Scalar:
        """Return the extent of the value at a location."""
        node, _key = self._walk(location)
        if node is None:
            return Scalar(0, 0, 1, 1)
        start, end = node.start_mark, node.end_mark
        return Scalar(start.index, end.index, start.line + 1, start.column + 1)

    def _walk(self, location: Location) -> tuple[Node | None, Node | None]:
        node, key = self.root, None
        for part in location:
            if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
                node, key = node.value[part], None
            elif isinstance(node, MappingNode):
                found = next((pair for pair in node.value if pair[0].value == part), None)
                key, node = found or (key, node)
        return node, key


@dataclass
class _Builder:
    faults: list[Fault] = field(default_factory=list)
    active: set[int] = field(default_factory=set)
    left: int = MAX_NODES

    def fault(self, node: Node, code: str, message: str) -> None:
        self.faults.append(Fault(node.start_mark.line + 1, node.start_mark.column + 1, code, message))

    def build(self, node: Node) -> Any:
        """Return the plain value of a node; None in place of what is at fault."""
        self.left -= 1
        if self.left < 0 or id(node) in self.active or len(self.active) > MAX_DEPTH:
            if self.left >= 0 or self.left == -1:
                self.fault(node, "yaml-trop-grand", "trop de renvois ou de niveaux : écrivez les valeurs en clair")
            return None
        if isinstance(node, ScalarNode):
            return self.scalar(node)
        self.active.add(id(node))
        try:
            return self.mapping(node) if isinstance(node, MappingNode) else self.sequence(node)
        finally:
            self.active.discard(id(node))

    def sequence(self, node: Node) -> list[Any]:
        self.refuse_tag(node, "seq")
        return [self.build(child) for child in node.value]

    def mapping(self, node: Node) -> dict[str, Any]:
        self.refuse_tag(node, "map")
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.fault(key_node, "cle-invalide", "une clé est un mot : mettez-la entre guillemets")
                continue
            key = str(key_node.value)
            if key in result:
                self.fault(key_node, "cle-en-double", f"la clé « {key} » est déjà écrite plus haut")
                continue
            result[key] = self.build(value_node)
        return result

    def refuse_tag(self, node: Node, expected: str) -> None:
        if str(node.tag) != _CORE + expected:
            self.fault(node, "yaml-etiquette", f"étiquette « {node.tag} » refusée : écrivez la valeur en clair")

    def scalar(self, node: Node) -> Any:
        text, kind = str(node.value), str(node.tag).removeprefix(_CORE)
        if UNSTORABLE.search(text):
            self.fault(node, "caractere-interdit", "un caractère invisible est interdit ici")
            return None
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind in {"int", "float"}:
            return self.number(node, text)
        if kind == "timestamp":
            return self.day(node, text)
        if kind != "str":
            self.refuse_tag(node, "str")
        return text

    def number(self, node: Node, text: str) -> int | float | None:
        if _INTEGER.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return float(text)
        message = f"nombre ambigu : « {text[:30]} ». Écrivez ses chiffres seuls, ou du texte entre guillemets"
        self.fault(node, "nombre-ambigu", message)
        return None

    def day(self, node: Node, text: str) -> date | str | None:
        if not _DAY.match(text):
            return text
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.fault(node, "date-impossible", f"cette date n'existe pas : {text}")
            return None


@lru_cache(maxsize=512)
def read_yaml(text: str) -> Document:
    """Read a YAML text. Never raises: what cannot be read becomes faults of the document."""
    if len(text) > MAX_CHARACTERS or _TOO_DEEP.search(text):
        return Document(text, None, (Fault(1, 1, "yaml-trop-grand", "fichier trop grand ou trop imbriqué"),), None)
    try:
        root = _root(text)
    except ReaderError as error:
        line, column = _place(text, int(error.position))
        return Document(text, None, (Fault(line, column, "yaml-illisible", explain_yaml(str(error.reason))),), None)
    except MarkedYAMLError as error:
        return Document(text, None, (_parser_fault(error),), None)
    except (YAMLError, RecursionError, ValueError, AttributeError, AssertionError, TypeError, IndexError, KeyError):
        return Document(text, None, (Fault(1, 1, "yaml-illisible", explain_yaml("")),), None)
    if root is None:
        return Document(text, None, (Fault(1, 1, "fichier-vide", "le fichier est vide"),), None)
    builder = _Builder()
    value = builder.build(root)
    return Document(text, value, tuple(builder.faults), root)


def _root(text: str) -> Node | None:
    """Return the root node, read fast when the text is sound; ruamel says what is wrong with the others."""
    try:
        return yaml_nodes.compose(text, MAX_DEPTH)
    except yaml_nodes.Refused:
        parser = YAML(typ="safe", pure=True)
        parser.composer.warn_double_anchors = False  # a second anchor of one name only replaces the first
        root: Node | None = parser.compose(text)
        return root


def _parser_fault(error: MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Fault(line, column, "yaml-illisible", explain_yaml(str(error.problem or "")))


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
