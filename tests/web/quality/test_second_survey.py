"""The mail of the second survey: once, thirty days after a path, to who has not answered."""

from datetime import timedelta

import pytest

from course_app.progress import service as progress
from course_app.quality import service
from course_app.quality.rules import SurveyKind
from course_app.quizzes.kinds.keys import right_answer
from course_app.reminders import service as reminders
from course_app.reminders.rules import Topic
from course_app.web.clock import now
from course_app.web.library import catalog
from tests.support.crowd import take_test
from tests.support.mails import sent_to


@pytest.fixture
def passed(clock, app, session, make_person):
    """`passed()`: somebody who has just passed the test of « equipe »."""

    def made():
        person = make_person()
        with app.app_context():
            test = catalog().quizzes["test-equipe"]
            take_test(session, person.actor, test, right_answer, published=catalog().quizzes, at=now())
        session.commit()
        return person

    return made


def _surveys(app, person):
    return [mail for mail in sent_to(app, person.email) if "/enquetes/" in mail.body]


def test_it_is_asked_for_once_thirty_days_later(clock, app, passed, remind):
    """Not the day before; on the day, once, however many rounds: one action, no result (S80)."""
    person = passed()
    clock.shift(timedelta(days=29))
    remind()
    assert _surveys(app, person) == []
    for _day in range(5):
        clock.shift(timedelta(days=1))
        remind()
        _surveys(app, person)
    (mail,) = _surveys(app, person)
    assert "/enquetes/equipe/a-froid" in mail.body
    assert not any(word in mail.body for word in ("réussi", "score", "%", "/reinitialiser/"))


def test_s80_answered_or_refused_before_it_leaves_nothing_leaves(clock, app, session, passed, remind):
    """Between the hour when it is written and the mail: the survey answered, or its topic refused (S80)."""
    answered, refused = passed(), passed()
    clock.shift(timedelta(days=30, hours=1))
    assert remind() == 2
    service.answer_survey(session, answered.actor, "equipe", SurveyKind.COLD, {}, "", now())
    reminders.choose(session, refused.actor.organisation_id, refused.actor.user_id, {Topic.SURVEY: False}, now())
    session.commit()
    assert _surveys(app, answered) + _surveys(app, refused) == []


def test_a_path_that_is_not_finished_is_not_surveyed(clock, app, session, make_person, remind):
    """One lesson read thirty days ago is no path."""
    person = make_person()
    with app.app_context():
        progress.finish(session, person.actor, next(iter(catalog().lessons.values())), now())
    clock.shift(timedelta(days=30, hours=1))
    remind()
    assert _surveys(app, person) == []


def test_r13_a_path_of_long_ago_is_not_dug_up(clock, app, passed, remind):
    """A site stopped for a month, or a clock a year ahead, writes to nobody about paths of the past (R13)."""
    person = passed()
    clock.shift(timedelta(days=40))
    remind()
    assert _surveys(app, person) == []
