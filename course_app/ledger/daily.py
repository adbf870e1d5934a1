"""The daily sealing: once a day, whatever the number of servers, every organisation's new events are chained."""

from datetime import timedelta

from course_app.jobs.chores import take_turn
from course_app.ledger import service
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now, today

CHORE = "chaine"
PAUSE = timedelta(hours=1)


def seal_today() -> None:
    """Chain what happened since yesterday, in the transaction that takes the day's turn."""
    with TenantSession(db.engine) as session:
        if take_turn(session, CHORE, today().isoformat()):
            for organisation_id in service.everybody(session):
                service.seal(session, organisation_id, now())
        session.commit()
