"""Who must be told, who was, and the refusal of an attempt before that. Takes a session, never commits."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from course_app.accounts.models import User
from course_app.accounts.rules import PERMISSIONS, Actor, Cutoffs, Permission
from course_app.core.errors import Forbidden
from course_app.information.models import InformationRead
from course_app.library.clearances import Information
from course_app.store.deleting import deleted

_READERS = tuple(role for role, held in PERMISSIONS.items() if Permission.SEE_TEAM in held)


class NotInformed(Forbidden):
    """An attempt before the notice was read."""

    code = "a-lire-avant"
    message = "Avant votre premier essai, lisez qui voit quoi. C'est une page, puis vous commencez."


def is_watched(session: Session, actor: Actor) -> bool:
    """Tell whether somebody else of the person's company could see their results: a manager or an administrator."""
    found = session.scalar(
        select(User.id)
        .where(
            User.organisation_id == actor.organisation_id,
            User.id != actor.user_id,
            User.role.in_(_READERS),
            User.deactivated_at.is_(None),
            User.is_guest.is_(False),
        )
        .limit(1)
    )
    return found is not None


def read_at(session: Session, actor: Actor, information: Information) -> datetime | None:
    """Return when a person read these very words, None when they have not."""
    return session.scalar(
        select(InformationRead.read_at).where(
            InformationRead.organisation_id == actor.organisation_id,
            InformationRead.learner_id == actor.user_id,
            InformationRead.version == information.version,
        )
    )


def acknowledge(session: Session, actor: Actor, information: Information | None, now: datetime) -> None:
    """Keep that a person was shown the notice and went on; the first time stays. Nothing to tell, nothing to keep."""
    if information is None or actor.is_guest:
        return
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    session.execute(
        (postgresql_insert if is_postgresql else sqlite_insert)(InformationRead)
        .values(
            organisation_id=actor.organisation_id,
            learner_id=actor.user_id,
            version=information.version,
            read_at=now,
        )
        .on_conflict_do_nothing(index_elements=["learner_id", "version"])
    )


def require(session: Session, actor: Actor, information: Information | None) -> None:
    """Raise `NotInformed` when this person is watched and has not read the notice as it is worded today."""
    if information is None or actor.is_guest or read_at(session, actor, information) is not None:
        return
    if is_watched(session, actor):
        raise NotInformed


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return which versions of the notice the person read, and when."""
    rows = session.execute(
        select(InformationRead.version, InformationRead.read_at)
        .where(InformationRead.organisation_id == actor.organisation_id, InformationRead.learner_id == actor.user_id)
        .order_by(InformationRead.read_at)
    )
    return {"information_read": [{"version": version, "read_at": at.isoformat()} for version, at in rows]}


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Do nothing: a guest is watched by nobody."""


def erase(_session: Session, _actor: Actor, _now: datetime) -> None:
    """Do nothing: that somebody was told is proof, and holds no word of theirs."""


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete the readings under which nothing still kept was learned: other words were read since, or the access closed.

    The last reading of somebody who still comes stays: their results of today rest on it.
    """
    later = aliased(InformationRead)
    replaced = exists().where(
        later.organisation_id == InformationRead.organisation_id,
        later.learner_id == InformationRead.learner_id,
        later.read_at > InformationRead.read_at,
        later.read_at < cutoffs.results,
    )
    gone = exists().where(
        User.organisation_id == InformationRead.organisation_id,
        User.id == InformationRead.learner_id,
        User.deactivated_at < cutoffs.results,
    )
    return {"lectures de la notice": deleted(session, InformationRead, or_(replaced, gone))}
