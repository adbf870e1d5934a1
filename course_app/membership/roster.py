"""Lists of people as they are pasted or uploaded: addresses found, line by line. Pure.

Knows neither the database nor the web: what an address is worth in a company is said by `invitations`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from course_app.accounts.rules import FIRST_NAME_LIMIT, normalised_email
from course_app.core.errors import Invalid

LINES_LIMIT = 2000
SHOWN_LIMIT = 80
TOO_MANY = f"Cette liste est trop longue : {LINES_LIMIT} adresses au plus. Envoyez-la en plusieurs fois."
NOBODY = "Écrivez au moins une adresse."
ADDRESS_HEADERS = ("adresse", "adresse e-mail", "adresse email", "adresse mail", "e-mail", "email", "mail", "courriel")
NAME_HEADERS = ("prénom", "prenom", "nom", "prénom et nom", "nom et prénom")

_SEPARATOR = re.compile(r"""("[^"\n]*")|([\n;,])""")
_NEXT = re.compile(r"[\n;,<]")
_NAMED = re.compile(r"^(?P<name>[^<>]*)<\s*(?P<address>[^<>]*?)\s*>$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


class LineState(StrEnum):
    """What a line of a list is worth."""

    TO_INVITE = "a-inviter"
    TWICE = "en-double"
    MEMBER = "deja-membre"
    INVITED = "deja-invite"
    CLOSED = "acces-ferme"
    WRONG = "a-corriger"


@dataclass(frozen=True)
class Written:
    """One person as written: `email` normalised, None when it is no address; `first_name` possibly empty."""

    number: int
    """Rank in the list, from 1."""
    text: str
    email: str | None
    first_name: str


def read_text(text: str) -> tuple[Written, ...]:
    """Return the people of a pasted text: addresses or « Nom <adresse> », parted by lines, commas or semicolons.

    Raises `Invalid` when there is nobody, or more than `LINES_LIMIT` of them: they are counted before being read.
    """
    pieces = _pieces(text.replace("\r\n", "\n").replace("\r", "\n"))
    return _written([_named(piece) for piece in pieces])


def read_rows(rows: Sequence[Sequence[str]]) -> tuple[Written, ...]:
    """Return the people of a table: its first line may name the columns, in any order.

    Without such a line, the address is the first cell that holds « @ », the name the first other cell. Empty lines are
    passed over. Raises `Invalid` as `read_text` does.
    """
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    titles = [cell.casefold() for cell in filled[0]] if filled else []
    address = next((titles.index(title) for title in ADDRESS_HEADERS if title in titles), None)
    if address is None:
        return _written([_guessed(row) for row in filled])
    name = next((titles.index(title) for title in NAME_HEADERS if title in titles), None)
    return _written([(_cell(row, address), _cell(row, name)) for row in filled[1:]])


def as_text(people: Iterable[Written]) -> str:
    """Return a list as text that `read_text` reads back, one person a line."""
    return "\n".join(
        f"{person.first_name} <{person.email}>" if person.email and person.first_name else person.email or person.text
        for person in people
    )


def first_name_of(name: str) -> str:
    """Return the first name in a written name: the first word that is not all capitals, as family names often are.

    « DUPONT Karim », « Dupont, Karim » and « Karim Dupont » give « Karim ». Empty when nothing is left; cut to the limit.
    """
    bare = _CONTROL.sub(" ", name).strip().strip("\"'")
    words = (bare.partition(",")[2] or bare).replace(",", " ").split()
    lower = [word for word in words if not (word.isupper() and len(word) > 1)]
    return (lower or words or [""])[0][:FIRST_NAME_LIMIT]


def _written(found: Sequence[tuple[str, str]]) -> tuple[Written, ...]:
    if not found:
        raise Invalid(NOBODY, code="liste-vide")
    if len(found) > LINES_LIMIT:
        raise Invalid(TOO_MANY, code="liste-trop-longue")
    return tuple(
        Written(number, (address or name)[:SHOWN_LIMIT], normalised_email(address), first_name_of(name))
        for number, (address, name) in enumerate(found, 1)
    )


def _pieces(text: str) -> list[str]:
    """Cut a text at lines, semicolons and commas that stand outside quotes; « Dupont, Karim <k@…> » stays whole."""
    pieces, start = [""], 0
    for mark in _SEPARATOR.finditer(text):
        if mark[2] is None:
            continue
        pieces[-1] += text[start : mark.start()]
        start = mark.end()
        following = _NEXT.search(text, start)
        is_name = mark[2] == "," and pieces[-1].strip() and not {"@", "<"} & set(pieces[-1])
        if is_name and following is not None and following[0] == "<":
            pieces[-1] += ", "
        else:
            pieces.append("")
    pieces[-1] += text[start:]
    return [piece.strip() for piece in pieces if piece.strip()]


def _named(piece: str) -> tuple[str, str]:
    found = _NAMED.match(piece)
    return (found["address"], found["name"].strip()) if found else (piece, "")


def _guessed(row: Sequence[str]) -> tuple[str, str]:
    address = next((cell for cell in row if "@" in cell), row[0])
    found, name = _named(address)
    return found, name or next((cell for cell in row if cell and cell != address), "")


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
