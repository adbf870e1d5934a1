"""What a room contributes to a « dossier de preuve »: plain tables, texts as they were shown, files. Pure.

A room that keeps something about a learner's training offers `evidence(session, wanted)`; the factory lists those rooms.
They say what they know; the room `evidence` writes it, signs it, and decides who may have it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.core.french import long_date
from course_app.library.catalog import Catalog
from course_app.library.model import Path

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Wanted:
    """Whose dossier, on which path. `own` is true when the learner asks for their own.

    Only then may a room give answers, free texts or numbers of attempts (security.md G2): somebody else reads results
    and dates.
    """

    learner: Actor
    path: Path
    catalog: Catalog
    own: bool


@dataclass(frozen=True)
class Sheet:
    """A table: also written as CSV. `name` is a slug, unique in the dossier; cells are French texts, ready to read."""

    name: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """A piece of a text that was shown: a heading, sanitised HTML beneath it, what could be chosen."""

    heading: str
    html: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A text exactly as the learner had it; `content_hash` names the version, `name` is a slug unique in the dossier."""

    name: str
    title: str
    content_hash: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Attached:
    """A file as it is, such as a certificate: `name` with its extension."""

    name: str
    title: str
    content: bytes


Piece = Sheet | Shown | Attached


def day_of(moment: datetime | None) -> str:
    """Return the day of an act as every sheet of a dossier writes it: that of Paris; nothing without an act."""
    return long_date(moment.astimezone(PARIS).date()) if moment else ""


class EvidenceRoom(Protocol):
    """A room that knows something of a learner's training."""

    def evidence(self, session: Session, wanted: Wanted) -> Iterable[Piece]:
        """Yield what the room knows, in the order to read it."""
