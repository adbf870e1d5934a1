"""Addresses of a test: first screen, questions in any order, review, sending, result.

Owns no rule: loads, lets the service decide, commits once, redirects. Reading never writes.
"""

import uuid

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.core.errors import NotFound, Stale
from course_app.library.model import Lesson, Quiz
from course_app.quizzes.exam import pages, rules, service
from course_app.quizzes.exam.forms import DraftForm, SendForm, StartForm
from course_app.quizzes.exam.service import Sitting
from course_app.quizzes.kinds.answers import Response as Given
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.errors import wants_json
from course_app.web.i18n import _
from course_app.web.library import catalog

blueprint = Blueprint("exam", __name__)


def _published(quiz_id: str) -> Quiz:
    quiz = catalog().quizzes.get(quiz_id)
    if quiz is None or not rules.is_test(quiz):
        raise NotFound
    return quiz


def _intro(test: Quiz, form: StartForm, status: int = 200) -> Response:
    actor = signed_in()
    form.fresh_key()
    page = pages.intro_page(test, service.standing(db.session, actor, test, now()), actor.timezone)
    may_see_items = actor.may(Permission.SEE_CONTENT_FINDINGS)
    template = render_template("exam/intro.html", page=page, form=form, may_see_items=may_see_items)
    return make_response(template, status)


@blueprint.get("/tests/<quiz_id>")
@requires(Permission.KEEP_ACCOUNT)
def show(quiz_id: str) -> Response:
    """Show what the test asks, its rules, and where one stands."""
    return _intro(_published(quiz_id), StartForm())


@blueprint.post("/tests/<quiz_id>")
@requires(Permission.KEEP_ACCOUNT)
def start(quiz_id: str) -> BaseResponse:
    """Draw the questions, or resume; the same form starts once."""
    test, form = _published(quiz_id), StartForm()
    if not form.validate_on_submit():
        return _intro(test, form, 422)
    row = service.start(db.session, signed_in(), test, catalog().quizzes, form.submission, now())
    sitting = service.load(db.session, signed_in(), row.id)
    db.session.commit()
    if sitting.row.finished_at is not None:
        return redirect(url_for("exam.result", attempt_id=row.id), 303)
    if sitting.waiting is None:
        return redirect(url_for("exam.review", attempt_id=row.id), 303)
    return redirect(_question_url(row.id, sitting.waiting), 303)


def _question_url(attempt_id: uuid.UUID, number: int) -> str:
    return url_for("exam.question", attempt_id=attempt_id, number=number)


def _question(
    sitting: Sitting,
    number: int,
    form: DraftForm,
    *,
    offered: Given | None = None,
    moved: str | None = None,
    status: int = 200,
) -> Response:
    page = pages.question_page(sitting, number, signed_in().timezone, given=form.sent, offered=offered)
    if form.revision.data is None or offered is not None:
        form.revision.data = str(page.revision)
    form.fresh_key()
    targets = {"option": "option-0", "typed": "typed"}
    faults = [(targets.get(field.name), message) for field in form for message in field.errors]
    template = render_template(
        "exam/question.html",
        page=page,
        form=form,
        faults=faults,
        moved=moved,
        moved_up=(form.move.data or "").startswith("up:"),
    )
    return make_response(template, status)


@blueprint.get("/tests/essais/<uuid:attempt_id>/question/<int:number>")
@requires(Permission.KEEP_ACCOUNT)
def question(attempt_id: uuid.UUID, number: int) -> BaseResponse:
    """Show a question with the answer kept so far; a sent test shows its result instead."""
    sitting = service.load(db.session, signed_in(), attempt_id)
    asked = sitting.question(number)
    if sitting.row.finished_at is not None:
        return redirect(url_for("exam.result", attempt_id=attempt_id))
    return _question(sitting, number, DraftForm(asked, formdata=None))


