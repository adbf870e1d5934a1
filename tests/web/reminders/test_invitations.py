"""The one reminder of an invitation left unanswered, and what its sender is told."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from course_app.accounts.rules import Role
from course_app.membership import invitations
from course_app.membership.invitations import InvitationState, Order
from course_app.membership.models import Invitation
from course_app.membership.roster import Written
from course_app.outbox.models import OutgoingMail
from course_app.privacy import keeping
from course_app.reminders.rules import PARIS, Topic
from course_app.web.clock import now, today
from tests.support.browsers import ANYWHERE, browser, user_at
from tests.support.mails import path_in, sent_to
from tests.support.reminding import ONE_CLICK, believe_the_clock, make_team, rounds_at_once, stop_path

ROSE = "rose@exemple.fr"


@pytest.fixture
def boss(make_person):
    """A manager of a company where somebody else works."""
    make_person(organisation="Menuiserie Bocage")
    return make_person(role=Role.MANAGER, organisation="Menuiserie Bocage", first_name="Claire")


@pytest.fixture
def invite(clock, session, boss):
    """`invite()`: Rose, invited by Claire to a team she leads; returns the row."""
    team = make_team(session, boss)

    def sent():
        order = Order(team.id, Role.LEARNER, "equipe", None)
        people = [Written(1, "Rose", ROSE, "Rose")]
        (row,) = invitations.invite(session, boss.actor, people, order, today(), now())
        session.commit()
        return row

    return sent


@pytest.fixture
def recalls(session):
    """`recalls()`: how many reminders of an invitation were written until now."""

    def counted():
        session.commit()
        kind = OutgoingMail.kind == Topic.INVITATION
        return session.scalar(select(func.count()).select_from(OutgoingMail).where(kind))

    return counted


def _visitor(app, session):
    return browser(app, None, session)


def test_it_is_recalled_once_three_days_before_its_end(clock, app, session, invite, remind, recalls):
    """Round after round for a week: the invitation, then one reminder with a link of its own; either makes a member."""
    invite()
    (first,) = sent_to(app, ROSE)
    recalled_on = []
    for _number in range(7 * 24 // 4):
        remind()
        if recalls() > len(recalled_on):
            recalled_on.append(today().day)
            mails = sent_to(app, ROSE)
            assert [_visitor(app, session).client.get(path_in(mail)).status_code for mail in mails] == [200, 200]
            assert path_in(mails[1]) != path_in(first)
        clock.shift(timedelta(hours=4))
    assert recalled_on == [12]
    assert len(sent_to(app, ROSE)) == 2


def test_its_mail_says_one_thing_and_lets_into_no_account(clock, app, session, invite, remind):
    """French, one action, no password link; its link makes a member by a click, once, and kills the first mail's (S80)."""
    invite()
    sent_to(app, ROSE)
    clock.shift(timedelta(days=4))
    remind()
    first, mail = sent_to(app, ROSE)
    assert "15 décembre 2026" in mail.subject.replace("\u00a0", " ")
    assert mail.body.count("Pour commencer") == 1
    assert not re.search(r"/reinitialiser/|/connexion|%", mail.body)
    visitor = _visitor(app, session)
    assert visitor.post(path_in(mail), first_name="Rose").status_code == 303
    assert user_at(session, ROSE) is not None
    assert _visitor(app, session).client.get(path_in(first)).status_code == 410


def test_s80_what_was_answered_refused_or_taken_back_is_not_recalled(clock, app, session, boss, invite, remind):
    """Written at its hour, then answered, or taken back, before it leaves: nothing leaves (S80)."""
    row = invite()
    (first,) = sent_to(app, ROSE)
    clock.shift(timedelta(days=4))
    assert remind() == 1
    invitations.revoke(session, boss.actor, row.id, now())
    assert sent_to(app, ROSE) == [first]
    newer = invite()
    sent_to(app, ROSE)
    clock.shift(timedelta(days=4))
    assert remind() == 1
    assert newer.id != row.id
    assert _visitor(app, session).post(path_in(sent_to(app, ROSE)[2]), first_name="Rose").status_code == 303
    assert remind() == 0


