"""A policy read from the YAML a manager pastes: every fault with its line. Pure."""

from collections.abc import Mapping
from typing import Any

from course_app.core.errors import Invalid
from course_app.exercise.engine.laboratory import MOST_RULES, faults, one_situation_each

MOST_LINES = 12
"""Faults shown at once: the first ones explain the others."""


class Misread(Invalid):
    """The text is no policy; `lines` say where and why, in French, the first ones only."""

    code = "scenario-illisible"

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__(lines[0])
        self.lines = lines[:MOST_LINES]


def policy_of(text: str) -> dict[str, Any]:
    """Return the decoded policy of a YAML text; raise `Misread` with the line of each fault."""
    from course_app.library.yaml_reader import read_yaml  # noqa: PLC0415 - two readers of YAML that no page needs

    document = read_yaml(text)
    if document.faults:
        raise Misread(tuple(f"Ligne {fault.line} : {fault.message}." for fault in document.faults))
    raw = document.value
    if not isinstance(raw, Mapping):
        raise Misread(("Ligne 1 : un scénario commence par « nom: », puis « regles: ».",))
    found = faults(raw)
    if found:
        raise Misread(tuple(f"Ligne {document.position(fault.location)[0]} : {fault.message}." for fault in found))
    rules = one_situation_each(raw["regles"])
    if len(rules) > MOST_RULES:
        raise Misread((f"Avec une règle par situation, il y en a {len(rules)} : gardez-en {MOST_RULES} au plus.",))
    return {"nom": raw["nom"].strip(), "releve_toutes_les": raw.get("releve_toutes_les", 1), "regles": rules}
