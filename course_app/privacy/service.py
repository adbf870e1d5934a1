"""Asking to be erased, taking it back, and the erasure itself. Takes a session, never commits. Must not know Flask."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from course_app.accounts.administrators import hold_administrators, keep_one_administrator
from course_app.accounts.models import (
    AddressChange,
    AttemptCount,
    DemonstrationPerson,
    ErasureRequest,
    Organisation,
    PasswordReset,
    SignInSession,
    User,
)
from course_app.accounts.rules import Actor, Cutoffs, Theme
from course_app.accounts.service import LearnerRecords
from course_app.accounts.sessions import actor_of
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.outbox import service as outbox
from course_app.privacy.models import ErasureRecord
from course_app.privacy.rules import DELAY, ErasureReason
from course_app.store.deleting import deleted

EVERYWHERE = {"across_organisations": True}
NO_SESSION = uuid.UUID(int=0)


def asked(session: Session, actor: Actor) -> ErasureRequest | None:
    """Return the person's request under way, if any."""
    return session.scalar(
        select(ErasureRequest).where(
            ErasureRequest.organisation_id == actor.organisation_id,
            ErasureRequest.person_id == actor.user_id,
            ErasureRequest.closed_at.is_(None),
        )
    )


def ask(session: Session, actor: Actor, now: datetime) -> ErasureRequest:
    """Note that a person wants to be erased, in `DELAY`; asking twice changes nothing.

    Raises `Stale` for the last administrator of a company that has other people, those who leave already left out (S12).
    """
    under_way = asked(session, actor)
    if under_way is not None:
        return under_way
    hold_administrators(session, actor.organisation_id)  # before counting: nobody comes in between
    if not _is_alone(session, actor.organisation_id, actor.user_id):
        keep_one_administrator(session, actor.organisation_id, actor.user_id)
    request = ErasureRequest(
        organisation_id=actor.organisation_id, person_id=actor.user_id, asked_at=now, due_at=now + DELAY
    )
    session.add(request)
    session.flush()
    audit.record(session, _entry(actor.organisation_id, actor.user_id, Act.ERASURE_ASKED), now)
    return request


def take_back(session: Session, actor: Actor, now: datetime) -> None:
    """Take a request back; does nothing when there is none, or it is already done."""
    request = asked(session, actor)
    if request is not None:
        request.closed_at = now
        session.flush()
        audit.record(session, _entry(actor.organisation_id, actor.user_id, Act.ERASURE_TAKEN_BACK), now)


def _entry(organisation_id: uuid.UUID, person_id: uuid.UUID, act: Act, actor_id: uuid.UUID | None = None) -> Entry:
    by_themselves = person_id if act is not Act.DATA_ERASED else actor_id
    return Entry(organisation_id, act, by_themselves, f"personne:{person_id}")


