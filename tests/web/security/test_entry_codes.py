"""The code of six digits: a trial kept by mail, a way back without password (experience.md §4; S31, S34, S36, S37)."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from course_app.accounts import entry_codes, service
from course_app.accounts.factors import service as factors
from course_app.accounts.models import AttemptCount, EntryCode, User
from course_app.accounts.rules import Role
from course_app.outbox.models import OutgoingMail
from course_app.paths.models import PathChoice
from course_app.progress import service as progress
from course_app.progress.models import LearningEvent
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now
from course_app.web.library import catalog
from tests.support.browsers import ANYWHERE, browser, enter_as_guest, user_at
from tests.support.mails import path_in, sent_to

ADDRESS = "camille@exemple.fr"


@pytest.fixture
def guest(app, session):
    """A visitor on trial who chose a path."""
    held = enter_as_guest(app, session)
    user = session.scalars(select(User).where(User.is_guest).execution_options(**ANYWHERE)).one()
    session.add(PathChoice(organisation_id=user.organisation_id, learner_id=user.id, path_id="equipe", chosen_at=now()))
    session.commit()
    return held


def _visitor(app, session):
    return browser(app, None, session)


def _ask(app, held, address=ADDRESS, first_name="Camille"):
    """Ask for a code and return it, as its mail says it."""
    answer = held.post("/garder", email=address, first_name=first_name)
    assert (answer.status_code, answer.location) == (303, "/code?envoye=1")
    return _code_in(sent_to(app, address)[-1])


def _code_in(mail):
    return "".join(re.search(r"^(\d{3}) (\d{3})$", mail.body, re.MULTILINE).groups())


def _other(code):
    return f"{(int(code) + 1) % 10**6:06}"


def _people(session):
    session.commit()
    return session.scalar(select(func.count()).select_from(User).execution_options(**ANYWHERE))


def _paths_of(session, user):
    mine = PathChoice.organisation_id == user.organisation_id, PathChoice.learner_id == user.id
    return session.scalars(select(PathChoice.path_id).where(*mine)).all()


def test_a_trial_is_kept_by_a_code_typed_back(app, session, guest):
    """First name, address, six digits: the trial is an account without password, and nothing done is lost."""
    code = _ask(app, guest)
    assert user_at(session, ADDRESS) is None
    answer = guest.post("/code", email=f" {ADDRESS.upper()} ", code=f"{code[:3]} {code[3:]}")
    assert (answer.status_code, answer.location) == (303, "/parcours")
    user = user_at(session, ADDRESS)
    assert (user.first_name, user.role, user.is_guest, user.password_hash) == ("Camille", Role.LEARNER, False, None)
    assert _paths_of(session, user) == ["equipe"]
    assert "Camille" in guest.client.get("/parcours").get_data(as_text=True)
    settings = guest.client.get("/reglages").get_data(as_text=True)
    assert "par un code reçu par courriel" in settings
    assert "par une invitation" not in settings


def test_the_code_works_on_another_device(app, session, guest):
    """Asked on the phone, typed on a computer: the trial of the phone is kept, and the phone is signed out (S41)."""
    code = _ask(app, guest)
    computer = _visitor(app, session)
    assert computer.post("/code", email=ADDRESS, code=code).status_code == 303
    assert _paths_of(session, user_at(session, ADDRESS)) == ["equipe"]
    assert computer.client.get("/parcours").status_code == 200
    assert guest.client.get("/parcours").status_code == 302


def test_what_a_stranger_typed_is_not_mailed(app, session):
    """Anybody may ask for a code at any address: a « first name » that sends to another site does not reach it (S58)."""
    _visitor(app, session).post("/garder", email=ADDRESS, first_name="Compte ferme : ailleurs.example")
    (mail,) = sent_to(app, ADDRESS)
    assert "ailleurs" not in f"{mail.body}{mail.alternatives[0][0]}{mail.subject}"
    assert mail.body.startswith("Bonjour,")


def test_two_trials_of_one_person_are_both_kept(app, session, guest):
    """Asked on the phone, typed on a computer where a trial had begun too: both are in the account."""
    code = _ask(app, guest)
    computer = enter_as_guest(app, session)
    with app.app_context():
        progress.finish(session, computer.actor, next(iter(catalog().lessons.values())), now())
    session.commit()
    assert computer.post("/code", email=ADDRESS, code=code).status_code == 303
    user = user_at(session, ADDRESS)
    mine = LearningEvent.organisation_id == user.organisation_id, LearningEvent.learner_id == user.id
    assert _paths_of(session, user) == ["equipe"]
    assert len(session.scalars(select(LearningEvent.id).where(*mine)).all()) == 1
    assert _people(session) == 1


def test_one_comes_back_by_another_code(clock, app, session, guest):
    """Later, elsewhere: the address and a new code open the same account; nobody is created."""
    guest.post("/code", email=ADDRESS, code=_ask(app, guest))
    before = _people(session)
    clock.shift(timedelta(days=2))
    elsewhere = _visitor(app, session)
    assert elsewhere.post("/connexion/par-code", email=ADDRESS).status_code == 303
    code = _code_in(sent_to(app, ADDRESS)[-1])
    assert elsewhere.post("/code", email=ADDRESS, code=code).status_code == 303
    assert _people(session) == before
    assert "Camille" in elsewhere.client.get("/parcours").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/garder", "/connexion/par-code"])
def test_s31_asking_answers_the_same_for_every_address(app, session, make_person, path):
    """Known, unknown, closed: same status, place, body, and the same rows written (S31)."""
    known, closed = make_person(), make_person()
    service.deactivate(session, closed.actor.organisation_id, closed.actor.user_id, now())
    shown = []
    for address in (known.email, closed.email, ADDRESS):
        answer = _visitor(app, session).post(path, email=address, first_name="Camille")
        kept = session.scalar(select(func.count()).select_from(EntryCode))
        mails = session.scalar(select(func.count()).select_from(OutgoingMail))
        shown.append((answer.status_code, answer.location, answer.get_data(), kept - len(shown), mails - len(shown)))
    assert shown[0] == shown[1] == shown[2]


def test_s31_a_wrong_code_reads_the_same_for_every_address(app, session, guest, make_person):
    """Nobody learns from the page of the code whether an address was asked for, or has an account (S31)."""
    code, known = _ask(app, guest), make_person()
    pages = []
    for address in (ADDRESS, known.email, "inconnue@exemple.fr"):
        answer = _visitor(app, session).post("/code", email=address, code=_other(code))
        text = answer.get_data(as_text=True).replace(address, "ADRESSE")
        pages.append((answer.status_code, re.sub(r'nonce="[^"]+"|name="csrf_token"[^>]+', "", text)))
    assert pages[0] == pages[1] == pages[2]
    assert pages[0][0] == 422


def test_whoever_has_a_password_is_told_to_use_it(app, session, make_person):
    """No code leaves for them, none would open: a stolen mailbox is no way round the password, nor a squatter's (S37)."""
    person = make_person()
    _visitor(app, session).post("/garder", email=person.email, first_name="Autre")
    (mail,) = sent_to(app, person.email)
    assert not re.search(r"\d{3} \d{3}", mail.body)
    assert mail.body.count("http") == 2  # the one action, and the site's own address
    assert "/connexion" in mail.body
    (kept,) = session.scalars(select(EntryCode)).all()
    assert kept.code_hash is None


