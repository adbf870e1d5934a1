"""Who is behind a request: cookies in, the frozen `Actor` out; what other rooms use of accounts.

Owns Flask-Login and its cookies. A browser holds a token; whether it is still worth anything is asked of the
database at every request (sessions.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, current_app, g, jsonify, make_response, redirect, request, session, url_for
from flask_login import (
    LoginManager,
    UserMixin,
    current_user,
    decode_cookie,
    encode_cookie,
    login_user,
    user_loaded_from_cookie,
)
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session
from werkzeug import Response
from werkzeug.urls import iri_to_uri

from course_app.accounts import sessions, throttle
from course_app.accounts.destinations import local_path
from course_app.accounts.rules import Actor, Permission, Role, device_family
from course_app.accounts.service import LearnerRecords, open_guest
from course_app.config import Settings
from course_app.core.errors import Forbidden
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.errors import error_page, wants_json
from course_app.web.i18n import _
from course_app.web.security import SAFE_METHODS

__all__ = ["Actor", "Permission", "Role"]

IDLE_LIFE = timedelta(hours=2)  # security.md S43
FACTOR_FIRST = "Ajoutez d'abord un second moyen d'entrer : votre rôle le demande."
_EXTENSION = "reglo.accounts"

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Accounts:
    """What accounts keep on the application."""

    settings: Settings
    records: Sequence[LearnerRecords]


class SignedIn(UserMixin):
    """Flask-Login's view of a person: its id is the session's token, which can be revoked."""

    def __init__(self, known: sessions.KnownSession, token: str) -> None:
        self.known = known
        self._token = token

    def get_id(self) -> str:
        """Return the token that the cookies carry."""
        return self._token


class _CookieReader(LoginManager):
    """Flask-Login, for any cookie: comparing signatures crashes on one that is not ASCII, and knows one key only."""

    def _load_user_from_remember_cookie(self, cookie: str) -> Any:
        if not cookie.isascii():
            return None
        former = (decode_cookie(cookie, key=key) for key in current_app.config["SECRET_KEY_FALLBACKS"] or ())
        token = next((token for token in former if token is not None), None)
        return super()._load_user_from_remember_cookie(encode_cookie(token) if token else cookie)


def init_access(app: Flask, settings: Settings, records: Sequence[LearnerRecords]) -> None:
    """Arm signing in on an application; `records` are the rooms that hold rows about a person."""
    app.extensions[_EXTENSION] = Accounts(settings, records)
    app.config.update(
        PERMANENT_SESSION_LIFETIME=IDLE_LIFE,
        REMEMBER_COOKIE_NAME="__Host-reglo-souvenir" if settings.secure_cookies else "reglo-souvenir",
        REMEMBER_COOKIE_DURATION=sessions.REMEMBERED_LIFE,
        REMEMBER_COOKIE_SECURE=settings.secure_cookies,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
    )
    manager = _CookieReader()
    manager.session_protection = None  # a phone changes network; the database says what a token is worth
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)
    user_loaded_from_cookie.connect(_keep_session_alive, app)
    app.register_error_handler(throttle.TooMany, _on_too_many)
    app.register_error_handler(CSRFError, _on_csrf_error)


def accounts() -> Accounts:
    """Return what accounts keep on the running application."""
    return cast(Accounts, current_app.extensions[_EXTENSION])


def settings() -> Settings:
    """Return the settings of the running application."""
    return accounts().settings


def _load(token: str) -> SignedIn | None:
    """Find who holds a token. A database that is away leaves a visitor for the rest of the request, error page included."""
    g.account_unreadable = True
    known = sessions.recognise(db.session, token, now())
    g.account_unreadable = False
    return SignedIn(known, token) if known else None


def _keep_session_alive(_app: Flask, **_: Any) -> None:
    """Give the session that a remembered browser resumes the same idle life as any other."""
    session.permanent = True


def known_session() -> sessions.KnownSession | None:
    """Return the session behind this request, or None for a visitor."""
    if g.get("account_unreadable"):
        return None
    return cast(sessions.KnownSession | None, getattr(current_user, "known", None))


def current_actor() -> Actor | None:
    """Return the person behind this request, or None for a visitor."""
    known = known_session()
    return known.actor if known else None


def signed_in() -> Actor:
    """Return the person behind this request; for views under `requires`."""
    actor = current_actor()
    if actor is None:
        raise Forbidden
    return actor


def may(actor: Actor, permission: Permission) -> bool:
    """Tell whether a person holds a permission."""
    return actor.may(permission)


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Let a view run for people who hold a permission; visitors are sent to sign in, others get 403.

    People whose role asks for a second factor that their session has not shown are sent to add one (S39).
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            known = known_session()
            if known is None:
                return ask_to_sign_in()
            if known.actor.waits_for_factor(permission):
                return _ask_for_factor()
            if not known.actor.may(permission):
                raise Forbidden
            if request.method not in SAFE_METHODS:
                sessions.mark_used(db.session, known, now())
            return view(*args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]  # read by the table of routes (S01)
        return guarded

    return decorate


def ask_to_sign_in() -> Response:
    """Answer a visitor: 401 in JSON for a background save, else a redirect that comes back here afterwards."""
    sign_in = url_for("accounts.sign_in", next=_here())
    if wants_json() or ("HX-Request" in request.headers and "HX-Boosted" not in request.headers):
        message = _("Votre session est fermée. Connectez-vous : votre réponse reste ici.")
        return make_response(jsonify(status=401, message=message, sign_in=sign_in), 401)
    return redirect(sign_in)


def _ask_for_factor() -> Response:
    """Answer somebody whose role asks for a second factor: 403 in JSON, else a page that explains and enrols (S39)."""
    if wants_json():
        return error_page(403, FACTOR_FIRST)
    return redirect(url_for("factors.overview", next=_here()), 302 if request.method in SAFE_METHODS else 303)


def _here() -> str | None:
    """Return the page to come back to: this one, or the one that held the form."""
    if request.method in SAFE_METHODS:
        return local_path(iri_to_uri(request.full_path.rstrip("?")))
    referrer = request.referrer or ""
    return local_path(referrer.removeprefix(request.host_url.rstrip("/"))) if referrer else None


def device() -> str:
    """Return the coarse name of the device behind this request."""
    return device_family(request.user_agent.string)


def subject(gate_limit: throttle.Limit, name: str | None = None) -> str:
    """Return who is counted at a gate: an account by name, or by default the caller's network address."""
    counted = (request.remote_addr or "") if name is None else name
    return throttle.subject(settings().secret_key, gate_limit.gate, counted)


