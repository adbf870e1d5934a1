"""Signed JSON that other programs read: compact JWS (RFC 7515) with EdDSA (RFC 8037). Pure.

What is signed here is base64url and one dot; what `rules.sign` signs begins with « reglo/ » and holds a NUL. Neither can
pass for the other.
"""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from course_app.signing.rules import (
    NotGenuine,
    PublicKey,
    SigningKey,
    UnknownKey,
    base64url,
    canonical,
    read_base64url,
)

EDDSA = "EdDSA"


def issue(key: SigningKey, payload: Mapping[str, Any], key_url: str) -> str:
    """Return a signed token; its header carries the public key and where it is published."""
    public = key.public
    jwk = {name: public.jwk[name] for name in ("kty", "crv", "x")}
    header = {"alg": EDDSA, "typ": "JWT", "kid": f"{key_url}#{public.key_id}", "jwk": jwk}
    signed = f"{base64url(canonical(header))}.{base64url(canonical(dict(payload)))}"
    return f"{signed}.{base64url(key.secret.sign(signed.encode('ascii')))}"


def read(token: str, keys: Mapping[str, PublicKey]) -> dict[str, Any]:
    """Return what a token says, once proved by a key the reader holds; the key it carries is never believed.

    Raises `UnknownKey` or `NotGenuine`.
    """
    parts = token.split(".")
    raw = [read_base64url(part) for part in parts]
    if len(parts) != 3 or raw[0] is None or raw[1] is None or raw[2] is None:
        raise NotGenuine
    header, payload = _object(raw[0]), _object(raw[1])
    if header.get("alg") != EDDSA:
        raise NotGenuine
    key = keys.get(str(header.get("kid")).rpartition("#")[2])
    if key is None:
        raise UnknownKey
    try:
        Ed25519PublicKey.from_public_bytes(key.value).verify(raw[2], f"{parts[0]}.{parts[1]}".encode("ascii"))
    except InvalidSignature:
        raise NotGenuine from None
    return payload


def _object(raw: bytes) -> dict[str, Any]:
    try:
        read_back = json.loads(raw)
    except (ValueError, RecursionError):
        raise NotGenuine from None
    if not isinstance(read_back, dict):
        raise NotGenuine
    return read_back
