"""The page of an invitation: read by anybody who holds the link, used by a click, never by a reading.

Mail scanners open links: only the form consumes one (experience.md §4, Access).
"""

from contextlib import suppress

import structlog
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from course_app.accounts import sessions
from course_app.accounts.access import accounts, current_actor, device, enter
from course_app.accounts.rules import Actor
from course_app.core.errors import Gone, NotFound
from course_app.information import service as information
from course_app.membership import invitations, joining, pages
from course_app.membership.forms import JoinForm
from course_app.membership.joining import Entrance, Welcome
from course_app.membership.models import Invitation
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog
from course_app.web.security import SAFE_METHODS
from course_app.web.steps import page_url

blueprint = Blueprint("joining", __name__, url_prefix="/invitation")
log = structlog.get_logger("reglo.membership")


@blueprint.route("/<token>", methods=["GET", "POST"])
def show(token: str) -> ResponseReturnValue:
    """Show who invites to what; sent with a first name, make a member and let them practise at once."""
    reader, form = current_actor(), JoinForm()
    try:
        invitation = joining.alive(db.session, token, now())
        welcome = joining.welcome(db.session, invitation, reader)
        if request.method in SAFE_METHODS:
            form.first_name.data = welcome.first_name
            return _page(form, welcome, token)
        if welcome.entrance is Entrance.SIGNED_IN:
            form.first_name.data = reader.first_name or welcome.email if reader else ""
        if not form.validate_on_submit():
            return _page(form, welcome, token), 422
        return _join(token, form, reader, welcome)
    except Gone:
        db.session.rollback()
        return _gone(token, reader)


def _join(token: str, form: JoinForm, reader: Actor | None, welcome: Welcome) -> ResponseReturnValue:
    records = accounts().records
    user = joining.accept(db.session, token, form.first_name.data or "", reader, records, now())
    if welcome.entrance is Entrance.SIGNED_IN:
        if reader is not None:
            information.acknowledge(db.session, reader, catalog().information, now())
        db.session.commit()
        return redirect(url_for("paths.mine"), 303)
    if reader is not None and not reader.is_guest:
        with suppress(NotFound):  # somebody else was signed in here
            sessions.end(db.session, reader, reader.session_id, now())
    opened = sessions.open_session(db.session, user, now(), device=device(), remember=bool(form.remember.data))
    information.acknowledge(db.session, opened.actor, catalog().information, now())
    db.session.commit()
    enter(opened)
    log.info("joined", user=str(user.id))
    call = pages.first_call(catalog(), welcome.path_id)
    return redirect(page_url(call) if call else url_for("paths.mine"), 303)


@blueprint.post("/<token>/redemander")
def ask_again(token: str) -> ResponseReturnValue:
    """Tell the inviter that their link died; they decide whether to send another. The answer tells nothing else."""
    invitations.ask_again(db.session, token, now())
    db.session.commit()
    return redirect(url_for("joining.show", token=token, demande=1), 303)


def _page(form: JoinForm, welcome: Welcome, token: str) -> str:
    return render_template(
        "membership/invitation.html",
        form=form,
        welcome=welcome,
        token=token,
        path=pages.path_title(catalog(), welcome.path_id),
        minutes=pages.path_minutes(catalog(), welcome.path_id) if welcome.path_id else 0,
        deadline=pages.day(welcome.deadline_on),
        information=catalog().information,
        starts_with_call=pages.first_call(catalog(), welcome.path_id) is not None,
    )


def _gone(token: str, reader: Actor | None) -> ResponseReturnValue:
    """Answer a dead link: 410, with what to do; whoever used it is sent to where they belong."""
    invitation = invitations.sent_with(db.session, token)
    if invitation is not None and reader is not None and invitation.accepted_by == reader.user_id:
        return redirect(url_for("paths.mine"), 303)
    page = render_template(
        "membership/invitation_gone.html", case=_case(invitation), token=token, is_asked="demande" in request.args
    )
    return page, 410


def _case(invitation: Invitation | None) -> str:
    """Return which sentence a dead link deserves."""
    if invitation is None:
        return "inconnu"
    if invitation.accepted_at is not None:
        return "accepte"
    if invitations.told_before(db.session, invitation):
        return "remplace"
    return "perime"
