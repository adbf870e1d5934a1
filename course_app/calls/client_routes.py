"""Addresses of « Mon client difficile »: describing a customer of one's own, dialling, printing, forgetting.

Owns no rule: the calls themselves are those of `routes`.
"""

import uuid

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.calls import clients, pages
from course_app.calls.forms import ClientForm, ForgetForm, StartForm
from course_app.calls.routes import dial, prepare
from course_app.calls.service import take_turn
from course_app.core import french
from course_app.core.errors import NotFound
from course_app.library.calls import Answerer, Persona, Phrasebook, Temperature
from course_app.store.session import db
from course_app.web.clock import now, today
from course_app.web.i18n import _
from course_app.web.library import catalog

blueprint = Blueprint("call_clients", __name__, url_prefix="/appels/clients")


def _phrasebook() -> Phrasebook:
    book = catalog().phrasebook
    if book is None:
        raise NotFound
    return book


def _target(field: str) -> str:
    """Return the id of the first control of a field."""
    return f"{field}-0" if field in {"persona", "temperature", "answerer", "objections"} else field


def _builder(form: ClientForm, status: int = 200) -> Response:
    _phrasebook()
    form.fresh_key()
    label = catalog().label
    template = render_template(
        "calls/client.html",
        form=form,
        faults=[(_target(field.name), error) for field in form for error in field.errors],
        personas=[{"value": each.value, "label": french.typeset(label(each))} for each in Persona],
        temperatures=[{"value": each.value, "label": french.typeset(label(each))} for each in Temperature],
        answerers=[{"value": each.value, "label": french.typeset(label(each))} for each in Answerer],
        objections=[{"value": str(one.number), "label": one.title} for one in catalog().objections],
    )
    return make_response(template, status)


@blueprint.get("/nouveau")
@requires(Permission.LEARN)
def new() -> Response:
    """Show the form that describes a customer."""
    form = ClientForm(formdata=None)
    form.temperature.data, form.answerer.data = Temperature.TENSE.value, Answerer.RIGHT_PERSON.value
    return _builder(form)


@blueprint.post("/nouveau")
@requires(Permission.LEARN)
def create() -> BaseResponse:
    """Keep a customer, privately; the same form keeps one."""
    form = ClientForm()
    if not form.validate_on_submit():
        return _builder(form, 422)
    actor = signed_in()
    call = clients.build(form.description(), _phrasebook(), catalog().objections, _("votre entreprise"), today())
    take_turn(db.session, actor)
    row = clients.add(db.session, actor, call, form.submission, now())
    db.session.commit()
    return redirect(url_for("call_clients.show", client_id=row.id), 303)


@blueprint.get("/<uuid:client_id>")
@requires(Permission.LEARN)
def show(client_id: uuid.UUID) -> Response:
    """Show a customer of one's own, before dialling."""
    _row, call = clients.load(db.session, signed_in(), client_id)
    return prepare(call, StartForm(formdata=None), url_for("call_clients.start", client_id=client_id), client_id)


@blueprint.post("/<uuid:client_id>")
@requires(Permission.LEARN)
def start(client_id: uuid.UUID) -> BaseResponse:
    """Dial, or resume the open call."""
    _row, call = clients.load(db.session, signed_in(), client_id)
    form = StartForm()
    if not form.validate_on_submit():
        return prepare(call, form, url_for("call_clients.start", client_id=client_id), client_id, 422)
    return dial(call, form, client_id)


@blueprint.get("/<uuid:client_id>/fiche")
@requires(Permission.LEARN)
def sheet(client_id: uuid.UUID) -> str:
    """Show the A5 call sheet of a customer of one's own."""
    _row, call = clients.load(db.session, signed_in(), client_id)
    back = url_for("call_clients.show", client_id=client_id)
    return render_template("calls/sheet.html", call=call, facts=pages.facts_of(call), back=back)


@blueprint.get("/<uuid:client_id>/effacer")
@requires(Permission.LEARN)
def confirm(client_id: uuid.UUID) -> str:
    """Name what erasing takes away, before it does."""
    row, _call = clients.load(db.session, signed_in(), client_id)
    return render_template("calls/forget.html", client=row, form=ForgetForm(formdata=None))


@blueprint.post("/<uuid:client_id>/effacer")
@requires(Permission.LEARN)
def forget(client_id: uuid.UUID) -> BaseResponse:
    """Erase a customer of one's own and the calls made to them."""
    clients.forget(db.session, signed_in(), client_id)
    db.session.commit()
    flash(_("Ce client et ses appels sont effacés."), "success")
    return redirect(url_for("calls.index"), 303)
