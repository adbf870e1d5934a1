"""The signed session cookie: read at every request, signed again only once its minute is over.

Flask signs and sends it again at every answer of a signed-in person, so that two idle hours end the session. A cookie
that says the minute rather than the second keeps that promise to the minute, early rather than late (security.md S43).
"""

import time
from typing import cast

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

RENEWED_AFTER_SECONDS = 60


class DatedSession(SecureCookieSession):
    """A session that knows when its cookie was signed, in seconds since the epoch; 0 without one."""

    signed_at = 0.0


class MinuteCookies(SecureCookieSessionInterface):
    """Flask's cookie, renewed when what it holds changed, or when it is a minute old."""

    session_class = DatedSession

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds, nothing when it is absent, forged or too old."""
        value = request.cookies.get(self.get_cookie_name(app))
        if not value:
            return DatedSession()
        # An application without a key does not start (config.py): there is always a serializer.
        serializer = cast(URLSafeTimedSerializer, self.get_signing_serializer(app))
        max_age = int(app.permanent_session_lifetime.total_seconds())
        try:
            held, signed_at = serializer.loads(value, max_age=max_age, return_timestamp=True)
        except BadSignature:
            return DatedSession()
        session = DatedSession(held)
        session.signed_at = signed_at.timestamp()
        return session

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Tell whether this answer carries the cookie."""
        if session.modified:
            return True
        age = time.time() - cast(DatedSession, session).signed_at
        return session.permanent and not 0 <= age < RENEWED_AFTER_SECONDS
