"""Addresses of the learner's whole way of working, reached from the debrief of a portfolio game."""

import uuid

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.core.errors import NotFound
from course_app.exercise.compare import pages
from course_app.exercise.compare.work import WHOLE_WAY
from course_app.exercise.engine.way_of_working import PORTFOLIOS
from course_app.exercise.runs import NotFinished, Run, load
from course_app.jobs import service as jobs
from course_app.jobs.rules import JobState, JobView
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.forms import KeyedForm
from course_app.web.i18n import _

blueprint = Blueprint("way", __name__, url_prefix="/exercices/parties/<uuid:run_id>/facon")


class AskForm(KeyedForm):
    """Asks for the comparison."""


def _run(run_id: uuid.UUID) -> Run:
    run = load(db.session, signed_in(), run_id)
    if not run.is_finished:
        raise NotFinished
    if not run.is_portfolio:
        raise NotFound
    return run


def _latest(run: Run) -> JobView | None:
    asked = jobs.of_kind(db.session, signed_in(), WHOLE_WAY.name)
    return next((job for job in asked if job.parameters["run"] == str(run.row.id)), None)


def _page(run: Run, status: int = 200) -> BaseResponse:
    form = AskForm(formdata=None)
    form.fresh_key()
    sessions = int(run.exercise.body["sessions"])
    page = pages.way_page(_latest(run), sessions)
    rendered = render_template("laboratory/way.html", page=page, form=form, run_id=run.row.id, title=run.exercise.title)
    return make_response(rendered, status)


@blueprint.get("")
@requires(Permission.LEARN)
def show(run_id: uuid.UUID) -> BaseResponse:
    """Offer the comparison, show its progress, then what it says."""
    return _page(_run(run_id))


@blueprint.post("")
@requires(Permission.LEARN)
def ask(run_id: uuid.UUID) -> BaseResponse:
    """Queue the comparison; one that waits, runs or is done for this run is shown instead of asked again."""
    run, form = _run(run_id), AskForm()
    if not form.validate_on_submit():
        return _page(run, 422)
    here, latest = url_for(".show", run_id=run_id), _latest(run)
    if latest is None or latest.state is JobState.FAILED:
        parameters = {"run": str(run.row.id), "portfolios": PORTFOLIOS}
        try:
            jobs.ask(db.session, signed_in(), WHOLE_WAY.name, parameters, lambda _job: here, form.submission, now())
        except jobs.QueueFull as error:
            db.session.rollback()
            flash(_(error.message), "warning")
            return _page(run, 409)
        db.session.commit()
    return redirect(here, 303)
