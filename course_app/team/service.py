"""Reading a team: who is seen, where each stands, what comes next. Takes a session; reading only.

The number of queries does not depend on the number of people: the list is sorted and cut by the database, and what a
page shows of fifty people is asked for all of them at once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.clearance import service as clearance
from course_app.clearance.rules import paris_day
from course_app.clearance.service import Held
from course_app.library.clearances import CallType
from course_app.membership import service as membership
from course_app.progress.models import ItemProgress
from course_app.progress.rules import ItemKey
from course_app.team.models import TeamStanding
from course_app.team.rules.standing import INACTIVE_DAYS, PER_PAGE, RANKS, Sort, TeamState

_AT_ONCE = 500
_LONG_AGO = date(1970, 1, 1)


@dataclass(frozen=True)
class Paths:
    """What the room of paths tells this one, through the factory."""

    followed: Callable[[Session, UUID, Collection[UUID]], Mapping[UUID, str]]
    """Path that people chose, by person."""
    skipped: Callable[[Session, UUID, Collection[UUID]], Mapping[tuple[UUID, str], frozenset[ItemKey]]]
    """Steps that people decided to skip, by person and path."""
    select_followers: Callable[[UUID, str], Select[UUID]]
    """Select those of an organisation who chose a path."""


@dataclass(frozen=True)
class Asked:
    """What is asked of the list: filters, order, and the person after whom the page begins."""

    team_id: UUID | None = None
    state: TeamState | None = None
    path_id: str | None = None
    call_type: CallType | None = None
    sort: Sort = Sort.HELP
    is_reversed: bool = False
    after: UUID | None = None


@dataclass(frozen=True)
class Listed:
    """One person of the list."""

    user_id: UUID
    first_name: str
    email: str
    last_active_on: date | None
    cleared_until: date | None


@dataclass(frozen=True)
class Work:
    """What somebody was given and has done, to the day; `held` are their feu verts of today."""

    path_id: str | None = None
    deadline_on: date | None = None
    done: Mapping[ItemKey, date] = field(default_factory=dict)
    skipped: frozenset[ItemKey] = frozenset()
    held: tuple[Held, ...] = ()


def _is_seen(actor: Actor, asked: Asked, paths: Paths, today: date) -> list[ColumnElement[bool]]:
    """Return the conditions of the list, the state left out."""
    organisation_id = actor.organisation_id
    conditions: list[ColumnElement[bool]] = [
        *membership.seen_conditions(actor, asked.team_id),
        or_(TeamStanding.organisation_id == organisation_id, TeamStanding.learner_id.is_(None)),
    ]
    if asked.path_id is not None:
        given = User.id.in_(membership.select_assigned(organisation_id, asked.path_id))
        free = User.id.not_in(membership.select_assigned(organisation_id))
        chosen = User.id.in_(paths.select_followers(organisation_id, asked.path_id))
        conditions.append(or_(given, and_(free, chosen)))
    if asked.call_type is not None:
        held = clearance.held_rows(organisation_id, today, asked.call_type).subquery()
        conditions.append(User.id.in_(select(held.c.learner_id)))
    return conditions


def _rank(today: date) -> ColumnElement[int]:
    """Return the rank of a person's state, as `rules.standing.state_of` says it."""
    still = date.fromordinal(today.toordinal() - INACTIVE_DAYS)
    return case(
        (TeamStanding.cleared_until >= today, RANKS[TeamState.CLEARED]),
        (TeamStanding.last_active_on.is_(None), RANKS[TeamState.NOT_STARTED]),
        (TeamStanding.last_active_on <= still, RANKS[TeamState.INACTIVE]),
        else_=RANKS[TeamState.UNDER_WAY],
    )


_ORDERS: Mapping[Sort, tuple[str, ...]] = {
    Sort.HELP: ("rank", "last", "name", "id"),
    Sort.NAME: ("name", "id"),
    Sort.ACTIVITY: ("last", "name", "id"),
}


def _keys(sort: Sort, today: date) -> list[Any]:
    keys: Mapping[str, Any] = {
        "rank": _rank(today),
        "last": func.coalesce(TeamStanding.last_active_on, literal(_LONG_AGO)),
        "name": func.lower(User.first_name),
        "id": User.id,
    }
    return [keys[name].label(name) for name in _ORDERS[sort]]


def _people(columns: Sequence[Any], organisation_id: UUID) -> Select[Any]:
    mine = and_(TeamStanding.learner_id == User.id, TeamStanding.organisation_id == organisation_id)
    return select(*columns).select_from(User).outerjoin(TeamStanding, mine)


_COLUMNS = (User.id, User.first_name, User.email, TeamStanding.last_active_on, TeamStanding.cleared_until)


def _listed(
    user_id: UUID, first_name: str, email: str | None, last_active_on: date | None, cleared_until: date | None
) -> Listed:
    return Listed(user_id, first_name, email or "", last_active_on, cleared_until)


def listed(session: Session, actor: Actor, asked: Asked, paths: Paths, today: date) -> list[Listed]:
    """Return all the people asked for, in order; one query."""
    return first(session, actor, asked, paths, today, most=None)[1]