def enter(opened: sessions.OpenedSession) -> None:
    """Sign this browser in, with nothing left of what its cookie held before (S42)."""
    session.clear()
    session.permanent = True
    known = sessions.KnownSession(opened.actor, now(), now())
    remembered = opened.remember_for is not None
    login_user(SignedIn(known, opened.token), remember=remembered, duration=opened.remember_for)
    g.account_unreadable = False


def enter_as_guest(database: Session, moment: datetime) -> Actor:
    """Let a visitor try: rows added to `database`, this browser signed in; the caller commits.

    Raises `throttle.TooMany` when too many trials come from one network address.
    """
    throttle.take(database, throttle.TRIAL_ADDRESS, subject(throttle.TRIAL_ADDRESS), moment)
    opened = open_guest(database, moment, device=device())
    enter(opened)
    return opened.actor


def leave(response: Response) -> Response:
    """Take every trace of a person off this browser (S46)."""
    session.clear()
    # Flask-Login deletes its cookie without « Secure », which browsers ignore for a name in __Host-.
    config = current_app.config
    response.delete_cookie(
        config["REMEMBER_COOKIE_NAME"], path="/", secure=config["REMEMBER_COOKIE_SECURE"], httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _on_csrf_error(_error: CSRFError) -> Response:
    """A form older than its session: its person signs in and comes back (R10); any other forged form gets 400."""
    view = current_app.view_functions.get(request.endpoint or "")
    needs_person = getattr(view, "required_permission", None) is not None
    return ask_to_sign_in() if needs_person and known_session() is None else error_page(400)


def _on_too_many(refusal: throttle.TooMany) -> Any:
    db.session.rollback()
    response = error_page(429, refusal.message)
    response.headers["Retry-After"] = str(refusal.retry_after)
    return response
