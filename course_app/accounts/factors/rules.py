"""Codes of an application (RFC 6238) and recovery codes: drawn, shown, compared. Pure.

An application and the server share a secret of 160 bits; each derives the same six digits from it and from the number
of half-minutes since 1970, called a step below.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

STEP_SECONDS = 30  # RFC 6238, section 4.1
DIGITS = 6  # RFC 4226, section 5.3: six at least
TOLERATED_STEPS = 1  # RFC 6238, section 5.2: one step for clocks and slow fingers
SECRET_BYTES = 20  # RFC 4226, section 4, R6: 160 bits recommended
ISSUER = "Réglo"

RECOVERY_CODES = 10
RECOVERY_LENGTH = 12
RECOVERY_GROUP = 4
# No letter that reads like a digit: 30 signs, twelve of them are 58 bits. Kept by a slow salted hash (sealing.py).
RECOVERY_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"

PASSKEY_NAME_LIMIT = 60
MOST_PASSKEYS = 10


@dataclass(frozen=True)
class PasskeyLine:
    """One passkey as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Held:
    """The second factors of a person; recovery codes stand in for a factor, they are none."""

    application_since: datetime | None
    passkeys: Sequence[PasskeyLine]
    recovery_codes_left: int

    @property
    def number(self) -> int:
        """How many factors there are, recovery codes apart."""
        return len(self.passkeys) + (self.application_since is not None)


def new_secret() -> str:
    """Return 160 random bits in base 32, as applications read them."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def is_secret(text: str) -> bool:
    """Tell whether a text is a secret of ours."""
    try:
        return len(base64.b32decode(text.encode("ascii"))) == SECRET_BYTES
    except ValueError:  # not ASCII, or not base 32
        return False


def step_at(moment: datetime) -> int:
    """Return the number of the half-minute that holds a moment."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """Return the six digits of one step (RFC 4226, section 5.3: dynamic truncation of HMAC-SHA-1)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: str, code: str, moment: datetime, used: int | None) -> int | None:
    """Return the step whose code was given, within the tolerance; None when there is none.

    `used` is the last step that opened something: it and earlier ones no longer count, so that a code seen over
    somebody's shoulder is worth nothing (RFC 6238, section 5.2).
    """
    here = step_at(moment)
    for step in range(here - TOLERATED_STEPS, here + TOLERATED_STEPS + 1):
        if (used is None or step > used) and hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def application_address(secret: str, account: str) -> str:
    """Return what the square code says to an application (the « Key URI Format » that they all read)."""
    label = f"{quote(ISSUER)}:{quote(account, safe='@')}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(ISSUER)}&digits={DIGITS}&period={STEP_SECONDS}"


def grouped(text: str, size: int = RECOVERY_GROUP, between: str = " ") -> str:
    """Return a text cut into groups, for people who copy it by hand."""
    return between.join(text[start : start + size] for start in range(0, len(text), size))


def new_recovery_codes() -> tuple[str, ...]:
    """Return ten recovery codes, as they are shown: « K7QD-M2XH-P4TR »."""
    return tuple(
        grouped("".join(secrets.choice(RECOVERY_ALPHABET) for _sign in range(RECOVERY_LENGTH)), between="-")
        for _code in range(RECOVERY_CODES)
    )


def typed_recovery_code(raw: str) -> str | None:
    """Return a recovery code without spaces or hyphens, in capitals; None when it is something else."""
    signs = "".join(sign for sign in raw.upper() if sign.isalnum())
    is_one = len(signs) == RECOVERY_LENGTH and all(sign in RECOVERY_ALPHABET for sign in signs)
    return signs if is_one else None
