"""Addresses of the tutor thread: one's own, and those of the people one follows."""

import uuid

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.core import paging
from course_app.core.errors import NotFound
from course_app.membership import service as membership
from course_app.membership.rules import Member
from course_app.store.session import db
from course_app.tutoring import mail, service
from course_app.tutoring.forms import MessageForm, ReadForm
from course_app.tutoring.rules import read_about
from course_app.web.clock import now
from course_app.web.i18n import _
from course_app.web.library import catalog

blueprint = Blueprint("tutoring", __name__)


@blueprint.get("/tuteur")
@requires(Permission.KEEP_ACCOUNT)
def mine() -> BaseResponse:
    """Show one's thread, and the form to write; `sur` says what about."""
    about = read_about(request.args.get("sur", ""), catalog())
    return _mine(MessageForm(formdata=None, data={"about": about.slug if about else ""}))


@blueprint.post("/tuteur")
@requires(Permission.KEEP_ACCOUNT)
def write() -> BaseResponse:
    """Write to one's tutors."""
    form, actor, moment = MessageForm(), signed_in(), now()
    tutors = service.require_tutors(db.session, actor)
    if not form.validate_on_submit():
        return _mine(form, 422)
    about = read_about(form.about.data or "", catalog())
    if service.write(db.session, actor, actor.user_id, form.text.data.strip(), about, form.submission, moment):
        for tutor in tutors:
            mail.tell(db.session, actor.organisation_id, tutor.id, actor.user_id, moment)
    service.mark_read(db.session, actor.organisation_id, actor.user_id, moment, by_learner=True)
    db.session.commit()
    flash(_("Message envoyé."), "success")
    return redirect(url_for(".mine"), 303)


@blueprint.post("/tuteur/lu")
@requires(Permission.KEEP_ACCOUNT)
def read_mine() -> BaseResponse:
    """Mark one's thread as read."""
    if ReadForm().validate_on_submit():
        actor = signed_in()
        service.mark_read(db.session, actor.organisation_id, actor.user_id, now(), by_learner=True)
        db.session.commit()
    return redirect(url_for(".mine"), 303)


@blueprint.get("/equipe/messages")
@requires(Permission.SEE_TEAM)
def inbox() -> str:
    """List the people one follows, those who wait for an answer first."""
    asked = paging.tidied(request.args.get("q", ""))
    page = service.inbox(db.session, signed_in(), asked, _page())
    return render_template("tutoring/inbox.html", page=page)


@blueprint.get("/equipe/messages/<uuid:learner_id>")
@requires(Permission.SEE_TEAM)
def thread(learner_id: uuid.UUID) -> BaseResponse:
    """Show the thread of somebody one follows."""
    return _thread(_followed(learner_id), MessageForm(formdata=None))


@blueprint.post("/equipe/messages/<uuid:learner_id>")
@requires(Permission.SEE_TEAM)
def answer(learner_id: uuid.UUID) -> BaseResponse:
    """Answer somebody one follows, or write to them first."""
    learner, form, actor, moment = _followed(learner_id), MessageForm(), signed_in(), now()
    if not form.validate_on_submit():
        return _thread(learner, form, 422)
    about = read_about(form.about.data or "", catalog())
    if service.write(db.session, actor, learner_id, form.text.data.strip(), about, form.submission, moment):
        mail.tell(db.session, actor.organisation_id, learner_id, learner_id, moment)
    service.mark_read(db.session, actor.organisation_id, learner_id, moment, by_learner=False)
    db.session.commit()
    flash(_("Message envoyé."), "success")
    return redirect(url_for(".thread", learner_id=learner_id), 303)


@blueprint.post("/equipe/messages/<uuid:learner_id>/lu")
@requires(Permission.SEE_TEAM)
def read(learner_id: uuid.UUID) -> BaseResponse:
    """Mark the thread of somebody one follows as read: nothing to answer."""
    _followed(learner_id)
    if ReadForm().validate_on_submit():
        service.mark_read(db.session, signed_in().organisation_id, learner_id, now(), by_learner=False)
        db.session.commit()
    return redirect(url_for(".inbox"), 303)


def _page() -> int:
    return request.args.get("page", 1, type=int)


def _followed(learner_id: uuid.UUID) -> Member:
    actor = signed_in()
    if learner_id == actor.user_id:  # one's own thread is answered by others
        raise NotFound
    return membership.seen_person(db.session, actor, learner_id)


def _mine(form: MessageForm, status: int = 200) -> BaseResponse:
    actor = signed_in()
    form.fresh_key()
    about = read_about(form.about.data or "", catalog())
    page = render_template(
        "tutoring/mine.html",
        form=form,
        about=service.title(catalog(), about),
        tutors=service.tutors(db.session, actor),
        page=service.latest(db.session, actor.organisation_id, actor.user_id, catalog(), _page()),
        title=lambda each: service.title(catalog(), each),
    )
    return make_response(page, status)


def _thread(learner: Member, form: MessageForm, status: int = 200) -> BaseResponse:
    form.fresh_key()
    actor = signed_in()
    page = render_template(
        "tutoring/thread.html",
        form=form,
        learner=learner,
        page=service.latest(db.session, actor.organisation_id, learner.user_id, catalog(), _page()),
        waiting=service.unread(db.session, actor.organisation_id, learner.user_id, by_learner=False),
        title=lambda each: service.title(catalog(), each),
    )
    return make_response(page, status)
