"""Rounds of the scheduler of reminders, the teams it tells about, and the way out that each of its mails holds."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMultiAlternatives
from sqlalchemy.orm import Session

from course_app.jobs.chores import take_turn
from course_app.membership.models import Team, TeamMember
from course_app.privacy import keeping
from course_app.reminders import scheduler
from course_app.web.clock import now, today
from tests.support.people import Person

ROUNDS_AT_ONCE = 4


def believe_the_clock(session: Session) -> None:
    """Note that the clock of the site has gone on for nine days without a jump."""
    take_turn(session, keeping._DAYS, f"{today() - timedelta(days=9)}/{today()}")
    session.commit()


def one_round(app: Flask) -> int:
    """Walk one round of the scheduler; return how many mails it wrote."""
    with app.app_context():
        return scheduler.remind()


@pytest.fixture
def remind(app: Flask, session: Session) -> Callable[..., int]:
    """`remind()`: one round of the scheduler; returns mails written. The clock is believed, unless `believed=False`."""

    def done(*, believed: bool = True) -> int:
        if believed:
            believe_the_clock(session)
        session.commit()
        return one_round(app)

    return done


def rounds_at_once(app: Flask) -> None:
    """Walk four rounds at the same moment, as the processes of a site do."""
    threads = [threading.Thread(target=one_round, args=(app,)) for _number in range(ROUNDS_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def make_team(session: Session, boss: Person, *members: Person) -> Team:
    """Return a new team that one person leads and where the others are."""
    team = Team(id=uuid.uuid4(), organisation_id=boss.actor.organisation_id, name="Atelier", created_at=now())
    session.add(team)
    session.flush()
    for each in (boss, *members):
        stay = TeamMember(organisation_id=team.organisation_id, team_id=team.id, user_id=each.actor.user_id)
        stay.leads, stay.joined_at = each is boss, now()
        session.add(stay)
    session.commit()
    return team


def stop_path(mail: EmailMultiAlternatives) -> str:
    """Return the path of the link by which a mail program stops a mail (RFC 8058)."""
    return "/" + mail.extra_headers["List-Unsubscribe"].strip("<>").split("/", 3)[3]


ONE_CLICK = {"List-Unsubscribe": "One-Click"}
"""What a mail program posts there, without cookie nor token of a form."""
