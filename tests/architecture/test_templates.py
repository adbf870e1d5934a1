"""Templates stay plain, so that a strict content policy holds from the first day."""

import re

import pytest

from tests.support.source import ROOT, tracked

FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "event handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "address in javascript": re.compile(r"javascript:", re.IGNORECASE),
    "unescaped value": re.compile(r"\|\s*safe\b"),
    "other site": re.compile(r"(src|href|action)=[\"']?(https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    """No template holds an inline script, style or handler, an unescaped value or another site's address."""
    holders = [
        path.relative_to(ROOT).as_posix()
        for path in tracked("course_app/templates/*.html")
        if FORBIDDEN[what].search(path.read_text(encoding="utf-8"))
    ]
    assert not holders


def test_one_level_of_inheritance():
    """A page extends the base, and nothing extends a page."""
    parents = {
        name
        for path in tracked("course_app/templates/*.html")
        for name in re.findall(r"{%-?\s*extends\s+[\"']([^\"']+)", path.read_text(encoding="utf-8"))
    }
    assert parents <= {"base.html"}


_NAMES = "name|first_name|email|holder|company|customer|client|supplier|person|inviter|author|organisation"
_UNJOINED = re.compile(rf"\b(?:de|que|jusque|lorsque) (?:%\((?:{_NAMES})\)s|\{{\{{ ?[\w.]*(?:{_NAMES})\b)")


def test_names_are_never_joined_by_hand():
    """No text says « de %(name)s »: « de Atelier » and « de Inès » are written by `french.of_name`, or by its filter."""
    files = [each for kind in ("html", "txt", "py") for each in tracked(f"course_app/*.{kind}")]
    unjoined = [(path.name, found) for path in files for found in _UNJOINED.findall(path.read_text(encoding="utf-8"))]
    assert not unjoined
