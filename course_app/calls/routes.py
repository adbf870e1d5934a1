"""Addresses of the simulated call: choosing, preparing, talking, taking back, hanging up, the debrief, the call sheet.

Owns no rule: loads, lets the service decide, commits once, redirects. Reading never writes.
"""

import secrets
import uuid

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.calls import clients, pages, service
from course_app.calls.engine.choices import hint
from course_app.calls.engine.draws import SEED_LIMIT
from course_app.calls.forms import HangUpForm, OwnWordsForm, ReplayForm, SayForm, StartForm, TurnForm
from course_app.calls.hints import HINTS
from course_app.calls.rules import MOST_CLIENTS, SpokenHow
from course_app.calls.service import AlreadySaid, Attempt, Beginning, CallNotOver, CallOver, Saying
from course_app.core.errors import NotFound
from course_app.library.calls import Call, Temperature
from course_app.progress import service as progress
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog
from course_app.web.steps import following, step_url

blueprint = Blueprint("calls", __name__, url_prefix="/appels")

FIRST_CHOICE = "choice-0"
"""Anchor of the first sentence offered: arriving there gives it the focus, with or without script."""
MICROPHONE_ALLOWED = "camera=(), geolocation=(), microphone=(self), payment=()"
"""The page of a call alone may ask for the microphone, and only when « Dicter » is pressed."""
_CONTROLS = {"choice": "choice-0", "said": "said"}


def _published(call_id: str) -> Call:
    call = catalog().calls.get(call_id)
    if call is None:
        raise NotFound
    return call


def _talk_url(attempt_id: uuid.UUID) -> str:
    return url_for("calls.talk", attempt_id=attempt_id, _anchor=FIRST_CHOICE)


@blueprint.get("")
@requires(Permission.LEARN)
def index() -> str:
    """List the calls, and the learner's own customers."""
    actor = signed_in()
    rows, own = service.attempts(db.session, actor), clients.of(db.session, actor)
    return render_template(
        "calls/index.html",
        cards=pages.cards(list(catalog().calls.values()), rows),
        own=own,
        may_add=len(own) < MOST_CLIENTS and catalog().phrasebook is not None,
    )


def prepare(
    call: Call, form: StartForm, action: str, client_id: uuid.UUID | None = None, status: int = 200
) -> Response:
    """Show the rule card and the file, before dialling."""
    rows = service.attempts(db.session, signed_in(), call.id)
    form.fresh_key()
    template = render_template(
        "calls/prepare.html",
        page=pages.prepare_page(call, rows, client_id),
        form=form,
        action=action,
        temperatures=[{"value": each.value, "label": catalog().label(each)} for each in Temperature],
        lesson=catalog().lessons.get(call.lesson or ""),
    )
    return make_response(template, status)


@blueprint.get("/<call_id>")
@requires(Permission.LEARN)
def show(call_id: str) -> Response:
    """Show the rule card and the file, before dialling."""
    return prepare(_published(call_id), StartForm(formdata=None), url_for("calls.start", call_id=call_id))


def dial(call: Call, form: StartForm, client_id: uuid.UUID | None = None) -> BaseResponse:
    """Start or resume a call, commit, and go to it."""
    beginning = Beginning(
        call, Temperature(form.temperature.data), form.is_guided, secrets.randbelow(SEED_LIMIT), form.submission, client_id
    )  # fmt: skip
    row = service.start(db.session, signed_in(), beginning, now())
    db.session.commit()
    if row.finished_at is not None:
        return redirect(url_for("calls.debrief", attempt_id=row.id), 303)
    return redirect(_talk_url(row.id), 303)


@blueprint.post("/<call_id>")
@requires(Permission.LEARN)
def start(call_id: str) -> BaseResponse:
    """Dial the number, or resume the open call; the same form dials once."""
    call, form = _published(call_id), StartForm()
    if not form.validate_on_submit():
        return prepare(call, form, url_for("calls.start", call_id=call_id), status=422)
    return dial(call, form)


def talk_page(
    attempt: Attempt,
    form: SayForm | None = None,
    *,
    words: OwnWordsForm | None = None,
    hinted: bool = False,
    conflict: AlreadySaid | None = None,
    status: int = 200,
) -> Response:
    """Show the call where it stands, with what is wrong with the sentence just sent, if anything."""
    page = pages.talk_page(attempt)
    form, words = form or SayForm((), formdata=None), words or OwnWordsForm(formdata=None)
    for each in (form, words):
        each.turn.data, each.key.data = page.number, None if status == 409 else each.key.data
        each.fresh_key()
    template = render_template(
        "calls/talk.html",
        page=page,
        form=form,
        words=words,
        checked=form.choice.data if status == 422 else None,
        turn_form=TurnForm(formdata=None, turn=str(page.number - 1)),
        hang_up_form=HangUpForm(formdata=None),
        hint=HINTS[hint(attempt.conversation)] if hinted and page.guided else None,
        conflict=conflict,
        faults=[
            (_CONTROLS.get(field.name), error) for each in (form, words) for field in each for error in field.errors
        ],
    )
    response = make_response(template, status)
    response.headers["Permissions-Policy"] = MICROPHONE_ALLOWED
    return response


