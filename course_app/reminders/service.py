"""Occasions read from the database, and what people want. Takes a session, never commits. Must not know Flask."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor, Role
from course_app.clearance.models import ClearanceEntry
from course_app.clearance.rules import Change
from course_app.membership import recalls
from course_app.membership.models import Assignment, Team, TeamMember
from course_app.outbox import service as outbox
from course_app.outbox.rules import MailState
from course_app.progress.models import LearningEvent
from course_app.reminders.models import MailChoice
from course_app.reminders.rules import (
    AHEAD_DAYS,
    CHOSEN_BY_PEOPLE,
    INVITATION_TOLD_FOR,
    INVITATION_WAITS,
    NEWS_WINDOW,
    SILENCE,
    Occasion,
    Topic,
    deadline_step,
    is_digest_day,
    is_silent,
    is_wanted,
    local_day,
    topic_of,
    week,
)

EVERYWHERE = {"across_organisations": True}
FOLLOWED_FOR = timedelta(days=14)
"""How long after a reminder a return is told as what became of it."""


def deadlines(session: Session, now: datetime) -> Iterable[Occasion]:
    """Yield the deadlines to recall: a week before, and the day before."""
    today = local_day(now)
    rows = session.execute(
        select(Assignment)
        .where(
            Assignment.ended_at.is_(None),
            Assignment.deadline_on > today,
            Assignment.deadline_on <= today + timedelta(days=max(AHEAD_DAYS)),
        )
        .order_by(Assignment.assigned_at)
        .execution_options(**EVERYWHERE)
    ).scalars()
    for row in rows:
        step = deadline_step(row.deadline_on, row.assigned_at, now) if row.deadline_on else None
        if step is not None:
            yield Occasion(row.organisation_id, row.user_id, f"{row.id}/{row.deadline_on}/J-{step}")


def last_active(
    session: Session, organisation_id: uuid.UUID, person_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, datetime]:
    """Return when each of these people last learned something, for those who ever did."""
    rows = session.execute(
        select(LearningEvent.learner_id, func.max(LearningEvent.occurred_at))
        .where(LearningEvent.organisation_id == organisation_id, LearningEvent.learner_id.in_(list(person_ids)))
        .group_by(LearningEvent.learner_id)
    )
    return dict(rows.all())


def silences(session: Session, now: datetime) -> Iterable[Occasion]:
    """Yield the people with a path to follow who have done nothing for five days; each silence once.

    One look at the end of each person's events, however many they are: the others are not read.
    """
    last = (
        select(func.max(LearningEvent.occurred_at))
        .where(
            LearningEvent.organisation_id == Assignment.organisation_id, LearningEvent.learner_id == Assignment.user_id
        )
        .correlate(Assignment)
        .scalar_subquery()
    )
    given = (
        select(
            Assignment.organisation_id, Assignment.user_id, func.max(Assignment.assigned_at).label("assigned_at"), last
        )
        .where(Assignment.ended_at.is_(None))
        .group_by(Assignment.organisation_id, Assignment.user_id)
        .having(func.max(Assignment.assigned_at) <= now - SILENCE)
        .execution_options(**EVERYWHERE)
    )
    for organisation_id, person_id, assigned_at, active_at in session.execute(given):
        since = max(active_at or assigned_at, assigned_at)
        if is_silent(since, now):
            yield Occasion(organisation_id, person_id, f"{person_id}/{local_day(since)}")


def weeks(session: Session, now: datetime) -> Iterable[Occasion]:
    """Yield, on Mondays, the people who asked for a weekly mail."""
    if not is_digest_day(now):
        return
    rows = session.execute(
        select(MailChoice.organisation_id, MailChoice.person_id)
        .where(MailChoice.topic == Topic.DIGEST, MailChoice.wanted)
        .execution_options(**EVERYWHERE)
    )
    for organisation_id, person_id in rows:
        yield Occasion(organisation_id, person_id, f"{person_id}/{week(now)}")


def steps(session: Session, now: datetime) -> Iterable[Occasion]:
    """Yield the feu verts given in the last two days."""
    rows = session.execute(
        select(ClearanceEntry.organisation_id, ClearanceEntry.learner_id, ClearanceEntry.id)
        .where(
            ClearanceEntry.change == Change.GRANTED,
            ClearanceEntry.occurred_at > now - NEWS_WINDOW,
            ClearanceEntry.occurred_at <= now,
        )
        .execution_options(**EVERYWHERE)
    )
    for organisation_id, person_id, entry_id in rows:
        yield Occasion(organisation_id, person_id, f"feu-vert/{person_id}/{entry_id}")


def followers(session: Session, now: datetime) -> Iterable[Occasion]:
    """Yield, on Mondays, the people who lead a team."""
    if not is_digest_day(now):
        return
    rows = session.execute(
        select(User.organisation_id, User.id)
        .where(User.role == Role.MANAGER, User.deactivated_at.is_(None), User.id.in_(_leads()))
        .execution_options(**EVERYWHERE)
    )
    for organisation_id, person_id in rows:
        yield Occasion(organisation_id, person_id, f"{person_id}/{week(now)}")


def _leads() -> Any:
    return select(TeamMember.user_id).where(TeamMember.leads, TeamMember.left_at.is_(None))


def _led_by(organisation_id: uuid.UUID, leader_id: uuid.UUID) -> Select[uuid.UUID]:
    return (
        select(TeamMember.team_id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(
            TeamMember.organisation_id == organisation_id,
            Team.organisation_id == organisation_id,
            TeamMember.user_id == leader_id,
            TeamMember.leads,
            TeamMember.left_at.is_(None),
            Team.archived_at.is_(None),
        )
    )


def silent_members(session: Session, organisation_id: uuid.UUID, leader_id: uuid.UUID, now: datetime) -> list[str]:
    """Return the first names of the members of a leader's teams who have a path and were silent for five days or more."""
    teams = _led_by(organisation_id, leader_id)
    members = session.execute(
        select(User.id, User.first_name, func.max(Assignment.assigned_at))
        .join(Assignment, Assignment.user_id == User.id)
        .join(TeamMember, TeamMember.user_id == User.id)
        .where(
            User.organisation_id == organisation_id,
            Assignment.organisation_id == organisation_id,
            TeamMember.organisation_id == organisation_id,
            User.deactivated_at.is_(None),
            User.id != leader_id,
            Assignment.ended_at.is_(None),
            TeamMember.team_id.in_(teams),
            TeamMember.left_at.is_(None),
        )
        .group_by(User.id, User.first_name)
        .order_by(User.first_name)
    ).all()
    active = last_active(session, organisation_id, [person for person, _name, _at in members])
    return [name for person, name, at in members if now - max(active.get(person, at), at) >= SILENCE]


