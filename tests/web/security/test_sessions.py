"""Sessions: who is let in, for how long, and how it ends for good."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from course_app.accounts import service, sessions
from course_app.accounts.models import SignInSession
from course_app.web.clock import now
from course_app.web.library import catalog
from tests.support.browsers import ANYWHERE, browser, cookies, copied, enter_as, enter_as_guest, open_sessions, user_of
from tests.support.people import csrf
from tests.support.people import sign_in as sign_in_through_the_page

NEW_PASSWORD = "quatre-phoques-sur-la-plage"


def _is_in(client):
    return client.get("/reglages").status_code == 200


def _remember(client, person):
    form = {"email": person.email, "password": person.password, "remember": "y"}
    answer = client.post("/connexion", data={**form, "csrf_token": csrf(client.get("/connexion"))})
    assert answer.status_code == 303


@pytest.fixture
def thief(app, client, make_person):
    """A person signed in with « garder ma session », and a thief who copied both cookies."""
    person = make_person()
    _remember(client, person)
    stolen = copied(app, client)
    assert _is_in(stolen)
    return person, stolen


def test_s41_copied_cookie_dies_after_logout(app, client, thief):
    """Signing out ends the session in the database: a copy of the cookies opens nothing (S41)."""
    _person, stolen = thief
    client.post("/deconnexion", data={"csrf_token": csrf(client.get("/reglages"))})
    assert not _is_in(stolen)
    assert not _is_in(copied(app, stolen))


def test_s41_copied_cookie_dies_after_a_password_change(client, thief):
    """Changing the password ends the copied session; the person stays signed in, under a new token (S41)."""
    person, stolen = thief
    form = {"current_password": person.password, "new_password": NEW_PASSWORD}
    answer = client.post("/reglages/mot-de-passe", data={**form, "csrf_token": csrf(client.get("/reglages"))})
    assert answer.status_code == 303
    assert not _is_in(stolen)
    assert _is_in(client)


def test_s41_remembered_cookie_alone_dies_too(app, client, thief):
    """The « garder ma session » cookie without the session cookie opens nothing once the person left (S41)."""
    name = app.config["REMEMBER_COOKIE_NAME"]
    only = app.test_client()
    only.set_cookie(name, cookies(client)[name])
    assert _is_in(only)
    client.post("/deconnexion", data={"csrf_token": csrf(client.get("/reglages"))})
    again = app.test_client()
    again.set_cookie(name, cookies(only)[name])
    assert not _is_in(again)


def test_s09_deactivation_shows_the_login_page_at_once(session, client, thief):
    """A deactivated person's cookies lead to the sign-in page on the next request (S09)."""
    person, stolen = thief
    service.deactivate(session, person.actor.organisation_id, person.actor.user_id, now())
    session.commit()
    for held in (client, stolen):
        answer = held.get("/reglages")
        assert answer.status_code == 302
        assert answer.location.startswith("/connexion")


def test_s09_deactivation_counts_even_if_sessions_were_not_ended(app, session):
    """The person's state is read at every request, not only the session's (S09)."""
    held = enter_as(app, session)
    user_of(session, held.actor).deactivated_at = now()
    for path in ("/parcours", "/reglages", "/exercices"):
        answer = held.client.get(path)
        assert (answer.status_code, answer.location) == (302, f"/connexion?next={path}")
    assert open_sessions(session, held.actor)


def test_s42_signing_in_changes_everything_the_browser_held(client, make_person):
    """A cookie planted before sign-in is worth nothing after it: new token, new CSRF token (S42)."""
    person = make_person()
    client.get("/connexion")
    with client.session_transaction() as planted:
        planted["_user_id"], planted["intrus"] = "x" * sessions.TOKEN_LENGTH, "1"
        before = planted["csrf_token"]
    sign_in_through_the_page(client, person)
    with client.session_transaction() as held:
        assert held["_user_id"] != "x" * sessions.TOKEN_LENGTH
        assert "intrus" not in held
        assert held.get("csrf_token") != before


