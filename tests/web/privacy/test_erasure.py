"""Erasing a person: asked, waited for, taken back, done everywhere, done again after a restore."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from course_app.accounts import sessions
from course_app.accounts.rules import Role
from course_app.audit import service as audit
from course_app.core.errors import Stale
from course_app.evidence import work as dossiers
from course_app.evidence.models import DossierPiece
from course_app.jobs import service as jobs
from course_app.outbox import service as outbox
from course_app.outbox.rules import Recipient
from course_app.privacy import journal, keeping, service
from course_app.privacy.models import ErasureRecord
from course_app.progress.models import LearningEvent
from course_app.quizzes.models import Answer
from course_app.store.base import Base
from course_app.store.session import db
from course_app.web.clock import now
from tests.support import people
from tests.support.browsers import browser, user_of
from tests.support.people import PASSWORD
from tests.support.planting import WORD, places_of

FATE = {
    "sign_in_session.user_id": "deleted",
    "password_reset.user_id": "deleted",
    "address_change.user_id": "deleted",
    "entry_code.guest_id": "deleted",
    "code_application.user_id": "deleted",
    "passkey.user_id": "deleted",
    "recovery_code.user_id": "deleted",
    "company_account.user_id": "deleted",
    "mail_choice.person_id": "deleted",
    "demonstration_person.user_id": "deleted",
    "team_member.user_id": "ended; holds no word",
    "invitation.invited_by": "a number",
    "invitation.accepted_by": "deleted",
    "assignment.user_id": "ended; holds no word",
    "assignment.assigned_by": "a number",
    "learning_event.learner_id": "kept as proof; holds no word",
    "item_progress.learner_id": "kept as proof, without place",
    "ledger_line.learner_id": "emptied with the salt",
    "quiz_attempt.learner_id": "kept as proof; what was typed is gone",
    "regrading.decided_by_id": "kept without name",
    "exam_result.learner_id": "kept as proof; holds no word",
    "clearance_entry.learner_id": "kept as proof; holds no word",
    "tutor_message.learner_id": "kept as proof; what was written is gone",
    "tutor_message.author_id": "kept as proof; what was written is gone",
    "team_standing.learner_id": "deleted",
    "heat_counted.learner_id": "kept without word: the team's counts, shown from five people up, do not go back",
    "information_read.learner_id": "kept as proof of the notice; holds no word",
    "company_ways.updated_by": "a number",
    "survey_answer.learner_id": "kept as proof; what was written is gone",
    "learner_request.learner_id": "kept as proof; what was written is gone",
    "learner_request.answered_by": "a number",
    "certificate.learner_id": "cut; the row says only that it was erased",
    "certificate.issued_by": "a number",
    "certificate.revoked_by": "a number",
    "scenario_attempt.learner_id": "kept as proof; holds no word",
    "call_attempt.learner_id": "kept as proof; what was said is gone",
    "difficult_client.learner_id": "deleted",
    "exercise_run.learner_id": "kept as proof, without « Demain, je… »",
    "path_choice.learner_id": "deleted",
    "placement_taken.learner_id": "kept as proof; holds no word",
    "job.person_id": "deleted",
    "outgoing_mail.person_id": "deleted",
    "erasure_request.person_id": "closed; holds no word",
}
"""What becomes of each column that leads to a person. A new one needs a line here, an `erase` in its room, and, when it
holds words, a planted one in tests/support/planting.py."""


def test_every_table_about_a_person_says_what_becomes_of_it():
    """A table with a key to a person that no erasure knows fails here, on the day it is added (G5)."""
    leading = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "user" for key in column.foreign_keys)
    }
    assert leading == set(FATE)


def test_nothing_of_an_erased_person_is_left_anywhere(app, session, planted, erase):
    """Their name, address and every word are in no column of no table; they were in a dozen before (G5)."""
    with app.app_context():
        engine = db.engine
    session.commit()
    assert len(places_of(engine, WORD)) >= 10
    erase(planted.actor)
    assert places_of(engine, WORD) == {}
    erase(planted.actor)
    assert places_of(engine, WORD) == {}


def test_g5_a_dossier_that_others_asked_for_leaves_with_one_of_its_people(session, planted, erase, make_person):
    """A manager's dossier holds names compressed, where no search would find them: it goes; one without them stays."""
    manager = make_person(Role.MANAGER, organisation="Menuiserie Bocage").actor

    def ask(*learners):
        told = {"path": "equipe", "people": [str(each.user_id) for each in learners], "asked_by": "x", "whom": "x"}
        job = jobs.ask(session, manager, dossiers.KIND, told, lambda _id: "/", uuid.uuid4(), now())
        session.add(DossierPiece(organisation_id=manager.organisation_id, job_id=job.id, number=0, content=b"PK"))
        return job.id

    ask(manager, planted.actor)
    kept = ask(manager)
    session.commit()
    erase(planted.actor)
    assert [job.id for job in jobs.of_kind(session, manager, dossiers.KIND)] == [kept]
    pieces = select(DossierPiece.job_id).where(DossierPiece.organisation_id == manager.organisation_id)
    assert session.scalars(pieces).all() == [kept]


