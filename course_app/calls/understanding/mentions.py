"""Dates and amounts said in a sentence, as passages: precise patterns, nothing learned."""

import re

from course_app.calls.understanding.words import Words, single

_DAYS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_MONTHS = (
    "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
)  # fmt: skip
_SPOKEN = (
    "premier|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente"
)  # fmt: skip
_DATE = re.compile(
    single(
        rf"\b(?:(?:{_DAYS})(?: (?:prochain|\d{{1,2}}))?(?: (?:{_MONTHS}))?"
        rf"|le (?:\d{{1,2}}|1er|(?:{_SPOKEN})(?: (?:et )?(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf))?)"
        rf"(?: (?:{_MONTHS}))?(?! (?:factures?|euros|cents?|mille|autres?|fois)\b)"
        r"|(?:apres )?demain|aujourd hui|ce soir|(?:fin|debut) (?:du|de) mois|fin de semaine|semaine prochaine)\b"
    )
)
_AMOUNT = re.compile(
    single(
        rf"\b\d+(?: \d{{3}})*(?: , \d{{1,2}})?(?: euros| ttc)\b|\b(?:(?:{_SPOKEN}|quarante|cinquante|soixante|cents?|mille|et)"
        r" )+euros\b"
    )
)


def dates(text: str, plain: Words) -> tuple[str, ...]:
    """Return the dates said in the text, as typed, in their order."""
    return _passages(_DATE, text, plain)


def amounts(text: str, plain: Words) -> tuple[str, ...]:
    """Return the sums in euros said in the text, as typed, in their order."""
    return _passages(_AMOUNT, text, plain)


def _passages(pattern: re.Pattern[str], text: str, plain: Words) -> tuple[str, ...]:
    places = (plain.passage(hit.start(), hit.end()) for hit in pattern.finditer(plain.line))
    return tuple(text[start:end] for start, end in places)
