"""Addresses of the administration: figures for watchers, the page of the installation, the register."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request

from course_app.accounts import throttle
from course_app.accounts.access import current_actor, requires, settings, signed_in, subject
from course_app.accounts.rules import Permission
from course_app.administration import metrics, pages, register
from course_app.administration.forms import ExportForm, RegisterForm
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry, Search
from course_app.config import LOOPBACK_HOSTS
from course_app.core.errors import Invalid
from course_app.store.session import db
from course_app.web.clock import now, today

blueprint = Blueprint("administration", __name__)

MOST_ID = 2**63


@blueprint.get("/metrics")
def figures() -> Response:
    """Give the figures to a watcher on this machine, or to an administrator; for others the page does not exist.

    A request that a proxy forwarded is not from this machine, whatever its last hop.
    """
    is_local = request.remote_addr in LOOPBACK_HOSTS and "X-Forwarded-For" not in request.headers
    if not is_local:
        actor = current_actor()
        if actor is None or not actor.may(Permission.ADMINISTER):
            abort(404)
    return Response(metrics.exposition(pages.figures(settings())), content_type=metrics.CONTENT_TYPE)


@blueprint.get("/administration")
@requires(Permission.ADMINISTER)
def show() -> str:
    """Show how the installation fares."""
    return render_template("administration/show.html", page=pages.installation(settings()))


@blueprint.get("/administration/journal")
@requires(Permission.ADMINISTER)
def journal() -> tuple[str, int]:
    """Show the register of one's own organisation, and search it."""
    actor = signed_in()
    people = register.people(db.session, actor.organisation_id)
    form = _asked(people)
    is_valid = form.validate()
    found = register.page(
        db.session,
        actor.organisation_id,
        form.search(request.args.get("avant", type=_line_id)) if is_valid else Search(before_id=0),
        register.names(db.session, actor.organisation_id, people),
    )
    page = render_template("administration/journal.html", form=form, page=found, query=_query(form))
    return page, 200 if is_valid else 422


@blueprint.post("/administration/journal")
@requires(Permission.ADMINISTER)
def download() -> Response:
    """Give the lines that a search finds as a file; the register says that they were taken."""
    actor, moment = signed_in(), now()
    people = register.people(db.session, actor.organisation_id)
    form = _asked(people)
    if not ExportForm().validate_on_submit() or not form.validate():
        raise Invalid("Rechargez la page, puis téléchargez à nouveau.", code="recherche-illisible")
    throttle.take(db.session, throttle.EXPORT_ACCOUNT, subject(throttle.EXPORT_ACCOUNT, str(actor.user_id)), moment)
    names = register.names(db.session, actor.organisation_id, people)
    text = register.spreadsheet(db.session, actor.organisation_id, form.search(), names)
    taken = Entry(
        actor.organisation_id, Act.DATA_EXPORTED, actor.user_id, "journal", {"lignes": text.count("\r\n") - 1}
    )
    audit.record(db.session, taken, moment)
    db.session.commit()
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="journal-{today().isoformat()}.csv"'
    return response


def _line_id(raw: str) -> int:
    """Read the id of a line; ValueError, which asks from the start, for one that no line has (S62)."""
    number = int(raw)
    if not 0 < number < MOST_ID:
        raise ValueError
    return number


def _asked(people: Sequence[tuple[UUID, str]]) -> RegisterForm:
    form = RegisterForm(request.args)
    form.offer(people)
    for field in (form.personne, form.acte):
        field.data = field.data or ""
    return form


def _query(form: RegisterForm) -> dict[str, str]:
    """Return what was asked, for the addresses of the next page and of the file."""
    return {field.name: request.args[field.name] for field in form if request.args.get(field.name)}
