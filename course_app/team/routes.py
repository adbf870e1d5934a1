"""Addresses of the team: the list, a person, who may call today, what my manager sees of me.

Owns no rule: reads the filters, asks, shows. Only an export writes: a line in the register, five an hour.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar, cast

from flask import Blueprint, Flask, Response, current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug import Response as BaseResponse

from course_app.accounts import service as accounts
from course_app.accounts import throttle
from course_app.accounts.access import requires, signed_in, subject
from course_app.accounts.rules import Permission
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core import spreadsheet
from course_app.core.errors import NotFound
from course_app.library.clearances import CallType
from course_app.membership import service as membership
from course_app.store.session import db
from course_app.team import heat_pages, heat_service, own_view, pages, service
from course_app.team.heat_pages import Briefing, InWords, Mistake
from course_app.team.heat_service import Reader, Topic
from course_app.team.pages import PersonView, TeamPage
from course_app.team.rules.standing import PER_PAGE, Sort, TeamState
from course_app.team.service import Asked, Listed, Paths
from course_app.web.clock import now, today
from course_app.web.i18n import _, ngettext
from course_app.web.library import catalog

blueprint = Blueprint("team", __name__)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXTENSION = "reglo.team"
LAST_TAKEN = 10
"""Files about somebody that their page lists; the export has them all."""
_Slug = TypeVar("_Slug", bound=StrEnum)


@dataclass(frozen=True)
class _Known:
    """What other rooms tell this one."""

    paths: Paths
    readers: Sequence[Reader]
    in_words: InWords


def init_team(app: Flask, paths: Paths, readers: Sequence[Reader], in_words: InWords) -> None:
    """Give the pages what the room of paths knows, what the rooms of practice tell of mistakes, and in which words."""
    app.extensions[_EXTENSION] = _Known(paths, readers, in_words)


def _extension() -> _Known:
    return cast(_Known, current_app.extensions[_EXTENSION])


def _paths() -> Paths:
    return _extension().paths


def _member_of(enum: type[_Slug], name: str) -> _Slug | None:
    """Return what a filter names; what it does not know is no filter."""
    raw = request.args.get(name, "")
    return enum(raw) if raw in {member.value for member in enum} else None


def _uuid(name: str) -> uuid.UUID | None:
    raw = request.args.get(name)
    if not raw:
        return None
    try:
        return uuid.UUID(raw)
    except ValueError:
        raise NotFound from None


def _asked(teams: Mapping[uuid.UUID, str]) -> Asked:
    """Return what the address asks; raise `NotFound` for a team out of sight."""
    team_id = _uuid("groupe")
    if team_id is not None and team_id not in teams:
        raise NotFound
    path_id = request.args.get("parcours", "")
    return Asked(
        team_id=team_id,
        state=_member_of(TeamState, "etat"),
        path_id=path_id if path_id in catalog().paths else None,
        call_type=_member_of(CallType, "appel"),
        sort=_member_of(Sort, "tri") or Sort.HELP,
        is_reversed=request.args.get("ordre") == "inverse",
        after=_uuid("apres"),
    )


def _led() -> dict[uuid.UUID, str]:
    return {team.id: team.name for team in membership.led_teams(db.session, signed_in())}


def _views(people: list[Listed]) -> list[tuple[Listed, PersonView]]:
    day, actor = today(), signed_in()
    works = service.work_of(db.session, actor.organisation_id, [one.user_id for one in people], _paths(), day)
    return [(one, pages.person_view(one, works[one.user_id], catalog(), day, actor.user_id)) for one in people]


@blueprint.get("/equipe")
@requires(Permission.SEE_TEAM)
def index() -> str:
    """Show who may call, and first who needs help."""
    actor, teams = signed_in(), _led()
    asked = _asked(teams)
    counts, found = service.first(db.session, actor, asked, _paths(), today())
    shown = found[:PER_PAGE]
    page = TeamPage(
        cleared=counts[TeamState.CLEARED],
        total=sum(counts.values()),
        people=tuple(view for _person, view in _views(shown)),
        states=pages.state_counts(counts),
        teams=tuple(teams.items()),
        paths=tuple((path.id, path.title) for path in catalog().paths.values()),
        call_types=tuple((each.value, pages.call_title(each, catalog())) for each in CallType),
        next_after=shown[-1].user_id if len(found) > PER_PAGE else None,
        is_whole=len(shown) == sum(counts.values()),
    )
    return render_template("team/index.html", page=page, asked=asked, address=_address(asked))


def _address(asked: Asked) -> dict[str, str]:
    """Return the parameters of the same list, for links that change one of them."""
    values = {
        "groupe": str(asked.team_id or ""),
        "etat": asked.state.value if asked.state else "",
        "parcours": asked.path_id or "",
        "appel": asked.call_type.value if asked.call_type else "",
        "tri": asked.sort.value if asked.sort is not Sort.HELP else "",
        "ordre": "inverse" if asked.is_reversed else "",
    }
    return {name: value for name, value in values.items() if value}


@blueprint.post("/equipe.csv", defaults={"kind": "csv"})
@blueprint.post("/equipe.xlsx", defaults={"kind": "xlsx"})
@requires(Permission.SEE_TEAM)
def export(kind: str) -> Response:
    """Download the list as it is filtered; noted in the register, five an hour."""
    actor, moment = signed_in(), now()
    throttle.take(db.session, throttle.EXPORT_ACCOUNT, subject(throttle.EXPORT_ACCOUNT, str(actor.user_id)), moment)
    asked = replace(_asked(_led()), after=None)
    rows = pages.exported(_views(service.listed(db.session, actor, asked, _paths(), today())))
    details: dict[str, str | int] = {"what": "equipe", "lines": len(rows) - 1}
    audit.record(db.session, Entry(actor.organisation_id, Act.DATA_EXPORTED, actor.user_id, "equipe", details), moment)
    db.session.commit()
    content = spreadsheet.write_csv(rows) if kind == "csv" else spreadsheet.write_xlsx(rows, _("Équipe"))
    response = Response(content, mimetype="text/csv" if kind == "csv" else WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="reglo-equipe-{today().isoformat()}.{kind}"'
    return response


@blueprint.get("/equipe/personnes/<uuid:user_id>")
@requires(Permission.SEE_TEAM)
def person(user_id: uuid.UUID) -> str:
    """Show what a manager may know of one person; anybody out of sight is nobody."""
    membership.seen_person(db.session, signed_in(), user_id)
    return render_template("team/person.html", view=_own_view(user_id))


def _own_view(user_id: uuid.UUID) -> PersonView:
    found = service.person(db.session, signed_in().organisation_id, user_id)
    if found is None:
        raise NotFound
    return _views([found])[0][1]


@blueprint.get("/equipe/feux-verts")
@requires(Permission.SEE_TEAM)
def cleared() -> str:
    """List who may call what today, to print."""
    actor, teams = signed_in(), _led()
    team_id = _asked(teams).team_id
    page = pages.cleared_page(
        accounts.organisation_name(db.session, actor),
        teams[team_id] if team_id else "",
        today(),
        service.held_by_type(db.session, actor, team_id, today()),
        catalog(),
    )
    return render_template("team/cleared.html", page=page)


@blueprint.get("/ce-que-voit-votre-responsable")
@requires(Permission.KEEP_ACCOUNT)
def seen_of_me() -> str:
    """Show somebody their manager's very view of them, and who reads it."""
    actor = signed_in()
    readers = membership.who_sees(db.session, actor)
    taken = own_view.taken_by_others(db.session, actor)[:LAST_TAKEN]
    return render_template("team/seen_of_me.html", view=_own_view(actor.user_id), readers=readers, taken=taken)


