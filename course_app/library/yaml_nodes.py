"""A YAML text to nodes that know their line and column, fast: events come from libyaml, nodes are those of ruamel.

Ruamel's own reader takes 3 ms for each kilobyte, libyaml's a twentieth of that; all content is read at each start and
each check. Whatever libyaml refuses is left to ruamel, which says why. Owns no rule on what the values mean.
"""

import re
from collections import defaultdict
from functools import lru_cache
from typing import Any

import yaml
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.resolver import implicit_resolvers
from ruamel.yaml.tag import Tag

CORE = "tag:yaml.org,2002:"
_DISPUTED = re.compile("[\t\ufeff]")
"""Characters that the two readers treat apart: tabs as indents, byte-order marks in the count of characters."""


class Refused(Exception):
    """The fast reader does not take this text: ruamel must read it, or say what is wrong with it."""


def _rules() -> dict[str, list[tuple[str, Any]]]:
    """Return what plain scalars of YAML 1.2 stand for, by first character; the rules are ruamel's."""
    rules: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for versions, tag, pattern, firsts in implicit_resolvers:
        if (1, 2) in versions:
            for first in firsts:
                rules[first or ""].append((str(tag), pattern))
    return rules


_RULES = _rules()


def compose(text: str, max_depth: int) -> Node:
    """Return the root node of a text of one document. Raises `Refused` for anything else, or nested too deep."""
    if not yaml.__with_libyaml__ or _DISPUTED.search(text):
        raise Refused
    try:
        return _Composer(max_depth).document(yaml.CLoader(text))
    except (yaml.YAMLError, ValueError, UnicodeError) as error:
        raise Refused from error


class _Composer:
    """One reading: a stack of open collections rather than calls, so that no text exhausts the stack."""

    def __init__(self, max_depth: int) -> None:
        self.max_depth = max_depth
        self.anchors: dict[str, Node] = {}
        self.open: list[Node] = []
        self.keys: list[Node | None] = []
        self.root: Node | None = None

    def document(self, parser: "yaml.CLoader") -> Node:
        documents = 0
        while (event := parser.get_event()) is not None:
            if isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1 or event.version or event.tags:
                    raise Refused
            elif isinstance(event, yaml.DocumentEndEvent) and event.explicit:
                raise Refused  # the two readers count marks of end apart
        if self.root is None:
            raise Refused
        return self.root

    def _node(self, event: "yaml.NodeEvent") -> None:
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise Refused
            self._add(self.anchors[event.anchor])
            return
        node = self._made(event)
        if event.anchor:
            self.anchors[event.anchor] = node
        self._add(node)
        if not isinstance(node, ScalarNode):
            self.open.append(node)
            self.keys.append(None)
            if len(self.open) > self.max_depth:
                raise Refused

    def _made(self, event: "yaml.NodeEvent") -> Node:
        start, end = event.start_mark, event.end_mark  # libyaml's marks: index, line and column, as those of ruamel
        if isinstance(event, yaml.ScalarEvent):
            return ScalarNode(_tag(_scalar_tag(event)), event.value, start, end, style=event.style)
        kind = "seq" if isinstance(event, yaml.SequenceStartEvent) else "map"
        tag = _tag(CORE + kind if event.tag in {None, "!"} else event.tag)
        return (SequenceNode if kind == "seq" else MappingNode)(tag, [], start, end)

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
        elif isinstance(self.open[-1], SequenceNode):
            self.open[-1].value.append(node)
        elif self.keys[-1] is None:
            self.keys[-1] = node
        else:
            self.open[-1].value.append((self.keys[-1], node))
            self.keys[-1] = None

    def _close(self, event: "yaml.CollectionEndEvent") -> None:
        self.open.pop().end_mark = event.end_mark
        self.keys.pop()


@lru_cache(maxsize=64)
def _tag(text: str) -> Tag:
    """Return a tag, shared by all the nodes that carry it: ruamel reads a tag's text letter by letter."""
    return Tag(suffix=text)


def _scalar_tag(event: "yaml.ScalarEvent") -> str:
    if event.tag not in {None, "!"}:
        return str(event.tag)
    if event.tag is None and event.implicit[0]:
        for tag, pattern in (*_RULES.get(event.value[:1], ()), *_RULES.get("*", ())):
            if pattern.match(event.value):
                return str(tag)
    return CORE + "str"
