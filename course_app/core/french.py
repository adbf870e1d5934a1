"""French as it is printed: typography, euros, dates, durations, plurals.

Source texts are written with plain ASCII punctuation and typeset here, once, so that nobody has to type
invisible spaces. U+202F (narrow no-break) stands before ; ! ? and between thousands; U+00A0 before : € %
and inside guillemets (experience.md §3).
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

NARROW = "\u202f"
NBSP = "\u00a0"

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_VOWELS = frozenset("aeiouœæ")
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

# The bounds keep it linear: a word of 20,000 letters took two seconds without them.
_URL = re.compile(r"(?:https?://|mailto:)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.-]+")
_DIGITS = "0123456789"
# Each rule with characters of which the text must hold one: most texts hold few of them, and most rules are passed over.
_RULES: tuple[tuple[frozenset[str], re.Pattern[str], str], ...] = tuple(
    (frozenset(needed), pattern, replacement)
    for needed, pattern, replacement in (
        ("'", re.compile(r"(?<=\w)'(?=[\w«])|(?<=\w)'(?=\s*[«%])"), "’"),
        ('"', re.compile(r'"([^"\n]*)"'), f"«{NBSP}\\1{NBSP}»"),
        ('«"', re.compile(r"«[ \u00a0\u202f]*"), f"«{NBSP}"),
        ('»"', re.compile(r"[ \u00a0\u202f]*»"), f"{NBSP}»"),
        (
            ";!?",
            re.compile(r"(?<=[\w»)}’%€.…\ue001])[ \u00a0\u202f]*([;!?]+)(?=\s|$|[»)<\u00a0])"),
            f"{NARROW}\\1",
        ),
        (":", re.compile(r"(?<=[\w»)}%€\ue001])[ \u00a0\u202f]+:(?=\s|$)"), f"{NBSP}:"),
        ("€%", re.compile(r"(?<=[\d)])[ \u00a0\u202f]?([€%])"), f"{NBSP}\\1"),
        ("°", re.compile(r"(?<=\bn°)[ ](?=\S)", re.IGNORECASE), NBSP),
        (".", re.compile(r"\.\.\."), "…"),
        (_DIGITS, re.compile(r"(?<=\d)[ ](?=(?:h|min|j|ans?|jours?|mois)\b)"), NBSP),
        (_DIGITS, re.compile(r"(?<=\d\u00a0h)[ ](?=\d)"), NBSP),
    )
)
_THOUSANDS = re.compile(r"(?<![\d.,/-])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)")


@lru_cache(maxsize=8192)
def typeset(text: str) -> str:
    """Return a French text with its typographic spaces, apostrophes and guillemets; idempotent.

    Addresses (web, e-mail) are left alone. Placeholders such as `%(name)s` and `{name}` are left alone.
    """
    if "\ue000" in text or "\ue001" in text:
        return text
    held, kept = frozenset(text), list[str]()

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\ue000{len(kept) - 1}\ue001"

    result = text if held.isdisjoint("@:") else _URL.sub(keep, text)
    if not held.isdisjoint(_DIGITS):
        result = _THOUSANDS.sub(lambda match: re.sub(r"\s", NARROW, match.group()), result)
    for needed, pattern, replacement in _RULES:
        if not held.isdisjoint(needed):
            result = pattern.sub(replacement, result)
    return re.sub(r"\ue000(\d+)\ue001", lambda match: kept[int(match.group(1))], result) if kept else result


def number(value: int) -> str:
    """Return an integer with French thousands: 12480 -> « 12 480 » (U+202F)."""
    return f"{value:,}".replace(",", NARROW)


def decimal(value: Decimal, least: int = 0) -> str:
    """Return « 1 131,43 »; at least so many decimals, none of the zeros beyond."""
    shown = format(value.normalize() + 0, "f") if value else "0"
    whole, _, rest = shown.lstrip("-").partition(".")
    rest = rest.ljust(least, "0") if rest or least else ""
    return f"{'−' if value < 0 else ''}{number(int(whole))}{',' if rest else ''}{rest}"


def ordinal(rank: int) -> str:
    """Return « 1re », « 2e »: the rank of something feminine, as in « 2e place »."""
    return "1re" if rank == 1 else f"{rank}e"


def euros(cents: int) -> str:
    """Return an amount in cents as « 2 480,00 € »."""
    sign = "−" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{number(whole)},{rest:02d}{NBSP}€"


def ordinal_day(day: int) -> str:
    """Return the day of the month, « 1er » for the first."""
    return "1er" if day == 1 else str(day)


def long_date(day: date) -> str:
    """Return « 8 décembre 2026 »."""
    return f"{ordinal_day(day.day)} {_MONTHS[day.month - 1]} {day.year}"


def weekday_date(day: date) -> str:
    """Return « mardi 8 décembre »."""
    return f"{_WEEKDAYS[day.weekday()]} {ordinal_day(day.day)} {_MONTHS[day.month - 1]}"


def clock_time(moment: datetime) -> str:
    """Return « 14 h 32 », in the timezone the moment carries."""
    return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02d}"


def duration(minutes: int) -> str:
    """Return « 2 h 20 », « 2 h » or « 35 min »; `minutes` ≥ 0."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if rest else f"{hours}{NBSP}h"


def count(quantity: int, singular: str, plural: str | None = None) -> str:
    """Return « 0 jour », « 1 jour », « 2 jours »: the French plural begins at two."""
    word = singular if abs(quantity) < 2 else (plural or singular + "s")
    return f"{number(quantity)}{NBSP}{word}"


_MUTE_H = re.compile(
    r"h(?:ab(?!an)|arm|arpag|ect|él|elv|enri|er[bmc](?!he)|érit|eur|ipp|irond|ist|iver|om(?!ard)|on(?!gr|te|du)|ôp|op|"
    r"or(?!s|de)|osp|ôt|ot(?!te)|ugues|uguette|uil|uî|um(?!er)|y(?!ène))"
)
"""Beginnings in h before which words are elided; others (Hamid, Hugo, hangar, huit) keep « de »."""
_KEPT_WHOLE = re.compile(r"(?:onz|oui\b|ouist|uhlan|un(?:ième)\b)")
"""Vowels before which nothing is elided."""


def takes_elision(name: str) -> bool:
    """Whether « de » becomes « d' » before a name: a vowel, a mute h, a y that is a vowel (Yves, not Yanis).

    Figures never do (« de 11 h »), nor what begins with neither letter nor figure: quotes stand before a whole.
    """
    word = name.lower()
    first, second = (unicodedata.normalize("NFD", sign)[:1] for sign in (word[:1], word[1:2]))
    if first == "y":
        return second.isalpha() and second not in _VOWELS | {"y"}
    if word.startswith("h"):
        return _MUTE_H.match(word) is not None
    return first in _VOWELS and _KEPT_WHOLE.match(word) is None


def joined(word: str, name: str) -> str:
    """Return a small word and a name as they are said: « de » and « Atelier Rivoire » give « d’Atelier Rivoire ».

    `word` ends with the e that may go: de, que, jusque, lorsque.
    """
    return f"{word[:-1]}’{name}" if takes_elision(name) else f"{word} {name}"


def of_name(name: str) -> str:
    """Return « de Karim », « d’Inès », « d’Atelier Rivoire »."""
    return joined("de", name)
