"""What makes a call playable: a claim that is due, sentences that can be filled, something to say at every turn."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from course_app.library.calls import (
    OBJECTION_COUNT,
    Answerer,
    Answers,
    CallHeader,
    Objection,
    Phrasebook,
    Remarks,
    Replies,
)
from course_app.library.checks import strings
from course_app.library.files import Written
from course_app.library.model import Finding
from course_app.library.parts import Parts
from course_app.library.yaml_reader import Location

BLANKS = frozenset({"client", "personne", "montant", "facture", "echeance", "fournisseur", "jour", "moyen"})
"""What a sentence of a call may leave to fill, between braces."""
LEAST_WORDINGS = 3
"""Wordings of the phrasebook for each thing to say, so that two calls do not sound the same."""
LEAST_NEUTRAL = 10
"""Answers that never lack: a customer speaks once a turn, and never twice in the same words."""
SAID_BY_CALLS_ONLY = frozenset({"picks_up", "overhears", "puts_through", "keeps_line"})
"""Reactions of those who pick up in somebody's place: they are in `thirds`, not in the common answers."""
FROM_OBJECTIONS = frozenset({"evades", "tells_cause"})
"""Reactions whose words come from the objections and the motives."""
_BLANK = re.compile(r"(?<!\{)\{([^{}]*)\}(?!\})")


def call_findings(parts: Parts) -> Iterator[Finding]:
    """Yield the faults of calls, of the objections and of the phrasebook that no single key shows."""
    known = {one.number for one in parts.objections.value} if parts.objections else None
    for call in parts.calls:
        yield from _dates(call)
        yield from _objections(call, known)
        yield from _blanks(call)
        if call.value.answerer is Answerer.RIGHT_PERSON and not call.value.answers.picks_up:
            yield call.finding(
                ("answers",), "personne-ne-decroche", "`picks_up` : ce que la personne dit en décrochant"
            )
        if call.value.answers.commits and not all("{jour}" in line for line in call.value.answers.commits):
            yield call.finding(("answers", "commits"), "promesse-sans-jour", "chaque promesse contient {jour}")
    if parts.objections:
        yield from _numbers(parts.objections)
        yield from _blanks(parts.objections)
    if parts.phrasebook:
        yield from _phrasebook(parts.phrasebook)
        yield from _blanks(parts.phrasebook)


def _dates(call: Written[Any]) -> Iterator[Finding]:
    header: CallHeader = call.value
    if header.due_on >= header.called_on:
        yield call.finding(("called_on",), "pas-encore-due", "l'appel vient après l'échéance")
    if header.broken and not header.chased:
        yield call.finding(("broken",), "promesse-sans-relance", "une promesse manquée suppose une relance : `chased`")


def _objections(call: Written[Any], known: set[int] | None) -> Iterator[Finding]:
    seen: set[int] = set()
    for rank, number in enumerate(call.value.objections):
        place: Location = ("objections", rank)
        if number in seen:
            yield call.finding(place, "objection-en-double", f"l'objection {number} est déjà dans cet appel")
        if known is not None and number not in known:
            yield call.finding(place, "objection-inconnue", f"pas d'objection {number} dans objections.yaml")
        seen.add(number)


def _numbers(objections: Written[tuple[Objection, ...]]) -> Iterator[Finding]:
    seen: set[int] = set()
    for rank, one in enumerate(objections.value):
        if one.number in seen:
            yield objections.finding((rank, "number"), "objection-en-double", f"le numéro {one.number} sert déjà")
        seen.add(one.number)
    missing = sorted(set(range(1, OBJECTION_COUNT + 1)) - seen)
    if missing:
        listed = ", ".join(map(str, missing))
        yield objections.finding((), "objections-absentes", f"objections sans texte : {listed}")


def _blanks(written: Written[Any]) -> Iterator[Finding]:
    for location, text in strings(written.document.value, ()):
        for match in _BLANK.finditer(text):
            if match.group(1) not in BLANKS:
                message = f"« {{{match.group(1)}}} » n'est pas un mot à remplir : {', '.join(sorted(BLANKS))}"
                yield written.finding(location, "mot-a-remplir-inconnu", message)


def _phrasebook(book: Written[Phrasebook]) -> Iterator[Finding]:
    least: Mapping[tuple[str, str], int] = {
        **{("replies", name): LEAST_WORDINGS for name in Replies.model_fields},
        **{
            ("answers", name): LEAST_WORDINGS
            for name in Answers.model_fields
            if name not in SAID_BY_CALLS_ONLY | FROM_OBJECTIONS
        },
        ("answers", "puzzled"): LEAST_NEUTRAL,
    }
    for (part, name), number in least.items():
        if len(getattr(getattr(book.value, part), name)) < number:
            yield book.finding((part,), "tournures-trop-rares", f"« {name} » : {number} tournures au moins")
    for name in Remarks.model_fields:
        if not getattr(book.value.comments, name):
            yield book.finding(("comments",), "commentaire-absent", f"il manque le commentaire « {name} »")
    for third, answers in book.value.thirds:
        for name in sorted(SAID_BY_CALLS_ONLY | {"asks_who"}):
            if not getattr(answers, name):
                yield book.finding(("thirds", third), "tournures-trop-rares", f"« {name} » : une tournure au moins")
