"""A lesson's page is written once for all who stand alike in it, and knows none of them."""

import re

from course_app.lessons import service
from course_app.store.session import db
from course_app.web import fragments
from course_app.web.clock import now


def _held(page, name):
    """Return the one value that a page gives to a field, a meta or an attribute of this name."""
    (value,) = set(re.findall(rf'(?:name="{name}" (?:content|value)|{name})="([^"]+)"', page))
    return value


def test_one_written_page_serves_people_it_does_not_know(app, client, sign_in, lesson):
    """Two people get the same lesson from one written page, each with their own id, token, key and nonce."""
    app.extensions["reglo.prepared_pages"].clear()
    browsers, address = (client, app.test_client()), f"/lecons/{lesson.id}"
    own = [str(sign_in(each).actor.user_id) for each in browsers]
    answers = [each.get(address) for each in browsers]
    (prepared,) = app.extensions["reglo.prepared_pages"].values()
    pages = [answer.get_data(as_text=True) for answer in answers]
    for mine, page, answer in zip(own, pages, answers, strict=True):
        assert _held(page, "data-learner") == mine
        assert fragments.hole("").removesuffix(";") not in page
        assert f"'nonce-{_held(page, 'nonce')}'" in answer.headers["Content-Security-Policy"]
        for name in ("data-learner", "csrf-token", "csrf_token", "key", "nonce"):
            assert not any(_held(page, name) in piece for piece in prepared)
    for name in ("data-learner", "csrf_token", "key", "nonce"):
        assert _held(pages[0], name) != _held(pages[1], name)


def test_it_tells_what_the_last_action_did(client, sign_in, lesson):
    """A message is shown once, whoever the page was first written for, and as text."""
    sign_in(client)
    address = f"/lecons/{lesson.id}"
    client.get(address)
    with client.session_transaction() as held:
        held["_flashes"] = [("success", "<b>gardé")]
    assert "&lt;b&gt;gardé" in client.get(address).get_data(as_text=True)
    assert "&lt;b&gt;gardé" not in client.get(address).get_data(as_text=True)


def test_what_fills_it_is_text(app, catalog, lesson):
    """A value that is not already HTML is escaped; a page for visitors is another page than that of members."""
    with app.test_request_context("/"):
        page = service.page(db.session, catalog, lesson, None, now())
        parts = {"key": "", "text": "<script>alert(1)</script>", "aside": "", "resume": "", "house_says": ""}
        written = fragments.page("lessons/show.html", {"page": page, "form": None}, parts)
    assert "&lt;script&gt;alert(1)" in written
    assert "<script>alert(1)" not in written
    assert "data-learner" not in written
