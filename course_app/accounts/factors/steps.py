"""What a browser carries between two steps: who showed their password, and which challenge a passkey must answer.

Both live in the signed cookie, so that looking at a page writes nothing (S48). A copied cookie gives nothing away: the
person behind it still has to show a factor, and a challenge is used up in the row of the key that answers it.
"""

import hmac
import secrets
import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import session

from course_app.accounts.access import settings
from course_app.accounts.destinations import local_path
from course_app.accounts.factors.passkeys import CHALLENGE_BYTES
from course_app.accounts.models import User

STEP_LIFE = timedelta(minutes=10)
CHALLENGE_FRESH = timedelta(minutes=5)
_STEP, _CHALLENGE = "second_step", "passkey_challenge"


@dataclass(frozen=True)
class Pending:
    """Somebody whose first proof was right, and who still has to show a second one."""

    user_id: uuid.UUID
    organisation_id: uuid.UUID
    remember: bool
    destination: str | None
    mark: str

    def is_still(self, user: User) -> bool:
        """Tell whether nothing has changed since the first proof: a new password starts over."""
        return hmac.compare_digest(self.mark, _mark(user))


@dataclass(frozen=True)
class Challenge:
    """Random bytes that a passkey signs, and when they were drawn."""

    value: bytes
    drawn_at: datetime


def keep_pending(user: User, *, remember: bool, destination: str | None, moment: datetime) -> None:
    """Remember, in this browser alone, that a person's first proof was right."""
    session[_STEP] = {
        "user": str(user.id),
        "organisation": str(user.organisation_id),
        "remember": remember,
        "next": local_path(destination),
        "mark": _mark(user),
        "at": moment.timestamp(),
    }


def pending(moment: datetime) -> Pending | None:
    """Return who is between the two steps in this browser; None when nobody is, or it was too long ago."""
    kept: dict[str, Any] | None = session.get(_STEP)
    if kept is None or not _is_recent(kept["at"], moment, STEP_LIFE):
        return None
    return Pending(
        uuid.UUID(kept["user"]), uuid.UUID(kept["organisation"]), kept["remember"], kept["next"], kept["mark"]
    )


def challenge(moment: datetime) -> Challenge:
    """Return the challenge of the page about to be shown, the same in all the tabs of a browser for five minutes."""
    kept = session.get(_CHALLENGE)
    if kept is None or not _is_recent(kept[1], moment, CHALLENGE_FRESH):
        kept = [b64encode(secrets.token_bytes(CHALLENGE_BYTES)).decode("ascii"), moment.timestamp()]
        session[_CHALLENGE] = kept
    return Challenge(b64decode(kept[0]), datetime.fromtimestamp(kept[1], UTC))


def asked_challenge(moment: datetime) -> Challenge | None:
    """Return the challenge that this browser was asked to have signed, and forget it; None when there is none."""
    kept = session.pop(_CHALLENGE, None)
    if kept is None or not _is_recent(kept[1], moment, CHALLENGE_FRESH + STEP_LIFE):
        return None
    return Challenge(b64decode(kept[0]), datetime.fromtimestamp(kept[1], UTC))


def _is_recent(stamp: float, moment: datetime, life: timedelta) -> bool:
    return -60 <= moment.timestamp() - stamp <= life.total_seconds()  # a clock may be set back a little (R13)


def _mark(user: User) -> str:
    """Return what changes with the password, and tells nothing of it: the cookie can be read by its owner."""
    return hmac.digest(settings().secret_key.encode(), f"step:{user.id}:{user.password_hash}".encode(), "sha256").hex()