def _is_alone(session: Session, organisation_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    others = select(func.count()).where(
        User.organisation_id == organisation_id, User.id != person_id, User.deactivated_at.is_(None)
    )
    return not session.scalar(others)


def take_due(session: Session, now: datetime, passed_over: Collection[uuid.UUID] = ()) -> User | None:
    """Return a person whose erasure is due, their row held until the commit, or None; two callers get two people.

    `passed_over` are people not to take again in this round.
    """
    return session.scalar(
        select(User)
        .join(ErasureRequest, ErasureRequest.person_id == User.id)
        .where(ErasureRequest.closed_at.is_(None), ErasureRequest.due_at <= now, User.id.not_in(passed_over))
        .order_by(ErasureRequest.due_at)
        .limit(1)
        .with_for_update(skip_locked=True, of=User)
        .execution_options(**EVERYWHERE)
    )


def erase_person(
    session: Session, user: User, records: Sequence[LearnerRecords], reason: ErasureReason, now: datetime
) -> None:
    """Take a person's identity and words out of every room, and record that it was done; twice is as once.

    The person's row stays, without name, address, password or way in: what proves a training and must still be kept
    hangs on it (evidence.md §1). The name of a company that was this person alone goes too.
    """
    actor = actor_of(user, NO_SESSION)
    for room in records:
        room.erase(session, actor, now)
    outbox.forget_person(session, user.organisation_id, user.id, user.email)
    if _is_alone(session, user.organisation_id, user.id):
        session.execute(update(Organisation).where(Organisation.id == user.organisation_id).values(name=""))
    for model in (SignInSession, PasswordReset, AddressChange, DemonstrationPerson):
        session.execute(delete(model).where(model.organisation_id == user.organisation_id, model.user_id == user.id))
    user.email = user.password_hash = None
    user.first_name, user.theme = "", Theme.SYSTEM
    user.is_guest, user.guest_until = False, None
    user.deactivated_at = user.deactivated_at or now
    session.execute(
        update(ErasureRequest)
        .where(
            ErasureRequest.organisation_id == user.organisation_id,
            ErasureRequest.person_id == user.id,
            ErasureRequest.closed_at.is_(None),
        )
        .values(closed_at=now)
    )
    session.flush()
    if session.get(ErasureRecord, user.id) is None:
        session.add(ErasureRecord(person_id=user.id, erased_at=now, reason=reason))
        session.flush()
        audit.record(session, _entry(user.organisation_id, user.id, Act.DATA_ERASED), now)


def replay(
    session: Session, erased: Collection[uuid.UUID], records: Sequence[LearnerRecords], now: datetime
) -> list[uuid.UUID]:
    """Erase again those of these people whom a restored database knows once more; return whom."""
    known = {*erased, *session.scalars(select(ErasureRecord.person_id))}
    back = session.scalars(
        select(User)
        .where(User.id.in_(known), or_(User.email.is_not(None), User.first_name != "", User.deactivated_at.is_(None)))
        .execution_options(**EVERYWHERE)
    ).all()
    for user in back:
        erase_person(session, user, records, ErasureReason.ASKED, now)
    return [user.id for user in back]


def overdue(session: Session, before: datetime) -> int:
    """Return how many erasures were due before a moment and are still to be done."""
    late = select(func.count(ErasureRequest.id)).where(
        ErasureRequest.closed_at.is_(None), ErasureRequest.due_at < before
    )
    return session.scalar(late.execution_options(**EVERYWHERE)) or 0


def recorded(session: Session) -> Sequence[ErasureRecord]:
    """Return every erasure done, the oldest first."""
    return session.scalars(select(ErasureRecord).order_by(ErasureRecord.erased_at, ErasureRecord.person_id)).all()


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return what the person asked about their data, what was noted of their account, and the mails they were sent."""
    requests = session.scalars(
        select(ErasureRequest)
        .where(ErasureRequest.organisation_id == actor.organisation_id, ErasureRequest.person_id == actor.user_id)
        .order_by(ErasureRequest.asked_at)
    )
    return {
        "erasures_asked": [
            {
                "asked_at": each.asked_at.isoformat(),
                "due_at": each.due_at.isoformat(),
                "closed_at": each.closed_at.isoformat() if each.closed_at else None,
            }
            for each in requests
        ],
        "register": [
            {
                "act": each.act,
                "by_me": each.actor_id == actor.user_id,
                "about_me": each.subject == f"personne:{actor.user_id}",
                "occurred_at": each.occurred_at.isoformat(),
            }
            for each in audit.about(session, actor.organisation_id, actor.user_id)
        ],
        "mails": [
            {
                "kind": each.kind,
                "state": each.state.value,
                "written_at": each.written_at.isoformat(),
                "ended_at": each.ended_at.isoformat() if each.ended_at else None,
            }
            for each in outbox.of_person(session, actor.organisation_id, actor.user_id)
        ],
    }


def carry(_session: Session, _guest: Actor, _to: Actor) -> None:
    """Do nothing: a guest asks for no erasure and gets no mail."""


def erase(_session: Session, _actor: Actor, _now: datetime) -> None:
    """Do nothing: what was asked holds no word, and `erase_person` closes it."""


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete old requests, links and sessions, the register of acts by age, and mails that ended long ago.

    Mails to people are kept as long as results: a reminder and what became of it prove that somebody was followed.
    A person's last session stays as long as their account: it says since when they are silent (`silence`).
    """
    closed = ErasureRequest.closed_at < cutoffs.logs
    later = aliased(SignInSession)
    has_later = exists().where(
        later.organisation_id == SignInSession.organisation_id,
        later.user_id == SignInSession.user_id,
        later.last_used_at > SignInSession.last_used_at,
    )
    return {
        "demandes d'effacement closes": deleted(session, ErasureRequest, closed),
        "changements d'adresse": deleted(session, AddressChange, AddressChange.expires_at < cutoffs.logs),
        "liens de mot de passe": deleted(session, PasswordReset, PasswordReset.expires_at < cutoffs.logs),
        "sessions closes": deleted(session, SignInSession, SignInSession.expires_at < cutoffs.logs, has_later),
        "essais comptés": deleted(session, AttemptCount, AttemptCount.touched_at < cutoffs.logs),
        "lignes du registre des actes": audit.purge(session, cutoffs.logs),
        "courriels": outbox.purge(session, cutoffs.results),
    }
