"""Pages of reminders: what one wants, stopping in one press, dates for one's own calendar."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response as BaseResponse

from course_app.accounts.access import current_actor, requires, signed_in
from course_app.accounts.rules import DEFAULT_TIMEZONE, Permission
from course_app.membership import recalls
from course_app.outbox.delivery import link
from course_app.reminders import service
from course_app.reminders.forms import NAMES, ChoicesForm, FollowUpForm, StopForm
from course_app.reminders.kinds import read_stop_token
from course_app.reminders.rules import CHOSEN_BY_PEOPLE, Topic, is_wanted
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _
from course_app.web.library import catalog
from course_app.web.security import SAFE_METHODS, csrf

MEDIA_TYPE = "text/calendar; charset=utf-8"
blueprint = Blueprint("reminders", __name__)


@blueprint.get("/reglages/courriels")
@requires(Permission.KEEP_ACCOUNT)
def preferences() -> ResponseReturnValue:
    """Show which mails one gets."""
    actor, form = signed_in(), ChoicesForm(None)
    chosen = service.choices(db.session, actor.organisation_id, actor.user_id)
    for name, topic in NAMES.items():
        form[name].data = is_wanted(topic, chosen.get(topic))
    return render_template("reminders/preferences.html", form=form, leads=actor.may(Permission.SEE_TEAM))


@blueprint.post("/reglages/courriels")
@requires(Permission.KEEP_ACCOUNT)
def choose() -> ResponseReturnValue:
    """Keep which mails one wants."""
    actor, form = signed_in(), ChoicesForm()
    if not form.validate_on_submit():
        return render_template("reminders/preferences.html", form=form, leads=actor.may(Permission.SEE_TEAM)), 422
    shown = {
        topic: bool(form[name].data)
        for name, topic in NAMES.items()
        if topic is not Topic.FOLLOW_UP or actor.may(Permission.SEE_TEAM)
    }
    service.choose(db.session, actor.organisation_id, actor.user_id, shown, now())
    db.session.commit()
    flash(_("Vos choix sont enregistrés."), "success")
    return redirect(url_for("reminders.preferences"), 303)


@blueprint.route("/courriels/arret/<token>", methods=["GET", "POST"])
def stop(token: str) -> ResponseReturnValue:
    """Stop one kind of mail: a page with one button, since mail scanners open links; no need to sign in."""
    held = read_stop_token(token)
    if held is None:
        return render_template("reminders/stop_gone.html"), 410
    organisation_id, about_id, topic = held
    is_stopped = request.method == "POST"
    if is_stopped:
        _refuse(uuid.UUID(organisation_id), uuid.UUID(about_id), topic)
    return render_template(
        "reminders/stop.html",
        form=StopForm(None),
        topic=topic,
        token=token,
        is_stopped=is_stopped,
        has_choices=topic in CHOSEN_BY_PEOPLE,
    )


csrf.exempt(stop)  # RFC 8058: the mail program posts by itself, without cookie; the signed link is the right to do it


def _refuse(organisation_id: uuid.UUID, about_id: uuid.UUID, topic: Topic) -> None:
    """Keep the refusal of a person who is still here, or of an invitation; an erased one gets no mail anyway."""
    if topic is Topic.INVITATION:
        recalls.stop_recall(db.session, organisation_id, about_id, now())
        db.session.commit()
    elif service.exists(db.session, organisation_id, about_id):
        service.choose(db.session, organisation_id, about_id, {topic: False}, now())
        db.session.commit()


@blueprint.get("/agenda/echeances.ics")
@requires(Permission.LEARN)
def deadlines() -> ResponseReturnValue:
    """Give one's deadlines to one's own calendar."""
    paths = catalog().paths
    lines = [
        (row.id, paths[row.path_id].title, row.deadline_on)
        for row in service.open_deadlines(db.session, signed_in())
        if row.path_id in paths and row.deadline_on is not None
    ]
    from course_app.reminders import agenda  # noqa: PLC0415 - it loads a library of calendars that no page needs

    return _download(agenda.deadlines(lines, link("paths.mine"), now()), "reglo-echeances.ics")


@blueprint.route("/agenda/rappel", methods=["GET", "POST"])
def follow_up() -> ResponseReturnValue:
    """Make a date of a promise: what is typed goes into the file and is kept nowhere."""
    if request.method in SAFE_METHODS:
        form = FollowUpForm(None)
        form.what.data = _("Rappeler le client")
        return render_template("reminders/follow_up.html", form=form)
    form = FollowUpForm()
    if not form.validate_on_submit() or form.day.data is None or form.hour.data is None:
        return render_template("reminders/follow_up.html", form=form), 422
    actor = current_actor()
    starts_at = datetime.combine(
        form.day.data, form.hour.data, tzinfo=ZoneInfo(actor.timezone if actor else DEFAULT_TIMEZONE)
    )
    from course_app.reminders import agenda  # noqa: PLC0415 - it loads a library of calendars that no page needs

    return _download(agenda.follow_up(form.what.data or "", starts_at, now()), "reglo-rappel.ics")


def _download(body: bytes, name: str) -> BaseResponse:
    response = Response(body, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
