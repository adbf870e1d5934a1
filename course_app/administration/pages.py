"""What the pages and figures of the administration show, gathered from the database, the disk and this process."""

import shutil

from sqlalchemy.exc import SQLAlchemyError

from course_app.administration import service
from course_app.administration.inspection import surroundings
from course_app.administration.metrics import Figures
from course_app.config import Settings
from course_app.store.backup import notes
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.counters import counters
from course_app.web.library import publication


def figures(settings: Settings) -> Figures:
    """Return what watchers are told; a database that is away is one of the figures, not an error."""
    moment, kept = now(), notes.latest(settings.data_dir)
    try:
        queue = service.queue(db.session, moment)
    except SQLAlchemyError:
        db.session.rollback()
        queue = None
    return Figures(
        counts=counters().totals(),
        queue=queue,
        mails_waiting=None,
        content_is_current=publication().state.is_current,
        disk_free_bytes=shutil.disk_usage(settings.data_dir).free,
        database_bytes=surroundings.database_bytes(settings),
        backup_age=(moment - kept.made_at).total_seconds() if kept.made_at else None,
        verified_age=(moment - kept.verified_at).total_seconds() if kept.verified_at else None,
    )
