"""The notice: read by anybody, kept as read by a click, and shown in the place of an attempt that came too early."""

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import current_actor, requires, signed_in
from course_app.accounts.destinations import local_path
from course_app.accounts.rules import Permission
from course_app.core.errors import NotFound
from course_app.information import service
from course_app.information.service import NotInformed
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.errors import error_page, wants_json
from course_app.web.library import catalog

blueprint = Blueprint("information", __name__)


def init_information(app: Flask) -> None:
    """Answer an attempt that came before the notice by the notice, then by the page it came from."""
    app.register_error_handler(NotInformed, _on_not_informed)


def _on_not_informed(refusal: NotInformed) -> BaseResponse:
    db.session.rollback()
    if wants_json() or "HX-Request" in request.headers:
        return error_page(403, refusal.message)
    came_from = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    return redirect(url_for("information.show", suite=local_path(came_from)), 303)


@blueprint.get("/avant-de-commencer")
def show() -> Response:
    """Say what is assessed, how, who sees it, how long it is kept, and one's rights."""
    return _page()


def _page(status: int = 200) -> Response:
    information, actor = catalog().information, current_actor()
    if information is None:
        raise NotFound
    is_member = actor is not None and not actor.is_guest
    template = render_template(
        "information/show.html",
        information=information,
        is_watched=actor is None or (is_member and service.is_watched(db.session, actor)),
        may_accept=is_member,
        read_at=service.read_at(db.session, actor, information) if actor is not None and is_member else None,
        following=local_path(request.values.get("suite")),
    )
    return make_response(template, status)


@blueprint.post("/avant-de-commencer")
@requires(Permission.KEEP_ACCOUNT)
def acknowledge() -> BaseResponse:
    """Keep that the notice was read in these words, and go on; other words are shown again."""
    information = catalog().information
    if information is None or request.form.get("version") != information.version:
        return _page(422)
    service.acknowledge(db.session, signed_in(), information, now())
    db.session.commit()
    return redirect(local_path(request.form.get("suite")) or url_for("paths.mine"), 303)
