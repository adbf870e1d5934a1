"""The chore that counts: a little at a time, whatever the number of servers, so that no page ever reads the answers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.orm import Session

from course_app.jobs.chores import take_turn
from course_app.quizzes.reviewing import service
from course_app.store.session import db, reads_only
from course_app.store.tenancy import TenantSession
from course_app.web.clock import PARIS, now
from course_app.web.library import catalog

CHORE = "questions-a-revoir"
PAUSE = timedelta(minutes=5)
SECONDS_AT_ONCE = 4.0
"""After so long, the rest waits for the next round: mails leave from the same thread, and pages share the processor."""


def count_due() -> int:
    """Count quizzes that changed, for `SECONDS_AT_ONCE` at most; return how many were counted."""
    moment = now()
    with TenantSession(db.engine) as session:
        is_mine = take_turn(session, CHORE, _turn(moment.timestamp()))
        session.commit()
    return count(SECONDS_AT_ONCE) if is_mine else 0


def _turn(seconds: float) -> str:
    return str(int(seconds // PAUSE.total_seconds()))


def count(seconds: float) -> int:
    """Count quizzes that changed, stopping after so many seconds; each is kept at once. Return how many were counted."""
    until, quizzes, done = time.monotonic() + seconds, catalog().quizzes, 0
    with _reading() as session:
        waiting = service.due(session, quizzes, now().astimezone(PARIS))
    for quiz_id, stock in waiting.items():
        moment = now()
        with _reading() as session:
            worth = service.measure(session, quizzes[quiz_id], quizzes)
        with TenantSession(db.engine) as session:
            service.keep(session, quiz_id, stock, worth, moment)
            session.commit()
        done += 1
        if time.monotonic() >= until:
            break
    return done


@contextmanager
def _reading() -> Iterator[Session]:
    """Give a session that only reads: counting makes nobody wait to write on SQLite."""
    token = reads_only.set(True)
    try:
        with TenantSession(db.engine) as session:
            yield session
    finally:
        reads_only.reset(token)
