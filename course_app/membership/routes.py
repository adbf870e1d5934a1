"""Pages of members and teams: who is here, in which team, with which role and path; access closed and open again.

Owns no rule: reads the form, lets a service decide, commits once, redirects. Reading never writes.
"""

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response as BaseResponse

from course_app.accounts import throttle
from course_app.accounts.access import requires, signed_in, subject
from course_app.accounts.rules import Actor, Permission, Role
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core import paging, spreadsheet
from course_app.core.errors import Invalid, NotFound
from course_app.core.french import of_name
from course_app.membership import assignments, invitations, pages, people, service, teams
from course_app.membership.assignments import Errand
from course_app.membership.forms import ErrandForm, PlaceForm, RoleForm, TeamForm, choices
from course_app.membership.rules import Member
from course_app.store.session import db
from course_app.web.clock import now, today
from course_app.web.forms import Form
from course_app.web.i18n import _, ngettext
from course_app.web.library import catalog

blueprint = Blueprint("membership", __name__, url_prefix="/equipe")

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/membres")
@requires(Permission.SEE_TEAM)
def index() -> str:
    """List the people, the invitations and the teams that the reader sees."""
    return _members_page(TeamForm(formdata=None))


def _members_page(form: TeamForm) -> str:
    actor, moment = signed_in(), now()
    seen = service.seen_by(db.session, actor)
    living, archived = teams.living_and_archived(db.session, actor)
    names = {team.id: team.name for team in living}
    team_id = _asked_team(names)
    asked = paging.tidied(request.args.get("q", ""))
    holds = paging.finder(asked)
    shown = [
        each
        for each in seen
        if (team_id is None or team_id in each.team_ids) and holds(f"{each.first_name} {each.email}")
    ]
    pending = [each for each in invitations.pending(db.session, actor, moment) if holds(each.email)]
    closed = [each for each in people.closed(db.session, actor) if holds(f"{each.first_name} {each.email}")]
    page = pages.MembersPage(
        people=pages.part_of(pages.person_rows, shown, _number("page"), names, catalog(), asked),
        teams=pages.team_rows(living, seen),
        archived=tuple(archived),
        team_id=team_id,
        pending=pages.part_of(pages.pending_rows, pending, _number("invitations"), names, catalog(), asked),
        closed=paging.part(closed, _number("fermes"), asked),
    )
    return render_template("membership/index.html", page=page, form=form)


def _number(name: str) -> int:
    return request.args.get(name, 1, type=int)


def _asked_team(names: dict[uuid.UUID, str]) -> uuid.UUID | None:
    """Return the team whose people are asked for; raise `NotFound` for one that is out of sight."""
    asked = request.args.get("equipe")
    if not asked:
        return None
    try:
        team_id = uuid.UUID(asked)
    except ValueError:
        raise NotFound from None
    if team_id not in names:
        raise NotFound
    return team_id