def test_s42_signing_in_again_ends_the_former_session(session, client, sign_in):
    """One browser holds one session at a time (S42)."""
    person = sign_in(client)
    with client.session_transaction() as held:
        first = held["_user_id"]
    form = {"email": person.email, "password": person.password, "csrf_token": csrf(client.get("/reglages"))}
    assert client.post("/connexion", data=form).status_code == 303
    with client.session_transaction() as held:
        assert held["_user_id"] != first
    assert len(open_sessions(session, person.actor)) == 1


def test_s43_two_idle_hours_close_the_session(clock, app, session):
    """Two hours without a request end the session; a request in between renews it (S43)."""
    held = enter_as(app, session)
    for _visit in range(3):
        clock.shift(timedelta(hours=1, minutes=55))
        assert _is_in(held.client)
    clock.shift(timedelta(hours=2, minutes=5))
    assert not _is_in(held.client)


def test_s43_a_save_in_the_background_is_activity(clock, app, session):
    """Whoever reads for hours without turning the page is not put out: keeping their place counts (S43)."""
    held = enter_as(app, session)
    with app.app_context():
        lesson = next(iter(catalog().lessons.values()))
    for _paragraph in range(3):
        clock.shift(timedelta(hours=1, minutes=55))
        sent = {"json": {"paragraph": lesson.paragraphs[0]}, "headers": {"X-CSRFToken": held.csrf}}
        assert held.client.post(f"/lecons/{lesson.id}/place", **sent).status_code == 204
    assert _is_in(held.client)


def test_s43_twelve_hours_close_it_however_busy(clock, app, session):
    """Twelve hours after sign-in the session ends, even if used every hour (S43)."""
    held = enter_as(app, session)
    for _hour in range(11):
        clock.shift(timedelta(hours=1))
        assert _is_in(held.client)
    clock.shift(timedelta(hours=1, minutes=1))
    assert not _is_in(held.client)


def test_s43_remembered_for_thirty_days_and_no_more(clock, app, client, make_person):
    """« Garder ma session » holds through closed browsers for thirty days, and ends (S43)."""
    _remember(client, make_person())
    held = copied(app, client)
    clock.shift(timedelta(days=29, hours=23))
    held.get("/")  # Werkzeug's client drops expired cookies by the clock of the test
    assert _is_in(copied(app, held))
    clock.shift(timedelta(hours=2))
    assert not _is_in(copied(app, held))


def test_s43_a_guest_is_kept_a_day(clock, app, session):
    """A trial lasts twenty-four hours, idle or not, if the browser comes back (S43)."""
    opened = service.open_guest(session, now())
    session.commit()
    clock.shift(timedelta(hours=23, minutes=55))
    assert _is_in(browser(app, opened, session).client)
    clock.shift(timedelta(minutes=10))
    assert not _is_in(browser(app, opened, session).client)


def test_s44_only_the_session_cookie_by_default(client, sign_in):
    """Signing in without ticking anything sets one cookie: HttpOnly, SameSite=Lax, whole site (S44)."""
    sign_in(client)
    assert list(cookies(client)) == ["reglo"]
    (held,) = client._cookies.values()
    assert (held.http_only, held.same_site, held.path, held.domain) == (True, "Lax", "/", "localhost")


def test_s44_host_prefix_and_secure_on_https(make_app, make_person, session):
    """On an https site both cookies carry the __Host- prefix and Secure; leaving deletes both in that form (S44)."""
    application = make_app(base_url="https://localhost")
    person = make_person()
    session.commit()
    client = application.test_client()
    page = client.get("/connexion", base_url="https://localhost")
    form = {"email": person.email, "password": person.password, "remember": "y", "csrf_token": csrf(page)}
    entered = client.post("/connexion", data=form, base_url="https://localhost")
    inside = client.get("/reglages", base_url="https://localhost")
    assert inside.status_code == 200
    left = client.post("/deconnexion", data={"csrf_token": csrf(inside)}, base_url="https://localhost")
    for answer in (entered, left):
        lines = answer.headers.getlist("Set-Cookie")
        assert sorted(line.split("=")[0] for line in lines) == ["__Host-reglo", "__Host-reglo-souvenir"]
        for line in lines:
            attributes = {part.strip() for part in line.split(";")[1:]}
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= attributes
            assert not any(part.startswith("Domain") for part in attributes)
    assert not cookies(client)


