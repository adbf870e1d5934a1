"""Second factors of people: added, asked for, removed, reset by an administrator (security.md S39).

Takes a session, never commits; draws and hashes nothing: callers do, outside any transaction (sealing.py).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from course_app.accounts import sessions
from course_app.accounts.factors.models import CodeApplication, Passkey, RecoveryCode
from course_app.accounts.factors.rules import MOST_PASSKEYS, Held, PasskeyLine, matching_step
from course_app.accounts.factors.sealing import seal, unseal
from course_app.accounts.federation.models import CompanyAccount
from course_app.accounts.models import User
from course_app.accounts.rules import ROLES_WITH_FACTOR, Actor
from course_app.accounts.service import of, person
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import Invalid, NotFound, Stale

KEEP_ONE = "Votre rôle demande un second moyen d'entrer. Ajoutez-en un autre, puis retirez celui-ci."
KNOWN_ALREADY = "Cette clé d'accès est déjà enregistrée."
TOO_MANY_PASSKEYS = f"Vous avez déjà {MOST_PASSKEYS} clés d'accès. Retirez-en une, puis recommencez."

_Factor = type[CodeApplication] | type[Passkey] | type[RecoveryCode]


@dataclass(frozen=True)
class NewPasskey:
    """A passkey whose registration was just found right."""

    name: str
    credential_id: str
    public_key: bytes
    sign_count: int
    transports: Sequence[str]
    answered_at: datetime
    """When its challenge was drawn."""


def held(session: Session, user: User) -> Held:
    """Return the second factors of a person."""
    since = session.scalar(select(CodeApplication.created_at).where(*_of(CodeApplication, user)))
    keys = session.scalars(select(Passkey).where(*_of(Passkey, user)).order_by(Passkey.created_at, Passkey.id))
    lines = [PasskeyLine(row.id, row.name, row.created_at, row.last_used_at) for row in keys]
    left = session.scalar(
        select(func.count()).select_from(RecoveryCode).where(*_of(RecoveryCode, user), RecoveryCode.used_at.is_(None))
    )
    return Held(since, lines, left or 0)


def holds_any(session: Session, user: User) -> bool:
    """Tell whether a person has a second factor, hence is asked for it."""
    application = exists().where(*_of(CodeApplication, user))
    passkey = exists().where(*_of(Passkey, user))
    return bool(session.scalar(select(application | passkey)))


def add_application(session: Session, user: User, sealed_secret: str, used_step: int, now: datetime) -> None:
    """Give a person an application of codes, whose code of `used_step` was just found right; the former one goes."""
    _hold(session, user)
    session.execute(delete(CodeApplication).where(*_of(CodeApplication, user)))
    session.add(
        CodeApplication(
            organisation_id=user.organisation_id,
            user_id=user.id,
            sealed_secret=sealed_secret,
            used_step=used_step,
            created_at=now,
        )
    )
    session.flush()
    _tell(session, user, Act.FACTOR_ADDED, now, moyen="application")


def use_code(session: Session, user: User, keys: Sequence[str], code: str, now: datetime) -> bool:
    """Tell whether six digits are those of the person's application now, and use them up.

    `keys` are the site's, today's first: a secret sealed under an older one is sealed again (S71).
    """
    row = session.scalar(select(CodeApplication).where(*_of(CodeApplication, user)).with_for_update())
    secret = unseal(keys, row.sealed_secret) if row else None
    if row is None or secret is None:
        return False
    step = matching_step(secret, code, now, row.used_step)
    if step is not None:
        row.used_step, row.sealed_secret = step, seal(keys, secret)
        session.flush()
    return step is not None


def add_passkey(session: Session, user: User, given: NewPasskey, now: datetime) -> None:
    """Give a person one more passkey; raise `Invalid` when it is known already, or they have too many."""
    _hold(session, user)
    number = session.scalar(select(func.count()).select_from(Passkey).where(*_of(Passkey, user)))
    if (number or 0) >= MOST_PASSKEYS:
        raise Invalid(TOO_MANY_PASSKEYS, code="trop-de-cles")
    row = Passkey(id=uuid.uuid4(), organisation_id=user.organisation_id, user_id=user.id, created_at=now)
    row.name, row.credential_id, row.public_key = given.name, given.credential_id, given.public_key
    row.sign_count, row.transports, row.answered_at = given.sign_count, list(given.transports), given.answered_at
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise Invalid(KNOWN_ALREADY, code="cle-connue") from None
    _tell(session, user, Act.FACTOR_ADDED, now, moyen="cle")


def passkeys(session: Session, user: User) -> Sequence[Passkey]:
    """Return a person's passkeys, as the browser needs them to be asked for."""
    return session.scalars(select(Passkey).where(*_of(Passkey, user)).order_by(Passkey.created_at)).all()


def passkey_holder(session: Session, credential_id: str) -> tuple[User, Passkey] | None:
    """Return the active person of a passkey, and its row held until the commit; None when it is unknown."""
    found = session.execute(
        select(User, Passkey)
        .join(Passkey, Passkey.user_id == User.id)
        .where(Passkey.credential_id == credential_id, User.deactivated_at.is_(None))
        .with_for_update(of=Passkey)
        .execution_options(across_organisations=True)  # the key itself says whose it is
    ).one_or_none()
    return (found[0], found[1]) if found else None


