"""A learner and those who follow them, writing to each other."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from benchmarks.statements import heard
from course_app.accounts.rules import Role
from course_app.membership.models import Team, TeamMember
from course_app.outbox.models import OutgoingMail
from course_app.progress.evidence import Wanted
from course_app.store.session import db
from course_app.tutoring import mail, service
from course_app.tutoring.models import TutorMessage
from course_app.web import library

COMPANY = "Atelier Vercors"
NOW = datetime(2026, 12, 8, 8, tzinfo=UTC)


@pytest.fixture
def company(session, make_person):
    """Claire leads Karim; Lucie is in no team."""
    claire = make_person(Role.MANAGER, COMPANY, "Claire")
    karim, lucie = make_person(Role.LEARNER, COMPANY, "Karim"), make_person(Role.LEARNER, COMPANY, "Lucie")
    organisation_id = claire.actor.organisation_id
    team = Team(id=uuid.uuid4(), organisation_id=organisation_id, name="Ventes", created_at=NOW)
    session.add(team)
    session.flush()
    for person in (claire, karim):
        session.add(
            TeamMember(
                organisation_id=organisation_id,
                team_id=team.id,
                user_id=person.actor.user_id,
                leads=person is claire,
                joined_at=NOW,
            )
        )
    session.commit()
    return {"claire": claire, "karim": karim, "lucie": lucie}


@pytest.fixture
def other(app, session):
    """A second browser."""
    browser = app.test_client()
    browser.shared_session = session
    return browser


def _send(client, csrf, page, text, **fields):
    shown = client.get(page)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', shown.text)[1]
    about = re.search(r'name="about"[^>]*value="([^"]*)"', shown.text)[1]
    form = {"csrf_token": csrf(shown), "key": key, "about": about, "text": text, **fields}
    return client.post(page.split("?")[0], data=form), form


def _messages(session, person):
    session.expire_all()
    rows = select(TutorMessage).where(TutorMessage.organisation_id == person.actor.organisation_id)
    return session.scalars(rows.order_by(TutorMessage.written_at)).all()


def test_a_question_about_a_lesson_is_read_and_answered(client, other, csrf, sign_in, session, company):
    """Karim asks about a lesson, Claire finds it waiting and answers; Karim reads the answer, dated and attached."""
    sign_in(client, company["karim"])
    sent, _form = _send(client, csrf, "/tuteur?sur=lecon:oubli-et-facture-perdue", "Et si elle pleure ?")
    assert sent.status_code == 303
    sign_in(other, company["claire"])
    assert "1 message à lire" in other.get("/equipe/messages").text.replace("\u00a0", " ")
    page = f"/equipe/messages/{company['karim'].actor.user_id}"
    assert "Et si elle pleure" in other.get(page).text
    assert _send(other, csrf, page, "Ralentissez, laissez-la parler.")[0].status_code == 303
    assert "à lire" not in other.get("/equipe/messages").text
    thread = client.get("/tuteur").text
    assert "Ralentissez, laissez-la parler." in thread
    assert "oubli" in _messages(session, company["karim"])[0].about
    assert _messages(session, company["karim"])[0].read_at is not None


def test_reading_a_thread_writes_nothing(client, other, sign_in, csrf, session, company):
    """Opening the page does not mark a message as read: a form does (S48)."""
    sign_in(client, company["karim"])
    _send(client, csrf, "/tuteur", "Bonjour")
    sign_in(other, company["claire"])
    page = f"/equipe/messages/{company['karim'].actor.user_id}"
    shown = other.get(page)
    assert _messages(session, company["karim"])[0].read_at is None
    assert other.post(f"{page}/lu", data={"csrf_token": csrf(shown)}).status_code == 303
    assert _messages(session, company["karim"])[0].read_at is not None


def test_the_same_form_sent_twice_is_one_message(client, csrf, sign_in, session, company):
    """A double click writes one message, and mails once a day; the same key with another text is refused."""
    sign_in(client, company["karim"])
    _sent, form = _send(client, csrf, "/tuteur", "Une fois")
    assert client.post("/tuteur", data=form).status_code == 303
    assert client.post("/tuteur", data={**form, "text": "Deux fois"}).status_code == 409
    _send(client, csrf, "/tuteur", "Encore une chose")
    assert len(_messages(session, company["karim"])) == 2
    mails = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "message-d-apprenant")).all()
    assert [mail.person_id for mail in mails] == [company["claire"].actor.user_id]
    assert not [value for mail in mails for value in mail.values.values() if "fois" in value]


@pytest.mark.parametrize("text", ["", "   ", "x" * 2_001, "a\x00b"])
def test_a_refused_message_comes_back_as_typed(client, csrf, sign_in, session, company, text):
    """Empty, too long or with signs no database keeps: 422, the text still in the box, nothing stored."""
    sign_in(client, company["karim"])
    refused, _form = _send(client, csrf, "/tuteur", text)
    assert refused.status_code == 422
    assert not _messages(session, company["karim"])
    if len(text) > 2_000:
        assert text in refused.text


@pytest.mark.parametrize(("reader", "learner"), [("stranger", "karim"), ("colleague", "karim"), ("claire", "lucie")])
def test_s02_only_those_who_follow_a_learner_read_them(client, sign_in, company, make_person, reader, learner):
    """A manager of another company or of no team here, and Claire for Lucie whom she does not lead: the same 404."""
    people = {
        "stranger": lambda: make_person(Role.MANAGER),
        "colleague": lambda: make_person(Role.MANAGER, COMPANY),
        "claire": lambda: company["claire"],
    }
    sign_in(client, people[reader]())
    assert client.get(f"/equipe/messages/{company[learner].actor.user_id}").status_code == 404


def test_who_has_no_tutor_is_told_so(client, csrf, sign_in, company):
    """Lucie, followed by nobody, reads why she cannot write yet."""
    sign_in(client, company["lucie"])
    assert "Personne ne vous suit encore" in client.get("/tuteur").text


@pytest.mark.parametrize("about", ["lecon:nulle-part", "quiz:facture-perdue:99", "quiz:facture-perdue:x", "x", "<b>"])
def test_an_odd_subject_is_dropped_not_trusted(client, csrf, sign_in, session, company, about):
    """What a message is about comes from what is published, or is nothing."""
    sign_in(client, company["karim"])
    assert _send(client, csrf, "/tuteur", "Bonjour", about=about)[0].status_code == 303
    assert _messages(session, company["karim"])[0].about == ""


def test_s54_a_message_is_text(client, csrf, sign_in, company):
    """Markup in a message is shown as it was typed."""
    sign_in(client, company["karim"])
    _send(client, csrf, "/tuteur", "<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get("/tuteur").text


def _write_many(session, learner, author, number, *, since=NOW, text="Bonjour"):
    session.add_all(
        TutorMessage(
            organisation_id=learner.actor.organisation_id,
            learner_id=learner.actor.user_id,
            author_id=author.actor.user_id,
            from_learner=author is learner,
            text=f"{text} {rank}",
            about="",
            key=uuid.uuid4(),
            written_at=since + timedelta(minutes=rank),
        )
        for rank in range(number)
    )
    session.commit()


def test_a_long_exchange_costs_the_list_what_a_short_one_does(app, client, sign_in, session, company):
    """With one message or two hundred, the same statements are asked and no message is loaded; the last and the count show."""
    sign_in(client, company["claire"])
    with app.app_context():
        engine = db.engine
    client.get("/equipe/messages")
    karim, loaded = company["karim"], []
    event.listen(TutorMessage, "load", lambda message, _context: loaded.append(message))
    asked = []
    for number, since in ((1, NOW), (199, NOW + timedelta(days=1))):
        _write_many(session, karim, karim, number, since=since, text="x" * 500)
        session.expunge_all()
        with heard(engine) as statements:
            page = client.get("/equipe/messages").text.replace("\u00a0", " ")
        asked.append(len(statements))
    assert asked[0] == asked[1]
    assert not loaded
    assert "200 messages à lire" in page
    assert page.count("x" * 80) == 1


def test_threads_that_wait_come_first_then_the_latest(session, company, make_person):
    """Who waits for an answer is above who does not, whatever the date; the excerpt is that of the last message."""
    claire, karim, lucie = company["claire"], company["karim"], company["lucie"]
    team = session.scalar(select(Team).where(Team.organisation_id == claire.actor.organisation_id))
    paul = make_person(Role.LEARNER, COMPANY, "Paul")
    for person in (lucie, paul):
        stay = {"organisation_id": team.organisation_id, "team_id": team.id, "user_id": person.actor.user_id}
        session.add(TeamMember(**stay, leads=False, joined_at=NOW))
    _write_many(session, karim, karim, 3)
    _write_many(session, lucie, claire, 1, since=NOW + timedelta(days=2))
    _write_many(session, paul, claire, 1, since=NOW + timedelta(days=3))
    found = [each for each in service.inbox(session, claire.actor).shown if each.last_at]
    assert [(each.first_name, each.last, each.unread) for each in found] == [
        ("Karim", "Bonjour 2", 3),
        ("Paul", "Bonjour 0", 0),
        ("Lucie", "Bonjour 0", 0),
    ]


def test_the_dossier_dates_a_message_by_the_day_of_paris(app, session, company):
    """Written a quarter past midnight in Paris, still the day before in UTC: the dossier says the day it was there."""
    karim = company["karim"]
    _write_many(session, karim, karim, 1, since=datetime(2026, 12, 8, 23, 15, tzinfo=UTC))
    with app.app_context():
        published = library.catalog()
    wanted = Wanted(karim.actor, published.paths["equipe"], published, own=False)
    (sheet,) = service.evidence(session, wanted)
    assert sheet.rows[0][0].replace("\u00a0", " ") == "9 décembre 2026"


@pytest.mark.parametrize(
    ("first", "second", "mails"),
    [
        (datetime(2026, 12, 8, 22, 30, tzinfo=UTC), datetime(2026, 12, 8, 23, 10, tzinfo=UTC), 2),
        (datetime(2026, 12, 8, 23, 10, tzinfo=UTC), datetime(2026, 12, 9, 0, 30, tzinfo=UTC), 1),
        (datetime(2026, 10, 24, 22, 10, tzinfo=UTC), datetime(2026, 10, 25, 22, 30, tzinfo=UTC), 1),
        (datetime(2026, 3, 28, 23, 10, tzinfo=UTC), datetime(2026, 3, 29, 21, 30, tzinfo=UTC), 1),
    ],
)
def test_a_thread_is_told_once_a_day_of_paris(session, company, first, second, mails):
    """Half past eleven and ten past midnight in Paris are two days; nights that change hours are one (23 or 25 hours)."""
    claire, karim = company["claire"].actor, company["karim"].actor
    for moment in (first, second):
        mail.tell(session, karim.organisation_id, claire.user_id, karim.user_id, moment)
    written = select(OutgoingMail).where(OutgoingMail.organisation_id == karim.organisation_id)
    assert len(session.scalars(written).all()) == mails
