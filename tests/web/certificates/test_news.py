"""The mail that says a document waits: once, to those who want it, without any result."""

import re
from datetime import timedelta

import pytest

from course_app.accounts.rules import Role
from course_app.certificates import service
from course_app.certificates.service import Filled, Withdrawal
from course_app.jobs.chores import take_turn
from course_app.privacy import keeping
from course_app.reminders import scheduler
from course_app.reminders import service as reminders
from course_app.reminders.rules import Topic
from course_app.web.clock import now, today
from tests.support.mails import sent_to
from tests.web.certificates.conftest import PATH, follow, wrong_answer
from tests.web.certificates.test_earning import FORM

SUBJECT = "Un document à votre nom vous attend"


@pytest.fixture
def remind(app, session, clock):
    """`remind()`: one round of the scheduler an hour later, the clock of the site having gone on for days."""

    def done():
        clock.shift(timedelta(hours=1))
        take_turn(session, keeping._DAYS, f"{today() - timedelta(days=9)}/{today()}")
        session.commit()
        with app.app_context():
            scheduler.remind()

    return done


def _told(app, person):
    return [mail for mail in sent_to(app, person.email) if mail.subject == SUBJECT]


def test_s80_an_earned_attestation_is_told_once(app, session, catalog, make_person, remind):
    """However many rounds: one mail, one action, one press to stop; no mark, no word of success, no link that lets in."""
    person = make_person(organisation="Bocage")
    follow(session, person.actor, catalog, at=now() - timedelta(hours=4))
    for _round in range(3):
        remind()
    (mail,) = _told(app, person)
    assert not re.search(r"%|réussi|\btest\b|score|\bnote|compétences|/reinitialiser/", mail.body)
    assert mail.body.count("/attestations\n") == 1
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [each["topic"] for each in reminders.export(session, person.actor)["reminders"]] == ["etapes"]


def test_s80_nothing_leaves_once_there_is_nothing_to_say(app, session, catalog, desk, make_person, remind):
    """Nothing earned, refused, or asked for before the mail leaves: no mail."""
    failed, refused, quick = (make_person() for _ in range(3))
    follow(session, failed.actor, catalog, choose=wrong_answer, at=now() - timedelta(hours=4))
    for person in (refused, quick):
        follow(session, person.actor, catalog, at=now() - timedelta(hours=4))
    reminders.choose(session, refused.actor.organisation_id, refused.actor.user_id, {Topic.ACHIEVEMENT: False}, now())
    remind()
    service.issue_skills(session, quick.actor, desk, PATH, "Samira Benali", now())
    session.commit()
    assert [_told(app, person) for person in (failed, refused, quick)] == [[], [], []]


def test_what_a_manager_issues_is_told_to_its_holder(app, session, catalog, desk, make_person, remind):
    """A certificate of completion issued by another: one mail; withdrawn before it leaves: none."""
    boss = make_person(Role.MANAGER, organisation="Bocage")
    kept, lost = make_person(organisation="Bocage"), make_person(organisation="Bocage")
    for person in (kept, lost):
        follow(session, person.actor, catalog, choose=wrong_answer, at=now() - timedelta(hours=4))
        standing = service.standings(session, person.actor, desk)[list(catalog.paths).index(PATH)]
        filled = Filled({**FORM, "address": ""})
        service.issue_completion(session, boss.actor, person.actor, desk, standing, filled, now())
    session.commit()
    remind()
    (row,) = service.issued_to(session, lost.actor)
    service.revoke(session, boss.actor, row.id, Withdrawal("Erreur", may_be_reissued=True), now())
    session.commit()
    (mail,) = _told(app, kept)
    assert "Votre responsable a établi un document" in mail.body
    assert (_told(app, lost), _told(app, boss)) == ([], [])
