"""Addresses of one's own documents and of those a manager issues. The pages of strangers are in `check_routes`.

Owns no rule: loads, lets the service decide, commits once, redirects. Reading never writes.
"""

import io
import uuid

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, send_file, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Actor, Permission
from course_app.certificates import badges, letterheads, logos, pages, service, waiting
from course_app.certificates.access import office, press
from course_app.certificates.forms import CompletionForm, RevokeForm, SkillsForm
from course_app.certificates.issuing import badge_of, facts_of, file_of
from course_app.certificates.models import Certificate
from course_app.certificates.rules import CertificateKind
from course_app.certificates.service import Filled, Withdrawal
from course_app.company import service as company
from course_app.core.errors import Gone, NotFound
from course_app.membership import people as membership_people
from course_app.membership import service as membership
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _
from course_app.web.library import catalog
from course_app.web.steps import page_url

blueprint = Blueprint("certificates", __name__, url_prefix="/attestations")


class Withdrawn(Gone):
    """The file of a document that was withdrawn."""

    code = "document-retire"
    message = "Ce document a été retiré : il ne vaut plus. Demandez à qui administre votre espace."


@blueprint.app_context_processor
def _offer() -> dict[str, object]:
    return {"attestation_waits": attestation_waits}


def attestation_waits(path_id: str) -> bool:
    """Tell whether the reader has earned the attestation of a path and not asked for it; for pages of other rooms."""
    return path_id in [each.path.id for each in waiting.attestations(db.session, signed_in(), office())]


@blueprint.get("")
@requires(Permission.KEEP_ACCOUNT)
def mine() -> str:
    """Show one's own documents, and what is left before the next."""
    actor = signed_in()
    rows = service.issued_to(db.session, actor)
    standings = service.standings(db.session, actor, office())
    page = pages.mine_page(rows, standings, catalog(), press(), actor.timezone)
    return render_template("certificates/mine.html", page=page, page_url=page_url, kinds=CertificateKind)


@blueprint.get("/parcours/<path_id>")
@requires(Permission.KEEP_ACCOUNT)
def ask(path_id: str) -> Response:
    """Ask under which name the attestation is issued; absent before it is earned (S25)."""
    standing = service.earned(db.session, signed_in(), office(), path_id, CertificateKind.SKILLS)
    form = SkillsForm(formdata=None, data={"holder": signed_in().first_name})
    return _ask(standing.path.title, path_id, form, 200)


@blueprint.post("/parcours/<path_id>")
@requires(Permission.KEEP_ACCOUNT)
def issue(path_id: str) -> BaseResponse:
    """Issue the attestation; a second click finds the first."""
    standing = service.earned(db.session, signed_in(), office(), path_id, CertificateKind.SKILLS)
    form = SkillsForm()
    if not form.validate_on_submit():
        return _ask(standing.path.title, path_id, form, 422)
    row = service.issue_skills(db.session, signed_in(), office(), path_id, str(form.holder.data), now())
    db.session.commit()
    flash(_("Votre attestation est prête."), "success")
    return redirect(url_for("certificates.mine", _anchor=f"d-{row.id}"), 303)


def _ask(title: str, path_id: str, form: SkillsForm, status: int) -> Response:
    page = render_template("certificates/ask.html", title=title, path_id=path_id, form=form)
    return make_response(page, status)


@blueprint.get("/<uuid:certificate_id>/fichier.pdf")
@requires(Permission.KEEP_ACCOUNT)
def download(certificate_id: uuid.UUID) -> Response:
    """Send the sealed PDF, the same bytes each time."""
    row = _standing_document(certificate_id)
    body = file_of(press(), row, logos.of(db.session, row))
    return _send(body, "application/pdf", f"{row.kind.value}-{row.path_id}-{row.code[:5]}.pdf")


@blueprint.get("/<uuid:certificate_id>/badge.svg")
@requires(Permission.KEEP_ACCOUNT)
def badge(certificate_id: uuid.UUID) -> Response:
    """Send the Open Badges credential of one's own attestation, baked into a picture."""
    row = _own_skills(certificate_id)
    picture = badges.picture(facts_of(row), badge_of(press(), row))
    return _send(picture.encode("utf-8"), "image/svg+xml", f"badge-{row.path_id}-{row.code[:5]}.svg")


@blueprint.get("/<uuid:certificate_id>/badge.jwt")
@requires(Permission.KEEP_ACCOUNT)
def badge_token(certificate_id: uuid.UUID) -> Response:
    """Send the same credential alone, for software that takes no picture."""
    row = _own_skills(certificate_id)
    return _send(badge_of(press(), row).encode("ascii"), "application/jwt", f"badge-{row.path_id}-{row.code[:5]}.jwt")


def _standing_document(certificate_id: uuid.UUID) -> Certificate:
    row = service.seen(db.session, signed_in(), certificate_id)
    if row.revoked_at is not None:
        raise Withdrawn
    return row


def _own_skills(certificate_id: uuid.UUID) -> Certificate:
    row = _standing_document(certificate_id)
    if row.learner_id != signed_in().user_id or row.kind is not CertificateKind.SKILLS:
        raise NotFound
    return row


