"""Reminders on a real database: each once, to those who want them, still true when they leave."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import create_engine, insert, select

from course_app.accounts import service as accounts
from course_app.accounts.rules import Role
from course_app.library.model import ItemKind
from course_app.membership.models import Assignment
from course_app.outbox.models import OutgoingMail
from course_app.outbox.rules import MailState
from course_app.progress import service as progress
from course_app.progress.models import LearningEvent
from course_app.progress.rules import EventKind
from course_app.reminders import scheduler, service
from course_app.reminders.kinds import Reminder
from course_app.reminders.rules import PARIS, Topic
from course_app.store.base import Base
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now, today
from course_app.web.library import catalog
from tests.support import people
from tests.support.browsers import browser
from tests.support.mails import sent_to
from tests.support.reminding import ONE_CLICK, believe_the_clock, make_team, rounds_at_once, stop_path


@pytest.fixture
def give(session):
    """`give(person, in_days)`: give a path with a deadline so many days ahead, given a month ago."""

    def given(person, in_days=None, given_days_ago=30):
        row = Assignment(organisation_id=person.actor.organisation_id, user_id=person.actor.user_id, path_id="equipe")
        row.deadline_on = today() + timedelta(days=in_days) if in_days is not None else None
        row.assigned_at = now() - timedelta(days=given_days_ago)
        session.add(row)
        session.commit()
        return row

    return given


def test_a_deadline_is_recalled_once_a_week_before(clock, app, remind, give, make_person):
    """Written once however many rounds; French, one action, no result, no link that lets in (S80)."""
    person = make_person()
    give(person, 7)
    for _round in range(3):
        remind()
        clock.shift(timedelta(hours=1))
    (mail,) = sent_to(app, person.email)
    assert "15\u00a0décembre" in mail.subject.replace(" ", "\u00a0")
    assert mail.body.count("/parcours\n") == 1
    assert not re.search(r"%|/reinitialiser/|/invitation|score|réussi", mail.body)


def test_s80_one_press_stops_them_without_signing_in(clock, app, session, remind, give, make_person):
    """The header of RFC 8058 and the page lead to the same link; opening it stops nothing, pressing does (S80)."""
    person = make_person()
    give(person, 7)
    remind()
    (mail,) = sent_to(app, person.email)
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = stop_path(mail)
    visitor = app.test_client()
    visitor.shared_session = session
    assert visitor.get(path).status_code == 200
    assert service.wants(session, person.actor.organisation_id, person.actor.user_id, Topic.DEADLINE)
    assert visitor.post(path, data=ONE_CLICK).status_code == 200
    session.rollback()
    assert not service.wants(session, person.actor.organisation_id, person.actor.user_id, Topic.DEADLINE)
    head, _dot, signature = path.rpartition(".")  # its last sign holds spare bits: the first one has none
    forged = f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    assert visitor.post(forged).status_code == 410


def test_s80_checked_again_just_before_leaving(clock, app, session, remind, give, make_person):
    """Written, then no longer true (path withdrawn), no longer wanted, or the person gone: nothing leaves (S80)."""
    withdrawn, refused, gone = make_person(), make_person(), make_person()
    row = give(withdrawn, 7)
    give(refused, 7)
    give(gone, 7)
    assert remind() == 3
    row.ended_at = now()
    service.choose(session, refused.actor.organisation_id, refused.actor.user_id, {Topic.DEADLINE: False}, now())
    accounts.deactivate(session, gone.actor.organisation_id, gone.actor.user_id, now())
    session.commit()
    assert not [mail for person in (withdrawn, refused, gone) for mail in sent_to(app, person.email)]
    states = session.scalars(select(OutgoingMail.state)).all()
    assert states == [MailState.DROPPED] * 3


def test_r20_two_schedulers_write_each_once(clock, app, session, give, make_person):
    """Four rounds at the same moment: one mail (R20)."""
    person = make_person()
    give(person, 7)
    believe_the_clock(session)
    rounds_at_once(app)
    assert len(sent_to(app, person.email)) == 1


def test_a_kind_that_fails_keeps_no_other_waiting(clock, app, session, give, make_person, remind, monkeypatch):
    """One kind whose look at the database fails is logged and looked at again the hour after; the others leave."""
    person = make_person()
    give(person, 7)
    first, *others = app.extensions[scheduler._EXTENSION]

    def failing(session, _now):
        session.add(Assignment(organisation_id=person.actor.organisation_id))  # half-written, then an error
        yield from ()
        raise RuntimeError

    broken = Reminder("semaine", "Une sorte", Topic.DIGEST, failing, first.say)
    monkeypatch.setitem(app.extensions, scheduler._EXTENSION, (broken, *others))
    assert remind() == 0
    monkeypatch.setitem(app.extensions, scheduler._EXTENSION, (broken, first, *others))
    clock.shift(timedelta(hours=1))
    assert remind() == 1
    assert len(sent_to(app, person.email)) == 1


def test_silence_is_told_once_to_the_person_and_to_who_follows_them(clock, app, session, give, make_person, remind):
    """Five days without activity: one mail that names the next step; on Monday, one line to the manager."""
    person = make_person(organisation="Menuiserie Bocage", first_name="Karim")
    boss = make_person(role=Role.MANAGER, organisation="Menuiserie Bocage")
    make_team(session, boss, person)
    give(person, given_days_ago=5)
    remind()
    (mail,) = sent_to(app, person.email)
    assert mail.subject == "Votre prochaine étape sur Réglo"
    assert "Vous en étiez" not in mail.body, "somebody who never began left nothing off"
    clock.move_to(datetime(2026, 12, 14, 9, 5, tzinfo=PARIS))
    remind()
    assert len(sent_to(app, person.email)) == 1
    (told,) = sent_to(app, boss.email)
    assert "Karim" in told.body


def test_whoever_left_in_the_middle_is_told_where(clock, app, session, give, make_person, remind):
    """A lesson opened and not finished is where they were; finished, the next step is named as such."""
    middle, after = make_person(), make_person()
    with app.app_context():
        lesson = next(iter(catalog().lessons.values()))
        progress.keep_place(session, middle.actor, lesson, {"anchor": "debut"}, "le début", now())
        progress.finish(session, after.actor, lesson, now())
    for each in (middle, after):
        give(each, given_days_ago=0)
    clock.shift(timedelta(days=5, hours=1))
    remind()
    (left,), (finished,) = (sent_to(app, each.email) for each in (middle, after))
    assert f"Vous en étiez à « {_plain(lesson.title)} »" in _plain(left.body)
    assert "Vous en étiez" not in finished.body
    assert "Votre prochaine étape : «" in _plain(finished.body)


def _plain(text):
    return re.sub(r"[\u00a0\u202f]", " ", text)


@pytest.fixture
def alone():
    """A SQLite database of its own, in memory, whose work is counted."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with TenantSession(engine) as own:
        yield own
    engine.dispose()


