"""A guest who becomes somebody: clumsy or parallel requests lose nothing and break nothing."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from course_app.accounts import service, sessions
from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.exercise import runs
from course_app.library.model import ItemKind
from course_app.progress import records
from course_app.progress import service as progress
from course_app.quizzes import records as quiz_records
from course_app.quizzes import service as quizzes
from course_app.web import library
from course_app.web.clock import now
from tests.support.browsers import ANYWHERE, Browser, browser, copied, enter_as_guest, user_at, user_of
from tests.support.people import PASSWORD

SIGN_UP = {"first_name": "Samira", "email": "samira@bocage.fr", "password": PASSWORD, "company": "Menuiserie Bocage"}


def _same_browser(app, held):
    """Return the same browser, for a request of its own thread."""
    client = copied(app, held.client)
    client.shared_session = None
    return Browser(client, held.actor, held.csrf)


def test_a_double_click_on_sign_up_keeps_the_guests_account(app, session):
    """A guest who clicks twice on « Créer » has one account, and is signed in to it."""
    guest = enter_as_guest(app, session)
    twice = [_same_browser(app, guest) for _click in range(4)]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda each: each.post("/inscription", **SIGN_UP), twice))
    assert [answer.status_code for answer in answers] == [303] * 4
    user = user_at(session, SIGN_UP["email"])
    assert user is not None
    assert user.id == guest.actor.user_id
    assert session.scalar(select(func.count()).select_from(User).execution_options(**ANYWHERE)) == 1
    assert any(each.client.get("/reglages").status_code == 200 for each in twice)


def test_a_key_sent_twice_does_not_lock_a_guest_out_of_their_account(app, session, make_person):
    """Forms sent under the same key before and after signing in: signing in still works, both works are kept."""
    guest, person = enter_as_guest(app, session), make_person()
    member = browser(app, sessions.open_session(session, user_of(session, person.actor), now(), device="Mac"), session)
    with app.app_context():
        lesson = next(iter(library.catalog().lessons))
        quiz = next(iter(library.catalog().quizzes.values()))
    key = str(uuid.uuid4())
    for each in (guest, member):
        assert each.post(f"/lecons/{lesson}/terminer", key=key).status_code == 303
        assert each.post(f"/quiz/{quiz.id}", key=key).status_code == 303
        assert each.post("/exercices/facture-orpheline", key=key, mode="guide").status_code == 303
    assert guest.post("/connexion", email=person.email, password=person.password).status_code == 303
    session.commit()
    assert [attempt.number for attempt in quizzes.attempts_at(session, person.actor, quiz.id)] == [1, 2]
    assert [row.number for row in runs.runs_of(session, person.actor)] == [1, 2]


def test_a_guests_success_counts_in_the_account(app, session, make_person):
    """A lesson that a guest finished is done for the account that had only opened it, and stays done."""
    guest, person = enter_as_guest(app, session).actor, make_person().actor
    with app.app_context():
        lesson = next(iter(library.catalog().lessons.values()))
    progress.keep_place(session, person, lesson, {"anchor": "p-2"}, "paragraphe 2", now() - timedelta(hours=2))
    done_at = now() - timedelta(hours=1)
    progress.finish(session, guest, lesson, done_at)
    records.carry(session, guest, person)
    session.commit()
    state = progress.journey(session, person)[ItemKind.LESSON, lesson.id]
    assert (state.done_at, state.is_open) == (done_at, False)


@pytest.mark.parametrize("guest_is_last", [True, False])
def test_s18_one_attempt_stays_open_after_signing_in(app, session, make_person, guest_is_last):
    """Of a guest's and an account's open attempts, the one left last stays open, and Mon parcours resumes it (S18)."""
    guest, person = enter_as_guest(app, session).actor, make_person().actor
    with app.app_context():
        quiz = next(iter(library.catalog().quizzes.values()))
    moments = [now() - timedelta(hours=2), now() - timedelta(hours=1)]
    order = (person, guest) if guest_is_last else (guest, person)
    ids = [quizzes.start(session, actor, quiz, uuid.uuid4(), at).id for actor, at in zip(order, moments, strict=True)]
    for room in (records, quiz_records):
        room.carry(session, guest, person)
    session.commit()
    attempts = quizzes.attempts_at(session, person, quiz.id)
    assert [attempt.id for attempt in attempts if attempt.finished_at is None] == [ids[1]]
    assert progress.journey(session, person)[ItemKind.QUIZ, quiz.id].place["attempt"] == str(ids[1])
    assert all(attempt.finished_at is None or attempt.finished_at >= attempt.started_at for attempt in attempts)


@pytest.mark.parametrize("company", ["", "Bocage"])
def test_an_operator_never_puts_a_person_with_a_guest(app, session, company):
    """A person created without company gets one of their own, not that of a guest, which lasts a day."""
    guest = enter_as_guest(app, session)
    given = {"first_name": "Ana", "role": Role.LEARNER, "password": PASSWORD, "now": now()}
    created = service.create_person(session, email="ana@bocage.fr", company=company, **given)
    assert created.organisation_id != guest.actor.organisation_id
