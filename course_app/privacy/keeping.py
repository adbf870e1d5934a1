"""What the site does by itself about people's data: due erasures, ages, silence, what a restore brought back.

Chores of the runner and the command `course retention`; needs an application context, opens its own sessions.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from course_app.accounts.access import accounts, settings
from course_app.accounts.models import User
from course_app.accounts.rules import Cutoffs
from course_app.accounts.service import AgeingRecords, purge_expired_guests
from course_app.jobs.chores import last_turn, take_turn
from course_app.outbox import service as outbox
from course_app.outbox.delivery import send_due
from course_app.privacy import journal, service, silence
from course_app.privacy.rules import STEADY_TO_ERASE, STEADY_TO_FORGET, Days, ErasureReason, cutoffs, seen
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now, today

log = structlog.get_logger("reglo.privacy")

_EXTENSION = "reglo.privacy"
_DAYS = "jours-vus"
Take = Callable[[Session, datetime, Collection[UUID]], User | None]
"""Gives a person whose erasure is due, their row held, none of those passed over; two callers get two people."""


def init_privacy(app: Flask, ageing: tuple[AgeingRecords, ...]) -> None:
    """Tell an application which rooms have rows that get too old, in the order in which they are asked."""
    app.extensions[_EXTENSION] = ageing


def send_mails() -> None:
    """Send what is due, unless a restore still has to be finished: its old mails must not leave (R14)."""
    if not journal.is_to_settle(settings().data_dir):
        send_due()


@dataclass(frozen=True)
class Settled:
    """What finishing a restore did."""

    erased_again: int
    mails_forgotten: int


def replay_erasures(session: Session) -> int:
    """Erase again whoever a restored database knows once more, from its own records and the journal; return how many."""
    moment = now()
    again = service.replay(session, journal.known(settings().data_dir), accounts().records, moment)
    return len(again)


def settle_restore() -> Settled | None:
    """Finish a restore: erasures replayed, old mails forgotten; None when there is none to finish."""
    data_dir = settings().data_dir
    if not journal.is_to_settle(data_dir):
        return None
    with TenantSession(db.engine) as session:
        done = Settled(replay_erasures(session), outbox.forget_pending(session, now()))
        session.commit()
    journal.settled(data_dir)
    log.info("restore settled", erased=done.erased_again, mails=done.mails_forgotten)
    return done


def look_after() -> None:
    """Erase whoever is due, then, once a day, forget what is too old; does neither while the clock is doubted."""
    days, is_first = _look_at_clock()
    if days.steady >= STEADY_TO_ERASE:
        erase_due()
        forget_guests()
    if is_first and days.steady >= STEADY_TO_FORGET:
        forget_old(is_applied=True)
        erase_silent()


def steady_days(session: Session) -> timedelta:
    """Return for how long the clock has gone on without a jump, as last noted; nothing when it was never looked at."""
    written = last_turn(session, _DAYS)
    days = Days.read(written) if written else None
    return days.steady if days and seen(days, today()).since == days.since else timedelta()


def _look_at_clock() -> tuple[Days, bool]:
    """Note today; tell whether this caller is the first to see it."""
    with TenantSession(db.engine) as session:
        written = last_turn(session, _DAYS)
        before = Days.read(written) if written else None
        days = seen(before, today())
        is_first = take_turn(session, _DAYS, str(days))
        session.commit()
    return days, is_first


def erase_due() -> int:
    """Erase the people whose delay is over, one transaction each; return how many."""
    return _erase_each(service.take_due, ErasureReason.ASKED)


def erase_silent() -> int:
    """Tell people silent for too long that their account goes, and erase those told long ago; return how many erased."""
    with TenantSession(db.engine) as session:
        silence.tell(session, now())
        session.commit()
    return _erase_each(silence.take_told, ErasureReason.INACTIVE)


def _erase_each(take: Take, reason: ErasureReason) -> int:
    """Erase whom `take` gives, until it gives nobody; return how many.

    Somebody who cannot be erased is logged and left for the next round: they keep nobody else waiting. The journal is
    told of the others even when the database goes away half-way.
    """
    erased = 0
    passed_over: set[UUID] = set()
    try:
        while (is_done := _erase_next(take, reason, passed_over)) is not None:
            erased += is_done
    finally:
        _tell_journal()
    return erased


def _erase_next(take: Take, reason: ErasureReason, passed_over: set[UUID]) -> bool | None:
    """Erase one person in a transaction of their own; None when nobody is left to take."""
    with TenantSession(db.engine, expire_on_commit=False) as session:
        user = take(session, now(), passed_over)
        if user is None:
            return None
        person_id = user.id
        try:
            service.erase_person(session, user, accounts().records, reason, now())
            session.commit()
        except OperationalError:  # the database is away: the next round finds everybody again
            raise
        except Exception:
            session.rollback()
            passed_over.add(person_id)
            log.exception("person not erased", person=str(person_id), reason=reason.value)
            return False
    log.info("person erased", person=str(person_id), reason=reason.value)
    return True


def _tell_journal() -> None:
    with TenantSession(db.engine) as session:
        told = [(each.person_id, each.erased_at) for each in service.recorded(session)]
    journal.write_missing(settings().data_dir, told)


def forget_guests() -> int:
    """Delete the trials that are over; return how many. A new trial sweeps them too, when there is one."""
    forgotten = 0
    while True:
        with TenantSession(db.engine) as session:
            swept = purge_expired_guests(session, now())
            session.commit()
        forgotten += swept
        if not swept:
            return forgotten


def forget_old(*, is_applied: bool) -> Mapping[str, int]:
    """Delete what is older than it is kept, or only count it; return how many of each thing, in French."""
    counted: dict[str, int] = {}
    with TenantSession(db.engine) as session:
        for room in cast("tuple[AgeingRecords, ...]", current_app.extensions[_EXTENSION]):
            for what, number in room.expire(session, _cutoffs()).items():
                counted[what] = counted.get(what, 0) + number
        if is_applied:
            session.commit()
    log.info("old data forgotten" if is_applied else "old data counted", total=sum(counted.values()))
    return counted


def _cutoffs() -> Cutoffs:
    return cutoffs(now())
