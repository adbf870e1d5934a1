"""What a message may be about, and how long. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from course_app.library.catalog import Catalog
from course_app.library.model import ItemKind

MESSAGE_LIMIT = 2_000
SUBJECT_LENGTH = 160
EXCERPT_LIMIT = 200
"""Characters of a thread's last message in the list: twice what a page shows."""
_WORDS = {
    "lecon": ItemKind.LESSON,
    "quiz": ItemKind.QUIZ,
    "exercice": ItemKind.EXERCISE,
    "histoire": ItemKind.SCENARIO,
    "appel": ItemKind.CALL,
}
_SLUGS = {kind: word for word, kind in _WORDS.items()}


@dataclass(frozen=True)
class About:
    """What a message is about: an item, and for a quiz possibly one of its questions (from 1)."""

    kind: ItemKind
    item_id: str
    number: int | None = None

    @property
    def slug(self) -> str:
        """The form that addresses and forms carry: « quiz:facture-perdue:3 »."""
        written = f"{_SLUGS[self.kind]}:{self.item_id}"
        return f"{written}:{self.number}" if self.number is not None else written


def read_about(text: str, catalog: Catalog) -> About | None:
    """Return what a slug names among what is published; None for anything else, or nothing."""
    parts = text.split(":")
    kind = _WORDS.get(parts[0])
    if kind is None or len(parts) not in (2, 3) or len(text) > SUBJECT_LENGTH or catalog.item(kind, parts[1]) is None:
        return None
    if len(parts) == 2:
        return About(kind, parts[1])
    asked = catalog.quizzes[parts[1]].questions if kind is ItemKind.QUIZ else ()
    number = int(parts[2]) if parts[2].isascii() and parts[2].isdigit() and len(parts[2]) < 4 else 0
    return About(kind, parts[1], number) if 1 <= number <= len(asked) else None


@dataclass(frozen=True)
class Message:
    """A message as pages show it. `author` is a first name, empty once its author was erased."""

    id: UUID
    author: str
    from_learner: bool
    text: str
    about: About | None
    written_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class Thread:
    """A learner in the list of a tutor: how their thread's last message begins, and how many wait to be read."""

    learner_id: UUID
    first_name: str
    last: str
    last_at: datetime | None
    """None when nobody has written yet."""
    unread: int