@blueprint.get("/equipe/bilan")
@requires(Permission.SEE_TEAM)
def briefing() -> str:
    """Show what more than half of a group got wrong, and propose the next ten minutes together."""
    teams = _led()
    found = [_in_words(topic, teams) for topic in heat_service.topics(db.session, signed_in())]
    page = Briefing(tuple(one for one in found if one))
    return render_template("team/briefing.html", page=page, teams=teams)


def _in_words(topic: Topic, teams: Mapping[uuid.UUID, str]) -> Mistake | None:
    return heat_pages.mistake(topic, teams[topic.team_id], catalog(), _extension().in_words)


@blueprint.post("/equipe/bilan/<uuid:team_id>")
@requires(Permission.SEE_TEAM)
def publish(team_id: uuid.UUID) -> BaseResponse:
    """Publish the groups of five or more that are complete; asked again, it adds nothing by itself."""
    number = heat_service.publish(db.session, signed_in(), team_id, _extension().readers, now())
    db.session.commit()
    flash(
        ngettext("%(num)d sujet ajouté au bilan.", "%(num)d sujets ajoutés au bilan.", number)
        if number
        else _("Rien de nouveau : il faut au moins cinq personnes qui répondent à une même question."),
        "success" if number else "info",
    )
    return redirect(url_for("team.briefing"), 303)


@blueprint.get("/equipe/bilan/<uuid:topic_id>")
@requires(Permission.SEE_TEAM)
def sheet(topic_id: uuid.UUID) -> str:
    """Show the sheet of a ten-minute briefing, to print."""
    topic = heat_service.topic(db.session, signed_in(), topic_id)
    found = _in_words(topic, _led())
    if found is None:
        raise NotFound
    situation = "" if found.is_decision else Markup(found.situation)  # noqa: S704 - the library sanitises what it renders
    return render_template("team/sheet.html", mistake=found, situation=situation)