def test_nothing_leaves_for_an_unknown_or_closed_address_that_comes_back(app, session, make_person):
    """Without account there is nothing to come back to; a closed access stays closed (S09)."""
    closed = make_person()
    service.deactivate(session, closed.actor.organisation_id, closed.actor.user_id, now())
    for address in (ADDRESS, closed.email):
        _visitor(app, session).post("/connexion/par-code", email=address)
        assert sent_to(app, address) == []
    _visitor(app, session).post("/garder", email=closed.email, first_name="Camille")
    assert sent_to(app, closed.email) == []


def test_s14_only_a_keyed_hash_of_the_code_is_kept(app, session, guest):
    """Neither the code nor the address is in its row, and the mail's row holds neither once sent (S14)."""
    code = _ask(app, guest)
    (kept,) = session.scalars(select(EntryCode)).all()
    assert code not in f"{kept.code_hash}{kept.address_hash}"
    assert ADDRESS not in str(vars(kept))
    (mail,) = session.scalars(select(OutgoingMail)).all()
    assert (mail.values, mail.address) == ({}, None)


def test_s36_a_code_serves_once_for_fifteen_minutes(clock, app, session, guest):
    """Used, too old, or replaced by a newer one: the page says so, and nothing opens (S36)."""
    code = _ask(app, guest)
    newer = _ask(app, guest)
    if newer != code:
        assert guest.post("/code", email=ADDRESS, code=code).status_code == 422
    clock.shift(timedelta(minutes=16))
    assert guest.post("/code", email=ADDRESS, code=newer).status_code == 422
    last = _ask(app, guest)
    assert guest.post("/code", email=ADDRESS, code=last).status_code == 303
    again = _visitor(app, session).post("/code", email=ADDRESS, code=last)
    assert again.status_code == 422
    assert session.scalars(select(EntryCode)).all() == []


def test_s34_five_wrong_tries_kill_a_code(clock, app, session, guest):
    """Five wrong tries: then even the right one opens nothing, whatever the device, and the door closes (S34)."""
    code = _ask(app, guest)
    for _try in range(5):
        assert _visitor(app, session).post("/code", email=ADDRESS, code=_other(code)).status_code == 422
    closed = guest.post("/code", email=ADDRESS, code=code)
    assert closed.status_code == 429
    assert int(closed.headers["Retry-After"]) > 0
    assert ADDRESS in closed.get_data(as_text=True)
    (kept,) = session.scalars(select(EntryCode)).all()
    assert kept.tries == 5
    assert entry_codes.use(session, ADDRESS, code, [app.extensions["reglo.settings"].secret_key], now()) is None
    assert user_at(session, ADDRESS) is None


