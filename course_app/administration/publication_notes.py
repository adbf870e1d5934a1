"""The register is told of each new version of the content, once whatever the number of servers (security.md S78)."""

from sqlalchemy import select

from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.jobs.chores import take_turn
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now
from course_app.web.library import publication

CHORE = "publication"
SHOWN = 40
"""Signs of the hash that name a version; as many as a turn holds."""


def note_publication() -> None:
    """Write the version served now in the register of every company that has an administrator, if it is new there."""
    version = publication().state.served_hash[:SHOWN]
    with TenantSession(db.engine) as session:
        if not take_turn(session, CHORE, version):
            return
        administered = select(User.organisation_id).where(
            User.role == Role.ADMINISTRATOR, User.deactivated_at.is_(None)
        )
        for organisation_id in session.scalars(administered.distinct().execution_options(across_organisations=True)):
            entry = Entry(organisation_id, Act.CONTENT_PUBLISHED, None, f"contenu:{version[:12]}")
            audit.record(session, entry, now())
        session.commit()
