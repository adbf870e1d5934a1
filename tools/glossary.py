"""Rewrite the `enums:` part of content/glossary.yaml from the code: labels written there stay, new members are added.

A new member's label is its slug with a capital and spaces; the author then gives it its accents.
"""

import ast
import sys
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.source import modules  # noqa: E402  # the root must be importable first

GLOSSARY = ROOT / "content" / "glossary.yaml"


def members() -> list[tuple[str, str, str]]:
    """Return (enum, member, slug) of each StrEnum of the product, in the order of the code."""
    return [
        (definition.name, statement.targets[0].id, str(statement.value.value))
        for module in modules("course_app/*.py")
        for definition in module.classes()
        if any(isinstance(base, ast.Name) and base.id == "StrEnum" for base in definition.bases)
        for statement in definition.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Constant)
    ]


def main() -> None:
    """Rewrite the part; what stands before it is left as it is."""
    text = GLOSSARY.read_text(encoding="utf-8")
    known = {(entry["enum"], entry["member"]): entry["label"] for entry in YAML(typ="safe").load(text).get("enums", [])}
    head = text.split("\nenums:", 1)[0].rstrip("\n")
    lines = [
        f"  - {{enum: {enum}, member: {member}, slug: {slug}, label: "
        f'"{known.get((enum, member), slug.replace("-", " ").capitalize())}"}}'
        for enum, member, slug in members()
    ]
    GLOSSARY.write_text("\n".join([head, "enums:", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
