"""Addresses of a lesson: read, keep one's place, mark as read, take it back, read again the version one had.

Owns no rule. Reading never writes: the place is kept by a POST of the page, with or without JavaScript.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup
from werkzeug import Response as BaseResponse

from course_app.accounts.access import ask_to_sign_in, current_actor, requires, signed_in
from course_app.accounts.rules import Permission
from course_app.company.routes import house
from course_app.core.errors import Forbidden, Invalid, NotFound
from course_app.lessons import rules, service
from course_app.lessons.forms import FinishForm, ReopenForm
from course_app.library.model import ItemKind, Lesson
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.errors import wants_json
from course_app.web.fragments import fragment
from course_app.web.fragments import page as prepared_page
from course_app.web.i18n import _
from course_app.web.library import catalog
from course_app.web.steps import following, page_url, step_url

blueprint = Blueprint("lessons", __name__)

END = "fin-de-lecon"
"""Anchor of the place where a lesson is marked as read."""


def _published(lesson_id: str) -> Lesson:
    lesson = catalog().lessons.get(lesson_id)
    if lesson is None:
        raise NotFound
    return lesson


@blueprint.get("/lecons/<lesson_id>")
def show(lesson_id: str) -> BaseResponse:
    """Show a lesson; visitors read those that open a path."""
    lesson, actor = _published(lesson_id), current_actor()
    if actor is None and not rules.is_open_to_all(catalog().paths.values(), lesson_id):
        return ask_to_sign_in()
    if actor is not None and not actor.may(Permission.LEARN):
        raise Forbidden
    return _page(service.page(db.session, catalog(), lesson, actor, now()))


def _page(page: service.LessonPage) -> Response:
    """Return the lesson: written once for all who stand alike in it; the place and the company's ways are their own."""
    alike = {"page": replace(page, resume=None, resume_label=""), "form": None}
    return make_response(prepared_page("lessons/show.html", alike, _own_parts(page, str(uuid.uuid4()))))


def _refused(page: service.LessonPage, form: FinishForm) -> Response:
    """Return the lesson under what was wrong with the form sent from it."""
    form.fresh_key()
    parts = _own_parts(page, form.key.data)
    return make_response(render_template("lessons/show.html", page=page, form=form, **parts), 422)


def _own_parts(page: service.LessonPage, key: str) -> dict[str, str]:
    ways, place = house(), (page.resume, page.resume_label)
    return {
        "key": key,
        "key_again": str(uuid.uuid4()),
        "text": fragment("lessons/parts.html", "text", page.sections, current_actor() is not None),
        "aside": _aside(page),
        "resume": fragment("lessons/parts.html", "resume", *place) if page.resume else "",
        "house_says": Markup(render_template("company/house.html")) if ways.are_told else "",  # noqa: S704 - a template's
    }


def _aside(page: service.LessonPage) -> Markup:
    return fragment("lessons/parts.html", "aside", page.lesson, page.sources)


@blueprint.post("/lecons/<lesson_id>/place")
@requires(Permission.LEARN)
def place(lesson_id: str) -> BaseResponse:
    """Keep the place: 204 for the page's own beacon, back to the paragraph for a form."""
    lesson, paragraph = _published(lesson_id), _paragraph()
    service.keep_place(db.session, signed_in(), lesson, paragraph, now())
    db.session.commit()
    if wants_json():
        return Response(status=204)
    flash(_("Votre place est gardée."), "success")
    return redirect(url_for("lessons.show", lesson_id=lesson_id, _anchor=paragraph), 303)


def _paragraph() -> str:
    sent: object
    try:
        sent = request.get_json() if request.is_json else request.form
    except RecursionError:  # JSON nested thousands deep
        sent = None
    paragraph = sent.get("paragraph") if isinstance(sent, Mapping) else None
    if not isinstance(paragraph, str):
        raise Invalid("Ce passage n'existe plus dans la leçon. Rechargez la page.", code="passage-inconnu")
    return paragraph


@blueprint.post("/lecons/<lesson_id>/terminer")
@requires(Permission.LEARN)
def finish(lesson_id: str) -> BaseResponse:
    """Mark the lesson as read, then go to the card pressed, to its quiz, or to the next step of the path."""
    lesson, actor, form = _published(lesson_id), signed_in(), FinishForm()
    if not form.validate_on_submit():
        return _refused(service.page(db.session, catalog(), lesson, actor, now()), form)
    pressed = service.card(lesson, form.onward.data or "")
    done = service.finish(db.session, actor, lesson, form.submission, now())
    db.session.commit()
    _say_read(lesson)
    if pressed is not None:
        return redirect(page_url(pressed), 303)
    embedded = (catalog().quizzes.get(quiz) for quiz in lesson.quizzes if (ItemKind.QUIZ, quiz) not in done)
    # A quiz that closes a pair of lessons is embedded in both, and opened after the second.
    onward = next((quiz for quiz in embedded if quiz and quiz.lesson == lesson.id), None) or following(
        catalog(), (lesson.kind, lesson.id), done
    )
    return redirect(step_url(onward) if onward else url_for("paths.mine"), 303)


def _say_read(lesson: Lesson) -> None:
    """Say that the lesson counts as read, and where to take it back."""
    where = url_for("lessons.show", lesson_id=lesson.id, _anchor=END)
    told = Markup('{} <a href="{}">{}</a>').format(
        _("La leçon est notée comme lue."), where, _("Ce n'était pas voulu ?")
    )
    flash(told, "success")


@blueprint.post("/lecons/<lesson_id>/rouvrir")
@requires(Permission.LEARN)
def reopen(lesson_id: str) -> BaseResponse:
    """Take back that the lesson was read, then show it again at its end."""
    lesson, actor, form = _published(lesson_id), signed_in(), ReopenForm()
    if form.validate_on_submit():
        service.take_back(db.session, actor, lesson, form.submission, now())
        db.session.commit()
    return redirect(url_for("lessons.show", lesson_id=lesson_id, _anchor=END), 303)


@blueprint.get("/lecons/<lesson_id>/versions/<content_hash>")
@requires(Permission.LEARN)
def version(lesson_id: str, content_hash: str) -> BaseResponse:
    """Show the very version the learner had; anybody else's, or none, is a 404."""
    actor = signed_in()
    page = service.version_page(db.session, catalog(), actor, lesson_id, content_hash)
    current = catalog().lessons.get(lesson_id)
    if current is not None and current.content_hash == content_hash:
        return redirect(url_for("lessons.show", lesson_id=lesson_id))
    return make_response(render_template("lessons/version.html", page=page, current=current, aside=_aside(page)))
