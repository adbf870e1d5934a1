"""Settings: display, data, and what the page shows to whom."""

import json

import pytest
from sqlalchemy import inspect

from course_app.accounts import passwords
from course_app.accounts.access import accounts
from course_app.accounts.rules import Role
from tests.support.browsers import enter_as, enter_as_guest, open_sessions, user_of
from tests.support.people import PASSWORD


def test_display_is_kept_and_applied(app, session):
    """The chosen theme is on every page, the timezone in the account."""
    held = enter_as(app, session)
    assert 'data-theme="system"' in held.client.get("/reglages").get_data(as_text=True)
    answer = held.post("/reglages/affichage", theme="sombre", timezone="Indian/Reunion")
    assert (answer.status_code, answer.location) == (303, "/reglages")
    page = held.client.get("/reglages").get_data(as_text=True)
    assert 'data-theme="dark"' in page
    assert "Vos réglages sont enregistrés." in page
    assert user_of(session, held.actor).timezone == "Indian/Reunion"


def test_every_field_is_in_its_place(app, session):
    """The page shows what is stored: theme and timezone chosen, address, this device."""
    held = enter_as(app, session, theme="clair", timezone="Pacific/Noumea", password_hash=passwords.hashed(PASSWORD))
    page = held.client.get("/reglages").get_data(as_text=True)
    assert 'value="clair" checked' in page
    assert 'selected value="Pacific/Noumea"' in page
    assert user_of(session, held.actor).email in page
    assert "(celui-ci)" in page


def test_a_weak_new_password_is_refused_beside_its_field(app, session):
    """The reason stands in the summary and beside the field; nothing changes, nothing typed is shown."""
    held = enter_as(app, session, password_hash=passwords.hashed(PASSWORD))
    answer = held.post("/reglages/mot-de-passe", current_password=PASSWORD, new_password="Samira-2026!")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert text.count("se devine vite") == 2
    assert "Samira-2026!" not in text
    assert passwords.check(PASSWORD, user_of(session, held.actor).password_hash).right


def test_changing_the_password_gives_this_device_a_new_session(app, session):
    """One session remains, new; its page says so."""
    held = enter_as(app, session, password_hash=passwords.hashed(PASSWORD))
    held.post("/reglages/mot-de-passe", current_password=PASSWORD, new_password="quatre-phoques-sur-la-plage")
    (opened,) = open_sessions(session, held.actor)
    assert opened.id != held.actor.session_id
    assert "Votre mot de passe est changé." in held.client.get("/reglages").get_data(as_text=True)


def test_a_guest_sees_display_and_data_only(app, session):
    """Without a password there is nothing else to set; the page offers an account."""
    guest = enter_as_guest(app, session)
    page = guest.client.get("/reglages").get_data(as_text=True)
    assert "Créer mon compte" in page
    assert "Appareils connectés" not in page
    assert 'type="password"' not in page
    assert guest.post("/reglages/mot-de-passe").status_code == 403
    assert guest.post("/reglages/sessions/autres/fermer").status_code == 403


def test_s61_the_export_is_a_file_with_a_generated_name(clock, app, session):
    """« Mes données » downloads JSON under a name that no one's input shapes (S61)."""
    held = enter_as(app, session, first_name='x"; filename="y')
    answer = held.post("/reglages/donnees")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="reglo-mes-donnees-2026-12-08.json"'


def test_s07_the_export_holds_everything_but_secrets(app, session):
    """The account's keys are an allow-list; no hash, no token, in any room's rows (S07)."""
    held = enter_as(app, session, password_hash=passwords.hashed(PASSWORD))
    taken = held.post("/reglages/donnees").get_json()
    assert set(taken["account"]) == {
        "first_name", "email", "organisation", "role", "is_guest", "theme", "timezone", "created_at", "sessions",
    }  # fmt: skip
    assert set(taken["account"]["sessions"][0]) == {"device", "created_at", "last_used_at", "expires_at", "revoked_at"}
    everything = json.dumps(taken)
    assert "argon2" not in everything
    assert "token" not in everything
    assert not [row for row in open_sessions(session, held.actor) if row.token_hash in everything]


def test_every_room_adds_its_rows_to_the_export(app, session):
    """No room's keys hide another's, nor the account's."""
    held = enter_as(app, session)
    session.commit()
    with app.app_context():
        parts = [room.export(session, held.actor) for room in accounts().records]
    keys = [key for part in parts for key in part]
    assert "account" not in keys
    assert len(keys) == len(set(keys))
    assert set(held.post("/reglages/donnees").get_json()) == {"account", *keys}


def test_s79_five_exports_an_hour(app, session):
    """The sixth export within an hour waits (S79)."""
    held = enter_as(app, session)
    assert [held.post("/reglages/donnees").status_code for _turn in range(6)] == [200] * 5 + [429]


def test_s77_settings_show_no_secret_of_the_site(app, session, settings):
    """Nobody, administrators included, reads the site's secrets on a page (S77)."""
    held = enter_as(app, session, role=Role.ADMINISTRATOR)
    assert settings.secret_key not in held.client.get("/reglages").get_data(as_text=True)


@pytest.mark.parametrize("column", ["password_hash", "token_hash"])
def test_s07_no_page_object_holds_a_hash(app, session, column):
    """What the settings page receives of sessions has no hash to leak (S07)."""
    held = enter_as(app, session)
    row = open_sessions(session, held.actor)[0]
    assert column not in held.client.get("/reglages").get_data(as_text=True)
    assert inspect(row).mapper.columns["token_hash"] is not None
