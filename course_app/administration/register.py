"""The register as an administrator reads it: names instead of ids, for the lines of their own organisation only."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.administration import wording
from course_app.audit import service as audit
from course_app.audit.models import AuditEntry
from course_app.audit.rules import Act, Search
from course_app.core.french import typeset
from course_app.core.paging import folded
from course_app.membership.models import Team
from course_app.web.clock import PARIS
from course_app.web.i18n import _
from course_app.web.library import catalog

LINES = 50
MOST_EXPORTED = 10_000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run (security.md S60)."""


@dataclass(frozen=True)
class Line:
    """One line: when (UTC), who, what, on whom or what, and what else was noted, all in words."""

    id: int
    occurred_at: datetime
    who: str
    act: str
    subject: str
    details: str


@dataclass(frozen=True)
class RegisterPage:
    """The lines found, and the id to go on from, None when these are the last."""

    lines: tuple[Line, ...]
    next_id: int | None


def people(session: Session, organisation_id: UUID) -> list[tuple[UUID, str]]:
    """Return the people of an organisation as the form offers them: id, name and address."""
    rows = session.execute(select(User.id, User.first_name, User.email).where(User.organisation_id == organisation_id))
    people = [(key, f"{name} ({email})" if email else name) for key, name, email in rows]
    return sorted(people, key=lambda each: (folded(each[1]), each[0]))


def names(session: Session, organisation_id: UUID, people: Iterable[tuple[UUID, str]]) -> dict[UUID, str]:
    """Return the names of today: those of the people given, and of the teams of their organisation."""
    teams = session.execute(select(Team.id, Team.name).where(Team.organisation_id == organisation_id))
    return {row.id: row.name for row in teams} | dict(people)


def page(session: Session, organisation_id: UUID, asked: Search, names: Mapping[UUID, str]) -> RegisterPage:
    """Return one page of what a search finds."""
    found = audit.search(session, organisation_id, asked, LINES + 1)
    lines = tuple(_line(entry, names) for entry in found[:LINES])
    return RegisterPage(lines, lines[-1].id if len(found) > LINES else None)


def spreadsheet(session: Session, organisation_id: UUID, asked: Search, names: Mapping[UUID, str]) -> str:
    """Return what a search finds as French spreadsheets open it: semicolons, UTF-8 with its mark, no formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Date (heure de Paris)"), _("Qui"), _("Acte"), _("Sur"), _("Détails")])
    for entry in audit.search(session, organisation_id, asked, MOST_EXPORTED):
        line = _line(entry, names)
        at = line.occurred_at.astimezone(PARIS)
        writer.writerow(_safe([f"{at:%Y-%m-%d %H:%M:%S}", line.who, line.act, line.subject, line.details]))
    return "\ufeff" + text.getvalue()


def _safe(cells: Iterable[str]) -> Sequence[str]:
    return [f"'{cell}" if cell.startswith(DANGEROUS) else cell for cell in cells]


def _line(entry: AuditEntry, names: Mapping[UUID, str]) -> Line:
    who = _("Le site") if entry.actor_id is None else names.get(entry.actor_id, _("Personne effacée"))
    about, details = wording.subject(entry.subject, names, catalog()), wording.details(entry.details, names, catalog())
    return Line(entry.id, entry.occurred_at, who, _act(entry.act), about, details)


def _act(slug: str) -> str:
    """Return an act in words; one that a later version wrote stays as it is."""
    try:
        return typeset(catalog().label(Act(slug)))
    except ValueError:
        return slug
