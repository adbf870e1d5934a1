"""Addresses of the laboratory: writing one's own way of working, testing it, reading the result.

Owns no rule: the engine judges the policy, a job plays it. Every button of the form posts it whole; only « Tester »
stores something.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.core.errors import Invalid
from course_app.exercise.compare import pages
from course_app.exercise.compare.forms import LaboratoryForm
from course_app.exercise.compare.reading import Misread, policy_of
from course_app.exercise.compare.work import TRIAL, TRIAL_PORTFOLIOS, TRIAL_SEED
from course_app.exercise.engine.laboratory_starts import STARTS
from course_app.jobs import service as jobs
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.forms import Form
from course_app.web.i18n import _

blueprint = Blueprint("laboratory", __name__, url_prefix="/laboratoire")

FIRST_START, FIRST_NAME = "recommandee", "Mon scénario"


class RemoveForm(Form):
    """Removes one past trial."""


@blueprint.get("")
@requires(Permission.TEST_SCENARIOS)
def show() -> BaseResponse:
    """Show the form, filled with the recommended scenario or with the rules of a past trial."""
    form = LaboratoryForm(formdata=None)
    raw: Mapping[str, Any] = STARTS[FIRST_START]
    if "depuis" in request.args:
        job = jobs.mine(db.session, signed_in(), _id(request.args["depuis"]), TRIAL.name)
        raw = job.parameters["policy"]
        form.portefeuilles.data = job.parameters["scenario"]
    form.show(raw)
    if raw is STARTS[FIRST_START]:
        form.nom.data = _(FIRST_NAME)
    return _page(form)


def _id(raw: str) -> uuid.UUID:
    try:
        return uuid.UUID(raw)
    except ValueError:
        return uuid.UUID(int=0)  # nobody's: reads as missing


def _page(form: LaboratoryForm, status: int = 200, at: int | None = None) -> BaseResponse:
    """Show the form; `at` is the rank of the rule that was just moved or added, which gets the focus."""
    form.fresh_key()
    problems = form.problems()
    page = pages.laboratory_page(
        [(entry.form.rule(), entry.form) for entry in form.regles],
        at=at,
        past=[pages.trial_line(job) for job in jobs.of_kind(db.session, signed_in(), TRIAL.name)],
        yaml="" if problems else pages.text_of(form.policy()),
    )
    return make_response(
        render_template(
            "laboratory/show.html", page=page, form=form, problems=problems, remove=RemoveForm(formdata=None)
        ),
        status,
    )


@blueprint.post("")
@requires(Permission.TEST_SCENARIOS)
def act() -> BaseResponse:
    """Do what the button asks: change the rules shown, take those of a YAML text, or test."""
    form = LaboratoryForm()
    operation, _dash, rank = request.form.get("op", "").partition("-")
    if operation == "tester":
        return _test(form)
    number = int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 4 else -1
    return _OPERATIONS.get(operation, _reread)(form, number)


def _reread(form: LaboratoryForm, _rank: int) -> BaseResponse:
    """Show the form as typed, with what is to correct (422) or its YAML up to date."""
    return _page(form, 200 if form.validate_on_submit() else 422)


def _up(form: LaboratoryForm, rank: int) -> BaseResponse:
    return _page(form, at=form.regles.move(rank, -1))


def _down(form: LaboratoryForm, rank: int) -> BaseResponse:
    return _page(form, at=form.regles.move(rank, 1))


def _remove(form: LaboratoryForm, rank: int) -> BaseResponse:
    form.regles.remove(rank)
    return _page(form, at=max(0, rank - 1))


def _add(form: LaboratoryForm, _rank: int) -> BaseResponse:
    if not form.regles.add():
        flash(_("Vingt-quatre règles au plus : retirez-en une d'abord."), "warning")
        return _page(form, 422)
    return _page(form, at=len(form.regles) - 1)


def _start_from(form: LaboratoryForm, _rank: int) -> BaseResponse:
    raw = STARTS.get(form.depart.data or "")
    if raw is None:
        form.depart.errors = [_("Choisissez un point de départ dans la liste.")]
        return _page(form, 422)
    name = form.nom.data
    form.show(raw)
    form.nom.data = name or _(FIRST_NAME)
    return _page(form)


def _import(form: LaboratoryForm, _rank: int) -> BaseResponse:
    form.validate()
    if form.yaml.errors:
        return _page(form, 422)
    try:
        raw = policy_of(form.yaml.data or "")
    except Misread as error:
        form.yaml.errors = list(error.lines)
        return _page(form, 422)
    form.show(raw)
    form.yaml.data = ""
    for field in form:
        field.errors = ()
    flash(_("Scénario repris. Relisez ses règles, puis testez-le."), "success")
    return _page(form)


_OPERATIONS: Mapping[str, Callable[[LaboratoryForm, int], BaseResponse]] = {
    "monter": _up,
    "descendre": _down,
    "retirer": _remove,
    "ajouter": _add,
    "partir": _start_from,
    "importer": _import,
}


def _test(form: LaboratoryForm) -> BaseResponse:
    """Queue the trial and go to its page; the same form sent twice asks once, a changed one asks again."""
    if not form.validate_on_submit():
        return _page(form, 422)
    parameters = {
        "policy": form.policy(),
        "scenario": form.portefeuilles.data,
        "portfolios": TRIAL_PORTFOLIOS,
        "seed": TRIAL_SEED,
    }
    key = uuid.uuid5(form.submission, json.dumps(parameters, sort_keys=True))
    try:
        job = jobs.ask(db.session, signed_in(), TRIAL.name, parameters, _trial_url, key, now())
    except jobs.QueueFull as error:
        db.session.rollback()
        flash(_(error.message), "warning")
        return _page(form, 409)
    db.session.commit()
    return redirect(job.page, 303)


def _trial_url(job_id: uuid.UUID) -> str:
    return url_for(".trial", job_id=job_id)


@blueprint.get("/essais/<uuid:job_id>")
@requires(Permission.TEST_SCENARIOS)
def trial(job_id: uuid.UUID) -> str:
    """Show one's own trial: its progress, then its figures beside the references."""
    job = jobs.mine(db.session, signed_in(), job_id, TRIAL.name)
    return render_template("laboratory/trial.html", page=pages.trial_page(job))


@blueprint.post("/essais/<uuid:job_id>/effacer")
@requires(Permission.TEST_SCENARIOS)
def remove(job_id: uuid.UUID) -> BaseResponse:
    """Delete one's own finished trial."""
    jobs.mine(db.session, signed_in(), job_id, TRIAL.name)
    if not RemoveForm().validate_on_submit():
        raise Invalid("Rechargez la page, puis effacez à nouveau.", code="formulaire-incomplet")
    jobs.remove(db.session, signed_in(), job_id, TRIAL.name)
    db.session.commit()
    flash(_("Essai effacé."), "success")
    return redirect(url_for(".show"), 303)
