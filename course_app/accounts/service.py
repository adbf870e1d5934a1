"""People: signing up, trying as a guest, being known, changing one's settings, taking one's data away.

Takes a session, never commits, hashes no password: a hash takes tens of milliseconds, during which a transaction
would keep SQLite's other writers waiting. Callers hash first (passwords.py).
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from course_app.accounts import passwords, sessions
from course_app.accounts.administrators import keep_one_administrator, welcome_only_if_administered
from course_app.accounts.models import DemonstrationPerson, Organisation, SignInSession, User
from course_app.accounts.rules import FOUNDER_ROLE, Actor, Cutoffs, Role, Theme, normalised_email
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import Invalid, NotFound

GUEST_LIFE = timedelta(hours=24)
EMAIL_TAKEN = "Un compte existe déjà à cette adresse. Connectez-vous, ou choisissez un nouveau mot de passe."
EMAIL_WRONG = "Cette adresse e-mail n'est pas complète. Vérifiez-la, par exemple : samira@entreprise.fr."
COMPANY_EXISTS = (
    "Une entreprise porte déjà ce nom. Pour y ajouter cette personne, donnez --organisation {} à la place du nom."
)
COMPANY_UNKNOWN = "Aucune entreprise n'a le numéro {}."
PASSWORD_WRONG = {
    passwords.Weakness.TOO_SHORT: f"Choisissez au moins {passwords.MINIMUM_LENGTH} caractères : quatre mots, par exemple.",
    passwords.Weakness.TOO_LONG: f"Gardez {passwords.MAXIMUM_LENGTH} caractères au plus.",
    passwords.Weakness.COMMON: "Ce mot de passe se devine vite. Ajoutez deux ou trois mots sans rapport entre eux.",
}


class LearnerRecords(Protocol):
    """What a room that holds rows about a person offers to accounts."""

    def export(self, session: Session, actor: Actor) -> dict[str, Any]:
        """Return the person's rows, ready for JSON."""

    def carry(self, session: Session, guest: Actor, to: Actor) -> None:
        """Re-home a guest's rows to the account they signed in to."""

    def erase(self, session: Session, actor: Actor, now: datetime) -> None:
        """Take out what tells who a person is, and all they wrote; twice is as once.

        What proves a training and is still to be kept stays, under a number that no longer has a name (evidence.md §1).
        """


class AgeingRecords(Protocol):
    """What a room offers whose rows get too old, whoever they are about."""

    def expire(self, session: Session, cutoffs: Cutoffs) -> Mapping[str, int]:
        """Delete what ended before the cutoffs; return how many of each thing, in French."""


@dataclass(frozen=True)
class NewPerson:
    """What opens an account; `email` normalised, `company` possibly empty, no `password_hash`: no password enters."""

    first_name: str
    email: str
    password_hash: str | None
    company: str = ""


@dataclass(frozen=True)
class Credentials:
    """What a password is checked against, read before the check and confirmed after it."""

    user_id: uuid.UUID
    organisation_id: uuid.UUID
    password_hash: str | None


@dataclass(frozen=True)
class DemonstrationEntry:
    """One line of the demonstration's list."""

    user_id: uuid.UUID
    first_name: str
    role: Role
    summary: str


