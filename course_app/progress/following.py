"""Who is told what the log is told: other rooms keep their own rows in the very transaction that appends.

The factory says, once for a database, who follows its log; a session on any other database is followed by nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.library.model import ItemKind
from course_app.progress.rules import EventKind


@dataclass(frozen=True)
class Telling:
    """One event, as it is heard: about whom, what happened, on which item, when."""

    actor: Actor
    kind: EventKind
    item_kind: ItemKind
    item_id: str
    payload: Mapping[str, Any]
    at: datetime


Heard = Callable[[Session, Telling], None]
Moved = Callable[[Session, Actor, datetime], None]


@dataclass(frozen=True)
class Followers:
    """Who is called, and when; nobody here commits.

    `asked` before an event is appended, and may refuse it by raising; `told` after it; `moved` each time a person's
    place is kept or an item finished.
    """

    asked: tuple[Heard, ...] = ()
    told: tuple[Heard, ...] = ()
    moved: tuple[Moved, ...] = ()


_NOBODY = Followers()
_FOLLOWERS: WeakKeyDictionary[Engine, Followers] = WeakKeyDictionary()


def follow(engine: Engine, followers: Followers) -> None:
    """Let these followers hear the log of a database, in the place of any before them."""
    _FOLLOWERS[engine] = followers


def followers_of(session: Session) -> Followers:
    """Return who follows the log that a session writes."""
    return _FOLLOWERS.get(session.get_bind().engine, _NOBODY)