def test_s34_twenty_tries_a_day_whatever_the_codes(clock, app, session, guest):
    """New codes do not give new tries for ever: after twenty in a day, the right one waits for tomorrow (S34)."""
    for _round in range(4):
        code = _ask(app, guest)
        for _try in range(5):
            guest.post("/code", email=ADDRESS, code=_other(code))
        clock.shift(timedelta(minutes=31))
    code = _ask(app, guest)
    assert guest.post("/code", email=ADDRESS, code=code).status_code == 429
    clock.shift(timedelta(hours=23))
    tomorrow = _visitor(app, session)
    assert tomorrow.post("/code", email=ADDRESS, code=_ask(app, tomorrow)).status_code == 303


def test_s34_whoever_is_kept_out_by_somebody_elses_tries_has_another_way(app, session, make_person):
    """Five wrong codes typed by a stranger close the door of codes; its page leads to a link that opens the account (S34)."""
    person = make_person()
    user_at(session, person.email).password_hash = None
    for _try in range(5):
        _visitor(app, session).post("/code", email=person.email, code="000000")
    kept_out = _visitor(app, session)
    closed = kept_out.post("/code", email=person.email, code="000000")
    assert closed.status_code == 429
    assert 'href="/mot-de-passe-oublie"' in closed.get_data(as_text=True)
    kept_out.post("/mot-de-passe-oublie", email=person.email)
    assert kept_out.client.get(path_in(sent_to(app, person.email)[-1])).status_code == 200


def test_s34_parallel_guesses_are_counted_one_by_one(app, session, guest):
    """Twelve guesses sent at once on one row: five are judged, no more (S34)."""
    code = _ask(app, guest)
    session.commit()
    key, judged = app.extensions["reglo.settings"].secret_key, []
    with app.app_context():
        engine = db.engine

    def guess():
        with TenantSession(engine) as own:
            entry_codes.use(own, ADDRESS, _other(code), [key], now())
            own.commit()
        judged.append(1)

    threads = [threading.Thread(target=guess) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(judged) == 12
    session.expire_all()
    assert session.scalars(select(EntryCode.tries)).all() == [5]


def test_s34_no_address_is_stored_with_the_counts(app, session, guest):
    """Counts hold keyed hashes: nothing tells whose code was tried (S34, G3)."""
    _ask(app, guest)
    guest.post("/code", email=ADDRESS, code="000000")
    assert not [subject for subject in session.scalars(select(AttemptCount.subject)) if "camille" in subject]


def test_s79_three_codes_an_hour(clock, app, session):
    """A fourth request in an hour is told to wait: nobody's mailbox is flooded (S79)."""
    for _time in range(3):
        assert _visitor(app, session).post("/garder", email=ADDRESS, first_name="Camille").status_code == 303
    assert _visitor(app, session).post("/connexion/par-code", email=ADDRESS).status_code == 429
    clock.shift(timedelta(hours=1, minutes=1))
    assert _visitor(app, session).post("/connexion/par-code", email=ADDRESS).status_code == 303


def test_s39_a_code_does_not_go_round_a_second_factor(app, session, make_person, monkeypatch):
    """Whoever has a second factor is asked for it after the code, as after a password (S39)."""
    person = make_person()
    user = user_at(session, person.email)
    user.password_hash = None
    session.commit()
    monkeypatch.setattr(factors, "holds_any", lambda *_given: True)
    visitor = _visitor(app, session)
    visitor.post("/connexion/par-code", email=person.email)
    answer = visitor.post("/code", email=person.email, code=_code_in(sent_to(app, person.email)[-1]))
    assert (answer.status_code, answer.location) == (303, "/connexion/code")
    assert visitor.client.get("/parcours").status_code == 302


def test_a_refused_form_keeps_what_was_typed(app, session):
    """An address cut short, five digits: what to do is said in the summary and beside the field, and the text stays."""
    visitor = _visitor(app, session)
    page = visitor.post("/garder", email="camille@exemple", first_name="Camille").get_data(as_text=True)
    assert 'value="camille@exemple"' in page
    assert 'value="Camille"' in page
    page = visitor.post("/code", email=ADDRESS, code="12345").get_data(as_text=True)
    assert page.count("Écrivez les six chiffres du courriel.") == 2
    assert 'autocomplete="one-time-code"' in page
    assert session.scalars(select(AttemptCount)).all() == []


def test_s49_a_code_never_leaves_the_site(app, session, guest):
    """Where to go afterwards is a local path or Mon parcours (S49)."""
    guest.post("/garder", email=ADDRESS, first_name="Camille", next="https://ailleurs.example")
    code = _code_in(sent_to(app, ADDRESS)[-1])
    answer = guest.post("/code", email=ADDRESS, code=code, next="//ailleurs.example")
    assert answer.location == "/parcours"
