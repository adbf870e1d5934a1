"""What templates ask of the macros exists, and what the macros offer is written down."""

import re
from pathlib import Path

import pytest

from tests.unit.design.test_tokens import STATIC

TEMPLATES = STATIC.parent / "course_app" / "templates"
README = (TEMPLATES / "macros" / "README.md").read_text(encoding="utf-8")
SPRITE = (STATIC / "vendor" / "lucide" / "icons.svg").read_text(encoding="utf-8")
PUBLIC_MACROS = [
    name
    for path in sorted((TEMPLATES / "macros").glob("*.html"))
    for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text(encoding="utf-8"))
]


def pages() -> list[Path]:
    """Every template of the site."""
    return sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("macro", PUBLIC_MACROS)
def test_every_macro_is_documented(macro):
    """Each public macro has its line in the macros' README."""
    assert f"`{macro}(" in README


def test_every_icon_exists():
    """Each icon named in a template is a symbol of the sprite."""
    known = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
    used = {
        name
        for path in pages()
        for name in re.findall(r'(?:icon\(|icon_name=)"([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert used <= known


def test_every_static_file_exists():
    """Each file a template asks of `asset` is there."""
    asked = {name for path in pages() for name in re.findall(r"asset\('([^']+)'\)", path.read_text(encoding="utf-8"))}
    assert asked
    assert [name for name in sorted(asked) if not (STATIC / name).is_file()] == []
