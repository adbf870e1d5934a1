"""Talking to the company's provider: discovery, code for token, keys (OpenID Connect, authorization code with PKCE).

Knows neither the web framework nor the database. Only the issuer that the operator configured is asked, and what its
discovery names, over https (S68); no redirect is followed, answers are bounded in time and size.
"""

import json
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from course_app.accounts.federation.rules import Client, Identity, Refused, code_challenge, identity
from course_app.config import LOOPBACK_HOSTS

TIMEOUT_SECONDS = 5
ANSWER_LIMIT = 256 * 1024
KNOWN_FOR_SECONDS = 3600
ALGORITHMS = ["RS256", "PS256", "ES256"]  # signatures only: « none » and shared secrets are not among them
SCOPE = "openid email profile"


class Unreachable(Exception):
    """The provider does not answer, or not as a provider does; the text, English, goes to the log."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        """Follow nothing: an answer from elsewhere is no answer."""
        return


class Provider:
    """The provider of one installation; what it publishes is asked at first use, then kept for an hour."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler())
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def sign_in_address(self, *, back: str, state: str, nonce: str, verifier: str) -> str:
        """Return where to send a browser; raise `Unreachable`. `back` is our address that it comes back to."""
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        place = self._place("authorization_endpoint")
        return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}"

    def identity(self, *, code: str, back: str, nonce: str, verifier: str, now: datetime) -> Identity:
        """Give a code back for the identity it stands for; raise `Refused` or `Unreachable`."""
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        answer = self._ask(self._place("token_endpoint"), asked)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Refused(f"no identity token: {answer.get('error')!r}")
        claims = self._verified(token)
        if "email" not in claims:
            claims = {**self._told_apart(answer, claims), **claims}
        return identity(claims, self.client, nonce, now)

    def _verified(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that the provider's keys have signed; its keys may have changed a moment ago."""
        try:
            return self._decoded(token, renew=False)
        except Refused:
            return self._decoded(token, renew=True)

    def _decoded(self, token: str, *, renew: bool) -> dict[str, Any]:
        from joserfc import jwt  # noqa: PLC0415 - only a company's sign-in needs it
        from joserfc.errors import JoseError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        published: Any = self._publication(self._place("jwks_uri"), renew=renew)
        try:
            return dict(jwt.decode(token, KeySet.import_key_set(published), algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Refused(type(error).__name__) from error

    def _told_apart(self, answer: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the provider says of the person at its own address, when the token is bare."""
        place, access = self._discovery().get("userinfo_endpoint"), answer.get("access_token")
        if not isinstance(place, str) or not isinstance(access, str):
            return {}
        told = self._read(urllib.request.Request(_safe(place), headers={"Authorization": f"Bearer {access}"}))  # noqa: S310
        if told.get("sub") != claims.get("sub"):  # OpenID Connect Core 1.0, section 5.3.2
            raise Refused("userinfo is about somebody else")
        return {name: told[name] for name in ("email", "email_verified") if name in told}

    def _discovery(self) -> dict[str, Any]:
        found = self._publication(f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.client.issuer:  # OpenID Connect Discovery 1.0, section 4.3
            raise Unreachable("discovery names another issuer")
        return found

    def _place(self, name: str) -> str:
        place = self._discovery().get(name)
        if not isinstance(place, str):
            raise Unreachable(f"discovery has no {name}")
        return _safe(place)

    def _publication(self, place: str, *, renew: bool = False) -> dict[str, Any]:
        with self._lock:
            kept = self._known.get(place)
        if kept and not renew and time.monotonic() - kept[0] < KNOWN_FOR_SECONDS:
            return kept[1]
        read = self._read(urllib.request.Request(_safe(place)))  # noqa: S310 - checked by _safe
        with self._lock:
            self._known[place] = (time.monotonic(), read)
        return read

    def _ask(self, place: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Post a form as this installation: its secret in the header, or in the form where that is the only way."""
        ways = self._discovery().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        client, headers, sent = self.client, {}, dict(form)
        if "client_secret_basic" in ways:
            pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"  # RFC 6749, section 2.3.1
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode('ascii')}"
        else:
            sent |= {"client_id": client.client_id, "client_secret": client.client_secret}
        return self._read(urllib.request.Request(place, urlencode(sent).encode(), headers))  # noqa: S310 - _safe

    def _read(self, request: urllib.request.Request) -> dict[str, Any]:
        request.add_header("Accept", "application/json")
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                body = answer.read(ANSWER_LIMIT + 1)
        except urllib.error.HTTPError as error:
            if error.code not in (400, 401):
                raise Unreachable(f"status {error.code}") from None
            body = error.read(ANSWER_LIMIT + 1)  # a refused code: the body says why
        except (OSError, ValueError) as error:
            raise Unreachable(type(error).__name__) from None
        try:
            read = json.loads(body) if len(body) <= ANSWER_LIMIT else None
        except (ValueError, RecursionError):
            read = None
        if not isinstance(read, dict):
            raise Unreachable("no JSON object")
        return read


def _safe(place: str) -> str:
    """Return an address when it is https, or of this very machine; raise `Unreachable`."""
    parts = urlsplit(place)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS):
        raise Unreachable("an address that is not https")
    return place
