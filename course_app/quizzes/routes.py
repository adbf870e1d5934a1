"""Addresses of a quiz: first screen, trial call, question, answer, hanging up, summary.

Owns no rule: loads, lets the service decide, commits once, redirects. Reading never writes.
"""

import uuid
from collections.abc import Sequence

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import current_actor, enter_as_guest, requires, signed_in
from course_app.accounts.rules import Actor, Permission
from course_app.core.errors import NotFound
from course_app.library.model import Quiz, QuizKind
from course_app.progress import service as progress
from course_app.quizzes import answering, pages, service
from course_app.quizzes.forms import AnswerForm, HangUpForm, ReasonForm, StartForm
from course_app.quizzes.models import QuizAttempt
from course_app.quizzes.rules import Certainty
from course_app.quizzes.service import Attempt, Submission
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog
from course_app.web.steps import following, step_url

blueprint = Blueprint("quizzes", __name__)

FEEDBACK = "feedback"
"""Anchor of the feedback's heading: arriving there gives it the focus."""

REASON = "raison"
"""Anchor of « La raison ? » below the feedback."""

NEWEST_TURN = "tour"
"""Anchor in a call where the current turn begins; what was said before stands above."""


def _published(quiz_id: str) -> Quiz:
    quiz = catalog().quizzes.get(quiz_id)
    if quiz is None or quiz.kind_of_quiz is QuizKind.PLACEMENT:  # asked on a page of the path it belongs to
        raise NotFound
    return quiz


def _practice(quiz_id: str) -> Quiz:
    quiz = _published(quiz_id)
    if quiz.kind_of_quiz is QuizKind.TEST:
        raise NotFound
    return quiz


def _attempt(attempt_id: uuid.UUID, *, writing: bool = False) -> Attempt:
    attempt = service.load(db.session, signed_in(), attempt_id, writing=writing)
    _refuse_test(attempt.quiz)
    return attempt


def _refuse_test(quiz: Quiz) -> None:
    """Refuse a test: it has pages of its own, which tell nothing before it is sent."""
    if quiz.kind_of_quiz is QuizKind.TEST:
        raise NotFound


def _trial() -> Quiz:
    trials = (quiz for quiz in catalog().quizzes.values() if quiz.kind_of_quiz is QuizKind.TRIAL)
    quiz = next(trials, None)
    if quiz is None:
        raise NotFound
    return quiz


def _question_url(attempt_id: uuid.UUID, number: int, anchor: str | None = None) -> str:
    return url_for("quizzes.question", attempt_id=attempt_id, number=number, _anchor=anchor)


def _intro(quiz: Quiz, actor: Actor | None, form: StartForm, status: int = 200) -> Response:
    attempts: Sequence[QuizAttempt] = service.attempts_at(db.session, actor, quiz.id) if actor else ()
    form.fresh_key()
    lesson = catalog().lessons.get(quiz.lesson or "")
    page = pages.intro_page(quiz, attempts)
    template = render_template(
        "quizzes/intro.html",
        page=page,
        form=form,
        lesson=lesson,
        action=_start_url(quiz),
        may_see_items=actor is not None and actor.may(Permission.SEE_CONTENT_FINDINGS),
    )
    return make_response(template, status)


def _start_url(quiz: Quiz) -> str:
    is_trial = quiz.kind_of_quiz is QuizKind.TRIAL
    return url_for("quizzes.start_trial") if is_trial else url_for("quizzes.start", quiz_id=quiz.id)


def _start(quiz: Quiz, actor: Actor, form: StartForm) -> BaseResponse:
    """Start or resume, commit, and go to where the attempt stands."""
    row = service.start(db.session, actor, quiz, form.submission, now())
    attempt = service.load(db.session, actor, row.id)
    db.session.commit()
    if attempt.is_finished:
        return redirect(url_for("quizzes.summary", attempt_id=row.id), 303)
    resumed_call = pages.is_call(quiz) and attempt.reached > 1
    return redirect(_question_url(row.id, attempt.reached, NEWEST_TURN if resumed_call else None), 303)


@blueprint.get("/essai")
def trial() -> Response:
    """Show the call that anybody may try; nothing is kept before it starts."""
    return _intro(_trial(), current_actor(), StartForm())


@blueprint.post("/essai")
def start_trial() -> BaseResponse:
    """Start the trial call, letting a visitor in as a guest."""
    quiz, form = _trial(), StartForm()
    if not form.validate_on_submit():
        return _intro(quiz, current_actor(), form, 422)
    return _start(quiz, current_actor() or enter_as_guest(db.session, now()), form)


@blueprint.get("/quiz/<quiz_id>")
@requires(Permission.LEARN)
def show(quiz_id: str) -> BaseResponse:
    """Show what the quiz is, and where to resume it."""
    quiz = _published(quiz_id)
    if quiz.kind_of_quiz is QuizKind.TEST:
        return redirect(url_for("exam.show", quiz_id=quiz_id))
    return _intro(quiz, signed_in(), StartForm())


@blueprint.post("/quiz/<quiz_id>")
@requires(Permission.LEARN)
def start(quiz_id: str) -> BaseResponse:
    """Start an attempt, or resume the open one; the same form starts once."""
    quiz, form = _practice(quiz_id), StartForm()
    if not form.validate_on_submit():
        return _intro(quiz, signed_in(), form, 422)
    return _start(quiz, signed_in(), form)