@blueprint.post("/membres.csv", defaults={"kind": "csv"})
@blueprint.post("/membres.xlsx", defaults={"kind": "xlsx"})
@requires(Permission.SEE_TEAM)
def export(kind: str) -> Response:
    """Download everybody whom the reader sees, as a file that the invitation page reads back; noted, five an hour."""
    actor, moment = signed_in(), now()
    throttle.take(db.session, throttle.EXPORT_ACCOUNT, subject(throttle.EXPORT_ACCOUNT, str(actor.user_id)), moment)
    names = {team.id: team.name for team in service.led_teams(db.session, actor)}
    rows = pages.exported(pages.person_rows(service.seen_by(db.session, actor), names, catalog()))
    details: dict[str, str | int] = {"what": "membres", "lines": len(rows) - 1}
    audit.record(db.session, Entry(actor.organisation_id, Act.DATA_EXPORTED, actor.user_id, "membres", details), moment)
    db.session.commit()
    content = spreadsheet.write_csv(rows) if kind == "csv" else spreadsheet.write_xlsx(rows, _("Membres"))
    response = Response(content, mimetype="text/csv" if kind == "csv" else WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="reglo-membres-{today().isoformat()}.{kind}"'
    return response


@blueprint.post("/membres/equipes")
@requires(Permission.SEE_TEAM)
def create_team() -> ResponseReturnValue:
    """Make a team."""
    form = TeamForm()
    if not form.validate_on_submit():
        return _members_page(form), 422
    try:
        teams.create(db.session, signed_in(), form.name.data or "", now())
    except Invalid as refusal:
        form.name.errors = [_(refusal.message)]
        return _members_page(form), 422
    db.session.commit()
    flash(_("L'équipe « %(name)s » est créée.", name=form.name.data), "success")
    return _to_members()


@blueprint.get("/membres/equipes/<uuid:team_id>")
@requires(Permission.SEE_TEAM)
def team(team_id: uuid.UUID) -> str:
    """Show a team: its name, its people, what they may be given."""
    return _team_page(team_id, TeamForm(formdata=None), ErrandForm(formdata=None))


def _team_page(team_id: uuid.UUID, naming: TeamForm, errand: ErrandForm, faulty: Form | None = None) -> str:
    shown = teams.seen_team(db.session, signed_in(), team_id)
    if faulty is not naming:
        naming.name.data = shown.name
    errand.path.choices = choices(pages.path_pairs(catalog()), _("Choisissez"))
    asked = paging.tidied(request.args.get("q", ""))
    holds = paging.finder(asked)
    members = [
        each for each in service.seen_by(db.session, signed_in(), team_id) if holds(f"{each.first_name} {each.email}")
    ]
    return render_template(
        "membership/team.html",
        team=shown,
        people=pages.part_of(pages.person_rows, members, _number("page"), {}, catalog(), asked),
        form=faulty,
        naming=naming,
        errand=errand,
    )


@blueprint.post("/membres/equipes/<uuid:team_id>/renommer")
@requires(Permission.SEE_TEAM)
def rename_team(team_id: uuid.UUID) -> ResponseReturnValue:
    """Give a team another name."""
    teams.seen_team(db.session, signed_in(), team_id)
    form, errand = TeamForm(), ErrandForm(formdata=None)
    if not form.validate_on_submit():
        return _team_page(team_id, form, errand, form), 422
    try:
        teams.rename(db.session, signed_in(), team_id, form.name.data or "", now())
    except Invalid as refusal:
        db.session.rollback()
        form.name.errors = [_(refusal.message)]
        return _team_page(team_id, form, errand, form), 422
    db.session.commit()
    flash(_("L'équipe s'appelle maintenant « %(name)s ».", name=form.name.data), "success")
    return redirect(url_for("membership.team", team_id=team_id), 303)


@blueprint.post("/membres/equipes/<uuid:team_id>/parcours")
@requires(Permission.SEE_TEAM)
def assign_team(team_id: uuid.UUID) -> ResponseReturnValue:
    """Give a path to everybody in a team."""
    teams.seen_team(db.session, signed_in(), team_id)
    form = _errand_form()
    if not _is_errand(form):
        return _team_page(team_id, TeamForm(formdata=None), form, form), 422
    changed = assignments.assign_team(db.session, signed_in(), team_id, _errand(form), now())
    db.session.commit()
    flash(ngettext("Parcours confié à %(num)d personne.", "Parcours confié à %(num)d personnes.", changed), "success")
    return redirect(url_for("membership.team", team_id=team_id), 303)


@blueprint.post("/membres/equipes/<uuid:team_id>/archiver")
@requires(Permission.SEE_TEAM)
def archive_team(team_id: uuid.UUID) -> BaseResponse:
    """Put a team out of sight; it can come back."""
    teams.archive(db.session, signed_in(), team_id, now())
    db.session.commit()
    flash(_("L'équipe est archivée. Vous pouvez la rouvrir en bas de cette page."), "success")
    return _to_members()


@blueprint.post("/membres/equipes/<uuid:team_id>/rouvrir")
@requires(Permission.SEE_TEAM)
def reopen_team(team_id: uuid.UUID) -> BaseResponse:
    """Bring an archived team back."""
    teams.reopen(db.session, signed_in(), team_id, now())
    db.session.commit()
    flash(_("L'équipe est rouverte."), "success")
    return _to_members()


@blueprint.get("/membres/<uuid:user_id>")
@requires(Permission.SEE_TEAM)
def person(user_id: uuid.UUID) -> str:
    """Show one person: their teams, their path, their role, their access."""
    return _person_page(user_id)


def _person_page(user_id: uuid.UUID, faulty: Form | None = None) -> str:
    actor, reads = signed_in(), db.session
    member = service.seen_person(reads, actor, user_id)
    errand = faulty if isinstance(faulty, ErrandForm) else ErrandForm(formdata=None)
    errand.path.choices = choices(pages.path_pairs(catalog()), _("Choisissez"))
    role = faulty if isinstance(faulty, RoleForm) else RoleForm(formdata=None)
    role.role.choices = choices([(each.value, catalog().label(each)) for each in Role])
    if faulty is not role:
        role.role.data = member.role.value
    if faulty is not errand:
        errand.path.data, errand.deadline_on.data = member.path_id or "", member.deadline_on
    return render_template(
        "membership/person.html",
        member=member,
        row=pages.person_rows([member], {}, catalog())[0],
        form=faulty,
        errand=errand,
        role=role,
        teams=service.led_teams(reads, actor),
        leads=teams.led_by(reads, actor, user_id),
        may_place=member.user_id != actor.user_id or actor.may(Permission.ADMINISTER),
        may_administer=actor.may(Permission.ADMINISTER),
        may_close=member.user_id != actor.user_id and people.may_close(reads, actor, member),
    )


@blueprint.post("/membres/<uuid:user_id>/equipes")
@requires(Permission.SEE_TEAM)
def place(user_id: uuid.UUID) -> ResponseReturnValue:
    """Say in which teams a person is, and for an administrator which they lead."""
    actor, form = signed_in(), PlaceForm()
    member = service.seen_person(db.session, actor, user_id)
    if not form.validate_on_submit():
        return _person_page(user_id, form), 422
    wanted = set(form.teams.data or ())
    teams.place(db.session, actor, user_id, wanted, now())
    if actor.may(Permission.ADMINISTER):
        teams.give_lead(db.session, actor, user_id, wanted & set(form.leads.data or ()), now())
    db.session.commit()
    flash(_("Les équipes %(of)s sont enregistrées.", of=of_name(_called(member))), "success")
    return _to_person_or_members(actor, user_id)


@blueprint.post("/membres/<uuid:user_id>/role")
@requires(Permission.ADMINISTER)
def change_role(user_id: uuid.UUID) -> ResponseReturnValue:
    """Give a person another role."""
    member, form = service.seen_person(db.session, signed_in(), user_id), RoleForm()
    form.role.choices = choices([(each.value, catalog().label(each)) for each in Role])
    if not form.validate_on_submit():
        return _person_page(user_id, form), 422
    people.change_role(db.session, signed_in(), user_id, Role(form.role.data), now())
    db.session.commit()
    label = catalog().label(Role(form.role.data))
    flash(_("Rôle %(of)s : %(role)s.", of=of_name(_called(member)), role=label), "success")
    if user_id == signed_in().user_id:
        return redirect(url_for("paths.mine"), 303)
    return redirect(url_for("membership.person", user_id=user_id), 303)


@blueprint.post("/membres/<uuid:user_id>/parcours")
@requires(Permission.SEE_TEAM)
def assign(user_id: uuid.UUID) -> ResponseReturnValue:
    """Give a path to a person, or another day for the one they have."""
    member, form = service.seen_person(db.session, signed_in(), user_id), _errand_form()
    if not _is_errand(form):
        return _person_page(user_id, form), 422
    assignments.assign(db.session, signed_in(), user_id, _errand(form), now())
    db.session.commit()
    flash(_("Parcours confié à %(name)s.", name=_called(member)), "success")
    return redirect(url_for("membership.person", user_id=user_id), 303)


@blueprint.post("/membres/<uuid:user_id>/parcours/retirer")
@requires(Permission.SEE_TEAM)
def withdraw(user_id: uuid.UUID) -> BaseResponse:
    """Take back the path that a person was given."""
    assignments.withdraw(db.session, signed_in(), user_id, now())
    db.session.commit()
    flash(_("Le parcours n'est plus demandé. Ce qui est fait reste fait."), "success")
    return redirect(url_for("membership.person", user_id=user_id), 303)


@blueprint.post("/membres/<uuid:user_id>/fermer")
@requires(Permission.SEE_TEAM)
def close(user_id: uuid.UUID) -> BaseResponse:
    """Close a person's access, everywhere and at once."""
    member = service.seen_person(db.session, signed_in(), user_id)
    people.close(db.session, signed_in(), user_id, now())
    db.session.commit()
    flash(
        _("L'accès %(of)s est fermé. Vous pouvez le rouvrir en bas de cette page.", of=of_name(_called(member))),
        "success",
    )
    return _to_members()


@blueprint.post("/membres/<uuid:user_id>/rouvrir")
@requires(Permission.SEE_TEAM)
def reopen(user_id: uuid.UUID) -> BaseResponse:
    """Open a person's access again."""
    people.reopen(db.session, signed_in(), user_id, now())
    db.session.commit()
    flash(_("L'accès est rouvert, avec les équipes d'avant."), "success")
    return _to_members()


def _errand_form() -> ErrandForm:
    form = ErrandForm()
    form.path.choices = choices(pages.path_pairs(catalog()), _("Choisissez"))
    return form


def _is_errand(form: ErrandForm) -> bool:
    """Validate a form; a day already past is refused too."""
    valid = bool(form.validate_on_submit())
    if form.deadline_on.data is not None and form.deadline_on.data < today():
        form.deadline_on.errors = [*form.deadline_on.errors, _(invitations.DEADLINE_PAST)]
        return False
    return valid


def _errand(form: ErrandForm) -> Errand:
    return Errand(str(form.path.data), form.deadline_on.data)


def _called(member: Member) -> str:
    return member.first_name or member.email


def _to_members() -> BaseResponse:
    return redirect(url_for("membership.index"), 303)


def _to_person_or_members(actor: Actor, user_id: uuid.UUID) -> BaseResponse:
    """Go back to a person, or to the list once they are out of the reader's sight."""
    try:
        service.seen_person(db.session, actor, user_id)
    except NotFound:
        return _to_members()
    return redirect(url_for("membership.person", user_id=user_id), 303)
