"""The page of a company's ways, for administrators; its logo, for its members; `house()`, for every template."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import current_actor, requires, signed_in
from course_app.accounts.rules import Permission
from course_app.company import service
from course_app.company.forms import WaysForm
from course_app.company.rules import Ways
from course_app.core.errors import NotFound
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _

blueprint = Blueprint("company", __name__)


@blueprint.app_context_processor
def _offer() -> dict[str, object]:
    return {"house": house}


def house() -> Ways:
    """Return the ways of the reader's company, read once a request, and only by pages that show them."""
    if "house" not in g:
        actor = current_actor()
        is_member = actor is not None and not actor.is_guest
        g.house = service.ways(db.session, actor.organisation_id) if actor and is_member else service.UNSAID
    return g.house  # type: ignore[no-any-return]


@blueprint.get("/entreprise")
@requires(Permission.ADMINISTER)
def show() -> BaseResponse:
    """Show the form of the company's ways."""
    return _page(WaysForm.showing(service.ways(db.session, signed_in().organisation_id)))


@blueprint.post("/entreprise")
@requires(Permission.ADMINISTER)
def change() -> BaseResponse:
    """Keep the company's ways; a refusal keeps everything typed but the picture, which browsers never send back."""
    form = WaysForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    service.change(db.session, signed_in(), form.told, form.new_logo, now())
    db.session.commit()
    flash(
        _("Vos règles sont enregistrées. Elles s'affichent dans les leçons, les lettres et les exercices."), "success"
    )
    return redirect(url_for(".show"), 303)


@blueprint.get("/entreprise/logo.png")
@requires(Permission.KEEP_ACCOUNT)
def logo() -> Response:
    """Send the logo of one's company."""
    picture = service.logo(db.session, signed_in().organisation_id)
    if picture is None:
        raise NotFound
    return Response(picture, mimetype="image/png")


def _page(form: WaysForm, status: int = 200) -> BaseResponse:
    ways = service.ways(db.session, signed_in().organisation_id)
    return make_response(render_template("company/ways.html", form=form, ways=ways), status)
