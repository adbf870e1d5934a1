"""Counting attempts: exact, sliding, kept in the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from course_app.accounts import throttle
from course_app.accounts.models import AttemptCount, Gate
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now

LIMIT = throttle.Limit(Gate.SIGN_IN_ACCOUNT, 3, timedelta(minutes=15))


def test_a_limit_is_reached_then_opens(session, clock):
    """Three, then a wait that shrinks to nothing."""
    for _turn in range(3):
        throttle.take(session, LIMIT, "a", now())
        clock.shift(60)
    with pytest.raises(throttle.TooMany) as refusal:
        throttle.take(session, LIMIT, "a", now())
    assert refusal.value.retry_after == 12 * 60
    clock.shift(refusal.value.retry_after)
    throttle.take(session, LIMIT, "a", now())


def test_subjects_and_gates_are_counted_apart(session):
    """One account's failures are nobody else's, one door's no other's."""
    other = throttle.Limit(Gate.RESET_ACCOUNT, 3, timedelta(minutes=15))
    for limit, subject in ((LIMIT, "a"), (LIMIT, "b"), (other, "a")):
        for _turn in range(3):
            throttle.take(session, limit, subject, now())


def test_what_was_right_is_given_back(session):
    """A whole company signs in behind one address: successes do not count."""
    for _turn in range(60):
        throttle.take(session, LIMIT, "address", now())
        throttle.give_back(session, LIMIT, "address", now())
    throttle.forgive(session, LIMIT, "address")
    assert session.scalar(select(func.count()).select_from(AttemptCount)) == 0


def test_a_clock_set_back_locks_nobody_out(session, clock):
    """Attempts dated in the future no longer count (R13)."""
    clock.shift(timedelta(hours=2))
    for _turn in range(3):
        throttle.take(session, LIMIT, "a", now())
    clock.shift(timedelta(hours=-2))
    throttle.take(session, LIMIT, "a", now())


def test_of_parallel_attempts_exactly_the_limit_passes(app, session):
    """Sixteen at once, three pass, on both databases."""
    session.commit()

    def attempt(_number):
        with app.app_context(), TenantSession(db.engine) as own:
            try:
                throttle.take(own, LIMIT, "a", now())
            except throttle.TooMany:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(16))) == 3


def test_the_wait_is_said_in_words():
    """The message says how long, in minutes."""
    assert "dans une minute." in throttle.TooMany(45).message
    assert "dans 15 minutes." in throttle.TooMany(900).message
    assert "dans 16 minutes." in throttle.TooMany(901).message


def test_a_subject_tells_nothing_without_the_key():
    """The same name gives another hash under another key or gate."""
    hashes = {throttle.subject(key, gate, "samira@bocage.fr") for key in ("k1", "k2") for gate in Gate}
    assert len(hashes) == 2 * len(Gate)
    assert all(len(each) == 64 for each in hashes)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(20, "une minute"), (61, "2 minutes"), (3600, "60 minutes"), (5401, "2 heures"), (85_000, "24 heures")],
)
def test_a_long_wait_is_told_in_hours(seconds, told):
    """Nobody reads « 1417 minutes »."""
    assert throttle.TooMany(seconds).message == f"Trop d'essais d'affilée. Réessayez dans {told}."