def _work_with(session, events):
    """Return how much work it is to look for silences once five people have done so much each."""
    for _number in range(5):
        who = {"organisation_id": uuid.uuid4()}
        person_id, long_ago = uuid.uuid4(), now() - timedelta(days=60)
        session.add(Assignment(**who, user_id=person_id, path_id="equipe", assigned_at=long_ago))
        row = {**who, "learner_id": person_id, "kind": EventKind.LESSON_READ, "item_kind": ItemKind.LESSON}
        row |= {"item_id": "a", "content_hash": "b", "payload": {}}
        moments = [now() - timedelta(days=5, hours=number) for number in range(events)]
        session.execute(insert(LearningEvent), [{**row, "occurred_at": moment} for moment in moments])
    session.flush()
    steps = []
    database = session.connection().connection.driver_connection
    database.set_progress_handler(lambda: steps.append(1), 10)
    assert len(list(service.silences(session, now()))) == 5
    database.set_progress_handler(None, 0)
    session.rollback()
    return len(steps)


def test_looking_for_silences_does_not_read_all_that_people_did(clock, alone):
    """Fifty times as many events are the same work: only the last one of each person is looked at."""
    assert _work_with(alone, 1000) <= 1.5 * _work_with(alone, 20)


def test_the_weekly_mail_is_for_those_who_asked(clock, app, session, give, make_person, remind):
    """Nobody gets it by default; asked for, it comes on Mondays, once."""
    person, other = make_person(), make_person()
    give(person, given_days_ago=1)
    give(other, given_days_ago=1)
    service.choose(session, person.actor.organisation_id, person.actor.user_id, {Topic.DIGEST: True}, now())
    clock.move_to(datetime(2026, 12, 14, 9, 0, tzinfo=PARIS))
    remind()
    clock.shift(timedelta(hours=2))
    remind()
    weekly = [
        [mail.subject for mail in sent_to(app, each.email) if "semaine" in mail.subject] for each in (person, other)
    ]
    assert weekly == [["Votre prochaine étape cette semaine"], []]


