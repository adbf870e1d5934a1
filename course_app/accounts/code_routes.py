"""Pages of the code of six digits: keep what a trial did, or come back, without choosing a password.

A code opens a new account, or one that has no password; whoever has one is told by mail to use it. Asking answers the
same for every address (S31). Nothing is opened by looking at a page, nor by a link: the code is typed.
"""

import uuid

import structlog
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from course_app.accounts import entry_codes, service, sessions, throttle
from course_app.accounts.access import accounts, current_actor, device, enter, settings, subject
from course_app.accounts.code_forms import CodeForm, ComeBackForm, KeepForm
from course_app.accounts.destinations import local_path
from course_app.accounts.entering import end_previous, note_sign_in, onwards, recognised
from course_app.accounts.mail import ask_code
from course_app.accounts.rules import Actor, account_name
from course_app.accounts.sessions import actor_of
from course_app.core.errors import Invalid
from course_app.outbox.delivery import shown_folder
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _
from course_app.web.security import SAFE_METHODS

blueprint = Blueprint("codes", __name__)
log = structlog.get_logger("reglo.accounts")

WRONG = "Ce code n'est pas le bon, ou il ne sert plus. Vérifiez les six chiffres, ou demandez-en un autre."
_ASKED_AT = "code_address"


@blueprint.route("/garder", methods=["GET", "POST"])
def keep() -> ResponseReturnValue:
    """Ask for a code that will keep what a trial did; a first name and an address are all it takes."""
    if _is_member(current_actor()):
        return onwards(None)
    form = KeepForm()
    if _is_reading():
        form.next.data = local_path(request.args.get("next"))
        return render_template("accounts/keep.html", form=form)
    if not form.validate_on_submit():
        return render_template("accounts/keep.html", form=form), 422
    return _asked(form, form.first_name.data or "")


@blueprint.route("/connexion/par-code", methods=["GET", "POST"])
def come_back() -> ResponseReturnValue:
    """Ask for a code to come back to an account that has no password."""
    if _is_member(current_actor()):
        return onwards(request.args.get("next"))
    form = ComeBackForm()
    if _is_reading():
        form.next.data = local_path(request.args.get("next"))
        return render_template("accounts/come_back.html", form=form)
    if not form.validate_on_submit():
        return render_template("accounts/come_back.html", form=form), 422
    return _asked(form, "")


def _asked(form: KeepForm | ComeBackForm, first_name: str) -> Response:
    """Have the code mailed, and go where it is typed; the same statements whoever holds the address (S31)."""
    moment, name = now(), account_name(form.email.data or "")
    throttle.take(db.session, throttle.CODE_ASKED_ADDRESS, subject(throttle.CODE_ASKED_ADDRESS), moment)
    throttle.take(db.session, throttle.CODE_ASKED_ACCOUNT, subject(throttle.CODE_ASKED_ACCOUNT, name), moment)
    ask_code(db.session, name, first_name, current_actor(), moment)
    db.session.commit()
    session[_ASKED_AT] = name
    return redirect(url_for("codes.show", envoye=1, next=form.next.data or None), 303)


@blueprint.route("/code", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """Type the code, here or on another device: the account opens, with what was done on trial."""
    if _is_member(current_actor()):
        return onwards(request.args.get("next"))
    form = CodeForm()
    if _is_reading():
        form.next.data = local_path(request.args.get("next"))
        form.email.data = session.get(_ASKED_AT, "")
        return _page(form)
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        way_in = _with_code(form, account_name(form.email.data or ""))
    except throttle.TooMany as refusal:
        db.session.rollback()
        form.form_errors.append(_(refusal.message))
        return _page(form, is_closed=True), 429, {"Retry-After": str(refusal.retry_after)}
    if way_in is None:
        form.code.errors = [_(WRONG)]
        return _page(form), 422
    return way_in


def _page(form: CodeForm, *, is_closed: bool = False) -> str:
    """Return the page; `is_closed` shows another way in, since a stranger's wrong codes may have closed this one."""
    is_sent = "envoye" in request.args
    folder = shown_folder(settings()) if is_sent else None
    return render_template("accounts/code.html", form=form, is_sent=is_sent, folder=folder, is_closed=is_closed)


def _with_code(form: CodeForm, name: str) -> Response | None:
    """Take somebody one step further when their code is right; None when it is not. Raises `TooMany`. Commits."""
    moment = now()
    for limit in (throttle.CODE_ADDRESS, throttle.CODE_ACCOUNT, throttle.CODE_DAY):
        throttle.take(db.session, limit, subject(limit, None if limit is throttle.CODE_ADDRESS else name), moment)
    db.session.commit()
    asked = entry_codes.use(db.session, name, form.code.data or "", settings().secret_keys, moment)
    db.session.commit()
    if asked is None:
        log.info("code refused", address=request.remote_addr)
        return None
    throttle.give_back(db.session, throttle.CODE_ADDRESS, subject(throttle.CODE_ADDRESS), moment)
    for limit in (throttle.CODE_ACCOUNT, throttle.CODE_DAY):
        throttle.forgive(db.session, limit, subject(limit, name))
    user = service.find(db.session, name)
    if user is None:
        return _open_account(form, name, asked)
    if user.password_hash is not None:  # chosen since the mail left: it is what opens this account
        db.session.commit()
        return None
    session.pop(_ASKED_AT, None)
    return recognised(user, remember=bool(form.remember.data), destination=form.next.data)


def _open_account(form: CodeForm, name: str, asked: entry_codes.Asked) -> Response | None:
    """Make the trial that asked the account of a proved address, with that of this browser; None when it is taken."""
    reader = current_actor()
    on_trial = reader if reader is not None and reader.is_guest else None
    guest = _guest(asked) or on_trial
    given = service.NewPerson(asked.first_name, name, None)
    if not asked.first_name:  # the account was erased between the mail and the code
        db.session.rollback()
        return None
    try:
        user = service.sign_up(db.session, given, now(), guest=guest)
    except Invalid:
        db.session.rollback()
        return None
    opened = sessions.open_session(db.session, user, now(), device=device(), remember=bool(form.remember.data))
    if on_trial is not None:  # does nothing when it is this very trial that has become the account
        service.absorb_guest(db.session, on_trial, opened.actor, accounts().records)
    else:
        end_previous(reader)
    note_sign_in(user, None)
    db.session.commit()
    enter(opened)
    log.info("signed up by code", user=str(user.id))
    flash(_("C'est gardé. Pour revenir, il suffit de votre adresse et d'un nouveau code."), "success")
    return onwards(form.next.data)


def _guest(asked: entry_codes.Asked) -> Actor | None:
    held = entry_codes.guest_of(db.session, asked)
    return actor_of(held, uuid.uuid4()) if held is not None else None


def _is_reading() -> bool:
    return request.method in SAFE_METHODS


def _is_member(actor: Actor | None) -> bool:
    return actor is not None and not actor.is_guest
