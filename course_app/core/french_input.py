"""What French people type: amounts, percentages, days. Spaces of any kind, comma or point, euro or percent sign.

Each reader returns a value or raises `Unreadable` with what to type instead; none guesses.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

MOST_CENTS = 100_000_000_000
"""A thousand million euros: more is a slip of the finger, and sums must fit everywhere."""
_AMOUNT = re.compile(r"(?P<whole>\d{1,12})(?:[.,](?P<cents>\d{1,2}))?", re.ASCII)
_RATE = re.compile(r"\d{1,3}(?:[.,]\d{1,4})?", re.ASCII)
_DAY = re.compile(r"(?P<day>\d{1,2})[/. -](?P<month>\d{1,2})[/. -](?P<year>\d{4})", re.ASCII)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_LONGEST = 40


class Unreadable(ValueError):
    """What was typed is no such value; the message, in French, says what to type."""


def _bare(typed: str, sign: str) -> str:
    """Return what was typed without spaces, grouping apostrophes and the sign; too long a text reads as nothing."""
    if len(typed) > _LONGEST:
        return ""
    text = unicodedata.normalize("NFKC", typed)
    return "".join(each for each in text if not each.isspace() and each not in "'’").removesuffix(sign)


def read_cents(typed: str) -> int:
    """Return an amount in cents: « 2 480,00 € », « 2480 », « 2480.5 ». Raises `Unreadable`."""
    match = _AMOUNT.fullmatch(_bare(typed, "€"))
    if match is None:
        raise Unreadable("Écrivez un montant positif en euros, par exemple 2 480,00.")
    cents = int(match["whole"]) * 100 + int((match["cents"] or "0").ljust(2, "0"))
    if cents > MOST_CENTS:
        raise Unreadable("Ce montant dépasse un milliard d'euros : vérifiez les chiffres.")
    return cents


def read_percent(typed: str) -> Decimal:
    """Return a yearly rate as a share of one: « 12,40 % » is 0.1240. From 0 to 100 %. Raises `Unreadable`."""
    bare = _bare(typed, "%")
    if not _RATE.fullmatch(bare):
        raise Unreadable("Écrivez un taux en pour cent, par exemple 12,40.")
    rate = Decimal(bare.replace(",", ".")) / 100
    if rate > 1:
        raise Unreadable("Écrivez un taux de 100 % au plus.")
    return rate


def read_day(typed: str) -> date:
    """Return a day written « 2026-10-12 » (as browsers send it) or « 12/10/2026 », from 2000 to 2099.

    Raises `Unreadable`, also for a day that does not exist.
    """
    text = typed.strip()[:_LONGEST]
    match = _DAY.fullmatch(text) or _ISO.fullmatch(text)
    if match is None:
        raise Unreadable("Écrivez une date comme 12/10/2026.")
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise Unreadable("Cette date n'existe pas : vérifiez le jour et le mois.") from None
    if not 2000 <= day.year <= 2099:
        raise Unreadable("Écrivez une date entre 2000 et 2099.")
    return day
