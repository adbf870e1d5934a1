"""Opening an account, from nothing or from a trial."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from course_app.accounts import service
from course_app.accounts.models import Organisation, SignInSession, User
from course_app.accounts.rules import Role
from course_app.core.errors import Invalid
from course_app.paths.models import PathChoice
from course_app.web.clock import now
from tests.support.browsers import ANYWHERE, browser, enter_as_guest, open_sessions, user_at, user_of
from tests.support.people import PASSWORD

GIVEN = {"first_name": "Samira", "email": "samira@bocage.fr", "password": PASSWORD, "company": "Menuiserie Bocage"}


@pytest.fixture
def visitor(app, session):
    """A browser nobody is signed in with."""
    return browser(app, None, session)


def _count(session, model):
    session.commit()
    return session.scalar(select(func.count()).select_from(model).execution_options(**ANYWHERE))


def _chosen_path(session, actor):
    session.commit()
    mine = (PathChoice.learner_id == actor.user_id, PathChoice.organisation_id == actor.organisation_id)
    return session.scalars(select(PathChoice.path_id).where(*mine)).all()


def _choose_path(session, actor, path_id):
    owner = {"organisation_id": actor.organisation_id, "learner_id": actor.user_id}
    session.add(PathChoice(**owner, path_id=path_id, chosen_at=now()))
    session.commit()


def test_signing_up_opens_an_account_and_enters(session, visitor):
    """Four fields later the person is at Mon parcours, in a company of their own, as a learner."""
    answer = visitor.post("/inscription", **{**GIVEN, "email": " Samira@Bocage.FR "})
    assert (answer.status_code, answer.location) == (303, "/parcours")
    user = user_at(session, "samira@bocage.fr")
    assert (user.first_name, user.role, user.timezone, user.theme) == (
        "Samira",
        Role.LEARNER,
        "Europe/Paris",
        "systeme",
    )
    assert session.get_one(Organisation, user.organisation_id).name == "Menuiserie Bocage"
    assert "Samira" in visitor.client.get("/parcours").get_data(as_text=True)


def test_the_company_is_optional(session, visitor):
    """Nobody has to say where they work."""
    given = {name: value for name, value in GIVEN.items() if name != "company"}
    assert visitor.post("/inscription", **given).status_code == 303
    assert session.get_one(Organisation, user_at(session, GIVEN["email"]).organisation_id).name == ""


def test_a_refused_form_keeps_what_was_typed_but_the_password(visitor):
    """Each fault is named in a summary and beside its field; only the password is typed again."""
    page = visitor.post("/inscription", **{**GIVEN, "first_name": " ", "email": "samira@bocage"})
    text = page.get_data(as_text=True)
    assert page.status_code == 422
    assert "<title>Erreur" in text
    assert text.count("Écrivez votre prénom.") == 2
    assert 'value="samira@bocage"' in text
    assert 'value="Menuiserie Bocage"' in text
    assert PASSWORD not in text


def test_everything_may_be_pasted_and_filled_in_for_me(visitor):
    """Fields say what they are to password keepers; none forbids pasting; none is a placeholder."""
    page = visitor.client.get("/inscription").get_data(as_text=True)
    for token in ("given-name", "email", "new-password", "organization"):
        assert f'autocomplete="{token}"' in page
    assert "placeholder" not in page
    assert "onpaste" not in page
    assert page.count("(facultatif)") == 1


def test_a_taken_address_is_said_with_what_to_do(session, visitor, make_person):
    """Somebody who already has an account is told, and nothing is created."""
    person, before = make_person(), _count(session, Organisation)
    answer = visitor.post(
        "/inscription", **{**GIVEN, "email": person.email.upper(), "password": "un-autre-mot-de-passe"}
    )
    assert answer.status_code == 422
    assert "Un compte existe déjà" in answer.get_data(as_text=True)
    assert _count(session, Organisation) == before


def test_clicking_twice_makes_one_account(session, app, visitor):
    """The second of two clicks enters the account that the first one opened."""
    assert visitor.post("/inscription", **GIVEN).status_code == 303
    again = browser(app, None, session).post("/inscription", **GIVEN)
    assert (again.status_code, again.location) == (303, "/parcours")
    assert _count(session, User) == 1


def test_parallel_sign_ups_make_one_account(session, app):
    """Six identical forms at once make one person, and no error."""
    browsers = [browser(app, None, None) for _number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        statuses = set(threads.map(lambda each: each.post("/inscription", **GIVEN).status_code, browsers))
    assert statuses <= {303, 429}
    assert _count(session, User) == _count(session, Organisation) == 1


def test_the_database_refuses_a_second_holder_of_an_address(session, make_person):
    """Between the check and the insert, the unique address still holds."""
    person = make_person()
    company = service.found_organisation(session, "Autre", now())
    given = service.NewPerson("Autre", person.email, "hash")
    with pytest.raises(Invalid, match="existe déjà"):
        service.add_person(session, company, given, Role.LEARNER, now())


def test_a_guest_becomes_the_account(app, session):
    """Signing up on trial keeps the very same person: all rows of the trial are theirs, the day's limit is gone."""
    guest = enter_as_guest(app, session)
    _choose_path(session, guest.actor, "equipe")
    assert guest.post("/inscription", **GIVEN).status_code == 303
    user = user_at(session, GIVEN["email"])
    assert (user.id, user.organisation_id) == (guest.actor.user_id, guest.actor.organisation_id)
    assert (user.is_guest, user.guest_until, user.first_name) == (False, None, "Samira")
    assert session.get_one(Organisation, user.organisation_id).name == "Menuiserie Bocage"
    assert _chosen_path(session, guest.actor) == ["equipe"]
    (opened,) = open_sessions(session, guest.actor)
    assert opened.id != guest.actor.session_id


