"""What is signed, and how it is checked. Pure: keys and bytes in, a verdict out; no file, no database, no clock.

One algorithm is written, Ed25519 (RFC 8032); which one a file names is looked up in a list, never obeyed (security.md
S28). A key is known by the thumbprint of its public half (RFC 7638), so that an id cannot lie about its key.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from course_app.core.errors import CourseError

ED25519 = "Ed25519"
PUBLIC_LENGTH = 32
SIGNATURE_LENGTH = 64


class NotGenuine(CourseError):
    """What was signed is not what is read, or was signed by nobody we know."""

    code = "non-authentique"
    message = "Ce fichier n'est pas authentique : il a été modifié, ou ne vient pas d'ici."


class UnknownKey(NotGenuine):
    """The signature names a key that the reader does not hold."""

    code = "cle-inconnue"
    message = "La clé donnée n'est pas celle qui a signé ce fichier. Téléchargez la clé publique du site d'origine."


class UnreadableKey(CourseError):
    """A file of public keys that holds none."""

    code = "cle-illisible"
    message = "Ce fichier de clé n'est pas lisible. Téléchargez à nouveau la clé publique du site d'origine."


@dataclass(frozen=True)
class PublicKey:
    """The half of a key that everybody may hold: 32 bytes (RFC 8032 §5.1.5)."""

    value: bytes

    @property
    def key_id(self) -> str:
        """The JWK thumbprint of the key (RFC 7638, RFC 8037 §A.3): SHA-256, base64url, 43 characters."""
        members = {"crv": ED25519, "kty": "OKP", "x": base64url(self.value)}
        return base64url(hashlib.sha256(canonical(members)).digest())

    @property
    def jwk(self) -> dict[str, str]:
        """The key as everybody's libraries read it (RFC 8037)."""
        return {
            "kty": "OKP",
            "crv": ED25519,
            "x": base64url(self.value),
            "kid": self.key_id,
            "alg": "EdDSA",
            "use": "sig",
        }


@dataclass(frozen=True)
class SigningKey:
    """A whole key: signs."""

    secret: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """The half to publish."""
        return PublicKey(self.secret.public_key().public_bytes_raw())


@dataclass(frozen=True)
class Signature:
    """64 bytes, with the name of the algorithm and the id of the key that made them."""

    algorithm: str
    key_id: str
    value: bytes


def sign(key: SigningKey, purpose: str, data: bytes) -> Signature:
    """Sign bytes for a purpose (« attestation », « dossier »): a signature made for one is worth nothing for another."""
    return Signature(ED25519, key.public.key_id, key.secret.sign(_bound(purpose, data)))


def verify(keys: Mapping[str, PublicKey], purpose: str, data: bytes, signature: Signature) -> PublicKey:
    """Return the key, among those held by id, that signed these very bytes for this purpose.

    Raises `UnknownKey` when none has the id that the signature names, `NotGenuine` for anything else.
    """
    check = _CHECKS.get(signature.algorithm)
    if check is None:
        raise NotGenuine
    key = keys.get(signature.key_id)
    if key is None or key.key_id != signature.key_id:
        raise UnknownKey
    if not check(key, _bound(purpose, data), signature.value):
        raise NotGenuine
    return key


def _bound(purpose: str, data: bytes) -> bytes:
    """Return what is really signed: the purpose, a NUL that no purpose holds, the bytes."""
    return b"reglo/" + purpose.encode("ascii") + b"\x00" + data


def _check_ed25519(key: PublicKey, data: bytes, value: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.value).verify(value, data)
    except InvalidSignature:
        return False
    return True


_CHECKS: Mapping[str, Callable[[PublicKey, bytes, bytes], bool]] = {ED25519: _check_ed25519}
"""Algorithms that a signature may name."""


def key_set(keys: Mapping[str, PublicKey]) -> dict[str, Any]:
    """Return public keys as a JWK Set (RFC 7517 §5), in the order given."""
    return {"keys": [key.jwk for key in keys.values()]}


def read_keys(text: str) -> dict[str, PublicKey]:
    """Return the Ed25519 keys of a JWK Set, or of one JWK, by id; keys of other kinds are passed over.

    Raises `UnreadableKey` when there is none.
    """
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableKey from None
    listed = read.get("keys", [read]) if isinstance(read, dict) else []
    found = [_read_key(each) for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    keys = {key.key_id: key for key in found if key is not None}
    if not keys:
        raise UnreadableKey
    return keys


def _read_key(jwk: Mapping[str, Any]) -> PublicKey | None:
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", ED25519):
        return None
    value = read_base64url(jwk.get("x"))
    return PublicKey(value) if value is not None and len(value) == PUBLIC_LENGTH else None


def canonical(value: Any) -> bytes:
    """Return a JSON value in one form only: ASCII, members sorted, no space."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def base64url(value: bytes) -> str:
    """Return bytes in base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def read_base64url(text: object) -> bytes | None:
    """Return the bytes of a base64url text; None unless it is written exactly as `base64url` writes them."""
    if not isinstance(text, str) or not text.isascii():
        return None
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return value if base64url(value) == text else None
