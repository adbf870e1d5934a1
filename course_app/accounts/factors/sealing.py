"""How secrets of second factors are kept: sealed under the site's key, or hashed slowly with salt. Pure."""

import base64
import hmac
import secrets
from collections.abc import Sequence

from argon2.low_level import Type, hash_secret_raw
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from course_app.accounts.passwords import LANES, MEMORY_KIB, PASSES

_PURPOSE = b"reglo: secrets of code applications"
_HASH_BYTES = 32
_SALT_BYTES = 16


def seal(keys: Sequence[str], text: str) -> str:
    """Return a text encrypted and authenticated under the site's key of today, the first of `keys`."""
    return _box(keys).encrypt(text.encode()).decode("ascii")


def unseal(keys: Sequence[str], sealed: str) -> str | None:
    """Return the text again; None when it was sealed under none of the keys, or altered."""
    try:
        return _box(keys).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _box(keys: Sequence[str]) -> MultiFernet:
    derived = (hmac.digest(key.encode(), _PURPOSE, "sha256") for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def new_salt() -> str:
    """Return 128 random bits in hexadecimal."""
    return secrets.token_hex(_SALT_BYTES)


def slow_hash(code: str, salt: str) -> str:
    """Return the Argon2id hash of a recovery code, in hexadecimal; costs what a password's does.

    ASVS 5.0 6.5.2: a code under 112 bits is hashed like a password, with a salt.
    """
    raw = hash_secret_raw(
        code.encode(),
        bytes.fromhex(salt),
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=LANES,
        hash_len=_HASH_BYTES,
        type=Type.ID,
    )
    return raw.hex()
