"""What a mail is before it leaves, and when it is tried again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

KIND_LENGTH = 40
KEY_LENGTH = 200
SENDER_LENGTH = 80
PROBLEM_LENGTH = 80

LEASE = timedelta(seconds=60)
"""A mail in hand for longer belongs to a sender that is dead: its server gets ten seconds a step, and there are five."""
RETRY_AFTER = tuple(timedelta(minutes=each) for each in (1, 4, 10, 30, 60, 120, 240, 480, 540))
"""Pauses between tries: nearly 25 hours in all, so that a mail server away for a whole day loses nothing (R18)."""
LIFE = sum(RETRY_AFTER, timedelta()) + timedelta(hours=12)
"""A mail older than that is not sent any more: it would tell of yesterday, or of a database restored since (R14)."""
MOST_HAND_OVERS = 2
"""Times that a mail may have left without our knowing: at most one duplicate (R18)."""


class MailState(StrEnum):
    """Where a mail is."""

    WAITING = "en-attente"
    IN_HAND = "en-cours"
    SENT = "envoye"
    DROPPED = "sans-objet"
    """No longer relevant when its turn came: the person left, opted out, or did what it asked."""
    REFUSED = "refuse"
    """The server refused it for good, or could not be reached in time."""
    UNCERTAIN = "incertain"
    """It may have left, twice, and was not tried a third time."""
    EXPIRED = "perime"
    """Too old when its turn came, or waiting in a database that was restored."""


PENDING = (MailState.WAITING, MailState.IN_HAND)


@dataclass(frozen=True)
class Recipient:
    """Whom a mail is for: a person of an organisation, or an address that nobody may hold."""

    organisation_id: UUID | None
    person_id: UUID | None
    address: str | None = None


@dataclass(frozen=True)
class Mail:
    """A mail whose turn came, as its row tells it. `values` are the JSON values it was written with."""

    kind: str
    key: str
    to: Recipient
    values: Mapping[str, str]
    written_at: datetime


@dataclass(frozen=True)
class Letter:
    """What leaves: one address, a subject, and `template`, the name of a pair of files (.txt and .html) in templates.

    `values` fill the templates, which also receive `site`, the public address. `headers` are added as they are.
    """

    to: str
    subject: str
    template: str
    values: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def next_try(tries: int, now: datetime) -> datetime | None:
    """Return when a mail that failed `tries` times (1 or more) is tried again; None when it is given up."""
    return now + RETRY_AFTER[tries - 1] if tries <= len(RETRY_AFTER) else None