def after_saying(attempt: Attempt) -> str:
    """Return where to go once a sentence was said: on with the call, or to the debrief of a call that ended."""
    if attempt.row.finished_at is not None:
        return url_for("calls.debrief", attempt_id=attempt.row.id)
    return _talk_url(attempt.row.id)


@blueprint.get("/essais/<uuid:attempt_id>")
@requires(Permission.LEARN)
def talk(attempt_id: uuid.UUID) -> BaseResponse:
    """Show the call where it stands; `souffler` adds a hint, in guided mode."""
    attempt = service.load(db.session, signed_in(), attempt_id)
    if attempt.is_finished:
        return redirect(url_for("calls.debrief", attempt_id=attempt_id))
    return talk_page(attempt, hinted="souffler" in request.args)


@blueprint.post("/essais/<uuid:attempt_id>")
@requires(Permission.LEARN)
def say(attempt_id: uuid.UUID) -> BaseResponse:
    """Say a sentence, then show what is answered."""
    actor = signed_in()
    attempt = service.load(db.session, actor, attempt_id, writing=True)
    form = SayForm(service.offered(attempt, SayForm(()).turn.data))
    if not form.validate_on_submit():
        return talk_page(attempt, form, status=422)
    try:
        service.say(db.session, actor, attempt, _saying(form), now())
    except AlreadySaid as conflict:
        if attempt.is_finished:
            raise CallOver from conflict
        return talk_page(attempt, form, conflict=conflict, status=409)
    db.session.commit()
    return redirect(after_saying(attempt), 303)


def _saying(form: SayForm) -> Saying:
    if not form.offered:
        raise CallOver
    chosen = form.chosen.move
    return Saying(form.submission, int(form.turn.data or 0), chosen.intent, chosen.said, SpokenHow.CHOSEN)


@blueprint.post("/essais/<uuid:attempt_id>/reprendre")
@requires(Permission.LEARN)
def take_back(attempt_id: uuid.UUID) -> BaseResponse:
    """Take back the last sentence, in guided mode."""
    actor, form = signed_in(), TurnForm()
    attempt = service.load(db.session, actor, attempt_id, writing=True)
    service.take_back(db.session, actor, attempt, form.number, now())
    db.session.commit()
    return redirect(_talk_url(attempt_id), 303)


@blueprint.post("/essais/<uuid:attempt_id>/raccrocher")
@requires(Permission.LEARN)
def hang_up(attempt_id: uuid.UUID) -> BaseResponse:
    """End the call where it stands: always allowed, never a failure."""
    actor = signed_in()
    service.hang_up(db.session, actor, service.load(db.session, actor, attempt_id, writing=True), now())
    db.session.commit()
    return redirect(url_for("calls.debrief", attempt_id=attempt_id), 303)


@blueprint.get("/essais/<uuid:attempt_id>/bilan")
@requires(Permission.LEARN)
def debrief(attempt_id: uuid.UUID) -> Response:
    """Show a finished call: each turn commented, the steps, the promise as a task, what comes next."""
    actor = signed_in()
    attempt = service.load(db.session, actor, attempt_id)
    if not attempt.is_finished:
        raise CallNotOver
    states = progress.journey(db.session, actor)
    done = {key for key, state in states.items() if state.is_done}
    onward = following(catalog(), (attempt.call.kind, attempt.call.id), done)
    form = ReplayForm(formdata=None)
    form.fresh_key()
    template = render_template(
        "calls/debrief.html",
        page=pages.debrief_page(attempt),
        form=form,
        sources=catalog().sources,
        again=_again_url(attempt),
        onward=onward,
        onward_url=step_url(onward) if onward else None,
    )
    return make_response(template)


def _again_url(attempt: Attempt) -> str | None:
    """Return where to prepare the same call again; None when it is no longer published."""
    if attempt.row.client_id is not None:
        return url_for("call_clients.show", client_id=attempt.row.client_id)
    known = attempt.call.id in catalog().calls
    return url_for("calls.show", call_id=attempt.call.id) if known else None


@blueprint.post("/essais/<uuid:attempt_id>/rejouer/<int:number>")
@requires(Permission.LEARN)
def replay(attempt_id: uuid.UUID, number: int) -> BaseResponse:
    """Play a moment again, everything before it kept."""
    actor, form = signed_in(), ReplayForm()
    attempt = service.load(db.session, actor, attempt_id, writing=True)
    key = form.submission
    row = service.replay(db.session, actor, attempt, number, key, now())
    db.session.commit()
    return redirect(_talk_url(row.id), 303)


@blueprint.get("/<call_id>/fiche")
@requires(Permission.LEARN)
def sheet(call_id: str) -> str:
    """Show the A5 call sheet to print and keep beside the phone."""
    call = _published(call_id)
    return render_template(
        "calls/sheet.html", call=call, facts=pages.facts_of(call), back=url_for("calls.show", call_id=call_id)
    )


@blueprint.errorhandler(CallNotOver)
def too_early(_error: CallNotOver) -> Response:
    """Show the way back to the call (409)."""
    attempt_id = (request.view_args or {})["attempt_id"]
    return make_response(render_template("calls/ahead.html", waiting=_talk_url(attempt_id)), 409)
