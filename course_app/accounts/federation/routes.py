"""Signing in with the company's account: to the provider, and back.

Coming back shows a page with one button: the code is exchanged by a POST, so that looking at an address signs nobody
in and writes nothing (S48). No transaction is open while the provider is asked.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import Any, cast

import structlog
from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response
from wtforms import BooleanField, HiddenField

from course_app.accounts import throttle
from course_app.accounts.access import settings, subject
from course_app.accounts.destinations import local_path
from course_app.accounts.entering import let_in, recognised
from course_app.accounts.federation import service
from course_app.accounts.federation.provider import Provider, Unreachable
from course_app.accounts.federation.rules import Identity, Refused, client_of
from course_app.accounts.mail import SECURITY_CHANGED, notify
from course_app.core.errors import NotFound, Stale
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_

blueprint = Blueprint("federation", __name__)
log = structlog.get_logger("reglo.accounts")

AWAY = "Le service de votre entreprise ne répond pas. Réessayez dans une minute, ou entrez avec votre mot de passe."
NOT_BELIEVED = "Votre entreprise ne vous a pas reconnu, ou la page a vieilli. Recommencez."
STEP_SECONDS = 600
_EXTENSION, _STEP = "reglo.federation", "company_step"


class ReturnForm(Form):
    """Coming back from the provider."""

    code = HiddenField()
    state = HiddenField()
    remember = BooleanField(lazy_("Garder ma session 30 jours sur cet appareil"))


@dataclass(frozen=True)
class _Step:
    """What this browser was sent with, and what must come back."""

    state: str
    nonce: str
    verifier: str
    destination: str | None
    at: float


def init_federation(app: Flask) -> None:
    """Make the company's provider known to an application, if its settings name one; asks it nothing yet."""
    client = client_of(app.extensions["reglo.settings"].oidc_url)
    app.extensions[_EXTENSION] = Provider(client) if client else None


def _provider() -> Provider:
    provider = current_app.extensions[_EXTENSION]
    if provider is None:
        raise NotFound
    return cast(Provider, provider)


@blueprint.get("/connexion/entreprise")
def leave_for_company() -> ResponseReturnValue:
    """Send the browser to the company's provider."""
    provider = _provider()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    step = _Step(state, nonce, verifier, local_path(request.args.get("next")), now().timestamp())
    try:
        address = provider.sign_in_address(back=_back(), state=step.state, nonce=step.nonce, verifier=step.verifier)
    except Unreachable as problem:
        return _turned_away(AWAY, str(problem))
    session[_STEP] = step.__dict__
    return redirect(address)


@blueprint.get("/connexion/entreprise/retour")
def come_back() -> ResponseReturnValue:
    """Show the button that ends the journey; what the provider sent is only checked against what this browser asked."""
    _provider()
    step, state, code = _step(), request.args.get("state", ""), request.args.get("code", "")
    if step is None or not code or not hmac.compare_digest(state.encode(), step.state.encode()):
        return _turned_away(NOT_BELIEVED, request.args.get("error", "no such step")[:60])
    form = ReturnForm(None)
    form.code.data, form.state.data = code, state
    return render_template("factors/company.html", form=form)


@blueprint.post("/connexion/entreprise/retour")
def enter() -> ResponseReturnValue:
    """Exchange the code, once, and let in the person it stands for, their second factor asked unless the company did."""
    provider, form, step = _provider(), ReturnForm(), _step()
    session.pop(_STEP, None)
    throttle.take(db.session, throttle.SIGN_IN_ADDRESS, subject(throttle.SIGN_IN_ADDRESS), now())
    db.session.commit()
    state = form.state.data or ""
    if not form.validate_on_submit() or step is None or not hmac.compare_digest(state.encode(), step.state.encode()):
        return _turned_away(NOT_BELIEVED, "no such step")
    try:
        identity = provider.identity(
            code=form.code.data or "", back=_back(), nonce=step.nonce, verifier=step.verifier, now=now()
        )
    except Refused as problem:
        return _turned_away(NOT_BELIEVED, str(problem))
    except Unreachable as problem:
        return _turned_away(AWAY, str(problem))
    return _let_in(identity, remember=bool(form.remember.data), destination=step.destination)


def _let_in(identity: Identity, *, remember: bool, destination: str | None) -> Response:
    try:
        user, is_new = service.holder(db.session, identity, now())
    except (NotFound, Stale) as refusal:
        db.session.rollback()
        return _turned_away(refusal.message, refusal.code)
    throttle.give_back(db.session, throttle.SIGN_IN_ADDRESS, subject(throttle.SIGN_IN_ADDRESS), now())
    if is_new:
        what = _("Le compte de votre entreprise ouvre maintenant Réglo. Votre ancien mot de passe ne sert plus.")
        notify(db.session, user, SECURITY_CHANGED, now(), {"what": what})
    if identity.several_factors:
        return let_in(user, remember=remember, destination=destination, factor="entreprise", factor_verified_at=now())
    return recognised(user, remember=remember, destination=destination)


def _back() -> str:
    """Return the address to come back to: from the settings, never from a request (S35)."""
    return f"{settings().base_url}{url_for('federation.come_back')}"


def _step() -> _Step | None:
    kept: dict[str, Any] | None = session.get(_STEP)
    step = _Step(**kept) if kept else None
    return step if step and abs(now().timestamp() - step.at) <= STEP_SECONDS else None


def _turned_away(message: str, problem: str) -> Response:
    log.info("company sign-in refused", problem=problem, address=request.remote_addr)
    flash(_(message), "warning")
    return redirect(url_for("accounts.sign_in"), 303 if request.method == "POST" else 302)
