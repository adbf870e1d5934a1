"""Addresses of a scenario: first screen, moments, going back, debrief, replaying, the author's picture.

Owns no rule: loads, lets the service decide, commits once, redirects. Reading never writes.
"""

import uuid

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.core.errors import Invalid, NotFound, Stale
from course_app.library.scenario_model import Scenario
from course_app.library.scenario_proof import prove_all
from course_app.progress import service as progress
from course_app.scenarios import maps, pages, records, service
from course_app.scenarios.forms import BackForm, ChoiceForm, ReplayForm, StartForm
from course_app.scenarios.service import Attempt
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog
from course_app.web.steps import following, step_url

blueprint = Blueprint("scenarios", __name__, url_prefix="/scenarios")

FEEDBACK = "feedback"
"""Anchor of the feedback's heading: arriving there gives it the focus."""


def _published(scenario_id: str) -> Scenario:
    scenario = catalog().scenarios.get(scenario_id)
    if scenario is None:
        raise NotFound
    return scenario


def _mine(attempt_id: uuid.UUID, *, writing: bool = False) -> Attempt:
    return service.load(db.session, signed_in(), attempt_id, writing=writing)


def _moment_url(attempt_id: uuid.UUID, number: int, anchor: str | None = None) -> str:
    return url_for("scenarios.moment", attempt_id=attempt_id, number=number, _anchor=anchor)


def _place_url(attempt: Attempt) -> str:
    """Return where an attempt stands: its moment to decide, or its debrief."""
    if attempt.is_finished:
        return url_for("scenarios.debrief", attempt_id=attempt.row.id)
    return _moment_url(attempt.row.id, attempt.waiting)


def _intro(scenario: Scenario, form: StartForm, status: int = 200) -> Response:
    actor = signed_in()
    form.fresh_key()
    template = render_template(
        "scenarios/intro.html",
        page=pages.intro_page(scenario, service.attempts_at(db.session, actor, scenario.id)),
        form=form,
        lesson=catalog().lessons.get(scenario.lesson or ""),
        may_see_map=actor.may(Permission.SEE_CONTENT_FINDINGS),
    )
    return make_response(template, status)


@blueprint.get("/<scenario_id>")
@requires(Permission.LEARN)
def show(scenario_id: str) -> Response:
    """Show what the story is, and where to resume it."""
    return _intro(_published(scenario_id), StartForm(formdata=None))


@blueprint.post("/<scenario_id>")
@requires(Permission.LEARN)
def start(scenario_id: str) -> BaseResponse:
    """Start an attempt, or resume the open one; the same form starts once."""
    scenario, form = _published(scenario_id), StartForm()
    if not form.validate_on_submit():
        return _intro(scenario, form, 422)
    row = service.start(db.session, signed_in(), scenario, form.submission, now())
    attempt = _mine(row.id)
    db.session.commit()
    return redirect(_place_url(attempt), 303)


@blueprint.get("/parties/<uuid:attempt_id>")
@requires(Permission.LEARN)
def resume(attempt_id: uuid.UUID) -> BaseResponse:
    """Go to where an attempt stands."""
    return redirect(_place_url(_mine(attempt_id)))


def _moment(attempt: Attempt, number: int, form: ChoiceForm, *, offered: str = "", status: int = 200) -> Response:
    page = pages.moment_page(attempt, number, signed_in().timezone, chosen=form.chosen, offered=offered)
    form.fresh_key()
    back = BackForm(formdata=None, at=attempt.waiting)
    back.fresh_key()
    template = render_template(
        "scenarios/moment.html",
        page=page,
        form=form,
        back=back,
        choices=[{"value": option.id, "label": option.text} for option in page.options],
        faults=[("choice-0" if field.name == "choice" else None, text) for field in form for text in field.errors],
    )
    return make_response(template, status)


@blueprint.get("/parties/<uuid:attempt_id>/moment/<int:number>")
@requires(Permission.LEARN)
def moment(attempt_id: uuid.UUID, number: int) -> BaseResponse:
    """Show the moment to decide now, or one decided, with what it led to; a step back leads to what followed it."""
    attempt = _mine(attempt_id)
    if number < 1:
        raise NotFound
    if attempt.play.visit(number) is None:
        if number > attempt.waiting or (attempt.is_finished and number == attempt.waiting):
            raise service.MomentAhead(attempt.waiting)
        if number < attempt.waiting:
            return redirect(_moment_url(attempt_id, number + 1))
    return _moment(attempt, number, ChoiceForm(attempt.story, None, formdata=None))