@pytest.mark.parametrize(("hour", "written"), [(7, 0), (8, 0), (9, 1), (19, 1), (20, 0), (23, 0)])
def test_nothing_is_written_outside_the_day(clock, remind, give, make_person, hour, written):
    """From nine to eight in the evening in Paris, never at night."""
    clock.move_to(datetime(2026, 12, 8, hour, 5, tzinfo=PARIS))
    give(make_person(), 7)
    assert remind() == written


@pytest.mark.parametrize("night", [datetime(2026, 10, 24, 9, tzinfo=PARIS), datetime(2027, 3, 27, 9, tzinfo=PARIS)])
def test_r13_through_the_nights_of_the_changing_clock(clock, app, remind, give, make_person, night):
    """Hour by hour over the week-end when the clock changes, two deadlines are recalled once each (R13)."""
    clock.move_to(night)
    first, second = make_person(), make_person()
    give(first, 7)
    give(second, 8)
    for hour in range(42):
        remind()
        if hour % 8 == 0:
            sent_to(app, first.email)
        clock.shift(timedelta(hours=1))
    assert [len(sent_to(app, each.email)) for each in (first, second)] == [1, 1]


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(hours=2), timedelta(hours=-2)])
def test_r13_a_clock_that_jumps_sends_no_burst(clock, app, session, remind, give, make_person, jump):
    """Twenty people silent or late at once by the clock alone get nothing they would not have got (R13)."""
    for _number in range(5):
        give(make_person(), 200)
    remind()
    clock.shift(jump)
    assert remind(believed=False) == 0


def test_what_became_of_a_reminder_is_in_the_persons_own_export(clock, app, session, remind, give, make_person):
    """The mail, its date, and that they came back: follow-up and outcome (evidence.md, indicator 12)."""
    person = make_person()
    give(person, 7)
    remind()
    sent_to(app, person.email)
    clock.shift(timedelta(days=1))
    with app.app_context():
        progress.finish(session, person.actor, next(iter(catalog().lessons.values())), now())
    session.commit()
    (told,) = service.export(session, person.actor)["reminders"]
    assert (told["topic"], told["state"]) == ("echeances", "envoye")
    assert told["resumed_at"] > told["sent_at"]


def test_choices_are_kept_and_shown(client, sign_in, session):
    """What is ticked stays ticked; the weekly mail is off until asked for."""
    person = sign_in(client)
    page = client.get("/reglages/courriels")
    assert page.get_data(as_text=True).count("checked") == 4
    form = {"csrf_token": people.csrf(page), "digest": "y"}
    assert client.post("/reglages/courriels", data=form).status_code == 303
    chosen = service.choices(session, person.actor.organisation_id, person.actor.user_id)
    assert chosen[Topic.DIGEST] is True
    assert chosen[Topic.DEADLINE] is False


def test_deadlines_go_to_ones_own_calendar(client, sign_in, session, give, make_person):
    """One whole day per path, the same UID each time, an alarm; nobody else's."""
    person = sign_in(client)
    row = give(person, 10)
    give(make_person(), 3)
    answer = client.get("/agenda/echeances.ics")
    assert answer.mimetype == "text/calendar"
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["uid"]) == f"{row.id}@reglo"
    assert event.decoded("dtstart") == row.deadline_on
    assert event.walk("VALARM")


def test_a_promise_goes_to_ones_own_calendar_and_nowhere_else(clock, client, sign_in, session):
    """The file says what was typed, at the hour of the person; the site keeps none of it."""
    sign_in(client)
    token = people.csrf(client.get("/agenda/rappel"))
    form = {"csrf_token": token, "what": "Rappeler Zephirin", "day": "2026-12-11", "hour": "10:30"}
    answer = client.post("/agenda/rappel", data=form)
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["summary"]) == "Rappeler Zephirin"
    assert event.decoded("dtstart") == datetime(2026, 12, 11, 10, 30, tzinfo=PARIS)
    past = client.post("/agenda/rappel", data={**form, "day": "2026-12-01"})
    assert past.status_code == 422
    assert "Rappeler Zephirin" in past.get_data(as_text=True)


def test_a_visitor_asks_nothing(app, session):
    """Preferences and calendars are behind the sign-in."""
    visitor = browser(app, None, session)
    assert visitor.client.get("/reglages/courriels").status_code == 302
    assert visitor.client.get("/agenda/echeances.ics").status_code == 302