def waiting_invitations(session: Session, organisation_id: uuid.UUID, leader_id: uuid.UUID, now: datetime) -> int:
    """Return how many people invited to a leader's teams have not answered, for three days or more and not for long."""
    return recalls.unanswered(
        session, organisation_id, _led_by(organisation_id, leader_id), now - INVITATION_WAITS, now - INVITATION_TOLD_FOR
    )


def choices(session: Session, organisation_id: uuid.UUID, person_id: uuid.UUID) -> Mapping[str, bool]:
    """Return what a person said they want, by topic."""
    rows = session.execute(
        select(MailChoice.topic, MailChoice.wanted).where(
            MailChoice.organisation_id == organisation_id, MailChoice.person_id == person_id
        )
    )
    return dict(rows.all())


def wants(session: Session, organisation_id: uuid.UUID, person_id: uuid.UUID, topic: Topic) -> bool:
    """Tell whether a person wants mails on a topic, now."""
    return is_wanted(topic, choices(session, organisation_id, person_id).get(topic))


def choose(
    session: Session, organisation_id: uuid.UUID, person_id: uuid.UUID, wanted: Mapping[Topic, bool], now: datetime
) -> None:
    """Keep what a person wants on these topics; the others stay as they are."""
    session.execute(
        delete(MailChoice).where(
            MailChoice.organisation_id == organisation_id,
            MailChoice.person_id == person_id,
            MailChoice.topic.in_(list(wanted)),
        )
    )
    for topic, value in wanted.items():
        row = MailChoice(organisation_id=organisation_id, person_id=person_id, topic=topic, wanted=value)
        row.changed_at = now
        session.add(row)
    session.flush()


def open_deadlines(session: Session, actor: Actor) -> Sequence[Assignment]:
    """Return the person's paths with a date, the nearest first."""
    return session.scalars(
        select(Assignment)
        .where(
            Assignment.organisation_id == actor.organisation_id,
            Assignment.user_id == actor.user_id,
            Assignment.ended_at.is_(None),
            Assignment.deadline_on.is_not(None),
        )
        .order_by(Assignment.deadline_on, Assignment.assigned_at)
    ).all()


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return what the person wants, and the reminders they were sent with what became of each, oldest first.

    `resumed_at` is their first activity in the fortnight after the mail: a follow-up and its outcome (evidence.md §1).
    """
    chosen = choices(session, actor.organisation_id, actor.user_id)
    mails = outbox.of_person(session, actor.organisation_id, actor.user_id)
    sent = [(topic, mail) for mail in mails if (topic := topic_of(mail.kind)) is not None]
    return {
        "mail_choices": {topic.value: is_wanted(topic, chosen.get(topic)) for topic in CHOSEN_BY_PEOPLE},
        "reminders": [
            {
                "topic": topic.value,
                "written_at": mail.written_at.isoformat(),
                "state": mail.state.value,
                "sent_at": mail.ended_at.isoformat() if mail.ended_at and mail.state is MailState.SENT else None,
                "resumed_at": _resumed(session, actor, mail.ended_at) if mail.state is MailState.SENT else None,
            }
            for topic, mail in sent
        ],
    }


def _resumed(session: Session, actor: Actor, sent_at: datetime | None) -> str | None:
    if sent_at is None:
        return None
    first = session.scalar(
        select(func.min(LearningEvent.occurred_at)).where(
            LearningEvent.organisation_id == actor.organisation_id,
            LearningEvent.learner_id == actor.user_id,
            LearningEvent.occurred_at > sent_at,
            LearningEvent.occurred_at <= sent_at + FOLLOWED_FOR,
        )
    )
    return first.isoformat() if first else None


def carry(_session: Session, _guest: Actor, _to: Actor) -> None:
    """Do nothing: a guest gets no mail."""


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Forget what the person wanted."""
    session.execute(
        delete(MailChoice).where(
            MailChoice.organisation_id == actor.organisation_id, MailChoice.person_id == actor.user_id
        )
    )


def exists(session: Session, organisation_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Tell whether a person is still in an organisation, erased or not."""
    known = select(User.id).where(User.organisation_id == organisation_id, User.id == person_id)
    return session.scalar(known) is not None
