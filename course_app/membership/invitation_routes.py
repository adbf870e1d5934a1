"""Inviting: a list pasted or uploaded, judged line by line, then sent whole; links sent again or taken back."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission, Role
from course_app.core import spreadsheet
from course_app.core.errors import Invalid
from course_app.membership import invitations, pages, roster, service
from course_app.membership.forms import InviteForm, choices
from course_app.membership.invitations import Order
from course_app.membership.roster import Written
from course_app.store.session import db
from course_app.web.clock import now, today
from course_app.web.i18n import _, ngettext
from course_app.web.library import catalog
from course_app.web.security import accepts_up_to

blueprint = Blueprint("invitations", __name__, url_prefix="/equipe")

BODY_BYTES = 3 * 1024 * 1024
"""A file of one megabyte and ten thousand pasted addresses pass, so that what was typed can be shown again."""


@blueprint.get("/inviter")
@requires(Permission.INVITE)
def write() -> str:
    """Show the form: whom to invite, to which team and path, for which day."""
    form = _form(formdata=None)
    team_id = request.args.get("equipe", "")
    teams = [str(choice.value) for choice in form.team.choices if choice.value]
    form.team.data = team_id if team_id in teams else (teams[0] if len(teams) == 1 else form.team.data)
    return _page(form)


@blueprint.post("/inviter")
@accepts_up_to(BODY_BYTES)
@requires(Permission.INVITE)
def check() -> ResponseReturnValue:
    """Judge a list line by line; writes nothing."""
    form = _form()
    order = _order(form)
    people = _people(form) if order is not None else ()
    if order is None or not people:
        return _page(form), 422
    checked = pages.Checked(invitations.judge(db.session, signed_in(), people, now()), roster.as_text(people))
    form.people.data = checked.text
    if checked.wrong:
        message = ngettext("Corrigez %(num)d adresse.", "Corrigez %(num)d adresses.", checked.wrong)
        form.people.errors = [message]
        return _page(form, checked), 422
    return render_template("membership/confirm.html", form=form, checked=checked, said=_said(form))


@blueprint.post("/inviter/corriger")
@accepts_up_to(BODY_BYTES)
@requires(Permission.INVITE)
def amend() -> str:
    """Show the form again with a list that was judged, to change it before anything leaves."""
    form = _form()
    form.validate_on_submit()
    for field in form:
        field.errors = []
    return _page(form)


@blueprint.post("/inviter/envoyer")
@accepts_up_to(BODY_BYTES)
@requires(Permission.INVITE)
def send() -> ResponseReturnValue:
    """Invite everybody of a list who is not here yet, all or nothing; sent twice, it changes nothing."""
    form = _form()
    order = _order(form)
    people = _people(form) if order is not None else ()
    if order is None or not people:
        return _page(form), 422
    try:
        sent = invitations.invite(db.session, signed_in(), people, order, today(), now())
    except Invalid as refusal:
        db.session.rollback()
        form.people.errors = [_(refusal.message)]
        checked = pages.Checked(invitations.judge(db.session, signed_in(), people, now()), form.people.data or "")
        return _page(form, checked), 422
    db.session.commit()
    flash(
        ngettext("%(num)d invitation est partie.", "%(num)d invitations sont parties.", len(sent))
        if sent
        else _("Rien à envoyer : ces personnes sont déjà membres ou invitées."),
        "success",
    )
    return redirect(url_for("membership.index"), 303)


@blueprint.post("/invitations/<uuid:invitation_id>/renvoyer")
@requires(Permission.INVITE)
def renew(invitation_id: uuid.UUID) -> BaseResponse:
    """Send another link; the former one stops working."""
    sent = invitations.renew(db.session, signed_in(), invitation_id, today(), now())
    db.session.commit()
    flash(_("Un nouveau lien part vers %(email)s. L'ancien ne marche plus.", email=sent.email), "success")
    return redirect(url_for("membership.index"), 303)


@blueprint.post("/invitations/<uuid:invitation_id>/annuler")
@requires(Permission.INVITE)
def revoke(invitation_id: uuid.UUID) -> BaseResponse:
    """Make a link worth nothing."""
    email = invitations.revoke(db.session, signed_in(), invitation_id, now())
    db.session.commit()
    flash(_("L'invitation pour %(email)s est annulée. Son lien ne marche plus.", email=email), "success")
    return redirect(url_for("membership.index"), 303)


def _form(**given: object) -> InviteForm:
    """Return the form with what this person may choose from."""
    form, actor = InviteForm(**given), signed_in()
    teams = [(str(team.id), team.name) for team in service.led_teams(db.session, actor)]
    is_free = actor.may(Permission.ADMINISTER)
    form.team.choices = choices(
        teams, _("Aucune équipe") if is_free else (_("Choisissez") if len(teams) != 1 else None)
    )
    form.role.choices = choices(
        [(role.value, catalog().label(role)) for role in (Role if is_free else (Role.LEARNER,))]
    )
    form.path.choices = choices(pages.path_pairs(catalog()), _("Aucun parcours pour le moment"))
    for field in (form.people, form.role, *(() if is_free else (form.team,))):
        field.flags.required = True  # in words only: the page does not call optional what `check` asks
    return form


def _order(form: InviteForm) -> Order | None:
    """Return what the form asks for; None when a field is wrong, its error beside it."""
    if not form.validate_on_submit():
        return None
    order = Order(
        uuid.UUID(form.team.data) if form.team.data else None,
        Role(form.role.data),
        form.path.data or None,
        form.deadline_on.data,
    )
    faults = {"equipe-absente": form.team, "parcours-absent": form.path, "date-passee": form.deadline_on}
    try:
        invitations.check(db.session, signed_in(), order, today())
    except Invalid as refusal:
        field = faults[refusal.code]
        field.errors = [*field.errors, _(refusal.message)]
        return None
    return order


def _people(form: InviteForm) -> tuple[Written, ...]:
    """Return the people of the file if there is one, else of the text; none when it cannot be read, the error beside."""
    sent = request.files.get("file")
    field = form.file if sent is not None and sent.filename else form.people
    try:
        if field is form.file and sent is not None:
            return roster.read_rows(spreadsheet.read(sent.stream.read(spreadsheet.FILE_BYTES + 1)))
        return roster.read_text(form.people.data or "")
    except Invalid as refusal:
        field.errors = [*field.errors, _(refusal.message)]
        return ()


def _said(form: InviteForm) -> dict[str, str]:
    """Return what was chosen, in words."""
    return {
        "team": {str(each.value): str(each.label) for each in form.team.choices}.get(form.team.data or "", ""),
        "path": pages.path_title(catalog(), form.path.data),
        "deadline": pages.day(form.deadline_on.data),
        "role": catalog().label(Role(form.role.data)),
    }


def _page(form: InviteForm, checked: pages.Checked | None = None) -> str:
    return render_template(
        "membership/invite.html", form=form, checked=checked, may_choose_role=signed_in().may(Permission.ADMINISTER)
    )
