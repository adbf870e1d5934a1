"""The second step of signing in, and passkeys that stand alone."""

import structlog
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from course_app.accounts import throttle
from course_app.accounts.access import settings, subject
from course_app.accounts.entering import let_in
from course_app.accounts.factors import asking, passkeys, rules, sealing, service, steps
from course_app.accounts.factors.forms import PasskeyAnswerForm, SecondStepForm
from course_app.accounts.mail import SECURITY_CHANGED, notify
from course_app.accounts.models import User
from course_app.accounts.rules import typed_digits
from course_app.accounts.service import person
from course_app.core.errors import NotFound
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _
from course_app.web.security import SAFE_METHODS

blueprint = Blueprint("second_step", __name__)
log = structlog.get_logger("reglo.accounts")

WRONG = "Ce code n'est pas le bon, ou il a déjà servi. Attendez le suivant, puis recopiez-le."
WRONG_RECOVERY = "Ce code de secours n'est pas le bon, ou il a déjà servi. Essayez-en un autre de votre liste."
PASSKEY_REFUSED = "La clé d'accès n'a pas été reconnue. Recommencez, ou entrez avec votre mot de passe."


@blueprint.route("/connexion/code", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """Ask for the second factor of somebody who has just shown their password, then let them in."""
    waiting = _waiting()
    if waiting is None:
        return redirect(url_for("accounts.sign_in"), 302 if request.method in SAFE_METHODS else 303)
    pending, user = waiting
    form, with_recovery = SecondStepForm(), "secours" in request.args
    if with_recovery:
        form.for_recovery()
    if request.method in SAFE_METHODS:
        return _page(form, user, with_recovery=with_recovery)
    if not form.validate_on_submit():
        return _page(form, user, with_recovery=with_recovery, status=422)
    try:
        factor = _checked(user, form.code.data or "")
    except throttle.TooMany as refusal:
        db.session.rollback()
        form.form_errors.append(_(refusal.message))
        answer = _page(form, user, with_recovery=with_recovery, status=429)
        answer.headers["Retry-After"] = str(refusal.retry_after)
        return answer
    if factor is None:
        log.info("second factor refused", user=str(user.id), address=request.remote_addr)
        form.code.errors = [_(WRONG_RECOVERY if with_recovery else WRONG)]
        return _page(form, user, with_recovery=with_recovery, status=422)
    return _let_in(pending, user, factor)


@blueprint.post("/connexion/cle")
def with_passkey() -> ResponseReturnValue:
    """Let somebody in by a passkey: as their second factor, or alone when their device has checked its owner."""
    form, waiting = PasskeyAnswerForm(), _waiting()
    throttle.take(db.session, throttle.SIGN_IN_ADDRESS, subject(throttle.SIGN_IN_ADDRESS), now())
    db.session.commit()
    answer = form.key_answer.data if form.validate_on_submit() else None
    try:
        user = asking.holder(answer or "", waiting[1] if waiting else None)
    except passkeys.Refused:
        db.session.rollback()
        log.info("passkey refused", address=request.remote_addr)
        flash(_(PASSKEY_REFUSED), "warning")
        return redirect(
            url_for("second_step.show") if waiting else url_for("accounts.sign_in", next=form.next.data), 303
        )
    throttle.give_back(db.session, throttle.SIGN_IN_ADDRESS, subject(throttle.SIGN_IN_ADDRESS), now())
    alone = steps.Pending(user.id, user.organisation_id, bool(form.remember.data), form.next.data, "")
    return _let_in(waiting[0] if waiting else alone, user, "cle")


def _waiting() -> tuple[steps.Pending, User] | None:
    """Return who is between the two steps in this browser, if nothing has changed since the first."""
    pending = steps.pending(now())
    if pending is None:
        return None
    try:
        user = person(db.session, pending.organisation_id, pending.user_id)
    except NotFound:
        return None
    return (pending, user) if pending.is_still(user) else None


def _page(form: SecondStepForm, user: User, *, with_recovery: bool, status: int = 200) -> Response:
    held = service.held(db.session, user)
    page = render_template(
        "factors/second_step.html",
        form=form,
        held=held,
        with_recovery=with_recovery,
        options=None if with_recovery else asking.to_show(user),
    )
    return make_response(page, status)


def _checked(user: User, typed: str) -> str | None:
    """Count an attempt; return which kind of factor the code is, used up, or None. Raises `TooMany`. Commits."""
    counted = subject(throttle.FACTOR_ACCOUNT, str(user.id))
    throttle.take(db.session, throttle.FACTOR_ACCOUNT, counted, now())
    db.session.commit()
    digits, recovery = typed_digits(typed), rules.typed_recovery_code(typed)
    factor = None
    if digits is not None:
        factor = "application" if service.use_code(db.session, user, settings().secret_keys, digits, now()) else None
    elif recovery is not None:
        salt = service.recovery_salt(db.session, user)
        db.session.rollback()
        hashed = sealing.slow_hash(recovery, salt or sealing.new_salt())
        factor = "secours" if service.use_recovery_code(db.session, user, hashed, now()) else None
    if factor is not None:
        throttle.forgive(db.session, throttle.FACTOR_ACCOUNT, counted)
    return factor


def _let_in(pending: steps.Pending, user: User, factor: str) -> Response:
    left = service.held(db.session, user).recovery_codes_left
    if factor == "secours":
        what = _("Un code de secours vient de servir à entrer dans votre compte.")
        notify(db.session, user, SECURITY_CHANGED, now(), {"what": what})
    answer = let_in(
        user, remember=pending.remember, destination=pending.destination, factor=factor, factor_verified_at=now()
    )
    if factor == "secours":
        flash(_("Il vous reste %(left)s codes de secours. Tirez-en d'autres dans vos réglages.", left=left), "info")
    return answer
