"""Where a person stands, as their manager reads it, and what is next. Pure.

Managers see what was assigned, what is done, passed or not, with dates (security.md G2): no answer, no note, no count
of attempts, no hour ever enters these values.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from course_app.library.catalog import AnyItem, Catalog
from course_app.library.model import ItemKind, Path, Quiz, QuizKind
from course_app.progress.rules import ItemKey

INACTIVE_DAYS = 5
"""Days without activity from which somebody may need help (experience.md §2.8)."""
PER_PAGE = 50


class TeamState(StrEnum):
    """Where somebody stands, in the order in which they may need help."""

    INACTIVE = "sans-activite"
    NOT_STARTED = "pas-commence"
    UNDER_WAY = "en-route"
    CLEARED = "feu-vert"


class Sort(StrEnum):
    """What the list is sorted by."""

    HELP = "aide"
    NAME = "prenom"
    ACTIVITY = "activite"


class Nudge(StrEnum):
    """What a manager may offer, given what comes next."""

    QUIET_TIME = "lire-au-calme"
    SIDE_BY_SIDE = "cote-a-cote"
    GUIDED_CALL = "appel-guide"
    HALF_HOUR = "demi-heure"
    REAL_CALL = "vrai-appel"


RANKS: Mapping[TeamState, int] = {state: rank for rank, state in enumerate(TeamState)}


def state_of(last_active_on: date | None, cleared_until: date | None, today: date) -> TeamState:
    """Return where somebody stands; a feu vert counts first, whatever the last activity."""
    if cleared_until is not None and cleared_until >= today:
        return TeamState.CLEARED
    if last_active_on is None:
        return TeamState.NOT_STARTED
    return TeamState.INACTIVE if (today - last_active_on).days >= INACTIVE_DAYS else TeamState.UNDER_WAY


@dataclass(frozen=True)
class Skill:
    """A module of a path, done: its title, and the day of its last step."""

    title: str
    on: date


def next_item(path: Path, catalog: Catalog, done: Collection[ItemKey], skipped: Collection[ItemKey]) -> AnyItem | None:
    """Return the first step of a path neither done nor skipped, None at its end."""
    keys = (ref.key for ref in path.items if ref.key not in done and ref.key not in skipped)
    return next((item for key in keys if (item := catalog.item(*key)) is not None), None)


def skills(path: Path, done: Mapping[ItemKey, date], skipped: Collection[ItemKey]) -> tuple[Skill, ...]:
    """Return the modules of a path whose asked steps are all done, in order."""
    found = []
    for module in path.modules:
        asked = [ref.key for ref in module.items if ref.key not in skipped]
        if asked and all(key in done for key in asked):
            found.append(Skill(module.title, max(done[key] for key in asked)))
    return tuple(found)


def nudge(item: AnyItem | None, *, is_cleared: bool) -> Nudge:
    """Return what to offer somebody whose next step is this item."""
    if item is None:
        return Nudge.REAL_CALL if is_cleared else Nudge.GUIDED_CALL
    if isinstance(item, Quiz):
        return Nudge.HALF_HOUR if item.kind_of_quiz is QuizKind.TEST else Nudge.SIDE_BY_SIDE
    if item.kind is ItemKind.CALL:
        return Nudge.GUIDED_CALL
    return Nudge.QUIET_TIME if item.kind is ItemKind.LESSON else Nudge.SIDE_BY_SIDE
