"""Bodies and cookies that no page of ours sends: refused, whatever they hold, never an error of ours (S62)."""

import io
import json
import time
import uuid

import pytest

from course_app.accounts.rules import normalised_email
from course_app.store.session import db
from course_app.web import library
from tests.support.browsers import browser, enter_as

FIELDS = (
    "key", "option", "certainty", "mode", "session", "customer", "action", "until", "move", "text", "email", "password",
    "first_name", "company", "next", "theme", "timezone", "path", "current_password", "new_password", "person",
)  # fmt: skip
ODD_VALUES = (5, True, None, ["a", 1], {"a": [1]}, "\ud800", "a\x00")
ODD_JSON = [
    json.dumps(body) for body in ([], 5, "abc", None, [["key"]], *(dict.fromkeys(FIELDS, v) for v in ODD_VALUES))
]
FORMS = (
    "/inscription", "/connexion", "/mot-de-passe-oublie", "/reglages/affichage", "/reglages/mot-de-passe", "/essai",
    "/parcours/choix", "/exercices/facture-orpheline",
)  # fmt: skip


@pytest.fixture
def held(app, session):
    """The browser of somebody signed in."""
    return enter_as(app, session)


@pytest.fixture
def lesson(app):
    """A published lesson."""
    with app.app_context():
        return next(iter(library.catalog().lessons.values()))


@pytest.mark.parametrize("path", FORMS)
def test_s62_a_form_is_no_json(app, session, held, path):
    """JSON of any shape sent where a form is expected: 422 or back to the page, for members and visitors."""
    for each in (held, browser(app, None, session)):
        for body in (*ODD_JSON, "[" * 100_000, "{"):
            headers = {"X-CSRFToken": each.csrf}
            answer = each.client.post(path, data=body, headers=headers, content_type="application/json")
            assert answer.status_code in (303, 401, 422), body[:40]


@pytest.mark.parametrize("path", FORMS)
def test_s62_a_file_is_no_text(held, path):
    """A file sent in the place of each text field is no value: 422 or back to the page."""
    files = {name: (io.BytesIO(b"1"), "f") for name in FIELDS}
    answer = held.client.post(path, data=files, headers={"X-CSRFToken": held.csrf})
    assert answer.status_code in (303, 422)


@pytest.mark.parametrize("body", [*ODD_JSON, "[" * 100_000, "{"])
def test_s62_a_place_that_is_none_is_refused(held, lesson, body):
    """The beacon that keeps one's place takes a paragraph of the lesson, nothing else."""
    headers = {"X-CSRFToken": held.csrf}
    url = f"/lecons/{lesson.id}/place"
    answer = held.client.post(url, data=body, headers=headers, content_type="application/json")
    assert answer.status_code in (400, 422)


class _Watched(io.BytesIO):
    """A body that notes whether a transaction was open while it was read."""

    open_transactions = False

    def read(self, *size):
        self.open_transactions |= db.session.in_transaction()
        return super().read(*size)

    def readinto(self, buffer):
        self.open_transactions |= db.session.in_transaction()
        return super().readinto(buffer)


def test_s74_a_slow_body_holds_no_transaction(held, lesson):
    """A body is read before the database is asked anything: whoever sends slowly makes nobody wait (S74)."""
    sent = json.dumps({"paragraph": lesson.paragraphs[0]}).encode()
    body = _Watched(sent)
    headers = {"X-CSRFToken": held.csrf, "Content-Length": str(len(sent))}
    url = f"/lecons/{lesson.id}/place"
    answer = held.client.post(url, input_stream=body, headers=headers, content_type="application/json")
    assert answer.status_code == 204
    assert body.tell() == len(sent)
    assert not body.open_transactions


@pytest.mark.parametrize("value", ["abc|é", "é|é", '"\\351|\\351"', "|", "a|b|c", "", str(uuid.UUID(int=0))])
def test_s62_a_made_up_remember_cookie_is_a_visitors(app, value):
    """A remember-me cookie that we did not make opens nothing and breaks nothing, on pages as on error pages."""
    client = app.test_client(use_cookies=False)
    cookie = {"Cookie": f"{app.config['REMEMBER_COOKIE_NAME']}={value}"}
    statuses = [client.get(path, headers=cookie).status_code for path in ("/", "/reglages", "/nulle-part")]
    assert statuses == [200, 302, 404]


@pytest.mark.parametrize("local", ["a.", "a", '"\\a'])
def test_an_endless_address_is_refused_at_once(local):
    """An address as long as a body may be costs no work: nobody keeps the site busy with it."""
    began = time.process_time()
    assert normalised_email(local * 100_000 + "@exemple.fr") is None
    assert time.process_time() - began < 0.05
