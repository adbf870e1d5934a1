"""What pages need to ask a browser for a passkey, and how the answer is read. Writes nothing but the signed cookie."""

import json

from course_app.accounts.access import settings
from course_app.accounts.factors import passkeys, service, steps
from course_app.accounts.models import User
from course_app.store.session import db
from course_app.web.clock import now


def site() -> passkeys.Site | None:
    """Return for whom passkeys are made here; None where browsers make none."""
    return passkeys.site_of(settings().base_url)


def to_create(user: User) -> str | None:
    """Return, in JSON, what a browser needs to make a passkey for somebody; None where none can be made."""
    here = site()
    if here is None:
        return None
    known = service.passkeys(db.session, user)
    asked = steps.challenge(now())
    options = passkeys.to_create(
        here, user_id=user.id.bytes, name=user.email or user.first_name, challenge=asked.value, known=known
    )
    return json.dumps(options)


def to_show(user: User | None = None) -> str | None:
    """Return, in JSON, what a browser needs to show a passkey of somebody, or of whoever holds the device.

    None where no passkey can be shown, or when the person has none.
    """
    here = site()
    known = service.passkeys(db.session, user) if user else ()
    if here is None or (user is not None and not known):
        return None
    return json.dumps(passkeys.to_show(here, challenge=steps.challenge(now()).value, known=known))


def holder(answer: str, waiting: User | None) -> User:
    """Return whose passkey a browser has shown, its challenge used up; raise `passkeys.Refused`.

    `waiting` is who has just shown a password: the key must then be theirs, else the device must have checked its owner
    and the key be no older than what the company said of the account.
    """
    here, asked = site(), steps.asked_challenge(now())
    if here is None or asked is None:
        raise passkeys.Refused
    found = service.passkey_holder(db.session, passkeys.shown_key(answer))
    if found is None or (waiting is not None and found[0].id != waiting.id):
        raise passkeys.Refused
    user, key = found
    if waiting is None and not service.may_enter_alone(db.session, key):
        raise passkeys.Refused
    count = passkeys.shown(here, answer, asked.value, key, alone=waiting is None)
    if not service.use_passkey(db.session, key, count, asked.drawn_at, now()):
        raise passkeys.Refused
    return user


def made(answer: str, name: str) -> service.NewPasskey:
    """Return the passkey that a browser has just made; raise `passkeys.Refused`."""
    here, asked = site(), steps.asked_challenge(now())
    if here is None or asked is None:
        raise passkeys.Refused
    found = passkeys.registered(here, answer, asked.value)
    return service.NewPasskey(
        name, found.credential_id, found.public_key, found.sign_count, found.transports, asked.drawn_at
    )
