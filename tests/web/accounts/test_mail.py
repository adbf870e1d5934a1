"""Mails of accounts leave beside the pages, by whatever carries them."""

import socket
import time
import uuid
from dataclasses import replace

import pytest

from course_app.config import Environment, SettingsError
from course_app.outbox.delivery import compose, mail_config, send_due, shown_folder
from course_app.outbox.rules import Letter
from tests.support.browsers import browser
from tests.support.mails import path_in, sent_to
from tests.support.people import PASSWORD


def test_a_silent_mail_server_delays_no_page(make_app, session, make_person):
    """With a server that accepts and never answers, asking for a link takes no longer (R18)."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        application = make_app(mail_url=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        person = make_person()
        session.commit()
        visitor = browser(application, None, session)
        began = time.monotonic()
        assert visitor.post("/mot-de-passe-oublie", email=person.email).status_code == 303
        assert time.monotonic() - began < 5


def test_a_dead_mail_server_breaks_no_page(make_app, session, make_person):
    """With no server at all, the page answers as ever."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        application = make_app(mail_url=f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        person = make_person()
        session.commit()
        visitor = browser(application, None, session)
        assert visitor.post("/mot-de-passe-oublie", email=person.email).status_code == 303
        assert visitor.post("/connexion", email=person.email, password=PASSWORD).status_code == 303


def test_files_are_written_where_the_page_says(make_app, session, make_person, tmp_path):
    """In demonstration, the mail is a file of the folder that the page names, readable by us alone."""
    application = make_app(environment=Environment.DEMONSTRATION, mail_url="file:", data_dir=tmp_path)
    person = make_person()
    session.commit()
    visitor = browser(application, None, session)
    answer = visitor.post("/mot-de-passe-oublie", email=person.email)
    session.commit()
    with application.app_context():
        send_due()
    folder = tmp_path / "courriels"
    assert str(folder) in visitor.client.get(answer.location).get_data(as_text=True)
    (written,) = folder.iterdir()
    assert "/reinitialiser/" in written.read_text(encoding="utf-8")
    assert folder.stat().st_mode & 0o077 == 0


def test_in_production_no_page_names_a_folder(settings):
    """Where mails leave, or visitors are strangers, nothing is said of the disk."""
    assert shown_folder(replace(settings, environment=Environment.PRODUCTION, mail_url="file:")) is None
    assert shown_folder(replace(settings, environment=Environment.DEVELOPMENT, mail_url="smtp://x")) is None
    assert shown_folder(replace(settings, environment=Environment.DEVELOPMENT, mail_url="file:"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://user:p%40ss@mail.exemple.fr:587", ("smtp", "mail.exemple.fr", 587, "user", "p@ss", True, False)),
        ("smtp://mail.exemple.fr:465", ("smtp", "mail.exemple.fr", 465, None, None, False, True)),
        ("smtp://mail.exemple.fr", ("smtp", "mail.exemple.fr", 25, None, None, False, False)),
        ("memory:", ("locmem", "localhost", 25, None, None, False, False)),
        ("console:", ("console", "localhost", 25, None, None, False, False)),
    ],
)
def test_mail_url_says_who_carries(settings, url, expected):
    """One setting names the carrier, its door and its key."""
    config = mail_config(replace(settings, mail_url=url))
    names = ("BACKEND", "SERVER", "PORT", "USERNAME", "PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(config[f"MAIL_{name}"] for name in names) == expected


def test_an_unknown_carrier_is_refused_at_start(settings):
    """A mistyped MAIL_URL stops the start, in French."""
    with pytest.raises(SettingsError, match="MAIL_URL"):
        mail_config(replace(settings, mail_url="pigeon://x"))


def test_s58_values_are_never_read_as_templates(app):
    """A first name that looks like a template arrives as it was typed (S58)."""
    letter = Letter("s@exemple.fr", "Objet", "accounts/mail/reset", {"first_name": "{{7*7}}${7*7}", "link": "x"})
    with app.app_context():
        mail = compose(letter, uuid.uuid4())
    assert "{{7*7}}${7*7}" in mail.body
    assert "{{7*7}}${7*7}" in mail.alternatives[0][0]


def test_s53_names_are_escaped_in_the_html_part(app):
    """A first name that looks like HTML is only text in a mail (S53)."""
    letter = Letter("s@exemple.fr", "Objet", "accounts/mail/password_changed", {"first_name": "<script>", "link": "x"})
    with app.app_context():
        mail = compose(letter, uuid.uuid4())
    assert "<script>" not in mail.alternatives[0][0]
    assert "Bonjour <script>," in mail.body


def test_links_asked_in_a_row_leave_in_order(app, session, make_person):
    """Of two links asked at once, the one that works is the one mailed last."""
    person = make_person()
    visitor = browser(app, None, session)
    for _turn in range(2):
        visitor.post("/mot-de-passe-oublie", email=person.email)
    first, second = [path_in(mail) for mail in sent_to(app, person.email)]
    assert [visitor.client.get(path).status_code for path in (first, second)] == [410, 200]