def _question(
    attempt: Attempt,
    number: int,
    form: AnswerForm,
    *,
    offered: Submission | None = None,
    moved: str | None = None,
    status: int = 200,
) -> Response:
    page = pages.question_page(
        attempt,
        number,
        signed_in().timezone,
        given=form.sent,
        certainty=form.certainty.data or "",
        offered=offered,
    )
    form.fresh_key()
    template = render_template(
        "quizzes/question.html",
        page=page,
        form=form,
        hang_up_form=HangUpForm(formdata=None),
        labels=_certainty_labels(),
        faults=_faults(form),
        moved=moved,
        moved_up=(form.move.data or "").startswith("up:"),
    )
    return make_response(template, status)


def _certainty_labels() -> dict[Certainty, str]:
    return {certainty: catalog().label(certainty) for certainty in Certainty}


def _faults(form: AnswerForm) -> list[tuple[str | None, str]]:
    """Return what to correct, each with the id of the first control it is about."""
    targets = {"option": "option-0", "typed": "typed", "certainty": "certainty-0"}
    return [(targets.get(field.name), message) for field in form for message in field.errors]


@blueprint.get("/quiz/essais/<uuid:attempt_id>/question/<int:number>")
@requires(Permission.LEARN)
def question(attempt_id: uuid.UUID, number: int) -> BaseResponse:
    """Show a question within reach: to answer, or with its answer and feedback."""
    attempt = _attempt(attempt_id)
    asked = attempt.question(number)
    if attempt.is_finished and asked.id not in attempt.answers:
        return redirect(url_for("quizzes.summary", attempt_id=attempt_id))
    return _question(attempt, number, AnswerForm(asked, formdata=None))


@blueprint.post("/quiz/essais/<uuid:attempt_id>/question/<int:number>")
@requires(Permission.LEARN)
def answer(attempt_id: uuid.UUID, number: int) -> BaseResponse:
    """Store an answer, then show the question again with its feedback."""
    actor = signed_in()
    held = answering.hold(db.session, actor, attempt_id)
    _refuse_test(held.quiz)
    form = AnswerForm(held.question(number))
    if form.move.data and form.question.id not in held.keys:
        return _question(_attempt(attempt_id), number, form, moved=form.moved())
    if not form.validate_on_submit():
        return _question(_attempt(attempt_id), number, form, status=422)
    try:
        answering.answer(db.session, actor, held, number, form.answer(), now())
    except service.AlreadyAnswered as refused:
        return _question(_attempt(attempt_id), number, form, offered=refused.offered, status=409)
    db.session.commit()
    return redirect(_question_url(attempt_id, number, FEEDBACK), 303)


@blueprint.post("/quiz/essais/<uuid:attempt_id>/question/<int:number>/raison")
@requires(Permission.LEARN)
def reason(attempt_id: uuid.UUID, number: int) -> BaseResponse:
    """Keep why the learner thinks so, then show the question again with that reason explained."""
    attempt = _attempt(attempt_id, writing=True)
    attempt.question(number)
    service.give_reason(db.session, attempt, number, ReasonForm().reason.data or "")
    db.session.commit()
    return redirect(_question_url(attempt_id, number, REASON), 303)


@blueprint.post("/quiz/essais/<uuid:attempt_id>/raccrocher")
@requires(Permission.LEARN)
def hang_up(attempt_id: uuid.UUID) -> BaseResponse:
    """End the attempt where it stands, and show what it taught."""
    actor = signed_in()
    service.hang_up(db.session, actor, _attempt(attempt_id, writing=True), now())
    db.session.commit()
    return redirect(url_for("quizzes.summary", attempt_id=attempt_id), 303)


@blueprint.get("/quiz/essais/<uuid:attempt_id>/bilan")
@requires(Permission.LEARN)
def summary(attempt_id: uuid.UUID) -> BaseResponse:
    """Show a finished attempt: score, each answer, what comes next."""
    actor = signed_in()
    attempt = _attempt(attempt_id)
    if not attempt.is_finished:
        raise service.QuestionAhead(attempt.reached)
    states = progress.journey(db.session, actor)
    done = {key for key, state in states.items() if state.is_done}
    onward = following(catalog(), (attempt.quiz.kind, attempt.quiz.id), done)
    form = StartForm(formdata=None)
    form.fresh_key()
    template = render_template(
        "quizzes/summary.html",
        page=pages.summary_page(attempt, actor.timezone),
        form=form,
        labels=_certainty_labels(),
        replay=_start_url(attempt.quiz) if attempt.quiz.id in catalog().quizzes else None,
        lesson=catalog().lessons.get(attempt.quiz.lesson or ""),
        onward=onward,
        onward_url=step_url(onward) if onward else None,
    )
    return make_response(template)


@blueprint.errorhandler(service.QuestionAhead)
def too_early(error: service.QuestionAhead) -> Response:
    """Show the way back to the question that is waiting (409)."""
    attempt_id = (request.view_args or {})["attempt_id"]
    waiting = url_for("quizzes.question", attempt_id=attempt_id, number=error.reached)
    return make_response(render_template("quizzes/ahead.html", waiting=waiting, number=error.reached), 409)
