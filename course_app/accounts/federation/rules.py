"""What is believed of a company's provider, and when. Pure (OpenID Connect Core 1.0, sections 2 and 3.1.3.7).

`OIDC_URL` holds everything the operator was given: `https://CLIENT:SECRET@issuer/path`, the issuer exactly as its
provider writes it.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from course_app.accounts.rules import normalised_email

CLOCK_SKEW = timedelta(minutes=1)
# RFC 8176: « mfa » in amr. Classes of authentication that mean several factors: SAML's and OpenID's PAPE name, and the
# phishing-resistant ones of OpenID Connect's « acr values » (Extended Authentication Profile).
_SEVERAL_FACTORS = frozenset({"http://schemas.openid.net/pape/policies/2007/06/multi-factor", "phr", "phrh"})


@dataclass(frozen=True)
class Client:
    """What a provider knows this installation by."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Identity:
    """Who a provider says came in. `email` is normalised, and None unless the provider has verified it."""

    issuer: str
    subject: str
    email: str | None
    several_factors: bool


class Refused(Exception):
    """What a provider said cannot be believed; the text, English, goes to the log."""


def client_of(address: str) -> Client | None:
    """Return what `OIDC_URL` says; None when it is empty. The settings have checked its shape."""
    parts = urlsplit(address)
    if not address or parts.hostname is None:
        return None
    place = parts.netloc.rpartition("@")[2]
    issuer = urlunsplit((parts.scheme, place, parts.path, "", ""))
    return Client(issuer, unquote(parts.username or ""), unquote(parts.password or ""))


def code_challenge(verifier: str) -> str:
    """Return what is shown of a verifier before it is revealed (RFC 7636, S256)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode("ascii")


def identity(claims: Mapping[str, Any], client: Client, nonce: str, now: datetime) -> Identity:
    """Return who an identity token, its signature verified, is about; raise `Refused`."""
    _check(claims.get("iss") == client.issuer, "another issuer")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    _check(client.client_id in audiences, "another audience")
    _check(len(audiences) == 1 or claims.get("azp") == client.client_id, "issued to another party")
    _check(_moment(claims, "exp") + CLOCK_SKEW.total_seconds() > now.timestamp(), "expired")
    _check(_moment(claims, "iat") - CLOCK_SKEW.total_seconds() < now.timestamp(), "issued in the future")
    given = claims.get("nonce")
    _check(isinstance(given, str) and hmac.compare_digest(given.encode(), nonce.encode()), "another nonce")
    subject = claims.get("sub")
    _check(isinstance(subject, str) and 0 < len(subject) <= 255 and subject.isprintable(), "no subject")
    email = claims.get("email")
    is_verified = claims.get("email_verified") in (True, "true")  # some providers write it as text
    return Identity(
        client.issuer,
        str(subject),
        normalised_email(email) if isinstance(email, str) and is_verified else None,
        _has_several_factors(claims),
    )


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    _check(isinstance(value, int | float) and not isinstance(value, bool), f"no {name}")
    return float(value)  # type: ignore[arg-type]  # a number, as just checked


def _has_several_factors(claims: Mapping[str, Any]) -> bool:
    methods = claims.get("amr")
    return (isinstance(methods, list) and "mfa" in methods) or claims.get("acr") in _SEVERAL_FACTORS


def _check(is_right: bool, problem: str) -> None:
    if not is_right:
        raise Refused(problem)
