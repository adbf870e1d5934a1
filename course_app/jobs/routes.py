"""The progress of one's own job, as a page and as the fragment that refreshes itself."""

import uuid

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.jobs import service
from course_app.jobs.runner import kinds
from course_app.store.session import db

blueprint = Blueprint("jobs", __name__, url_prefix="/calculs")


@blueprint.get("/<uuid:job_id>")
@requires(Permission.LEARN)
def show(job_id: uuid.UUID) -> BaseResponse:
    """Show how far a job is; finished, lead to its result.

    The fragment that htmx asks for reloads the page around it once the job is finished.
    """
    job = service.mine(db.session, signed_in(), job_id)
    kind = kinds().get(job.kind)
    if "HX-Request" in request.headers:
        response = make_response(render_template("jobs/fragment.html", job=job))
        if job.is_finished:
            response.headers["HX-Refresh"] = "true"
        return response
    if job.is_finished:
        return redirect(job.page, 303)
    return make_response(render_template("jobs/show.html", job=job, label=kind.label if kind else job.kind))
