"""Every address of the site as a stranger would list them: filled with rows that exist, with the fields forms ask for."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.support.browsers import Browser
from tests.support.source import ROOT

_NAMES = re.compile(r"""\bname="([a-z_]+)"|\b([a-z_]+) = \w*Field\(""")
_ASKED = re.compile(r"""request\.args\.(?:get|getlist)\("(\w+)"|request\.args\["(\w+)"\]|"(\w+)" in request\.args""")
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")
DOORS = {  # where a real row of each room begins: its address, the fields it asks for, and where its id is told
    "/quiz/facture-perdue": ({}, r"/quiz/essais/([0-9a-f-]{36})"),
    "/tests/test-interimaires": ({}, r"/tests/essais/([0-9a-f-]{36})"),
    "/scenarios/promesse-de-vendredi": ({}, r"/scenarios/parties/([0-9a-f-]{36})"),
    "/exercices/facture-orpheline": ({"mode": "libre"}, r"/exercices/parties/([0-9a-f-]{36})"),
    "/appels/mon-assistante": ({"mode": "guide", "temperature": "calme"}, r"/appels/essais/([0-9a-f-]{36})"),
}


def field_names(room: str = "") -> list[str]:
    """Return the names of the fields of every form of a room (all rooms by default), from its forms and templates."""
    code = (ROOT / "course_app" / room).rglob("*forms.py")
    pages = (ROOT / "course_app" / "templates" / room).rglob("*.html")
    found = (match for path in (*code, *pages) for match in _NAMES.finditer(path.read_text(encoding="utf-8")))
    return sorted({match[1] or match[2] for match in found} - {"csrf_token"})


def asked_names(room: str = "") -> list[str]:
    """Return the names that the pages of a room read in the query of an address."""
    found = (
        match
        for path in (ROOT / "course_app" / room).rglob("*.py")
        for match in _ASKED.finditer(path.read_text(encoding="utf-8"))
    )
    return sorted({match[1] or match[2] or match[3] for match in found})


def open_rows(held: Browser) -> dict[str, str]:
    """Open one row in each room; return its id by the beginning of its addresses."""
    opened = {}
    for door, (fields, pattern) in DOORS.items():
        answer = held.post(door, key=str(uuid.uuid4()), **fields)
        found = re.search(pattern, answer.location or "")
        if found:
            opened[found[0].removesuffix(found[1])] = found[1]
    return opened


def values(rule: str, rows: dict[str, str], examples: dict[str, str]) -> dict[str, str]:
    """Return what stands for the variable parts of a rule: the ids of real rows where there are, else examples."""
    own = next((row for start, row in rows.items() if rule.startswith(start)), None)
    return {
        name: own if own and name in {"attempt_id", "run_id"} else examples[name]
        for _converter, name in _PART.findall(rule)
    }


def filled(rule: str, parts: dict[str, str]) -> str:
    """Return an address of a rule."""
    return _PART.sub(lambda found: parts[found[2]], rule)


def _rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/static"))


def _room(app: Flask, rule: Rule) -> str:
    return app.view_functions[rule.endpoint].__module__.split(".")[1]


def _schema(converter: str, value: str) -> dict[str, Any]:
    """Say what may stand in an address: a real id most of the time, or nothing would lie behind it."""
    if converter == "int":
        return {"enum": [1, 2, 0, 2**31, 2**63 + 1]}
    return (
        {"enum": [value]} if converter == "uuid" else {"anyOf": [{"const": value}, {"type": "string", "minLength": 1}]}
    )


def openapi(app: Flask, rows: dict[str, str], examples: dict[str, str], left_out: tuple[str, ...]) -> dict[str, Any]:
    """Return the addresses of the site as an OpenAPI 3.1 document, in which any field may be missing or odd."""
    paths: dict[str, Any] = {}
    for rule in _rules(app):
        room, parts = _room(app, rule), values(rule.rule, rows, examples)
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": _schema(converter, parts[name])}
            for converter, name in _PART.findall(rule.rule)
        ]
        asked = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in asked_names(room)]
        form = {"type": "object", "properties": {name: {"type": "string"} for name in ("key", *field_names(room))}}
        body = {"content": {"application/x-www-form-urlencoded": {"schema": form}}}
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if any(word in rule.rule for word in left_out) and method == "POST":
                continue
            operation = {
                "parameters": [*parameters, *(asked if method == "GET" else ())],
                "responses": {"200": {"description": "une page"}},
            }
            paths.setdefault(_PART.sub(r"{\2}", rule.rule), {})[method.lower()] = operation | (
                {"requestBody": body} if method == "POST" else {}
            )
    return {"openapi": "3.1.0", "info": {"title": "Réglo", "version": "1"}, "paths": paths}


def addresses(app: Flask, rows: dict[str, str], examples: dict[str, str]) -> list[str]:
    """Return every address that is read, with its query; each variable part and each value may be attacked."""
    listed = []
    for rule in _rules(app):
        if "GET" in (rule.methods or set()):
            query = "&".join(f"{name}=1" for name in asked_names(_room(app, rule)))
            listed.append(filled(rule.rule, values(rule.rule, rows, examples)) + (f"?{query}" if query else ""))
    return listed