def first(
    session: Session, actor: Actor, asked: Asked, paths: Paths, today: date, *, most: int | None = PER_PAGE + 1
) -> tuple[dict[TeamState, int], list[Listed]]:
    """Return how many stand where, the filter on the state left out, and the people asked for, in order; one query.

    One more than a page of them, so that the next one is known. A page begins after a person: their own keys are looked
    up, so that an address holds no name. People are read once for both answers, and from indexes alone.
    """
    line = (TeamStanding.last_active_on, TeamStanding.cleared_until)
    query = _people([*_keys(Sort.HELP, today), *line], actor.organisation_id).where(
        *_is_seen(actor, asked, paths, today)
    )
    seen = query.cte("seen").prefix_with("MATERIALIZED")
    totals = select(*(func.count().filter(seen.c.rank == rank) for rank in RANKS.values())).select_from(seen).subquery()
    page = _page(actor, asked, seen, today, most)
    order = [page.c[name].desc() if asked.is_reversed else page.c[name] for name in _ORDERS[asked.sort]]
    shown = (page.c.id, page.c.first_name, page.c.email, page.c.last_active_on, page.c.cleared_until)
    rows = session.execute(select(*totals.c, *shown).outerjoin_from(totals, page, true()).order_by(*order)).all()
    counts = dict(zip(RANKS, rows[0][: len(RANKS)], strict=True))
    people = [row[len(RANKS) :] for row in rows]
    return counts, [_listed(*values) for values in people if values[0] is not None]


def _page(actor: Actor, asked: Asked, seen: CTE, today: date, most: int | None) -> Subquery:
    """Return those of the people seen whom a page shows, with what it says of them."""
    keys = [seen.c[name] for name in _ORDERS[asked.sort]]
    chosen = select(seen)
    if asked.state is not None:
        chosen = chosen.where(seen.c.rank == RANKS[asked.state])
    if asked.after is not None:
        theirs = _people(_keys(asked.sort, today), actor.organisation_id).where(
            User.organisation_id == actor.organisation_id, User.id == asked.after
        )
        here, there = tuple_(*keys), theirs.scalar_subquery()
        chosen = chosen.where(here < there if asked.is_reversed else here > there)
    chosen = chosen.order_by(*[key.desc() if asked.is_reversed else key for key in keys]).limit(most)
    page = chosen.subquery("chosen")  # names and addresses are read for these alone
    return (
        select(page, User.first_name, User.email)
        .join_from(page, User, User.id == page.c.id)
        .where(User.organisation_id == actor.organisation_id)
        .subquery("page")
    )


def person(session: Session, organisation_id: UUID, user_id: UUID) -> Listed | None:
    """Return one person of an organisation as a list shows them."""
    query = _people(_COLUMNS, organisation_id).where(
        User.organisation_id == organisation_id,
        or_(TeamStanding.organisation_id == organisation_id, TeamStanding.learner_id.is_(None)),
        User.id == user_id,
    )
    row = session.execute(query).one_or_none()
    return _listed(*row) if row else None


def work_of(
    session: Session, organisation_id: UUID, people: Sequence[UUID], paths: Paths, today: date
) -> dict[UUID, Work]:
    """Return the work of these people, five queries for five hundred."""
    found: dict[UUID, Work] = {}
    for at in range(0, len(people), _AT_ONCE):
        found |= _work_of(session, organisation_id, people[at : at + _AT_ONCE], paths, today)
    return found


def _work_of(
    session: Session, organisation_id: UUID, people: Sequence[UUID], paths: Paths, today: date
) -> dict[UUID, Work]:
    given = membership.assigned(session, organisation_id, people)
    chosen = paths.followed(session, organisation_id, people)
    skipped = paths.skipped(session, organisation_id, people)
    held = clearance.held_by(session, organisation_id, people, today)
    done: dict[UUID, dict[ItemKey, date]] = {name: {} for name in people}
    for learner_id, kind, item_id, done_at in session.execute(
        select(ItemProgress.learner_id, ItemProgress.item_kind, ItemProgress.item_id, ItemProgress.done_at).where(
            ItemProgress.organisation_id == organisation_id,
            ItemProgress.learner_id.in_(people),
            ItemProgress.done_at.is_not(None),
        )
    ):
        if done_at is not None:
            done[learner_id][kind, item_id] = paris_day(done_at)
    works = {}
    for name in people:
        path_id, deadline_on = given.get(name, (chosen.get(name), None))
        works[name] = Work(
            path_id,
            deadline_on,
            done[name],
            skipped.get((name, path_id or ""), frozenset()),
            held.get(name, ()),
        )
    return works


def held_by_type(
    session: Session, actor: Actor, team_id: UUID | None, today: date
) -> dict[CallType, list[tuple[str, Held]]]:
    """Return who may call today among those the actor sees, by kind of call then first name; one query.

    Whoever shares a first name with somebody of the company has their address beside it: another may not call.
    """
    held = clearance.held_rows(actor.organisation_id, today).subquery()
    shared = (
        select(func.lower(User.first_name))
        .where(User.organisation_id == actor.organisation_id, User.deactivated_at.is_(None), User.is_guest.is_(False))
        .group_by(func.lower(User.first_name))
        .having(func.count() > 1)
    )
    is_shared = func.lower(User.first_name).in_(shared)
    rows = session.execute(
        select(User.first_name, User.email, is_shared, held.c.call_type, held.c.occurred_at, held.c.until)
        .join(held, held.c.learner_id == User.id)
        .where(User.organisation_id == actor.organisation_id, User.id.in_(membership.select_seen(actor, team_id)))
        .order_by(func.lower(User.first_name), User.id)
    )
    found: dict[CallType, list[tuple[str, Held]]] = {call_type: [] for call_type in CallType}
    for first_name, email, is_ambiguous, call_type, since, until in rows:
        name = f"{first_name} ({email})" if first_name and is_ambiguous else first_name or email or ""
        found[call_type].append((name, Held(call_type, since, until)))
    return found