def _send(body: bytes, mimetype: str, name: str) -> Response:
    """Send a file as a download: never shown inside the site (S65), and its name generated (S61)."""
    return send_file(io.BytesIO(body), mimetype, as_attachment=True, download_name=name)


@blueprint.get("/personnes")
@requires(Permission.SEE_TEAM)
def people() -> str:
    """List the people whom the actor sees today, fifty a page, those who wait for a certificate of completion first."""
    actor, members = signed_in(), membership.seen_by(db.session, signed_in())
    ids = [each.user_id for each in members]
    found = waiting.to_issue(db.session, actor.organisation_id, ids, office(), CertificateKind.COMPLETION)
    listed = [
        pages.TeamPerson(
            each.user_id,
            each.first_name,
            each.email,
            pages.followed_to_the_end(found.get(each.user_id, ()), actor.timezone),
        )
        for each in members
    ]
    page = pages.people_page(listed, request.args.get("q", ""), request.args.get("page", 1, type=int))
    return render_template("certificates/people.html", page=page)


@blueprint.get("/personnes/<uuid:user_id>")
@requires(Permission.SEE_TEAM)
def person(user_id: uuid.UUID) -> str:
    """Show what somebody followed to the end, and the documents issued to them."""
    seen = service.person_seen(db.session, signed_in(), user_id)
    page = pages.person_page(
        (seen.user_id, seen.first_name, seen.timezone),
        service.standings(db.session, seen, office()),
        service.issued_to(db.session, seen),
        press(),
    )
    is_here = membership_people.followed(db.session, signed_in(), user_id)
    return render_template("certificates/person.html", page=page, is_here=is_here, kinds=CertificateKind)


@blueprint.get("/personnes/<uuid:user_id>/<path_id>")
@requires(Permission.SEE_TEAM)
def fill(user_id: uuid.UUID, path_id: str) -> Response:
    """Show the form of a certificate of completion; absent before the path was followed to its end (S25)."""
    seen = service.person_seen(db.session, signed_in(), user_id)
    standing = service.earned(db.session, seen, office(), path_id, CertificateKind.COMPLETION)
    known = letterheads.suggested(db.session, signed_in())
    form = CompletionForm(formdata=None, data={**known, "holder": seen.first_name})
    return _fill(seen, standing.path.title, path_id, form, 200)


@blueprint.post("/personnes/<uuid:user_id>/<path_id>")
@requires(Permission.SEE_TEAM)
def certify(user_id: uuid.UUID, path_id: str) -> BaseResponse:
    """Issue the certificate of completion; a second click finds the first."""
    seen = service.person_seen(db.session, signed_in(), user_id)
    standing = service.earned(db.session, seen, office(), path_id, CertificateKind.COMPLETION)
    form = CompletionForm()
    if not form.validate_on_submit():
        return _fill(seen, standing.path.title, path_id, form, 422)
    logo = company.logo(db.session, seen.organisation_id) if form.with_logo.data else None
    filled = Filled(form.written(), logo or b"")
    row = service.issue_completion(db.session, signed_in(), seen, office(), standing, filled, now())
    db.session.commit()
    flash(_("Le certificat de réalisation est prêt."), "success")
    return redirect(url_for("certificates.person", user_id=user_id, _anchor=f"d-{row.id}"), 303)


def _fill(seen: Actor, title: str, path_id: str, form: CompletionForm, status: int) -> Response:
    page = render_template(
        "certificates/fill.html",
        user_id=seen.user_id,
        first_name=seen.first_name,
        title=title,
        path_id=path_id,
        form=form,
        has_logo=company.ways(db.session, seen.organisation_id).has_logo,
    )
    return make_response(page, status)


@blueprint.get("/<uuid:certificate_id>/retirer")
@requires(Permission.ADMINISTER)
def ask_to_revoke(certificate_id: uuid.UUID) -> Response:
    """Say what withdrawing does, before it is done."""
    row = service.seen(db.session, signed_in(), certificate_id)
    return _revoke_page(row, RevokeForm(formdata=None), 200)


@blueprint.post("/<uuid:certificate_id>/retirer")
@requires(Permission.ADMINISTER)
def revoke(certificate_id: uuid.UUID) -> BaseResponse:
    """Withdraw a document, with its reason."""
    row = service.seen(db.session, signed_in(), certificate_id)
    form = RevokeForm()
    if not form.validate_on_submit():
        return _revoke_page(row, form, 422)
    decision = Withdrawal(str(form.why.data), bool(form.may_be_reissued.data))
    service.revoke(db.session, signed_in(), certificate_id, decision, now())
    db.session.commit()
    flash(_("Le document est retiré. Qui le vérifie en ligne le lit aussitôt."), "success")
    return redirect(url_for("certificates.person", user_id=row.learner_id), 303)


def _revoke_page(row: Certificate, form: RevokeForm, status: int) -> Response:
    shown = pages.document(row, press(), signed_in().timezone)
    page = render_template("certificates/revoke.html", document=shown, user_id=row.learner_id, form=form)
    return make_response(page, status)