def test_what_proves_a_training_stays_without_name(app, session, planted, erase, exported):
    """Events and verdicts remain for the time they are owed, under a number; nobody can come in with it (evidence §1)."""
    actor = planted.actor
    before = session.scalars(
        select(LearningEvent.id).where(LearningEvent.organisation_id == actor.organisation_id)
    ).all()
    erase(actor)
    after = session.scalars(
        select(LearningEvent.id).where(LearningEvent.organisation_id == actor.organisation_id)
    ).all()
    assert before == after
    assert before
    answer = session.scalars(select(Answer).where(Answer.organisation_id == actor.organisation_id)).one()
    assert (answer.chosen, answer.correct, answer.typed) == (["a"], True, None)
    user = user_of(session, actor)
    assert (user.email, user.first_name, user.password_hash) == (None, "", None)
    assert user.deactivated_at is not None


def test_s78_an_erasure_is_recorded_without_identity(session, planted, erase):
    """A dated record and a line of the register: a number, never a name (S78, G5)."""
    erase(planted.actor)
    record = session.scalars(select(ErasureRecord)).one()
    assert record.person_id == planted.actor.user_id
    acts = [line.act for line in audit.about(session, planted.actor.organisation_id, planted.actor.user_id)]
    assert acts == ["donnees-effacees"]


def test_it_is_asked_with_the_password_and_waits_a_week(clock, app, session, client, sign_in, make_person, look_after):
    """A wrong password asks nothing; the right one gives seven days, a mail, and a way back."""
    person = make_person(organisation="Menuiserie Bocage")
    make_person(organisation="Menuiserie Bocage")
    look_after()
    sign_in(client, person)
    token = people.csrf(client.get("/reglages/effacement"))
    wrong = client.post("/reglages/effacement", data={"csrf_token": token, "current_password": "faux"})
    assert wrong.status_code == 422
    assert service.asked(session, person.actor) is None
    sent = client.post("/reglages/effacement", data={"csrf_token": token, "current_password": PASSWORD})
    assert sent.status_code == 303
    assert "15 décembre 2026" in client.get("/reglages/effacement").get_data(as_text=True)
    for _day in range(6):
        clock.shift(timedelta(days=1))
        look_after()
    assert user_of(session, person.actor).email == person.email
    for _day in range(2):
        clock.shift(timedelta(days=1))
        look_after()
    assert user_of(session, person.actor).email is None


def test_one_that_fails_keeps_nobody_waiting(clock, app, session, make_person, look_after, monkeypatch, settings):
    """A person who cannot be erased is tried again each round; those after them are erased, and the journal knows them."""
    stuck, next_one = make_person(), make_person()
    for person in (stuck, next_one):
        service.ask(session, person.actor, now())
    erased = service.erase_person

    def failing(session, user, *rest):
        if user.id == stuck.actor.user_id:
            raise RuntimeError
        erased(session, user, *rest)

    monkeypatch.setattr(service, "erase_person", failing)
    for _day in range(9):
        look_after()
        clock.shift(timedelta(days=1))
    assert user_of(session, next_one.actor).email is None
    assert user_of(session, stuck.actor).email == stuck.email
    assert journal.known(settings.data_dir) >= {next_one.actor.user_id}
    assert service.overdue(session, now()) == 1
    monkeypatch.undo()
    look_after()
    assert user_of(session, stuck.actor).email is None
    assert service.overdue(session, now()) == 0


