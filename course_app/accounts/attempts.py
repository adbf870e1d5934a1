"""Passwords tried on pages: counted before they are judged, and forgiven once right (security.md S34)."""

from course_app.accounts import passwords, service, throttle
from course_app.accounts.access import subject
from course_app.accounts.rules import account_name
from course_app.store.session import db
from course_app.web.clock import now


def checked(email: str, password: str) -> tuple[service.Credentials | None, passwords.Verdict]:
    """Count an attempt, then check the password outside any transaction; raise `TooMany` at the limit. Commits."""
    name = account_name(email)
    throttle.take(db.session, throttle.SIGN_IN_ADDRESS, subject(throttle.SIGN_IN_ADDRESS), now())
    throttle.take(db.session, throttle.SIGN_IN_ACCOUNT, subject(throttle.SIGN_IN_ACCOUNT, name), now())
    found = service.credentials(db.session, name)
    db.session.commit()
    return found, passwords.check(password, found.password_hash if found else None)


def forgive(email: str) -> None:
    """Forget the failures of an account whose password was right, and the counts nobody needs any more.

    Address before account, as in `checked`: the other order deadlocks PostgreSQL when people enter together.
    """
    throttle.give_back(db.session, throttle.SIGN_IN_ADDRESS, subject(throttle.SIGN_IN_ADDRESS), now())
    throttle.forgive(db.session, throttle.SIGN_IN_ACCOUNT, subject(throttle.SIGN_IN_ACCOUNT, account_name(email)))
    throttle.purge(db.session, now())