@blueprint.post("/tests/essais/<uuid:attempt_id>/question/<int:number>")
@requires(Permission.KEEP_ACCOUNT)
def save(attempt_id: uuid.UUID, number: int) -> BaseResponse:
    """Keep an answer, then go on; a background save is answered in JSON."""
    actor = signed_in()
    sitting = service.load(db.session, actor, attempt_id, writing=True)
    form = DraftForm(sitting.question(number))
    if form.move.data:
        return _question(sitting, number, form, moved=form.moved())
    if not form.validate_on_submit():
        return _refused(form) if wants_json() else _question(sitting, number, form, status=422)
    try:
        draft = service.save(db.session, actor, sitting, number, form.draft(), now())
    except service.OtherAnswer as other:
        if wants_json():
            raise
        return _question(sitting, number, form, offered=other.offered, status=409)
    db.session.commit()
    if wants_json():
        at = pages.moment(draft.saved_at, actor.timezone)
        return jsonify(message=_("Réponse enregistrée %(moment)s.", moment=at))
    if request.form.get("then") == "review" or number == len(sitting.quiz.questions):
        return redirect(url_for("exam.review", attempt_id=attempt_id), 303)
    return redirect(_question_url(attempt_id, number + 1), 303)


def _refused(form: DraftForm) -> BaseResponse:
    messages = [message for field in form for message in field.errors]
    return make_response(jsonify(status=422, message=messages[0] if messages else ""), 422)


@blueprint.get("/tests/essais/<uuid:attempt_id>/verifier")
@requires(Permission.KEEP_ACCOUNT)
def review(attempt_id: uuid.UUID) -> BaseResponse:
    """Show every answer before sending; a sent test shows its result instead."""
    sitting = service.load(db.session, signed_in(), attempt_id)
    if sitting.row.finished_at is not None:
        return redirect(url_for("exam.result", attempt_id=attempt_id))
    page = pages.review_page(sitting, signed_in().timezone, now())
    return make_response(render_template("exam/review.html", page=page, form=SendForm(formdata=None)))


@blueprint.post("/tests/essais/<uuid:attempt_id>/envoyer")
@requires(Permission.KEEP_ACCOUNT)
def send(attempt_id: uuid.UUID) -> BaseResponse:
    """Send the test; sending it again shows the same result."""
    actor = signed_in()
    sitting = service.load(db.session, actor, attempt_id, writing=True)
    service.send(db.session, actor, sitting, now())
    db.session.commit()
    return redirect(url_for("exam.result", attempt_id=attempt_id), 303)


@blueprint.get("/tests/essais/<uuid:attempt_id>/resultat")
@requires(Permission.KEEP_ACCOUNT)
def result(attempt_id: uuid.UUID) -> Response:
    """Show what a sent test was worth; not sent yet: 404."""
    actor = signed_in()
    sitting = service.load(db.session, actor, attempt_id)
    written = service.result(db.session, actor, sitting)
    page = pages.result_page(
        sitting,
        written,
        service.answers(db.session, actor, sitting),
        _lessons(),
        service.standing(db.session, actor, sitting.quiz, now()),
        actor.timezone,
    )
    return make_response(render_template("exam/result.html", page=page))


def _lessons() -> dict[str, list[Lesson]]:
    """Return the lessons that teach each objective: those of the practice quizzes that ask about it."""
    found: dict[str, list[Lesson]] = {}
    for quiz in catalog().quizzes.values():
        lesson = catalog().lessons.get(quiz.lesson or "")
        for asked in quiz.questions if lesson else ():
            known = found.setdefault(asked.objective or "", [])
            if lesson and lesson not in known:
                known.append(lesson)
    return found


@blueprint.errorhandler(service.TryTomorrow)
@blueprint.errorhandler(service.AlreadyPassed)
def not_now(refusal: Stale) -> Response:
    """Say why no new attempt starts, on the test's first screen (409)."""
    test = _published(str((request.view_args or {})["quiz_id"]))
    db.session.rollback()
    actor = signed_in()
    form = StartForm(formdata=None)
    form.fresh_key()
    page = pages.intro_page(test, service.standing(db.session, actor, test, now()), actor.timezone)
    template = render_template("exam/intro.html", page=page, form=form, refusal=_(refusal.message))
    return make_response(template, 409)
