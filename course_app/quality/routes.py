"""Addresses of surveys, public results, and requests with their register."""

import uuid
from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug import Response as BaseResponse

from course_app.accounts import mail as accounts_mail
from course_app.accounts import service as accounts
from course_app.accounts.access import requires, signed_in
from course_app.accounts.models import User
from course_app.accounts.rules import Permission, Role
from course_app.core import paging
from course_app.core.errors import NotFound
from course_app.library.model import Path
from course_app.quality import mail, rules, service
from course_app.quality.forms import ReplyForm, RequestForm, SurveyForm, survey_form
from course_app.quality.rules import RequestKind, RequestView, SurveyKind
from course_app.store.session import db
from course_app.web.clock import now, today
from course_app.web.i18n import _
from course_app.web.library import catalog

blueprint = Blueprint("quality", __name__)


@blueprint.app_context_processor
def _offer() -> dict[str, object]:
    return {"survey_waits": survey_waits}


def survey_waits(path_id: str) -> SurveyKind | None:
    """Return the survey that the reader may answer about a path and has not, the later one first; for other rooms."""
    path, actor = catalog().paths.get(path_id), signed_in()
    if path is None:
        return None
    completed_at = service.completed_at(db.session, actor, path, catalog())
    due = [kind for kind in (SurveyKind.COLD, SurveyKind.HOT) if rules.is_due(kind, completed_at, now())]
    return due[0] if due and service.given(db.session, actor, path_id, due[0]) is None else None


@blueprint.get("/resultats")
def results() -> str:
    """Show everybody what the paths yield, with each formula and today's date."""
    return render_template(
        "quality/results.html", paths=service.results(db.session, catalog(), today()), enough=rules.ENOUGH
    )


@blueprint.get("/enquetes/<path_id>/<kind>")
@requires(Permission.KEEP_ACCOUNT)
def survey(path_id: str, kind: str) -> BaseResponse:
    """Show a survey once it is due; answered, thank for it."""
    path, asked = _due(path_id, kind)
    return _survey(path, asked, survey_form(asked)(formdata=None))


@blueprint.post("/enquetes/<path_id>/<kind>")
@requires(Permission.KEEP_ACCOUNT)
def answer_survey(path_id: str, kind: str) -> BaseResponse:
    """Keep a survey, once."""
    path, asked = _due(path_id, kind)
    form = survey_form(asked)()
    if not form.validate_on_submit():
        return _survey(path, asked, form, 422)
    answers = {each.slug: str(form[each.slug].data) for each in rules.SURVEYS[asked]}
    service.answer_survey(db.session, signed_in(), path.id, asked, answers, (form.comment.data or "").strip(), now())
    db.session.commit()
    flash(_("Merci. Votre avis est enregistré."), "success")
    return redirect(url_for("paths.mine"), 303)


def _due(path_id: str, kind: str) -> tuple[Path, SurveyKind]:
    path = catalog().paths.get(path_id)
    if path is None or kind not in list(SurveyKind):
        raise NotFound
    asked = SurveyKind(kind)
    if not rules.is_due(asked, service.completed_at(db.session, signed_in(), path, catalog()), now()):
        raise NotFound
    return path, asked


def _survey(path: Path, kind: SurveyKind, form: SurveyForm, status: int = 200) -> BaseResponse:
    given = service.given(db.session, signed_in(), path.id, kind)
    page = render_template(
        "quality/survey.html", path=path, kind=kind, form=form, given=given, asked=rules.SURVEYS[kind]
    )
    return make_response(page, status)


@blueprint.get("/demandes")
@requires(Permission.KEEP_ACCOUNT)
def requests() -> BaseResponse:
    """Show one's requests with their answers, and the form to ask."""
    return _requests(RequestForm(formdata=None))


@blueprint.post("/demandes")
@requires(Permission.KEEP_ACCOUNT)
def ask() -> BaseResponse:
    """Keep a request and tell the administrators of the organisation that one waits."""
    form, actor, moment = RequestForm(), signed_in(), now()
    if not form.validate_on_submit():
        return _requests(form, 422)
    service.ask(db.session, actor, RequestKind(form.kind.data), form.text.data.strip(), form.submission, moment)
    administrators = select(User).where(
        User.organisation_id == actor.organisation_id, User.role == Role.ADMINISTRATOR, User.deactivated_at.is_(None)
    )
    for administrator in db.session.scalars(administrators):
        accounts_mail.notify(db.session, administrator, mail.ASKED, moment)
    db.session.commit()
    flash(_("Demande envoyée. La réponse s'affichera ici."), "success")
    return redirect(url_for(".requests"), 303)


def _requests(form: RequestForm, status: int = 200) -> BaseResponse:
    form.fresh_key()
    asked = service.mine(db.session, signed_in())
    return make_response(render_template("quality/requests.html", form=form, asked=asked), status)


@blueprint.get("/administration/demandes")
@requires(Permission.ADMINISTER)
def register() -> BaseResponse:
    """Show the register of requests of the organisation."""
    return _register(ReplyForm(formdata=None))


@blueprint.post("/administration/demandes/<uuid:request_id>")
@requires(Permission.ADMINISTER)
def reply(request_id: uuid.UUID) -> BaseResponse:
    """Answer a request and tell its asker that an answer waits."""
    form, actor, moment = ReplyForm(), signed_in(), now()
    if not form.validate_on_submit():
        return _register(form, 422, service.one(db.session, actor.organisation_id, request_id))
    asker = service.reply(db.session, actor, request_id, form.answer.data.strip(), moment)
    with suppress(NotFound):  # they left meanwhile: the register keeps the answer
        accounts_mail.notify(
            db.session, accounts.person(db.session, actor.organisation_id, asker), mail.ANSWERED, moment
        )
    db.session.commit()
    flash(_("Réponse enregistrée."), "success")
    return redirect(url_for(".register", **_place()), 303)


def _register(form: ReplyForm, status: int = 200, about: RequestView | None = None) -> BaseResponse:
    """Show a page of the register; the request whose answer is to be corrected stands alone."""
    organisation_id = signed_in().organisation_id
    asked = paging.tidied(request.args.get("q", ""))
    found = service.register(db.session, organisation_id, asked, request.args.get("page", 1, type=int))
    page = render_template(
        "quality/register.html",
        page=found,
        requests=[about] if about else found.shown,
        waiting=service.waiting(db.session, organisation_id),
        form=form,
        about=about,
        place=_place(),
    )
    return make_response(page, status)


def _place() -> dict[str, Any]:
    """Return the page and the search to come back to once a request has its answer."""
    return {name: request.args[name] for name in ("q", "page") if request.args.get(name)}
