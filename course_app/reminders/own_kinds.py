"""The reminders of this room: deadlines, silence, the weekly next step, feu verts, teams that stand still."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.sessions import actor_of
from course_app.core.french import count, long_date
from course_app.library.catalog import AnyItem
from course_app.membership.models import Assignment
from course_app.outbox.delivery import link
from course_app.outbox.rules import Mail
from course_app.progress import service as progress
from course_app.progress.rules import completion, to_resume
from course_app.reminders import service
from course_app.reminders.invited import RECALL
from course_app.reminders.kinds import Remindable, Reminder, Words
from course_app.reminders.rules import SILENCE, Topic
from course_app.web.i18n import _
from course_app.web.library import catalog

NO_SESSION = uuid.UUID(int=0)
MOST_NAMES = 8


def _assignment(session: Session, user: User, key: str) -> Assignment | None:
    """Return the open assignment that a deadline's occasion names, if it still has that date."""
    assignment_id, day, _step = key.split("/")
    row = session.scalar(
        select(Assignment).where(
            Assignment.organisation_id == user.organisation_id,
            Assignment.id == uuid.UUID(assignment_id),
            Assignment.user_id == user.id,
            Assignment.ended_at.is_(None),
        )
    )
    return row if row is not None and str(row.deadline_on) == day else None


def _is_done(session: Session, user: User, path_id: str) -> bool:
    path = catalog().paths.get(path_id)
    if path is None:
        return True
    states = progress.journey(session, actor_of(user, NO_SESSION))
    return completion([ref.key for ref in path.items], states).is_complete


def _say_deadline(session: Session, user: User, mail: Mail, _now: datetime) -> Words | None:
    row = _assignment(session, user, mail.key)
    if row is None or row.deadline_on is None or _is_done(session, user, row.path_id):
        return None
    title, day = catalog().paths[row.path_id].title, long_date(row.deadline_on)
    return Words(
        _("Votre parcours est à finir pour le %(day)s", day=day),
        _("Le parcours « %(path)s » est à finir pour le %(day)s.", path=title, day=day),
        _("Reprendre mon parcours"),
        link("paths.mine"),
    )


@dataclass(frozen=True)
class _Next:
    """What a person would do next, and whether they left in the middle of it."""

    item: AnyItem
    is_begun: bool


def _next_item(session: Session, user: User) -> _Next | None:
    """Return what the person would do next: where they left off, else the first item left of a path they were given."""
    states = progress.journey(session, actor_of(user, NO_SESSION))
    left = to_resume(states.values())
    groups = catalog().groups
    if left is not None and left.item_id in groups.get(left.kind, {}):
        return _Next(groups[left.kind][left.item_id], is_begun=True)
    given = session.scalars(
        select(Assignment.path_id)
        .where(
            Assignment.organisation_id == user.organisation_id,
            Assignment.user_id == user.id,
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignment.assigned_at.desc())
    )
    for path_id in given:
        for ref in catalog().paths[path_id].items if path_id in catalog().paths else ():
            if not (ref.key in states and states[ref.key].is_done) and ref.key[1] in groups.get(ref.key[0], {}):
                return _Next(groups[ref.key[0]][ref.key[1]], is_begun=False)
    return None


def _say_silence(session: Session, user: User, _mail: Mail, now: datetime) -> Words | None:
    step = _next_item(session, user)
    active = service.last_active(session, user.organisation_id, [user.id]).get(user.id)
    if step is None or (active is not None and now - active < SILENCE):
        return None
    told = {"title": step.item.title, "minutes": step.item.minutes}
    return Words(
        _("Votre prochaine étape sur Réglo"),
        _("Vous en étiez à « %(title)s ». Comptez %(minutes)s min.", **told)
        if step.is_begun
        else _("Votre prochaine étape : « %(title)s ». Comptez %(minutes)s min.", **told),
        _("Reprendre là où j'en étais") if step.is_begun else _("Ouvrir mon parcours"),
        link("paths.mine"),
    )


def _say_week(session: Session, user: User, _mail: Mail, _now: datetime) -> Words | None:
    step = _next_item(session, user)
    if step is None:
        return None
    title, minutes = step.item.title, step.item.minutes
    return Words(
        _("Votre prochaine étape cette semaine"),
        _("« %(title)s » : %(minutes)s min, quand cela vous arrange.", title=title, minutes=minutes),
        _("Ouvrir mon parcours"),
        link("paths.mine"),
    )


def _say_step(_session: Session, _user: User, _mail: Mail, _now: datetime) -> Words | None:
    return Words(
        _("Du nouveau dans votre parcours"),
        _("Vous venez de franchir une étape. Elle est inscrite dans votre espace, avec sa date."),
        _("Voir mon parcours"),
        link("paths.mine"),
    )


def _say_follow_up(session: Session, user: User, _mail: Mail, now: datetime) -> Words | None:
    names = service.silent_members(session, user.organisation_id, user.id, now)
    waiting = service.waiting_invitations(session, user.organisation_id, user.id, now)
    unanswered = _("Sans réponse : %(invitations)s.", invitations=count(waiting, "invitation")) if waiting else ""
    if not names:
        action, page = _("Voir ces invitations"), f"{link('membership.index')}#pending-title"
        return Words(_("Des invitations attendent une réponse"), unanswered, action, page) if waiting else None
    told = ", ".join(names[:MOST_NAMES]) + (f" (+ {len(names) - MOST_NAMES})" if len(names) > MOST_NAMES else "")
    silent = _(
        "Sans activité depuis cinq jours ou plus : %(names)s. Un mot aide souvent plus qu'un rappel.", names=told
    )
    return Words(
        _("Qui aurait besoin d'un mot de vous cette semaine"),
        f"{silent} {unanswered}".strip(),
        _("Ouvrir mon équipe"),
        link("team.index"),
    )


REMINDERS: tuple[Remindable, ...] = (
    Reminder(Topic.DEADLINE.value, "Échéance d'un parcours", Topic.DEADLINE, service.deadlines, _say_deadline),
    Reminder(Topic.INACTIVITY.value, "Cinq jours sans activité", Topic.INACTIVITY, service.silences, _say_silence),
    Reminder(Topic.DIGEST.value, "Prochaine étape de la semaine", Topic.DIGEST, service.weeks, _say_week),
    Reminder(Topic.ACHIEVEMENT.value, "Étape franchie", Topic.ACHIEVEMENT, service.steps, _say_step),
    Reminder(Topic.FOLLOW_UP.value, "Suivi d'équipe de la semaine", Topic.FOLLOW_UP, service.followers, _say_follow_up),
    RECALL,
)
