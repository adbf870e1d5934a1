"""Whether the process lives, and whether it can serve: /healthz and /readyz."""

from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from course_app.store import migrate
from course_app.store.probe import prove_write
from course_app.store.session import db
from course_app.web.errors import says_read_only
from course_app.web.library import publication

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer while the process lives."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Tell whether requests can be served, and which content version is.

    A broken bundle on disk leaves the last good one served: the site is ready, and says so loudly.
    """
    database = _database_state()
    publication().catalog()  # looks at the files, so that the state below is today's
    state = publication().state
    body: dict[str, Any] = {
        "status": "ready" if database == "ok" else "unavailable",
        "database": database,
        "content": {
            "served": state.served_hash,
            "is_current": state.is_current,
            "findings": [str(finding) for finding in state.findings[:20]],
        },
    }
    return jsonify(body), 200 if database == "ok" else 503


def _database_state() -> str:
    """Return `ok` when an answer would be kept, else why not: a plain read would miss a full disk (R6)."""
    try:
        if not migrate.is_current(db.engine):
            return "migration-pending"
        prove_write(db.engine)
    except SQLAlchemyError as error:
        return "read-only" if says_read_only(error) else "away"
    return "ok"
