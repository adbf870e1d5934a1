"""Invented customers: names, contacts, invoices. Nothing here depends on the hidden cause.

The names are made of syllables that belong to no company we know of; a trade is put before each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from course_app.exercise.engine.draws import Stream, Words, draws
from course_app.exercise.engine.portfolio_calendar import due_on, issued_on

SURNAMES = (
    "Arvenne", "Balmoret", "Brissarde", "Calvadon", "Chamborie", "Corvelan", "Darmoise", "Doulevant-Nuys",
    "Escarmin", "Fauvernet", "Gastrelle", "Grandvoir", "Hauterive-Lys", "Iselmont", "Jourdaine", "Kervallan",
    "Lambrissac", "Lissandre", "Malvoisin", "Merceret-Pons", "Nanteline", "Orgevaux", "Paradère", "Pontarlys",
    "Quintessel", "Rochebelle-Aude", "Roussignac", "Sauvelade", "Tarvinel", "Tournemire-Sud", "Ulmette", "Valcendre",
    "Varenquin", "Vauclaran", "Verdenay", "Vilmorande", "Yssandon-Bel", "Zélandrie",
)  # fmt: skip
TRADES = (
    ("Menuiserie", "Menuiserie et agencement"),
    ("Garage", "Garage automobile"),
    ("Imprimerie", "Imprimerie et façonnage"),
    ("Boulangerie", "Boulangerie de quartier"),
    ("Transports", "Transport régional"),
    ("Pépinières", "Pépinière et jardins"),
    ("Hôtel", "Hôtel de trente chambres"),
    ("Conserverie", "Conserverie artisanale"),
    ("Cabinet", "Cabinet d'études"),
    ("Maçonnerie", "Maçonnerie générale"),
    ("Optique", "Opticien indépendant"),
    ("Électricité", "Électricité du bâtiment"),
)
CONTACTS = (
    "Claire, à la comptabilité", "M. Aubertin, gérant", "Mme Lesourd, comptable", "Yanis, à l'administration",
    "Mme Ferrandis, gérante", "Hugo, assistant de direction", "M. Castellan, directeur financier",
    "Inès, aux règlements fournisseurs", "M. Tréguier, gérant", "Mme Okoye, comptable",
)  # fmt: skip
PIECES = ("Devis signé", "Bon de livraison signé", "Conditions générales acceptées")
RESOLUTION = 2**32
YOUNGEST_SPLIT = 4
"""Séances of lateness under which a customer has one invoice only."""
APART = 3
"""Séances between two invoices of one customer."""


@dataclass(frozen=True)
class Line:
    """One invoice as drawn: its number, its dates, its amount in cents."""

    number: str
    issued_on: date
    due_on: date
    amount_cents: int


@dataclass(frozen=True)
class Identity:
    """Who a customer is, as the file says, and what was invoiced, oldest first."""

    name: str
    about: str
    contact: str
    lines: tuple[Line, ...]
    is_electronic: bool
    missing: tuple[str, ...]
    """Pieces that the file lacks when its proof is not complete."""


def identities(
    keys: Words, ages: Sequence[int], amounts: Sequence[int], start: date, electronic: float
) -> list[Identity]:
    """Return the customers of a portfolio, in order; `electronic` is the share of invoices sent by platform."""
    count = len(keys)
    names = draws(keys, 0, Stream.NAME).tolist()
    contacts = draws(keys, 0, Stream.CONTACT).tolist()
    channels = draws(keys, 0, Stream.CHANNEL).tolist()
    pieces = draws(keys, 0, Stream.PIECES).tolist()
    surnames, trades = list(SURNAMES), list(TRADES)
    found = []
    for number in range(count):
        trades = trades or list(TRADES)
        trade = trades.pop(names[number] // 64 % len(trades))
        surname = surnames.pop(names[number] % len(surnames))
        found.append(
            Identity(
                name=f"{trade[0]} {surname}",
                about=trade[1],
                contact=CONTACTS[contacts[number] % len(CONTACTS)],
                lines=_lines(keys[number : number + 1], number, ages[number], amounts[number], start),
                is_electronic=channels[number] < electronic * RESOLUTION,
                missing=_missing(pieces[number]),
            )
        )
    return found


def _missing(drawn: int) -> tuple[str, ...]:
    """Return one or two pieces, as drawn."""
    first = drawn % len(PIECES)
    second = (first + 1 + drawn // 8 % 2) % len(PIECES)
    lacking = {first} if drawn // 64 % 2 else {first, second}
    return tuple(piece for rank, piece in enumerate(PIECES) if rank in lacking)


def _lines(key: Words, number: int, age: int, amount: int, start: date) -> tuple[Line, ...]:
    """Split what a customer owes in one to three invoices, all late when the oldest is."""
    wanted = 1 + int(draws(key, 0, Stream.INVOICES)[0]) * 3 // RESOLUTION
    count = min(wanted, 1 + max(0, age - YOUNGEST_SPLIT + APART) // APART) if age >= YOUNGEST_SPLIT else 1
    dues = [due_on(start, age - APART * rank) for rank in range(count)]
    shares = [0.4 + 0.3 * int(draws(key, rank, Stream.SHARE)[0]) / RESOLUTION for rank in range(count - 1)]
    left, lines = amount, []
    for rank, due in enumerate(dues):
        part = left if rank == count - 1 else round(left * shares[rank])
        left -= part
        reference = 1000 + number * 37 + rank * 11 + int(draws(key, rank, Stream.INVOICES)[0]) % 9
        lines.append(Line(f"F-{issued_on(due):%y%m}-{reference}", issued_on(due), due, part))
    return tuple(lines)
