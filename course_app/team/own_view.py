"""What a person takes with them of their manager's view, and who took it away as a file (security.md G5).

The view is the one of the team's pages, by the same function. A page that is only looked at leaves no trace (S48);
a list or a dossier that leaves the site does: those are told here, to whom they are about.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.audit import service as audit
from course_app.audit.models import AuditEntry
from course_app.audit.rules import Act
from course_app.clearance.rules import paris_day
from course_app.library.catalog import Catalog
from course_app.membership import service as membership
from course_app.membership import sharing
from course_app.team import pages, service
from course_app.team.service import Paths

LISTS = frozenset({"equipe", "membres"})
"""What the register calls a list of people that left as a file."""
MOST = 500


@dataclass(frozen=True)
class Taken:
    """A file about somebody, taken by somebody else: who, whether a dossier or a list, when."""

    by: str
    is_dossier: bool
    at: datetime

    @property
    def on(self) -> date:
        """The day, in Paris."""
        return paris_day(self.at)


def taken_by_others(session: Session, actor: Actor) -> list[Taken]:
    """Return the files about a person that others took, the newest first; none of before they could be in it."""
    stays, leaders = sharing.stays_of(session, actor), sharing.leaders_of(session, actor)
    readers = sharing.names_of(session, actor.organisation_id)
    arrived_at = sharing.arrived_at(session, actor)
    mine, teams = f"personne:{actor.user_id}", {f"equipe:{stay.team_id}" for stay in stays}

    def were_in(line: AuditEntry) -> set[UUID]:
        """Return the teams where the person was as the file was made."""
        return {stay.team_id for stay in stays if stay.holds(line.occurred_at)}

    def led(line: AuditEntry) -> set[UUID]:
        """Return the teams that whoever made the file led then, among those of the person."""
        led_by = leaders.get(line.actor_id, ()) if line.actor_id else ()
        return {stay.team_id for stay in led_by if stay.holds(line.occurred_at)}

    def is_about(line: AuditEntry) -> bool:
        if line.actor_id is None or line.actor_id == actor.user_id:
            return False
        if line.subject == mine:
            return True
        if line.subject not in LISTS:
            return any(f"equipe:{team_id}" == line.subject for team_id in were_in(line))
        sees_everybody = readers.get(line.actor_id, ("", False))[1]
        return line.occurred_at >= arrived_at if sees_everybody else not led(line).isdisjoint(were_in(line))

    lines = audit.of_subjects(session, actor.organisation_id, Act.DATA_EXPORTED, {mine, *LISTS, *teams}, MOST)
    return [
        Taken(readers.get(line.actor_id, ("", False))[0] if line.actor_id else "", line.subject not in LISTS, line.occurred_at)
        for line in lines
        if is_about(line)
    ]  # fmt: skip


class SeenByManagers:
    """What this room adds to a person's export: their manager's view as it reads, who reads it, who took it away."""

    def __init__(self, paths: Paths, published: Callable[[], Catalog], today: Callable[[], date]) -> None:
        """Take what the room of paths knows, what is published, and the day."""
        self._paths, self._published, self._today = paths, published, today

    def export(self, session: Session, actor: Actor) -> dict[str, Any]:
        """Return the view in French words, ready for JSON."""
        person = service.person(session, actor.organisation_id, actor.user_id)
        if person is None or actor.is_guest:
            return {}
        work = service.work_of(session, actor.organisation_id, [actor.user_id], self._paths, self._today())
        view = pages.person_view(person, work[actor.user_id], self._published(), self._today())
        return {
            "seen_by_manager": {
                "first_name": view.first_name,
                "state": view.state_label,
                "path": view.path,
                "deadline": view.deadline,
                "next_step": view.next_step,
                "last_active": view.last_active,
                "test_passed": view.test_passed,
                "clearances": [{"title": line.title, "since": line.since, "until": line.until} for line in view.clearances],
                "skills": [{"title": title, "on": on} for title, on in view.skills],
            },
            "read_by": membership.who_sees(session, actor),
            "taken_by_others": [
                {
                    "by": taken.by,
                    "kind": "dossier de preuve" if taken.is_dossier else "liste",
                    "occurred_at": taken.at.isoformat(),
                }
                for taken in taken_by_others(session, actor)
            ],
        }  # fmt: skip

    def carry(self, session: Session, guest: Actor, to: Actor) -> None:
        """Do nothing: what is shown here is kept by other rooms."""

    def erase(self, session: Session, actor: Actor, now: datetime) -> None:
        """Do nothing: what is shown here is kept by other rooms."""
