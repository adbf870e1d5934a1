"""Names and limits of membership, and whom a manager sees. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from course_app.accounts.rules import Actor, Permission, Role

TEAM_NAME_LIMIT = 80
PATH_ID_LENGTH = 80
INVITATION_MAIL = "invitation"
ASKED_AGAIN_MAIL = "invitation-redemandee"


@dataclass(frozen=True)
class Member:
    """A person of an organisation as their manager knows them (security.md G2): no result here, no answer."""

    user_id: UUID
    first_name: str
    email: str
    role: Role
    team_ids: tuple[UUID, ...]
    """Teams of today, among those the viewer sees."""
    path_id: str | None
    """Path assigned last and still open."""
    deadline_on: date | None


def sees_everybody(actor: Actor) -> bool:
    """Tell whether an actor sees every member of their organisation rather than the teams they lead today (S05)."""
    return actor.may(Permission.ADMINISTER)
