"""From a first proof to an open session: the second factor when there is one, then this browser signed in.

Shared by the password, the company's account and the passkeys; each view that calls it has checked its own proof.
"""

from contextlib import suppress
from datetime import datetime

import structlog
from flask import redirect, request, url_for
from werkzeug import Response

from course_app.accounts import attempts, service, sessions
from course_app.accounts.access import accounts, current_actor, device, enter
from course_app.accounts.destinations import local_path
from course_app.accounts.factors import service as factors
from course_app.accounts.factors import steps
from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import NotFound
from course_app.store.session import db
from course_app.web.clock import now

log = structlog.get_logger("reglo.accounts")


def onwards(destination: str | None) -> Response:
    """Go to a local path if that is what it is, else to Mon parcours."""
    return redirect(local_path(destination) or url_for("paths.mine"), 303)


def with_password(email: str, password: str, *, remember: bool, destination: str | None) -> Response | None:
    """Take a person one step further when their password is right; None when it is not. Raises `TooMany`. Commits."""
    found, verdict = attempts.checked(email, password)
    if found is None or not verdict.right:
        log.info("sign-in refused", user=str(found.user_id) if found else None, address=request.remote_addr)
        return None
    try:
        user = service.confirmed(db.session, found, verdict)
    except NotFound:
        return None
    attempts.forgive(email)
    return recognised(user, remember=remember, destination=destination)


def recognised(user: User, *, remember: bool, destination: str | None) -> Response:
    """Ask for the second factor of somebody whose first proof was right, or let them in when they have none. Commits."""
    if not factors.holds_any(db.session, user):
        return let_in(user, remember=remember, destination=destination)
    steps.keep_pending(user, remember=remember, destination=destination, moment=now())
    db.session.commit()
    return redirect(url_for("second_step.show"), 303)


def let_in(
    user: User,
    *,
    remember: bool,
    destination: str | None,
    factor: str | None = None,
    factor_verified_at: datetime | None = None,
) -> Response:
    """Sign this browser in, a guest's work carried over; `factor` names the second proof for the register. Commits."""
    previous = current_actor()
    opened = sessions.open_session(
        db.session, user, now(), device=device(), remember=remember, factor_verified_at=factor_verified_at
    )
    if previous is not None and previous.is_guest:
        service.absorb_guest(db.session, previous, opened.actor, accounts().records)
    else:
        end_previous(previous)
    note_sign_in(user, factor)
    db.session.commit()
    enter(opened)
    log.info("signed in", user=str(user.id), factor=factor, address=request.remote_addr)
    return onwards(destination)


def note_sign_in(user: User, factor: str | None) -> None:
    """Write in the register that somebody came in, and by which second proof if any (S78)."""
    signed_in = Entry(user.organisation_id, Act.SIGNED_IN, user.id, f"personne:{user.id}", {"second_moyen": factor})
    audit.record(db.session, signed_in, now())


def renew(user: User, factor_verified_at: datetime | None) -> None:
    """End every session of a person and open this browser's anew, under another token (S42). Commits."""
    sessions.end_all(db.session, user, now())
    opened = sessions.open_session(db.session, user, now(), device=device(), factor_verified_at=factor_verified_at)
    db.session.commit()
    enter(opened)


def end_previous(actor: Actor | None) -> None:
    """End the session this browser held until now."""
    if actor is not None:
        with suppress(NotFound):
            sessions.end(db.session, actor, actor.session_id, now())
