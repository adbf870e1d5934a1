"""Addresses of a regrading: its preview, and its confirmation. Only confirming writes."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.core.errors import NotFound, Stale
from course_app.library.model import Quiz
from course_app.quizzes.regrading import pages, service
from course_app.quizzes.regrading.forms import RegradeForm
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _, ngettext
from course_app.web.library import catalog

blueprint = Blueprint("regrading", __name__)


def _published(quiz_id: str) -> Quiz:
    quiz = catalog().quizzes.get(quiz_id)
    if quiz is None:
        raise NotFound
    return quiz


def _preview(quiz: Quiz, form: RegradeForm, *, refusal: str = "", status: int = 200) -> Response:
    form.fresh_key()
    form.previewed.data = quiz.content_hash
    plan = service.plan(db.session, quiz)
    page = pages.regrade_page(plan, service.history(db.session, quiz.id), signed_in().timezone)
    template = render_template("items/regrade.html", page=page, form=form, refusal=refusal)
    return make_response(template, status)


@blueprint.get("/quiz/<quiz_id>/reevaluation")
@requires(Permission.REGRADE)
def preview(quiz_id: str) -> Response:
    """Show what judging by today's version would change, for how many people; nothing is written."""
    return _preview(_published(quiz_id), RegradeForm(formdata=None))


@blueprint.post("/quiz/<quiz_id>/reevaluation")
@requires(Permission.REGRADE)
def confirm(quiz_id: str) -> BaseResponse:
    """Judge again, all or nothing; the same form sent twice regrades once."""
    quiz, form, actor = _published(quiz_id), RegradeForm(), signed_in()
    if not form.validate_on_submit():
        return _preview(quiz, form, status=422)
    decision = service.Decision(form.submission, (form.why.data or "").strip(), actor.first_name, actor.user_id)
    try:
        done = service.apply(db.session, quiz, form.previewed.data or "", decision, now())
    except (service.NothingToRegrade, service.ChangedSincePreview) as refused:
        return _refused(quiz, form, refused)
    db.session.commit()
    told = ngettext("%(num)d réponse a changé de note.", "%(num)d réponses ont changé de note.", done.changed)
    flash(_("Réévaluation enregistrée.") + f" {told}", "success")
    return redirect(url_for("regrading.preview", quiz_id=quiz_id), 303)


def _refused(quiz: Quiz, form: RegradeForm, refused: Stale) -> Response:
    """Show the preview as it is now, why it was refused, and the words already typed (409)."""
    db.session.rollback()
    return _preview(quiz, form, refusal=_(refused.message), status=409)
