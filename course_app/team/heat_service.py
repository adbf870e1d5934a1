"""Publishing a team's mistakes, group by group, and reading what was published. Takes a session, never commits.

Only a form publishes; pages read rows that never change. `rules.heat` says why nobody can be found in them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.core.errors import NotFound
from course_app.membership import service as membership
from course_app.membership.models import Team
from course_app.team.models import HeatCounted, HeatTopic
from course_app.team.rules import heat

Reader = Callable[[Session, UUID, Collection[UUID]], Mapping[tuple[UUID, str], frozenset[str]]]
"""What a room of practice tells: the wrong options of first answers, by person and subject."""


@dataclass(frozen=True)
class Topic:
    """What more than half of one or several groups chose: the option, the subject, how many people were asked."""

    id: UUID
    team_id: UUID
    subject: str
    option: str
    people: int
    frozen_at: datetime


def publish(session: Session, actor: Actor, team_id: UUID, readers: Sequence[Reader], now: datetime) -> int:
    """Publish the groups of a team that are complete; return how many. Raises `NotFound` for a team out of sight."""
    if team_id not in {team.id for team in membership.led_teams(session, actor)}:
        raise NotFound
    organisation_id = actor.organisation_id
    # Two clicks come one after the other, on two teams too: they may share people, who are counted once.
    session.execute(
        select(Team.id).where(Team.organisation_id == organisation_id).order_by(Team.id).with_for_update(key_share=True)
    )
    members = set(session.scalars(membership.select_seen(actor, team_id)))
    mistakes: dict[tuple[UUID, str], frozenset[str]] = {}
    for read in readers:
        mistakes |= read(session, organisation_id, members)
    found = heat.groups(mistakes, _counted(session, organisation_id, members), members)
    for group in found:
        counted = [
            {"organisation_id": organisation_id, "learner_id": person, "subject": group.subject, "counted_at": now}
            for person in sorted(group.people)
        ]
        session.execute(insert(HeatCounted), counted)
        session.add_all(
            HeatTopic(
                organisation_id=organisation_id,
                team_id=team_id,
                subject=group.subject,
                option=option,
                people=len(group.people),
                frozen_at=now,
            )
            for option in group.often
        )
    session.flush()
    return len(found)


def _counted(session: Session, organisation_id: UUID, members: Collection[UUID]) -> set[tuple[UUID, str]]:
    rows = session.execute(
        select(HeatCounted.learner_id, HeatCounted.subject).where(
            HeatCounted.organisation_id == organisation_id, HeatCounted.learner_id.in_(members)
        )
    )
    return {(learner_id, subject) for learner_id, subject in rows}


def topics(session: Session, actor: Actor) -> list[Topic]:
    """Return what was published of the teams the actor sees, what most people were asked first; one query and theirs."""
    teams = [team.id for team in membership.led_teams(session, actor)]
    rows = session.scalars(
        select(HeatTopic)
        .where(HeatTopic.organisation_id == actor.organisation_id, HeatTopic.team_id.in_(teams))
        .order_by(HeatTopic.frozen_at, HeatTopic.id)
    )
    found: dict[tuple[UUID, str, str], Topic] = {}
    for row in rows:
        key = (row.team_id, row.subject, row.option)
        people = row.people + (found[key].people if key in found else 0)
        first = found[key].id if key in found else row.id
        found[key] = Topic(first, row.team_id, row.subject, row.option, people, row.frozen_at)
    return sorted(found.values(), key=lambda topic: (-topic.people, topic.subject, topic.option))


def topic(session: Session, actor: Actor, topic_id: UUID) -> Topic:
    """Return one of them; raise `NotFound` for any other."""
    for found in topics(session, actor):
        if found.id == topic_id:
            return found
    raise NotFound
