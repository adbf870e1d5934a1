"""What pages of membership show, in words: people, teams, invitations, lists judged line by line.

Receives rows and the catalogue, returns frozen values; asks the database nothing.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from course_app.core import paging
from course_app.core.french import long_date
from course_app.core.paging import Part
from course_app.library.catalog import Catalog
from course_app.library.model import ItemKind
from course_app.membership.composition import WRONG, Change, ChangeState
from course_app.membership.invitations import InvitationState, Line, Pending
from course_app.membership.models import Team
from course_app.membership.people import Closed
from course_app.membership.roster import LineState
from course_app.membership.rules import Member
from course_app.web.clock import PARIS

EXPORT_COLUMNS = ("Prénom", "Adresse e-mail", "Rôle", "Équipes", "Parcours", "À finir pour le")
"""First line of an export. An import reads the first two by their names (`roster.read_rows`)."""


@dataclass(frozen=True)
class PersonRow:
    """One line of the table of members."""

    user_id: uuid.UUID
    first_name: str
    email: str
    role: str
    teams: str
    path: str
    deadline: str


@dataclass(frozen=True)
class TeamRow:
    """One team and how many people are in it."""

    id: uuid.UUID
    name: str
    people: int


@dataclass(frozen=True)
class PendingRow:
    """One unanswered invitation; `is_expired` is the one whose link works no more."""

    id: uuid.UUID
    email: str
    team: str
    path: str
    until: str
    is_expired: bool
    is_asked_again: bool


@dataclass(frozen=True)
class MembersPage:
    """Who is here, who is invited, which teams there are."""

    people: Part[PersonRow]
    teams: tuple[TeamRow, ...]
    archived: tuple[Team, ...]
    team_id: uuid.UUID | None
    pending: Part[PendingRow]
    """The newest first."""
    closed: Part[Closed]

    @property
    def may_search(self) -> bool:
        """Whether one of the lists is long enough, or already narrowed, for a search to serve."""
        return self.people.may_search or self.pending.may_search or self.closed.may_search

    @property
    def asked(self) -> str:
        """What was searched for, in all three lists."""
        return self.people.asked

    @property
    def place(self) -> dict[str, str | None]:
        """The team and the search, for the addresses of other pages."""
        return {"equipe": str(self.team_id) if self.team_id else None, "q": self.asked or None}


@dataclass(frozen=True)
class Checked:
    """A list judged line by line: what would be sent, what changes nothing, what to correct."""

    lines: tuple[Line, ...]
    text: str
    """The list as text, to correct or to confirm."""

    def count(self, state: LineState) -> int:
        """Return how many lines have a state."""
        return sum(line.state is state for line in self.lines)

    @property
    def to_invite(self) -> int:
        """How many people would be invited."""
        return self.count(LineState.TO_INVITE)

    @property
    def wrong(self) -> int:
        """How many lines are to be corrected."""
        return self.count(LineState.WRONG)

    @property
    def unchanged(self) -> int:
        """How many lines change nothing."""
        return len(self.lines) - self.to_invite - self.wrong


def path_title(catalog: Catalog, path_id: str | None) -> str:
    """Return the title of a path; its id when it is no longer published; empty for none."""
    path = catalog.paths.get(path_id or "")
    return path.title if path else path_id or ""


def path_minutes(catalog: Catalog, path_id: str) -> int:
    """Return the planned minutes of a path, 0 when it is no longer published."""
    path = catalog.paths.get(path_id)
    items = [catalog.item(*ref.key) for ref in path.items] if path else []
    return sum(item.minutes for item in items if item is not None)


def first_call(catalog: Catalog, path_id: str | None) -> tuple[ItemKind, str] | None:
    """Return the first call of a path, which a newcomer plays at once; None when it has none."""
    path = catalog.paths.get(path_id or "")
    keys = [ref.key for ref in path.items if ref.kind is ItemKind.CALL] if path else []
    return next((key for key in keys if catalog.item(*key) is not None), None)


def path_pairs(catalog: Catalog) -> list[tuple[str, str]]:
    """Return the paths as choices: id and title."""
    return [(path.id, path.title) for path in catalog.paths.values()]


def person_rows(members: Iterable[Member], teams: Mapping[uuid.UUID, str], catalog: Catalog) -> tuple[PersonRow, ...]:
    """Return members in words."""
    return tuple(
        PersonRow(
            member.user_id,
            member.first_name,
            member.email,
            catalog.label(member.role),
            ", ".join(sorted(teams[team_id] for team_id in member.team_ids if team_id in teams)),
            path_title(catalog, member.path_id),
            day(member.deadline_on),
        )
        for member in members
    )


def part_of(
    in_words: Callable[..., tuple[Any, ...]],
    found: Sequence[Any],
    number: int,
    teams: Mapping[uuid.UUID, str],
    catalog: Catalog,
    asked: str,
) -> Part[Any]:
    """Return one page of people or of invitations in words; the others are not written."""
    page = paging.part(found, number, asked)
    return page.of(in_words(page.shown, teams, catalog))


def exported(rows: Iterable[PersonRow]) -> list[tuple[str, ...]]:
    """Return the lines of the export, the first one naming the columns."""
    return [
        EXPORT_COLUMNS,
        *((row.first_name, row.email, row.role, row.teams, row.path, row.deadline) for row in rows),
    ]


def team_rows(teams: Iterable[Team], members: Iterable[Member]) -> tuple[TeamRow, ...]:
    """Return the teams and how many of the members are in each."""
    counted = Counter(team_id for member in members for team_id in member.team_ids)
    return tuple(TeamRow(team.id, team.name, counted[team.id]) for team in teams)


def pending_rows(
    pending: Sequence[Pending], teams: Mapping[uuid.UUID, str], catalog: Catalog
) -> tuple[PendingRow, ...]:
    """Return unanswered invitations in words."""
    return tuple(
        PendingRow(
            each.id,
            each.email,
            teams.get(each.team_id, "") if each.team_id else "",
            path_title(catalog, each.path_id),
            paris_day(each.expires_at),
            each.state is InvitationState.EXPIRED,
            each.is_asked_again,
        )
        for each in pending
    )


def day(moment: date | None) -> str:
    """Return a day in words, empty for none."""
    return long_date(moment) if moment else ""


def paris_day(moment: datetime) -> str:
    """Return the day of a moment in words, as it is in Paris."""
    return long_date(moment.astimezone(PARIS).date())


@dataclass(frozen=True)
class ChangeRow:
    """One line of a change of a team, in words; `slug` says which. No name for somebody gone out of sight meanwhile."""

    name: str
    email: str
    slug: str


@dataclass(frozen=True)
class ChangesPage:
    """What a list would change in a team."""

    rows: tuple[ChangeRow, ...]
    joining: int
    leaving: int
    unchanged: int


def changes(found: Sequence[Change]) -> ChangesPage:
    """Return the lines of a change in words, and how many there are of each.

    Those to correct come first, then those that change something.
    """
    counted = Counter(change.state for change in found)
    joining, leaving = counted[ChangeState.JOINS], counted[ChangeState.LEAVES]
    moving = {ChangeState.JOINS, ChangeState.LEAVES}
    rows = tuple(
        ChangeRow(
            change.member.first_name or change.member.email if change.member else change.text,
            change.member.email if change.member else "",
            change.state.value,
        )
        for change in sorted(found, key=lambda change: (change.state not in WRONG, change.state not in moving))
    )
    return ChangesPage(rows, joining, leaving, len(found) - joining - leaving - sum(counted[state] for state in WRONG))
