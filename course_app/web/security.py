"""Safety of every response: hosts, CSRF, content policy with nonces, headers.

Knows no feature; how often somebody may try is counted in accounts.
"""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from course_app.config import Settings
from course_app.store.session import reads_only
from course_app.web.cookies import MinuteCookies

MAX_BODY_BYTES = 256 * 1024
MAX_FORM_PARTS = 500
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()

View = TypeVar("View", bound=Callable[..., Any])

_HEADERS = tuple(
    (name.lower(), name, value)
    for name, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
        ("X-Frame-Options", "DENY"),
    )
)


def csp_nonce() -> str:
    """Return this response's nonce; made on first use, because CSRF may abort before any hook of ours."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def _content_policy() -> str:
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    )


def init_security(app: Flask, settings: Settings) -> None:
    """Arm hosts, cookies, CSRF and headers on the application."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SESSION_COOKIE_NAME="__Host-reglo" if settings.secure_cookies else "reglo",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_SECRET_KEY=[*settings.secret_key_fallbacks[::-1], settings.secret_key],  # the last one signs
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    app.session_interface = MinuteCookies()
    app.before_request(_open_request)
    csrf.init_app(app)
    app.after_request(_add_headers)
    if settings.secure_cookies:
        app.after_request(_add_hsts)


def accepts_up_to(size: int) -> Callable[[View], View]:
    """Let the bodies sent to a view, files included, be larger than elsewhere: `size` bytes."""

    def mark(view: View) -> View:
        view.max_body_bytes = size  # type: ignore[attr-defined]  # read before the body is
        return view

    return mark


def _open_request() -> None:
    """Choose the kind of transaction, and refuse a forged forwarded host (S35); Flask itself checks Host."""
    reads_only.set(request.method in SAFE_METHODS)
    larger = getattr(current_app.view_functions.get(request.endpoint or ""), "max_body_bytes", None)
    if larger is not None:
        request.max_content_length = request.max_form_memory_size = larger
    forwarded = request.headers.get("X-Forwarded-Host")
    if forwarded is not None and forwarded.split(":")[0] not in (request.trusted_hosts or ()):
        abort(400)
    if request.is_json:  # read before a transaction opens, as forms are: a slow sender must not hold the database
        request.get_data()


def _add_headers(response: Response) -> Response:
    own = {name.lower() for name, _value in response.headers}  # looked at once: each question is a walk of the list
    for known, name, value in _HEADERS:
        if known not in own:
            response.headers.add(name, value)
    if "content-security-policy" not in own:
        response.headers.add("Content-Security-Policy", _content_policy())
    if request.endpoint != "static" and "cache-control" not in own:
        response.headers.add("Cache-Control", "no-store")
    return response


def _add_hsts(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
