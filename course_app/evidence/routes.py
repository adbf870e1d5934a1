"""Addresses of dossiers: one's own at once, a team's as long work whose file waits in the database."""

import io
import uuid
from collections.abc import Iterator
from typing import Any, cast

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    send_file,
    url_for,
)
from sqlalchemy import Engine, select
from werkzeug import Response as BaseResponse

from course_app.accounts import throttle
from course_app.accounts.access import requires, settings, signed_in, subject
from course_app.accounts.rules import Actor, Permission
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import NotFound
from course_app.evidence import dossier, rules, work
from course_app.evidence.archive import Archive
from course_app.evidence.forms import DossierForm, OwnForm
from course_app.evidence.models import DossierPiece
from course_app.jobs import service as jobs
from course_app.jobs.rules import JobState, JobView
from course_app.ledger import service as ledger
from course_app.library.model import Path
from course_app.membership import people as membership_people
from course_app.membership import service as membership
from course_app.progress.evidence import EvidenceRoom
from course_app.signing.keys import signing_key
from course_app.store.session import db
from course_app.web.clock import now, today
from course_app.web.i18n import _
from course_app.web.library import catalog

log = structlog.get_logger("reglo.evidence")

blueprint = Blueprint("evidence", __name__)
_EXTENSION = "reglo.evidence"
LATEST = 20
"""Dossiers that the page lists; older ones are made again in seconds."""


def init_evidence(app: Flask, rooms: tuple[EvidenceRoom, ...]) -> None:
    """Give an application the rooms that know something of a learner's training."""
    app.extensions[_EXTENSION] = rooms


def _rooms() -> tuple[EvidenceRoom, ...]:
    return cast(tuple[EvidenceRoom, ...], current_app.extensions[_EXTENSION])


@blueprint.get("/mes-preuves")
@requires(Permission.KEEP_ACCOUNT)
def mine() -> str:
    """Offer one's own dossier, path by path."""
    return render_template("evidence/mine.html", paths=catalog().paths.values(), form=OwnForm(formdata=None))


@blueprint.post("/mes-preuves/<path_id>")
@requires(Permission.KEEP_ACCOUNT)
def download_mine(path_id: str) -> BaseResponse:
    """Make one's own dossier, answers included, and send it; five exports an hour (S79)."""
    actor, path, moment = signed_in(), _path(path_id), now()
    throttle.take(db.session, throttle.EXPORT_ACCOUNT, subject(throttle.EXPORT_ACCOUNT, str(actor.user_id)), moment)
    head = ledger.seal(db.session, actor.organisation_id, moment)
    _tell(actor, f"parcours:{path.id}", 1)
    db.session.commit()
    order = dossier.Order(
        learners=[actor],
        path=path,
        catalog=catalog(),
        organisation=dossier.organisation_name(db.session, actor.organisation_id),
        asked_by=actor.first_name,
        own=True,
        head=head,
        made_at=moment,
    )
    made = io.BytesIO()
    dossier.write(db.session, order, _rooms(), Archive(made.write, signing_key(settings().data_dir), moment), _silent)
    return send_file(
        io.BytesIO(made.getvalue()),
        "application/zip",
        as_attachment=True,
        download_name=_name(path.id, actor.first_name),
    )


def _silent(_share: float) -> None:
    """Tell nobody how far it is: the whole takes a fraction of a second."""


@blueprint.get("/equipe/dossiers")
@requires(Permission.SEE_TEAM)
def team() -> BaseResponse:
    """Offer a team's or a person's dossier, and list those that were made."""
    return _page(_form(formdata=None))


@blueprint.post("/equipe/dossiers")
@requires(Permission.SEE_TEAM)
def ask() -> BaseResponse:
    """Queue a dossier; the same form sent twice asks once."""
    form, actor = _form(), signed_in()
    if not form.validate_on_submit():
        return _page(form, 422)
    people = _people(actor, str(form.whom.data))
    if not people:
        form.whom.errors = [_("Personne dans cette équipe. Invitez quelqu'un d'abord.")]
        return _page(form, 422)
    parameters = {
        "path": form.path.data,
        "people": [str(each) for each in people],
        "asked_by": actor.first_name,
        "whom": dict(cast(list[tuple[str, str]], form.whom.choices))[str(form.whom.data)],
    }
    moment = now()
    throttle.take(db.session, throttle.EXPORT_ACCOUNT, subject(throttle.EXPORT_ACCOUNT, str(actor.user_id)), moment)
    try:
        jobs.ask(db.session, actor, work.KIND, parameters, lambda _job: url_for(".team"), form.submission, moment)
    except jobs.QueueFull as error:
        db.session.rollback()
        flash(_(error.message), "warning")
        return _page(form, 409)
    _tell(actor, str(form.whom.data), len(people))
    db.session.commit()
    return redirect(url_for(".team"), 303)


