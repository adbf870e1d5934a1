"""Addresses of the administration: figures for watchers, the page of the installation, the register. All only read."""

from flask import Blueprint, Response, abort, request

from course_app.accounts.access import current_actor, settings
from course_app.accounts.rules import Permission
from course_app.administration import metrics, pages
from course_app.config import LOOPBACK_HOSTS

blueprint = Blueprint("administration", __name__)


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