def test_s80_one_press_refuses_the_reminders_of_a_company(clock, app, session, invite, remind, recalls):
    """Opening the link stops nothing, pressing does, without signing in; a later invitation gets no reminder (S80)."""
    row = invite()
    clock.shift(timedelta(days=4))
    remind()
    mail = sent_to(app, ROSE)[-1]
    path = stop_path(mail)
    visitor = app.test_client()
    visitor.shared_session = session
    assert visitor.get(path).status_code == 200
    session.refresh(row)
    assert row.recall_stopped_at is None
    stopped = visitor.post(path, data=ONE_CLICK)
    assert stopped.status_code == 200
    assert "reglages/courriels" not in stopped.get_data(as_text=True)
    clock.shift(timedelta(days=5))
    invite()
    clock.shift(timedelta(days=4))
    remind()
    assert recalls() == 1


def test_s80_a_refusal_outlives_its_invitation(clock, app, session, invite, remind, recalls):
    """The unused invitation leaves after a month with the first name; the refusal stays three years, then goes too (S80)."""
    row = invite()
    clock.shift(timedelta(days=4))
    remind()
    _visitor(app, session).client.post(stop_path(sent_to(app, ROSE)[-1]), data=ONE_CLICK)
    clock.shift(timedelta(days=40))
    with app.app_context():
        keeping.forget_old(is_applied=True)
    session.refresh(row)
    assert (row.first_name, invitations.state_of(row, now())) == ("", InvitationState.REVOKED)
    invite()
    clock.shift(timedelta(days=4))
    remind()
    assert recalls() == 1
    clock.shift(timedelta(days=37 * 31))
    session.commit()
    with app.app_context():
        keeping.forget_old(is_applied=True)
    assert session.scalars(select(Invitation.id).execution_options(**ANYWHERE)).all() == []


def test_r20_two_schedulers_recall_it_once(clock, app, session, invite):
    """Four rounds at the same moment: one reminder (R20)."""
    invite()
    sent_to(app, ROSE)
    clock.shift(timedelta(days=4))
    believe_the_clock(session)
    rounds_at_once(app)
    assert len(sent_to(app, ROSE)) == 2


@pytest.mark.parametrize("sent_on", [datetime(2026, 10, 21, 9, tzinfo=PARIS), datetime(2027, 3, 24, 22, tzinfo=PARIS)])
def test_r13_it_is_recalled_once_when_the_clock_changes(clock, app, invite, remind, recalls, sent_on):
    """Across the nights of the changing clock, one reminder, three days before the end (R13)."""
    clock.move_to(sent_on)
    invite()
    for _number in range(7 * 24 // 4):
        remind()
        clock.shift(timedelta(hours=4))
    assert recalls() == 1


def test_who_invited_is_told_on_monday(clock, app, session, boss, invite, remind):
    """« Sans réponse : 1 invitation » leads to the list; answered, nothing is told; no address is in the mail."""
    invite()
    clock.move_to(datetime(2026, 12, 14, 9, 5, tzinfo=PARIS))
    remind()
    (told,) = sent_to(app, boss.email)
    assert "1 invitation" in told.body.replace("\u00a0", " ")
    assert ROSE not in told.body
    assert "#pending-title" in told.body
    session.execute(Invitation.__table__.update().values(accepted_at=now()))
    clock.shift(timedelta(days=7))
    remind()
    assert len(sent_to(app, boss.email)) == 1


def test_nobody_is_recalled_who_has_an_account_by_now(clock, session, boss, invite, remind, make_person):
    """Somebody who became a member otherwise is not invited again."""
    row = invite()
    other = make_person(organisation="Menuiserie Bocage")
    clock.shift(timedelta(days=4))
    session.execute(Invitation.__table__.update().values(email=other.email))
    assert remind() == 0
    assert session.scalars(select(Invitation.recall_token_hash).execution_options(**ANYWHERE)).all() == [None]
    assert row.recall_token_hash is None