@blueprint.post("/parties/<uuid:attempt_id>/moment/<int:number>")
@requires(Permission.LEARN)
def decide(attempt_id: uuid.UUID, number: int) -> BaseResponse:
    """Store a choice, then show the moment again with what it led to."""
    attempt = _mine(attempt_id, writing=True)
    if not 1 <= number <= attempt.waiting:
        raise NotFound if number < 1 else service.MomentAhead(attempt.waiting)
    visit = attempt.play.visit(number)
    is_open = number == attempt.waiting and not attempt.is_finished
    form = ChoiceForm(attempt.story, visit.before if visit else attempt.play.position if is_open else None)
    if not form.validate_on_submit():
        if visit is None and not is_open:  # a step back stands there, or the story is over
            raise Stale
        return _moment(attempt, number, form, status=422)
    try:
        service.choose(db.session, signed_in(), attempt, number, form.chosen, form.submission, now())
    except service.AlreadyDecided as refused:
        if visit is None:
            raise
        return _moment(attempt, number, form, offered=refused.offered, status=409)
    db.session.commit()
    return redirect(_moment_url(attempt_id, number, FEEDBACK), 303)


@blueprint.post("/parties/<uuid:attempt_id>/retour")
@requires(Permission.LEARN)
def go_back(attempt_id: uuid.UUID) -> BaseResponse:
    """Go back before a choice: the log keeps both."""
    attempt, form = _mine(attempt_id, writing=True), BackForm()
    if not form.validate_on_submit():
        raise Invalid("Rechargez la page, puis recommencez.")
    at, to = int(form.at.data or 0), int(form.moment.data or 0)
    service.go_back(db.session, signed_in(), attempt, at, to, form.submission, now())
    db.session.commit()
    return redirect(_moment_url(attempt_id, at + 1), 303)


@blueprint.get("/parties/<uuid:attempt_id>/debrief")
@requires(Permission.LEARN)
def debrief(attempt_id: uuid.UUID) -> BaseResponse:
    """Show a finished attempt: its ending, each decision explained, what else exists."""
    actor, attempt = signed_in(), _mine(attempt_id)
    if not attempt.is_finished:
        raise service.MomentAhead(attempt.waiting)
    done = {key for key, state in progress.journey(db.session, actor).items() if state.is_done}
    onward = following(catalog(), (attempt.scenario.kind, attempt.scenario.id), done)
    form, again = ReplayForm(formdata=None), StartForm(formdata=None)
    form.fresh_key()
    again.fresh_key()
    template = render_template(
        "scenarios/debrief.html",
        page=pages.debrief_page(attempt),
        map=maps.learner_map(attempt),
        form=form,
        again=again,
        is_published=attempt.scenario.id in catalog().scenarios,
        onward=onward,
        onward_url=step_url(onward) if onward else None,
    )
    return make_response(template)


@blueprint.post("/parties/<uuid:attempt_id>/moment/<int:number>/rejouer")
@requires(Permission.LEARN)
def replay(attempt_id: uuid.UUID, number: int) -> BaseResponse:
    """Play one moment of a finished attempt again, in an attempt of its own."""
    attempt, form = _mine(attempt_id), ReplayForm()
    if not form.validate_on_submit():
        raise Invalid("Rechargez la page, puis recommencez.")
    row = service.replay_moment(db.session, signed_in(), attempt, number, form.submission, now())
    again = _mine(row.id)
    db.session.commit()
    return redirect(_place_url(again), 303)


@blueprint.get("/<scenario_id>/carte")
@requires(Permission.SEE_CONTENT_FINDINGS)
def author_map(scenario_id: str) -> str:
    """Show an author the graph of a scenario, with the share of learners on each branch."""
    scenario = _published(scenario_id)
    proof = prove_all([scenario]).get(scenario.id)
    page = maps.author_page(scenario, proof, records.shares(db.session, scenario.id))
    return render_template("scenarios/author_map.html", page=page)


@blueprint.errorhandler(service.MomentAhead)
def too_early(_error: service.MomentAhead) -> Response:
    """Show the way back to the moment that is waiting (409)."""
    attempt_id = (request.view_args or {})["attempt_id"]
    template = render_template("scenarios/ahead.html", waiting=url_for("scenarios.resume", attempt_id=attempt_id))
    return make_response(template, 409)