def test_a_guest_who_signs_in_brings_their_trial(app, session, make_person):
    """Signing in on trial re-homes the trial's rows and leaves no guest behind."""
    guest, person = enter_as_guest(app, session), make_person()
    _choose_path(session, guest.actor, "equipe")
    assert guest.post("/connexion", email=person.email, password=person.password).status_code == 303
    assert _chosen_path(session, person.actor) == ["equipe"]
    assert _count(session, User) == _count(session, Organisation) == 1


def test_a_guest_keeps_the_trial_when_the_password_was_wrong(app, session, make_person):
    """A failed sign-in changes nothing for a guest."""
    guest, person = enter_as_guest(app, session), make_person()
    assert guest.post("/connexion", email=person.email, password="un-autre-mot-de-passe").status_code == 422
    assert guest.client.get("/parcours").status_code == 200
    assert user_of(session, guest.actor).is_guest


def test_expired_guests_go_with_all_their_rows(clock, app, session):
    """A new trial sweeps out those ended for a day, and only those."""
    ended = enter_as_guest(app, session)
    _choose_path(session, ended.actor, "equipe")
    clock.shift(timedelta(hours=23))
    running = enter_as_guest(app, session)
    clock.shift(timedelta(hours=2))
    enter_as_guest(app, session)
    assert user_of(session, running.actor)
    assert _count(session, User) == _count(session, Organisation) == _count(session, SignInSession) == 2
    assert _count(session, PathChoice) == 0


def test_a_sweep_is_bounded(clock, app, session):
    """However many trials have ended, one visitor waits for few deletions."""
    for _number in range(5):
        service.open_guest(session, now())
    clock.shift(timedelta(days=2))
    assert service.purge_expired_guests(session, now(), most=3) == 3
    assert service.purge_expired_guests(session, now(), most=3) == 2


def test_members_do_not_sign_up_again(app, session, visitor):
    """Both pages send a person who is already in to Mon parcours."""
    visitor.post("/inscription", **GIVEN)
    for path in ("/inscription", "/connexion"):
        assert visitor.client.get(path).location == "/parcours"
    with visitor.client.session_transaction() as held:
        assert held["_user_id"]


def test_an_operator_creates_people(session):
    """An operator makes a company by its name, adds people to it by its number, under the same rules as everybody."""
    common = {"role": Role.ADMINISTRATOR, "password": PASSWORD, "now": now()}
    first = service.create_person(session, email="A@Bocage.fr", first_name="Ana", company="Bocage", **common)
    common["company"] = first.organisation_id
    second = service.create_person(session, email="b@bocage.fr", first_name="Bea", **common)
    assert first.organisation_id == second.organisation_id
    assert first.email == "a@bocage.fr"
    for refused in ({"email": "bocage.fr"}, {"email": "c@bocage.fr", "password": "court"}, {"email": "a@BOCAGE.fr"}):
        with pytest.raises(Invalid):
            service.create_person(session, **{"email": "x@bocage.fr", "first_name": "C", **common, **refused})


@pytest.mark.parametrize(
    ("company", "code"), [("Bocage", "entreprise-existante"), (uuid.UUID(int=9), "entreprise-inconnue")]
)
def test_s11_nobody_joins_a_company_by_its_name(session, company, code):
    """A name already borne, or a number of none, is refused: two companies may share a name (S11)."""
    common = {"first_name": "Ana", "role": Role.LEARNER, "password": PASSWORD, "now": now()}
    service.create_person(session, email="a@bocage.fr", company="Bocage", **common)
    with pytest.raises(Invalid) as refusal:
        service.create_person(session, email="b@bocage.fr", company=company, **common)
    assert refusal.value.code == code


def test_s02_an_unknown_person_is_not_found(session, actor):
    """Another company's id reads like a missing one."""
    with pytest.raises(service.NotFound):
        service.person(session, uuid.uuid4(), actor.user_id)
