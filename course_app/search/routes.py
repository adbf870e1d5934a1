"""Addresses of what one looks up: the search, the words of the trade, the figures with their sources."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Flask, current_app, render_template, request, url_for

from course_app.library.model import ItemKind
from course_app.search.rules.index import LONGEST_QUERY, Answer, Entry, Group, Hit
from course_app.search.rules.words import fold
from course_app.search.service import CHECKLIST, FACT, LETTER, TERM, Finder
from course_app.web.library import catalog
from course_app.web.steps import page_url

blueprint = Blueprint("search", __name__)
_EXTENSION = "reglo.search"


@dataclass(frozen=True)
class SearchPage:
    """What the search shows: the question as typed, what answers it (None before any), and an address per hit."""

    question: str
    answer: Answer | None
    limit: int = LONGEST_QUERY


def init_search(app: Flask, tools: Iterable[Entry]) -> None:
    """Let pages be found, and the tools of other rooms beside them: their key is an endpoint and its one value."""
    app.extensions[_EXTENSION] = Finder(tools)


def hit_url(hit: Hit) -> str:
    """Return where a hit is read: the very section when one answers best."""
    kind, name = hit.entry.key
    if kind == TERM:
        return url_for("search.glossary", _anchor=name)
    if kind == FACT:
        return url_for("search.facts", _anchor=name)
    if kind == LETTER:
        return url_for("letters.show", letter_id=name)
    if kind == CHECKLIST:
        return url_for("letters.checklist", checklist_id=name)
    if hit.entry.group is Group.TOOL:
        return url_for(kind, name=name)
    anchor = hit.section.anchor if hit.section else ""
    return page_url((ItemKind(kind), name)) + (f"#{anchor}" if anchor else "")


@blueprint.get("/recherche")
def find() -> str:
    """Show what answers the question in the address; without one, the field alone."""
    question = " ".join(request.args.get("q", "").split())[:LONGEST_QUERY]
    finder = cast(Finder, current_app.extensions[_EXTENSION])
    answer = finder.find(catalog(), question) if question else None
    return render_template("search/find.html", page=SearchPage(question, answer), hit_url=hit_url)


@blueprint.get("/glossaire")
def glossary() -> str:
    """List the words of the trade, in alphabetical order."""
    terms = sorted(catalog().terms.values(), key=lambda term: fold(term.term))
    return render_template("search/glossary.html", terms=terms)


@blueprint.get("/chiffres")
def facts() -> str:
    """List the figures and rules the lessons quote, with their source and the day they were checked."""
    return render_template("search/facts.html", facts=catalog().facts.values(), sources=catalog().sources)
