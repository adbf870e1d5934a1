"""What leaves by age, with a clock that is moved (security.md G4)."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from course_app.accounts import service as accounts
from course_app.accounts import sessions
from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.audit import service as audit
from course_app.audit.models import AuditEntry
from course_app.audit.rules import Act, Entry
from course_app.calls.models import CallTurn
from course_app.exercise.models import ExerciseRun
from course_app.membership.models import Invitation
from course_app.outbox import service as outbox
from course_app.outbox.models import OutgoingMail
from course_app.privacy import keeping, silence
from course_app.progress.models import LearningEvent
from course_app.quizzes.models import Answer
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now
from tests.support.browsers import ANYWHERE, enter_as_guest, user_of
from tests.support.mails import sent_to

MONTH = timedelta(days=31)


@pytest.fixture
def count(session):
    """`count(Model)`: how many rows there are, all organisations together."""

    def rows(model):
        session.commit()
        number = session.scalar(select(func.count()).select_from(model).execution_options(**ANYWHERE))
        session.commit()
        return number

    return rows


@pytest.fixture
def forget(app, session):
    """`forget(is_applied=True)`: forget, or count, what is too old now."""

    def done(*, is_applied=True):
        session.commit()
        with app.app_context():
            return keeping.forget_old(is_applied=is_applied)

    return done


def test_words_and_answers_leave_after_a_year_and_proof_after_three(clock, planted, forget, count):
    """Nothing at eleven months; words and answers at thirteen; the log of what was learned at thirty-seven."""
    clock.shift(11 * MONTH)
    forget()
    assert [count(model) for model in (Answer, CallTurn, ExerciseRun)] == [1, 1, 1]
    clock.shift(2 * MONTH)
    forget()
    assert [count(model) for model in (Answer, CallTurn, ExerciseRun)] == [0, 0, 0]
    assert count(LearningEvent) > 0
    clock.shift(24 * MONTH)
    forget()
    assert count(LearningEvent) == 0


def test_an_unused_invitation_leaves_after_a_month(clock, planted, forget, count):
    """Thirty days, then nobody's address is kept for nothing."""
    clock.shift(timedelta(days=29))
    forget()
    assert count(Invitation) == 1
    clock.shift(timedelta(days=2))
    forget()
    assert count(Invitation) == 0


def test_the_register_of_acts_is_kept_a_year(clock, session, actor, forget, count):
    """Twelve months (CNIL: six to twelve), then its lines leave."""
    audit.record(session, Entry(actor.organisation_id, Act.SIGNED_IN, actor.user_id), now())
    clock.shift(11 * MONTH)
    forget()
    assert count(AuditEntry) == 1
    clock.shift(2 * MONTH)
    forget()
    assert count(AuditEntry) == 0


def test_counting_changes_nothing(clock, planted, forget, count):
    """Without --apply the command says what would go, and nothing goes."""
    clock.shift(13 * MONTH)
    counted = forget(is_applied=False)
    assert counted["appels"] == 1
    assert count(CallTurn) == 1


def test_r13_a_jump_of_the_clock_forgets_nothing_for_a_week(clock, planted, look_after, count):
    """Four hundred days ahead: every answer is too old at once, and stays until the clock has gone on for a week (R13)."""
    look_after()
    clock.shift(timedelta(days=400))
    for _day in range(7):
        look_after()
        assert count(Answer) == 1
        clock.shift(timedelta(days=1))
    look_after()
    assert count(Answer) == 0


def test_r20_two_processes_look_at_the_clock_once_a_day(clock, app, session, look_after):
    """Of two runners, one is the first to see the day (R20)."""
    session.commit()
    firsts = []

    def look():
        with app.app_context():
            firsts.append(keeping._look_at_clock()[1])

    threads = [threading.Thread(target=look) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(firsts) == [False] * 5 + [True]


def test_a_silent_account_is_told_then_erased_a_month_later(clock, app, session, make_person):
    """Twenty-three months: a mail. Thirty days after it left, and still silent: erased. Who comes back is kept."""
    person, back = make_person(), make_person(first_name="Nadia")
    addresses = person.email, back.email
    clock.shift(timedelta(days=705))
    session.commit()
    with app.app_context():
        assert keeping.erase_silent() == 0
        assert keeping.erase_silent() == 0
    for address in addresses:
        (mail,) = sent_to(app, address)
        assert "trente" in mail.body
    _come_in(app, session, back)
    clock.shift(timedelta(days=31))
    session.commit()
    with app.app_context():
        assert keeping.erase_silent() == 1
    assert user_of(session, person.actor).email is None
    assert user_of(session, back.actor).email == back.email


def test_an_account_opened_long_ago_is_not_silent_before_its_time(clock, app, session, make_person, forget):
    """Three years old, last seen fourteen months ago: closed sessions are forgotten, the day of the last one is not (G4)."""
    person = make_person()
    clock.shift(timedelta(days=700))
    for _visit in range(2):
        _come_in(app, session, person)
        clock.shift(timedelta(days=1))
    clock.shift(14 * MONTH)
    forget()
    with app.app_context():
        keeping.erase_silent()
    assert sent_to(app, person.email) == []
    clock.shift(10 * MONTH)
    with app.app_context():
        keeping.erase_silent()
    assert len(sent_to(app, person.email)) == 1


def test_s12_a_silent_administrator_stays_while_others_come(clock, app, session, make_person):
    """The only administrator of people who still come is not erased by silence; once alone, they are (S12)."""
    boss = make_person(role=Role.ADMINISTRATOR, organisation="Menuiserie Bocage")
    other = make_person(organisation="Menuiserie Bocage")
    for days in (705, 31):
        clock.shift(timedelta(days=days))
        _come_in(app, session, other)
        with app.app_context():
            assert keeping.erase_silent() == 0
        assert sent_to(app, boss.email) == []
    accounts.deactivate(session, other.actor.organisation_id, other.actor.user_id, now())
    session.commit()
    with app.app_context():
        assert keeping.erase_silent() == 0
    assert len(sent_to(app, boss.email)) == 1


def test_a_notice_lost_in_a_restore_is_written_again(clock, app, session, make_person):
    """A notice that never left, because a backup was put back, told nobody: another leaves, and the month starts over."""
    person = make_person()
    clock.shift(timedelta(days=705))
    session.commit()
    with app.app_context():
        keeping.erase_silent()
    outbox.forget_pending(session, now())
    clock.shift(timedelta(days=31))
    session.commit()
    with app.app_context():
        assert keeping.erase_silent() == 0
    assert len(sent_to(app, person.email)) == 1


def test_trials_that_are_over_leave_by_themselves(clock, app, session, look_after, count):
    """A trial lasts a day: the chore deletes it even when nobody starts another."""
    enter_as_guest(app, session)
    for _day in range(2):
        look_after()
        clock.shift(timedelta(days=1))
    assert count(User) == 1, "over since a day, and the clock not believed yet"
    look_after()
    assert count(User) == 0


def _come_in(app, session, person):
    sessions.open_session(session, user_of(session, person.actor), now(), device="Mac")
    session.commit()


def test_r13_a_mistaken_date_writes_to_a_few(clock, app, session, make_person, monkeypatch):
    """A date three years ahead tells two hundred people a day at most, here two, and erases nobody at once (R13)."""
    monkeypatch.setattr(silence, "MOST", 2)
    for _number in range(4):
        make_person()
    clock.shift(timedelta(days=1100))
    session.commit()
    with app.app_context():
        assert keeping.erase_silent() == 0
    with TenantSession(session.get_bind()) as reading:
        assert reading.scalar(select(func.count()).select_from(OutgoingMail)) == 2
