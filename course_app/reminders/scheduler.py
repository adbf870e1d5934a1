"""The scheduler: writes the reminders that are due, once an hour in the day of Paris, whatever the number of processes."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from course_app.jobs.chores import take_turn
from course_app.outbox import service as outbox
from course_app.outbox.rules import Recipient
from course_app.privacy.keeping import steady_days
from course_app.reminders.kinds import Remindable
from course_app.reminders.rules import STEADY, is_open_hour, turn
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now

log = structlog.get_logger("reglo.reminders")

_EXTENSION = "reglo.reminders"
CHORE = "rappels"


def init_reminders(app: Flask, reminders: Iterable[Remindable]) -> None:
    """Tell an application its kinds of reminder."""
    app.extensions[_EXTENSION] = tuple(reminders)


def remind() -> int:
    """Write the mails due now and return how many; nothing outside the open hours, nor while the clock is doubted.

    The turn and the mails are one transaction: a process killed half-way leaves the hour to another.
    """
    moment = now()
    if not is_open_hour(moment):
        return 0
    written = 0
    with TenantSession(db.engine) as session:
        if steady_days(session) < STEADY or not take_turn(session, CHORE, turn(moment)):
            return 0
        for reminder in cast("tuple[Remindable, ...]", current_app.extensions[_EXTENSION]):
            written += _write_due(session, reminder, moment)
        session.commit()
    log.info("reminders written", number=written)
    return written


def _write_due(session: Session, reminder: Remindable, moment: datetime) -> int:
    """Write the mails of one kind, all or none, and return how many; a kind that fails is logged and keeps no other waiting."""
    written = 0
    try:
        with session.begin_nested():
            for each in reminder.due(session, moment):
                to = Recipient(each.organisation_id, each.person_id, each.address)
                written += outbox.write(session, reminder.name, to, each.about, moment, each.key)
    except OperationalError:  # the database is away: the whole hour waits for it
        raise
    except Exception:
        log.exception("reminders not written", kind=reminder.name)
        return 0
    return written