def may_enter_alone(session: Session, row: Passkey) -> bool:
    """Tell whether a passkey may replace the password: not when the company has said since whose account it is.

    Whoever opened the account in that name before may have left it; it stays a second factor.
    """
    said_since = exists().where(
        CompanyAccount.organisation_id == row.organisation_id,
        CompanyAccount.user_id == row.user_id,
        CompanyAccount.created_at >= row.created_at,
    )
    return not session.scalar(select(said_since))


def use_passkey(session: Session, row: Passkey, sign_count: int, drawn_at: datetime, now: datetime) -> bool:
    """Use up the challenge drawn at a moment; False when this key has answered it, or a later one, already."""
    if drawn_at <= row.answered_at:
        return False
    row.sign_count, row.answered_at, row.last_used_at = sign_count, drawn_at, now
    session.flush()
    return True


def keep_recovery_codes(session: Session, user: User, hashes: Sequence[str], salt: str, now: datetime) -> None:
    """Replace a person's recovery codes by those of these hashes."""
    _hold(session, user)
    session.execute(delete(RecoveryCode).where(*_of(RecoveryCode, user)))
    session.add_all(
        RecoveryCode(organisation_id=user.organisation_id, user_id=user.id, code_hash=each, salt=salt, created_at=now)
        for each in hashes
    )
    session.flush()
    _tell(session, user, Act.RECOVERY_CODES_DRAWN, now)


def recovery_salt(session: Session, user: User) -> str | None:
    """Return the salt of a person's recovery codes; None when they have none."""
    return session.scalar(select(RecoveryCode.salt).where(*_of(RecoveryCode, user)).limit(1))


def use_recovery_code(session: Session, user: User, code_hash: str, now: datetime) -> bool:
    """Tell whether a recovery code is one of the person's, and use it up: of two at once, one passes."""
    used = session.execute(
        update(RecoveryCode)
        .where(*_of(RecoveryCode, user), RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None))
        .values(used_at=now)
    )
    if cast("CursorResult[Any]", used).rowcount != 1:
        return False
    _tell(session, user, Act.RECOVERY_CODE_USED, now)
    return True


def remove_application(session: Session, user: User, now: datetime) -> None:
    """Take a person's application away; raise `NotFound` when there is none, `Stale` when their role needs it."""
    _leave_one(session, user)
    removed = session.execute(delete(CodeApplication).where(*_of(CodeApplication, user)))
    _after_removal(session, user, removed, now, "application")


def remove_passkey(session: Session, user: User, passkey_id: uuid.UUID, now: datetime) -> None:
    """Take a passkey away; raise `NotFound` when it is not the person's, `Stale` when their role needs it."""
    _leave_one(session, user)
    removed = session.execute(delete(Passkey).where(*_of(Passkey, user), Passkey.id == passkey_id))
    _after_removal(session, user, removed, now, "cle")


def reset(session: Session, administrator: Actor, user_id: uuid.UUID, now: datetime) -> User:
    """Take every second factor of somebody of one's organisation away, and end their sessions.

    For people who lost their phone: they enter with their password and, if their role asks, add a factor again.
    Raises `NotFound` for anybody else.
    """
    user = person(session, administrator.organisation_id, user_id)
    _hold(session, user)
    _forget(session, user, CodeApplication, Passkey, RecoveryCode)
    sessions.end_all(session, user, now)
    entry = Entry(user.organisation_id, Act.FACTORS_RESET, administrator.user_id, f"personne:{user.id}")
    audit.record(session, entry, now)
    return user


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return what is kept about a person's second factors, ready for JSON: no secret, no hash."""
    kept = held(session, of(session, actor))
    told = {
        "application_since": kept.application_since.isoformat() if kept.application_since else None,
        "passkeys": [
            {
                "name": line.name,
                "created_at": line.created_at.isoformat(),
                "last_used_at": line.last_used_at.isoformat() if line.last_used_at else None,
            }
            for line in kept.passkeys
        ],
        "recovery_codes_left": kept.recovery_codes_left,
    }
    return {"second_factors": told}


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Do nothing: a guest has no second factor."""


def _of(model: _Factor, user: User) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return model.organisation_id == user.organisation_id, model.user_id == user.id


def _hold(session: Session, user: User) -> None:
    """Hold a person's row until the commit: changes to their factors come one after the other."""
    session.execute(
        select(User.id)
        .where(User.organisation_id == user.organisation_id, User.id == user.id)
        .with_for_update(key_share=True)
    )


def _leave_one(session: Session, user: User) -> None:
    _hold(session, user)
    if user.role in ROLES_WITH_FACTOR and held(session, user).number == 1:
        raise Stale(KEEP_ONE, code="dernier-moyen")


def _after_removal(session: Session, user: User, removed: Any, now: datetime, kind: str) -> None:
    if removed.rowcount != 1:
        raise NotFound
    if not holds_any(session, user):  # codes stand in for a factor: without one they would open nothing
        _forget(session, user, RecoveryCode)
    _tell(session, user, Act.FACTOR_REMOVED, now, moyen=kind)


def _forget(session: Session, user: User, *models: _Factor) -> None:
    for model in models:
        session.execute(delete(model).where(*_of(model, user)))


def _tell(session: Session, user: User, act: Act, now: datetime, **details: str) -> None:
    audit.record(session, Entry(user.organisation_id, act, user.id, f"personne:{user.id}", details), now)


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Delete everything that proves who the person is: application, passkeys, recovery codes."""
    for model in (CodeApplication, Passkey, RecoveryCode):
        session.execute(
            delete(model).where(model.organisation_id == actor.organisation_id, model.user_id == actor.user_id)
        )
