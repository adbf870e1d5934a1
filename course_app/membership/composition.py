"""Who joins a team and who leaves it, many at once: judged line by line, then done whole or not at all.

Takes a session, never commits. Only people whom the actor sees can be added: an address that belongs to nobody they see
reads the same whether it exists or not. Sent twice, a list changes nothing.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import Invalid
from course_app.membership import service, teams
from course_app.membership.models import Team, TeamMember
from course_app.membership.roster import Written
from course_app.membership.rules import Member, sees_everybody

TO_CORRECT = "Corrigez les lignes signalées : rien ne change tant qu'il en reste une."
NOBODY = "Choisissez au moins une personne, ou collez une adresse."


class ChangeState(StrEnum):
    """What a line would change."""

    JOINS = "entre"
    LEAVES = "sort"
    HERE = "deja-la"
    ABSENT = "deja-partie"
    TWICE = "en-double"
    UNKNOWN = "inconnue"
    ONESELF = "vous-meme"
    BOTH = "deux-fois-contraire"


WRONG = frozenset({ChangeState.UNKNOWN, ChangeState.ONESELF, ChangeState.BOTH})
"""Lines to correct before anything changes."""


@dataclass(frozen=True)
class Wanted:
    """What is asked of a team: addresses pasted, people ticked to join it, people ticked to leave it."""

    pasted: Sequence[Written] = ()
    joining: Sequence[uuid.UUID] = ()
    leaving: Sequence[uuid.UUID] = ()


@dataclass(frozen=True)
class Change:
    """One line, and what would come of it; `member` is None for an unknown person."""

    text: str
    member: Member | None
    state: ChangeState


def judge(session: Session, actor: Actor, team_id: uuid.UUID, wanted: Wanted) -> tuple[Change, ...]:
    """Return what each line would change, leavers last; raise `NotFound` for a team out of sight."""
    teams.seen_team(session, actor, team_id)
    seen = {member.user_id: member for member in service.seen_by(session, actor)}
    by_address = {member.email: member for member in seen.values()}
    here, leaving = _here(session, actor, team_id), set(wanted.leaving)
    asked: list[tuple[str, Member | None]] = [
        # An address we would not write to, such as an invented one, may still be somebody's here.
        (each.email or each.text, by_address.get(each.email or each.text.strip().casefold()))
        for each in wanted.pasted
    ]
    asked += [("", seen.get(user_id)) for user_id in wanted.joining]
    met: set[uuid.UUID] = set()
    changes = []
    for text, member in asked:
        changes.append(Change(text, member, _joining(actor, member, met, here, leaving)))
        met.update({member.user_id} if member else ())
    gone = [seen.get(user_id) for user_id in dict.fromkeys(wanted.leaving)]
    return (*changes, *(Change("", member, _leaving(actor, member, here)) for member in gone))


def _here(session: Session, actor: Actor, team_id: uuid.UUID) -> set[uuid.UUID]:
    stays = select(TeamMember.user_id).where(
        TeamMember.organisation_id == actor.organisation_id,
        TeamMember.team_id == team_id,
        TeamMember.left_at.is_(None),
    )
    return set(session.scalars(stays))


def _joining(
    actor: Actor,
    member: Member | None,
    met: Collection[uuid.UUID],
    here: Collection[uuid.UUID],
    leaving: Collection[uuid.UUID],
) -> ChangeState:
    if member is None:
        return ChangeState.UNKNOWN
    if member.user_id in leaving:
        return ChangeState.BOTH
    if member.user_id in met:
        return ChangeState.TWICE
    if member.user_id in here:
        return ChangeState.HERE
    return ChangeState.ONESELF if _is_oneself(actor, member) else ChangeState.JOINS


def _leaving(actor: Actor, member: Member | None, here: Collection[uuid.UUID]) -> ChangeState:
    if member is None or member.user_id not in here:
        return ChangeState.ABSENT  # gone meanwhile, perhaps by this very form
    return ChangeState.ONESELF if _is_oneself(actor, member) else ChangeState.LEAVES


def _is_oneself(actor: Actor, member: Member) -> bool:
    """A manager does not move themself: they could lose, or give themself, sight of a team."""
    return member.user_id == actor.user_id and not sees_everybody(actor)


def apply(
    session: Session, actor: Actor, team_id: uuid.UUID, wanted: Wanted, now: datetime
) -> tuple[int, int]:  # fmt: skip
    """Do everything that is asked; return how many joined and how many left.

    Raises `Invalid` when one line is to be corrected. The team's row is held, so that two clicks come one after the other.
    """
    session.execute(
        select(Team.id).where(Team.organisation_id == actor.organisation_id, Team.id == team_id).with_for_update()
    )
    changes = judge(session, actor, team_id, wanted)
    if any(change.state in WRONG for change in changes):
        raise Invalid(TO_CORRECT, code="lignes-a-corriger")
    joined, left = (
        [change.member.user_id for change in changes if change.member and change.state is state]
        for state in (ChangeState.JOINS, ChangeState.LEAVES)
    )
    if joined:
        stay = {"organisation_id": actor.organisation_id, "team_id": team_id, "leads": False, "joined_at": now}
        session.execute(insert(TeamMember), [{**stay, "id": uuid.uuid4(), "user_id": user_id} for user_id in joined])
    if left:
        session.execute(
            update(TeamMember)
            .where(
                TeamMember.organisation_id == actor.organisation_id,
                TeamMember.team_id == team_id,
                TeamMember.left_at.is_(None),
                TeamMember.user_id.in_(left),
            )
            .values(left_at=now)
        )
    subject = f"equipe:{team_id}"
    told = [("entree", user_id) for user_id in joined] + [("sortie", user_id) for user_id in left]
    entries = [
        Entry(actor.organisation_id, Act.TEAM_CHANGED, actor.user_id, subject, {"change": what, "person": str(user_id)})
        for what, user_id in told
    ]
    audit.record_all(session, entries, now)
    return len(joined), len(left)