@blueprint.get("/equipe/dossiers/<uuid:job_id>.zip")
@requires(Permission.SEE_TEAM)
def download(job_id: uuid.UUID) -> BaseResponse:
    """Send a finished dossier as it is read; 404 as soon as one of its people is out of the asker's sight (S05)."""
    actor = signed_in()
    job = jobs.mine(db.session, actor, job_id, work.KIND)
    offered = {whom for whom, _name in _offered(actor)}
    if job.state is not JobState.DONE or not offered.issuperset(
        f"personne:{each}" for each in job.parameters["people"]
    ):
        raise NotFound
    response = Response(_stored(db.engine, actor, job_id), mimetype="application/zip")
    response.content_length = (job.result or {})["bytes"]
    name = _name(job.parameters["path"], job.parameters["whom"])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _stored(engine: Engine, actor: Actor, job_id: uuid.UUID) -> Iterator[bytes]:
    """Yield the bytes of a dossier, one row in memory at a time."""
    number = 0
    while True:
        piece = select(DossierPiece.content).where(
            DossierPiece.organisation_id == actor.organisation_id,
            DossierPiece.job_id == job_id,
            DossierPiece.number == number,
        )
        with engine.connect() as connection:
            content = connection.scalar(piece)
        if content is None:
            return
        yield content
        number += 1


def _form(**given: Any) -> DossierForm:
    actor, form = signed_in(), DossierForm(**given)
    teams = [
        (f"equipe:{team.id}", _("Équipe %(name)s", name=team.name)) for team in membership.led_teams(db.session, actor)
    ]
    form.offer((*teams, *_offered(actor)), [(path.id, path.title) for path in catalog().paths.values()])
    form.fresh_key()
    return form


def _offered(actor: Actor) -> list[tuple[str, str]]:
    """Return the people whose dossier the actor may ask for: those seen today, then those whose access is closed."""
    seen, left = membership.seen_by(db.session, actor), membership_people.closed(db.session, actor)
    called = rules.told_apart((*seen, *left))
    called[len(seen) :] = [_("%(name)s, accès fermé", name=name) for name in called[len(seen) :]]
    ids = [*(each.user_id for each in seen), *(each.user_id for each in left)]
    return [(f"personne:{user_id}", name) for user_id, name in zip(ids, called, strict=True)]


def _people(actor: Actor, whom: str) -> list[uuid.UUID]:
    kind, _colon, name = whom.partition(":")
    if kind == "equipe":
        return [each.user_id for each in membership.seen_by(db.session, actor, uuid.UUID(name))]
    membership_people.followed(db.session, actor, uuid.UUID(name))
    return [uuid.UUID(name)]


def _page(form: DossierForm, status: int = 200) -> BaseResponse:
    asked = jobs.of_kind(db.session, signed_in(), work.KIND)
    titles = {path.id: path.title for path in catalog().paths.values()}
    latest = [_line(job, titles) for job in asked[:LATEST]]
    page = render_template("evidence/team.html", form=form, asked=latest, has_more=len(asked) > LATEST)
    return make_response(page, status)


def _line(job: JobView, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "job": job,
        "whom": job.parameters["whom"],
        "path": titles.get(job.parameters["path"], job.parameters["path"]),
        "is_ready": job.state is JobState.DONE,
        "kilobytes": -(-int((job.result or {}).get("bytes", 0)) // 1000),
    }


def _path(path_id: str) -> Path:
    path = catalog().paths.get(path_id)
    if path is None:
        raise NotFound
    return path


def _name(path_id: str, whom: str) -> str:
    return f"dossier-de-preuve-{path_id}-{rules.slug(whom)}-{today()}.zip"


def _tell(actor: Actor, subject_of: str, people: int) -> None:
    entry = Entry(
        actor.organisation_id, Act.DATA_EXPORTED, actor.user_id, subject_of, {"dossier": True, "people": people}
    )
    audit.record(db.session, entry, now())
    log.info("dossier asked", user=str(actor.user_id), people=people)