def test_s45_people_end_their_other_sessions(app, session):
    """A person sees their devices and disconnects one; that device then signs in again (S45)."""
    here = enter_as(app, session)
    user = user_of(session, here.actor)
    there = browser(app, sessions.open_session(session, user, now(), device="Safari sur iPhone"), session)
    session.commit()
    page = here.client.get("/reglages").get_data(as_text=True)
    assert "Firefox sur Linux" in page
    assert "Safari sur iPhone" in page
    assert here.post(f"/reglages/sessions/{there.actor.session_id}/fermer").status_code == 303
    assert not _is_in(there.client)
    assert _is_in(here.client)
    assert "Safari sur iPhone" not in here.client.get("/reglages").get_data(as_text=True)


def test_s45_ending_all_the_others_spares_this_one(app, session):
    """« Tous les autres » means all but the one in hand (S45)."""
    here = enter_as(app, session)
    user = user_of(session, here.actor)
    others = [browser(app, sessions.open_session(session, user, now(), device="Mac"), session) for _number in range(3)]
    session.commit()
    assert here.post("/reglages/sessions/autres/fermer").status_code == 303
    assert [_is_in(other.client) for other in others] == [False] * 3
    assert _is_in(here.client)


def test_s46_private_pages_are_not_stored_and_leaving_clears_site_data(app, session):
    """Nothing of a person stays on a shared computer (S46)."""
    held = enter_as(app, session)
    assert held.client.get("/reglages").headers["Cache-Control"] == "no-store"
    left = held.post("/deconnexion")
    assert left.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not cookies(held.client)


def test_s46_a_visitor_may_sign_out(app, session):
    """Signing out twice is no error."""
    assert browser(app, None, session).post("/deconnexion").status_code == 303


def test_last_use_moves_with_writes_five_minutes_apart(clock, app, session):
    """Reading leaves no trace; a request that writes notes the session's last use, at most every five minutes."""
    held = enter_as(app, session)

    def last_use():
        return open_sessions(session, held.actor)[0].last_used_at

    began = last_use()
    clock.shift(timedelta(minutes=10))
    held.client.get("/reglages")
    assert last_use() == began
    held.post("/reglages/affichage", theme="clair", timezone="Europe/Paris")
    assert last_use() == began + timedelta(minutes=10)


def test_long_ended_sessions_are_forgotten_at_the_next_sign_in(clock, app, session):
    """Rows of sessions ended for a month go when the person signs in again."""
    held = enter_as(app, session)
    clock.shift(timedelta(days=31, hours=12))
    sessions.open_session(session, user_of(session, held.actor), now(), device="Mac")
    session.commit()
    rows = session.scalars(select(SignInSession.device).execution_options(**ANYWHERE)).all()
    assert rows == ["Mac"]


def test_an_expired_session_is_not_listed(clock, app, session):
    """The list of devices shows open sessions only."""
    held = enter_as(app, session)
    clock.shift(timedelta(hours=13))
    user = user_of(session, held.actor)
    here = sessions.open_session(session, user, now(), device="Mac")
    assert [line.device for line in sessions.listed(session, here.actor, now())] == ["Mac"]


def test_a_guests_trial_survives_the_idle_hours(clock, app, session, client):
    """A visitor who comes back in the evening finds the trial: its cookie lasts as long as its rows."""
    opened = enter_as_guest(app, session)
    assert opened.actor.is_guest
    with app.test_request_context():
        lasting = service.open_guest(session, now()).remember_for
    assert lasting == service.GUEST_LIFE