def test_it_can_be_taken_back(clock, app, session, client, sign_in, make_person, look_after):
    """Cancelled within the week, nothing is erased."""
    person = make_person()
    sign_in(client, person)
    service.ask(session, person.actor, now())
    token = people.csrf(client.get("/reglages/effacement"))
    assert client.post("/reglages/effacement/annuler", data={"csrf_token": token}).status_code == 303
    for _day in range(12):
        clock.shift(timedelta(days=1))
        look_after()
    assert user_of(session, person.actor).email == person.email


def test_r13_a_clock_that_jumps_erases_nobody(clock, session, make_person, look_after):
    """Four hundred days ahead at once: the request waits until the clock has been believed again for two days (R13)."""
    person = make_person()
    service.ask(session, person.actor, now())
    look_after()
    clock.shift(timedelta(days=400))
    look_after()
    assert user_of(session, person.actor).email == person.email
    clock.shift(timedelta(days=-400))
    look_after()
    assert user_of(session, person.actor).email == person.email


def test_s12_the_last_administrator_hands_over_first(session, client, sign_in, make_person):
    """An administrator alone to administer other people is told to name another one first (S12)."""
    boss = make_person(role=people.Role.ADMINISTRATOR, organisation="Menuiserie Bocage")
    make_person(organisation="Menuiserie Bocage")
    sign_in(client, boss)
    token = people.csrf(client.get("/reglages/effacement"))
    assert (
        client.post("/reglages/effacement", data={"csrf_token": token, "current_password": PASSWORD}).status_code == 409
    )


def test_s12_of_two_administrators_one_stays(session, make_person):
    """Both ask to be erased in the same week: the second hands over first; taken back, the other may go (S12)."""
    first, second = (make_person(people.Role.ADMINISTRATOR, "Menuiserie Bocage") for _each in range(2))
    make_person(organisation="Menuiserie Bocage")
    service.ask(session, first.actor, now())
    with pytest.raises(Stale):
        service.ask(session, second.actor, now())
    assert service.asked(session, second.actor) is None
    service.take_back(session, first.actor, now())
    service.ask(session, second.actor, now())
    with pytest.raises(Stale):
        service.ask(session, first.actor, now())


def test_r14_erasures_are_replayed_after_a_restore_and_old_mails_stay(
    app, session, planted, erase, settings, make_person
):
    """A backup made before the erasure is put back: the person is erased again, from the journal, and no mail leaves."""
    actor, other = planted.actor, make_person()
    erase(actor)
    with app.app_context():
        keeping.erase_due()
        user = user_of(session, actor)  # the backup knows them, and knows no erasure
        user.email, user.first_name, user.deactivated_at = f"{WORD.lower()}@exemple.fr", WORD, None
        session.delete(session.get_one(ErasureRecord, actor.user_id))
        outbox.write(session, "x", Recipient(other.actor.organisation_id, other.actor.user_id), {}, now())
        session.commit()
        journal.mark_restored(settings.data_dir)
        keeping.send_mails()
        done = keeping.settle_restore()
        assert keeping.settle_restore() is None
    assert (done.erased_again, done.mails_forgotten) == (1, 1)
    with app.app_context():
        assert places_of(db.engine, WORD) == {}


def test_the_journal_survives_a_line_cut_short(tmp_path):
    """A crash in the middle of a line loses nothing else, and what is already told is not told twice."""
    first, second = uuid.uuid4(), uuid.uuid4()
    assert journal.write_missing(tmp_path, [(first, now())]) == 1
    with journal.path(tmp_path).open("a", encoding="utf-8") as file:
        file.write('{"person": "12')
    assert journal.write_missing(tmp_path, [(first, now()), (second, now())]) == 1
    assert journal.known(tmp_path) == {first, second}
    assert journal.path(tmp_path).stat().st_mode & 0o077 == 0


def test_an_erased_persons_cookie_opens_nothing(app, session, planted, erase):
    """Their open browser is a visitor's on the next page (S09)."""
    opened = sessions.open_session(session, user_of(session, planted.actor), now(), device="Mac")
    held = browser(app, opened, session)
    assert held.client.get("/reglages").status_code == 200
    erase(planted.actor)
    assert held.client.get("/reglages").status_code == 302