def person(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> User:
    """Return a person of an organisation; raise `NotFound` when there is none, or they were deactivated."""
    user = session.scalar(
        select(User).where(User.organisation_id == organisation_id, User.id == user_id, User.deactivated_at.is_(None))
    )
    if user is None:
        raise NotFound
    return user


def of(session: Session, actor: Actor) -> User:
    """Return the row of the person behind a request."""
    return person(session, actor.organisation_id, actor.user_id)


def organisation_name(session: Session, actor: Actor) -> str:
    """Return the name of the person's company, possibly empty."""
    return session.scalar(select(Organisation.name).where(Organisation.id == actor.organisation_id)) or ""


def found_organisation(session: Session, name: str, now: datetime) -> Organisation:
    """Create an organisation."""
    organisation = Organisation(id=uuid.uuid4(), name=name, created_at=now)
    session.add(organisation)
    session.flush()
    return organisation


def add_person(session: Session, organisation: Organisation, given: NewPerson, role: Role, now: datetime) -> User:
    """Create a person in an organisation; raise `Invalid` when the address is taken, even at this very moment."""
    user = User(
        id=uuid.uuid4(), organisation_id=organisation.id, first_name=given.first_name, role=role, created_at=now
    )
    user.email, user.password_hash = given.email, given.password_hash
    _flush_new_address(session, user)
    return user


def sign_up(session: Session, given: NewPerson, now: datetime, guest: Actor | None = None) -> User:
    """Open an account: a guest becomes the account in place, so that nothing done on trial is lost.

    Raises `Invalid` when the address is taken.
    """
    if find(session, given.email) is not None:
        raise Invalid(EMAIL_TAKEN, code="adresse-prise")
    user = _held_guest(session, guest) if guest else None
    if user is None:
        return add_person(session, found_organisation(session, given.company, now), given, FOUNDER_ROLE, now)
    sessions.end_all(session, user, now)
    session.get_one(Organisation, user.organisation_id).name = given.company
    user.is_guest, user.guest_until, user.first_name = False, None, given.first_name
    user.email, user.password_hash = given.email, given.password_hash
    _flush_new_address(session, user)
    return user


def create_person(
    session: Session,
    *,
    email: str,
    first_name: str,
    company: str | uuid.UUID,
    role: Role,
    password: str,
    now: datetime,
) -> User:
    """Create a person for an operator: in the organisation of that id, or in a new one of that name.

    Raises `Invalid` on a bad or taken address, a password that the policy refuses, a name that an organisation already
    bears, or an id of none: two companies may share a name, and nobody joins one by its name alone.
    """
    address = normalised_email(email)
    if address is None:
        raise Invalid(EMAIL_WRONG, code="adresse-fausse")
    found = session.get(Organisation, company) if isinstance(company, uuid.UUID) else None
    if found is None and isinstance(company, uuid.UUID):
        raise Invalid(COMPANY_UNKNOWN.format(company), code="entreprise-inconnue")
    name = found.name if found else str(company)
    refused = passwords.weakness(password, (first_name, address, name))
    if refused is not None:
        raise Invalid(PASSWORD_WRONG[refused], code=refused)
    if found is None and name:  # guests, and people without company, have an organisation without name
        homonym = session.scalar(select(Organisation.id).where(Organisation.name == name).limit(1))
        if homonym is not None:
            raise Invalid(COMPANY_EXISTS.format(homonym), code="entreprise-existante")
    if found is not None:
        welcome_only_if_administered(session, found.id, role)
    given = NewPerson(first_name, address, passwords.hashed(password), name)
    return add_person(session, found or found_organisation(session, name, now), given, role, now)


def find(session: Session, email: str) -> User | None:
    """Return the active person of a normalised address."""
    return session.scalar(
        select(User)
        .where(User.email == email, User.deactivated_at.is_(None))
        .execution_options(across_organisations=True)  # whoever signs in has not said which organisation
    )


def is_taken(session: Session, email: str) -> bool:
    """Tell whether a normalised address has an account, its access closed or not."""
    held = select(User.id).where(User.email == email).execution_options(across_organisations=True)
    return session.scalar(held) is not None


def credentials(session: Session, email: str) -> Credentials | None:
    """Return what to check a password against; None for an unknown or deactivated address."""
    user = find(session, email)
    return Credentials(user.id, user.organisation_id, user.password_hash) if user else None


def confirmed(session: Session, checked: Credentials, verdict: passwords.Verdict) -> User:
    """Return the person whose password was just found right, keeping its stronger hash if there is one.

    Raises `NotFound` when the account was deactivated, or its password changed, during the check.
    """
    user = person(session, checked.organisation_id, checked.user_id)
    if user.password_hash != checked.password_hash:
        raise NotFound
    user.password_hash = verdict.upgraded_hash or user.password_hash
    return user


def open_guest(session: Session, now: datetime, *, device: str = "") -> sessions.OpenedSession:
    """Let a visitor in for `GUEST_LIFE`, in an organisation of their own; sweeps out expired guests."""
    purge_expired_guests(session, now)
    user = User(
        id=uuid.uuid4(),
        organisation_id=found_organisation(session, "", now).id,
        first_name="",
        role=Role.LEARNER,
        is_guest=True,
        guest_until=now + GUEST_LIFE,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return sessions.open_session(session, user, now, device=device)


def purge_expired_guests(session: Session, now: datetime, most: int = 50) -> int:
    """Delete guests whose time is over, with all their rows, `most` at a time; return how many."""
    expired = session.scalars(
        select(User.organisation_id)
        .where(User.is_guest, User.guest_until < now)
        .limit(most)
        .with_for_update(skip_locked=True)
        .execution_options(across_organisations=True)  # a guest is alone in their organisation
    ).all()
    _delete_organisations(session, expired)
    return len(expired)


def absorb_guest(session: Session, guest: Actor, to: Actor, records: Sequence[LearnerRecords]) -> None:
    """Give a guest's work to the account they signed in to, then forget the guest.

    Does nothing when the guest has become an account since the request began: it may be this very account.
    """
    if _held_guest(session, guest) is None:
        return
    session.execute(  # the account's own forms, sent meanwhile elsewhere, number what they start before or after
        select(User.id).where(User.organisation_id == to.organisation_id, User.id == to.user_id)
        .with_for_update(key_share=True)
    )  # fmt: skip
    for room in records:
        room.carry(session, guest, to)
    session.flush()
    _delete_organisations(session, [guest.organisation_id])


def _held_guest(session: Session, guest: Actor) -> User | None:
    """Return a guest's row, held until the commit; None when a parallel request made it an account, or forgot it."""
    return session.scalar(
        select(User)
        .where(User.organisation_id == guest.organisation_id, User.id == guest.user_id, User.is_guest)
        .with_for_update()
    )


def change_display(session: Session, actor: Actor, theme: Theme, timezone: str) -> None:
    """Keep how a person wants pages and hours."""
    user = of(session, actor)
    user.theme, user.timezone = theme, timezone
    session.flush()


def change_password(
    session: Session, checked: Credentials, verdict: passwords.Verdict, new_hash: str, now: datetime
) -> User:
    """Change a password whose current value was just found right, ending every session."""
    user = confirmed(session, checked, verdict)
    user.password_hash = new_hash
    sessions.end_all(session, user, now)
    session.flush()
    audit.record(session, Entry(user.organisation_id, Act.PASSWORD_CHANGED, user.id, f"personne:{user.id}"), now)
    return user


def deactivate(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, now: datetime) -> None:
    """Close a person's access: open sessions stop at once, links and mails too; rows stay.

    Raises `Stale` for the last administrator (S12).
    """
    user = person(session, organisation_id, user_id)
    keep_one_administrator(session, organisation_id, user_id)
    user.deactivated_at = now
    sessions.end_all(session, user, now)
    session.flush()


def export(session: Session, actor: Actor, records: Sequence[LearnerRecords]) -> dict[str, Any]:
    """Return everything kept about a person, ready for JSON; moments in ISO 8601, UTC. No hash, no token."""
    user = of(session, actor)
    account = {
        "first_name": user.first_name,
        "email": user.email,
        "organisation": organisation_name(session, actor),
        "role": user.role.value,
        "is_guest": user.is_guest,
        "theme": user.theme.value,
        "timezone": user.timezone,
        "created_at": user.created_at.isoformat(),
        "sessions": _exported_sessions(session, actor),
    }
    taken: dict[str, Any] = {"account": account}
    for room in records:
        taken |= room.export(session, actor)
    return taken


def present(session: Session, user: User, rank: int, summary: str) -> None:
    """Put a person on the demonstration's list."""
    session.add(DemonstrationPerson(organisation_id=user.organisation_id, user_id=user.id, rank=rank, summary=summary))
    session.flush()


def demonstration_people(session: Session) -> Sequence[DemonstrationEntry]:
    """Return the people of the demonstration, by rank."""
    rows = session.execute(
        select(User.id, User.first_name, User.role, DemonstrationPerson.summary)
        .join(DemonstrationPerson, DemonstrationPerson.user_id == User.id)
        .where(User.deactivated_at.is_(None))
        .order_by(DemonstrationPerson.rank)
        .execution_options(across_organisations=True)  # demonstration only: invented people
    )
    return [DemonstrationEntry(*row) for row in rows]


def demonstration_person(session: Session, user_id: uuid.UUID) -> User:
    """Return a person of the demonstration; raise `NotFound` for anybody else."""
    user = session.scalar(
        select(User)
        .join(DemonstrationPerson, DemonstrationPerson.user_id == User.id)
        .where(User.id == user_id, User.deactivated_at.is_(None))
        .execution_options(across_organisations=True)  # demonstration only: invented people
    )
    if user is None:
        raise NotFound
    return user


def _flush_new_address(session: Session, user: User) -> None:
    try:
        with session.begin_nested():
            session.add(user)
            session.flush()
    except IntegrityError:
        raise Invalid(EMAIL_TAKEN, code="adresse-prise") from None


def _delete_organisations(session: Session, ids: Sequence[uuid.UUID]) -> None:
    """Delete organisations; the database removes their rows (ON DELETE CASCADE)."""
    if ids:
        session.execute(
            delete(Organisation).where(Organisation.id.in_(ids)).execution_options(synchronize_session=False)
        )


def _exported_sessions(session: Session, actor: Actor) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(SignInSession)
        .where(SignInSession.organisation_id == actor.organisation_id, SignInSession.user_id == actor.user_id)
        .order_by(SignInSession.created_at)
    )
    return [
        {
            "device": row.device,
            "created_at": row.created_at.isoformat(),
            "last_used_at": row.last_used_at.isoformat(),
            "expires_at": row.expires_at.isoformat(),
            "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
        }
        for row in rows
    ]
