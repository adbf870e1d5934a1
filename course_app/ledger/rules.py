"""How events are chained, and how a chain is checked. Pure.

Each line of an organisation's chain holds a commitment to one event, SHA-256 over a random salt and the event's
canonical form, and a link, SHA-256 over the former link and the commitment. Erasing a person deletes their salts: their
commitments then say nothing of them (a bare hash would remain personal data), and the chain still holds.

It makes tampering evident; it is no legal time-stamp.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SALT_BYTES = 16  # 128 random bits: no commitment can be guessed from a list of likely events
GENESIS = "0" * 64
"""The link before the first line."""


@dataclass(frozen=True)
class Head:
    """Where a chain stands: how many lines, and the last link (64 hexadecimal digits). An empty chain is `GENESIS`."""

    number: int
    link: str


EMPTY = Head(0, GENESIS)


@dataclass(frozen=True)
class Line:
    """One line as it is kept; `event` is the canonical form of today's row, None when the row is gone.

    `salt` is None once the person was erased.
    """

    number: int
    salt: str | None
    commitment: str
    link: str
    event: bytes | None


def canonical(fields: Mapping[str, Any], occurred_at: datetime) -> bytes:
    """Return the one byte form of an event: JSON with sorted keys, its moment in UTC to the microsecond."""
    moment = occurred_at.astimezone(UTC).isoformat(timespec="microseconds")
    told = {**fields, "occurred_at": moment}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def commitment(salt: str, event: bytes) -> str:
    """Return what the chain keeps of an event; `salt` is hexadecimal."""
    return hashlib.sha256(bytes.fromhex(salt) + event).hexdigest()


def link(former: str, committed: str) -> str:
    """Return the link that follows `former` for a commitment; all hexadecimal."""
    return hashlib.sha256(bytes.fromhex(former) + bytes.fromhex(committed)).hexdigest()


def faults(lines: Iterable[Line], known: Iterable[Head] = ()) -> Iterator[str]:
    """Yield, in French, what is wrong with a whole chain, from its first line.

    `known` are heads kept elsewhere, printed on an export for instance: the chain must have passed through each.
    """
    awaited = {head.number: head.link for head in known}
    former, number = GENESIS, 0
    for line in lines:
        number += 1
        if line.number != number:
            yield f"ligne {number} : absente, la suivante porte le numéro {line.number}"
            number = line.number
        if not hmac.compare_digest(link(former, line.commitment), line.link):
            yield f"ligne {number} : ne suit pas la précédente"
        if line.salt is not None and (line.event is None or commitment(line.salt, line.event) != line.commitment):
            yield f"ligne {number} : l'événement a été changé ou effacé"
        if awaited.pop(number, line.link) != line.link:
            yield f"ligne {number} : n'est pas celle qui avait été imprimée"
        former = line.link
    for missing in sorted(set(awaited) - {0}):
        yield f"ligne {missing} : imprimée autrefois, absente aujourd'hui"
