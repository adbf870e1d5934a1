"""Pages where many people join or leave a team at once: a list, what it would change, then one confirmation."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.core.errors import Invalid
from course_app.membership import composition, pages, roster, service, teams
from course_app.membership.composition import Change, Wanted
from course_app.membership.forms import CompositionForm
from course_app.membership.rules import sees_everybody
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _, ngettext
from course_app.web.library import catalog

blueprint = Blueprint("composition", __name__, url_prefix="/equipe/membres/equipes/<uuid:team_id>/composition")

MOST_TICKED = 200
"""People offered as boxes to tick; beyond, addresses are pasted."""


@blueprint.get("")
@requires(Permission.SEE_TEAM)
def write(team_id: uuid.UUID) -> str:
    """Show who is in the team, who could join it, and a box for addresses."""
    return _page(team_id, CompositionForm(formdata=None))


@blueprint.post("")
@requires(Permission.SEE_TEAM)
def check(team_id: uuid.UUID) -> ResponseReturnValue:
    """Say what a list would change, line by line; writes nothing."""
    form = CompositionForm()
    wanted = _wanted(team_id, form)
    if wanted is None:
        return _page(team_id, form), 422
    changes = composition.judge(db.session, signed_in(), team_id, wanted)
    if form.back.data:
        return _page(team_id, form)
    if any(change.state in composition.WRONG for change in changes):
        form.people.errors = [_(composition.TO_CORRECT)]
        return _page(team_id, form, changes), 422
    team = teams.seen_team(db.session, signed_in(), team_id)
    return render_template(
        "membership/composition_confirm.html",
        team=team,
        form=form,
        page=pages.changes(changes),
        loses_sight=not sees_everybody(signed_in()),
    )


@blueprint.post("/enregistrer")
@requires(Permission.SEE_TEAM)
def save(team_id: uuid.UUID) -> ResponseReturnValue:
    """Let everybody in and out, all or nothing; sent twice, it changes nothing."""
    form = CompositionForm()
    wanted = _wanted(team_id, form)
    if wanted is None:
        return _page(team_id, form), 422
    try:
        joined, left = composition.apply(db.session, signed_in(), team_id, wanted, now())
    except Invalid as refusal:
        db.session.rollback()
        form.people.errors = [_(refusal.message)]
        return _page(team_id, form, composition.judge(db.session, signed_in(), team_id, wanted)), 422
    db.session.commit()
    told = [
        ngettext("%(num)d personne entre dans l'équipe.", "%(num)d personnes entrent dans l'équipe.", joined)
        if joined
        else "",
        ngettext("%(num)d personne en sort.", "%(num)d personnes en sortent.", left) if left else "",
    ]
    flash(" ".join(filter(None, told)) or _("Rien à changer : c'était déjà fait."), "success")
    return redirect(url_for("membership.team", team_id=team_id), 303)


def _wanted(team_id: uuid.UUID, form: CompositionForm) -> Wanted | None:
    """Return what is asked, None when the form must be shown again; raise `NotFound` for a team out of sight."""
    teams.seen_team(db.session, signed_in(), team_id)
    if not form.validate_on_submit():
        return None
    text = (form.people.data or "").strip()
    try:
        pasted = roster.read_text(text) if text else ()
    except Invalid as refusal:
        form.people.errors = [_(refusal.message)]
        return None
    wanted = Wanted(pasted, tuple(form.joining.data or ()), tuple(form.leaving.data or ()))
    if not (wanted.pasted or wanted.joining or wanted.leaving):
        form.people.errors = [_(composition.NOBODY)]
        return None
    return wanted


def _page(team_id: uuid.UUID, form: CompositionForm, changes: tuple[Change, ...] = ()) -> str:
    actor = signed_in()
    team = teams.seen_team(db.session, actor, team_id)
    seen = service.seen_by(db.session, actor)
    movable = [member for member in seen if sees_everybody(actor) or member.user_id != actor.user_id]
    inside = [member for member in movable if team_id in member.team_ids]
    outside = [member for member in movable if team_id not in member.team_ids]
    return render_template(
        "membership/composition.html",
        team=team,
        form=form,
        page=pages.changes(changes),
        inside=pages.person_rows(inside[:MOST_TICKED], {}, catalog()),
        outside=pages.person_rows(outside[:MOST_TICKED], {}, catalog()),
        is_cut=max(len(inside), len(outside)) > MOST_TICKED,
        most=MOST_TICKED,
    )
