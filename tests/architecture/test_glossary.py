"""The hinge between English code and French words: content/glossary.yaml."""

import ast

import pytest
from ruamel.yaml import YAML

from tests.support.source import ROOT, modules


def _definitions():
    """Return the definition of every StrEnum of the product."""
    return [
        definition
        for module in modules("course_app/*.py")
        for definition in module.classes()
        if any(isinstance(base, ast.Name) and base.id == "StrEnum" for base in definition.bases)
    ]


def _members():
    """Return {(enum, member): French slug} of every StrEnum of the product."""
    return {
        (definition.name, statement.targets[0].id): statement.value.value
        for definition in _definitions()
        for statement in definition.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
    }


@pytest.fixture(scope="module")
def entries():
    """Return the glossary's entries for enums, in the file's order."""
    return YAML(typ="safe").load(ROOT / "content" / "glossary.yaml")["enums"]


def test_every_member_has_its_french_word(entries):
    """Each member of each StrEnum has one entry, with the slug the code stores and a French label."""
    assert {(entry["enum"], entry["member"]): entry["slug"] for entry in entries} == _members()
    assert all(entry["label"].strip() for entry in entries)


def test_no_member_is_told_twice(entries):
    """A member has one entry, and no two enums share a name."""
    assert len(entries) == len({(entry["enum"], entry["member"]) for entry in entries})
    names = [definition.name for definition in _definitions()]
    assert len(names) == len(set(names))
