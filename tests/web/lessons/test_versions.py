"""The exact words a learner had stay readable, and say that they are no longer today's."""

import shutil
from html import unescape

import pytest

from course_app.web import library


@pytest.fixture
def corrected(make_app, settings, lesson, client, tmp_path):
    """`corrected()`: a browser of the same learner on an installation where the lesson has one sentence more."""

    def publish():
        content = tmp_path / "content"
        shutil.copytree(settings.content_dir, content)
        file = next(
            path
            for path in (content / "modules").glob("*.md")
            if f"id: {lesson.id}\n" in path.read_text(encoding="utf-8")
        )
        source = file.read_text(encoding="utf-8")
        head, body = source.split("\n---\n", 1)
        file.write_text(f"{head}\n---\nUne phrase de plus, écrite depuis.\n\n{body}", encoding="utf-8")
        updated = make_app(content_dir=content, data_dir=tmp_path / "data")
        browser = updated.test_client()
        for cookie in client._cookies.values():
            browser.set_cookie(cookie.key, cookie.value)
        with updated.app_context():
            assert library.catalog().lessons[lesson.id].content_hash != lesson.content_hash
        return browser

    return publish


def test_the_version_read_stays_readable(corrected, beacon, lesson) -> None:
    """After a correction, the lesson says it changed and leads to the very text the learner had, with a notice."""
    beacon(lesson.paragraphs[3])
    browser = corrected()
    today = unescape(browser.get(f"/lecons/{lesson.id}").get_data(as_text=True))
    address = f"/lecons/{lesson.id}/versions/{lesson.content_hash}"
    assert "Cette leçon a changé depuis votre lecture" in today
    assert f'href="{address}"' in today
    then = unescape(browser.get(address).get_data(as_text=True))
    assert "Ce texte n’est plus celui d’aujourd’hui" in then
    assert "Une phrase de plus" in today
    assert "Une phrase de plus" not in then


def test_todays_version_is_the_lesson_itself(client, beacon, lesson) -> None:
    """While nothing changed, the address of the version leads to the lesson."""
    beacon(lesson.paragraphs[0])
    reply = client.get(f"/lecons/{lesson.id}/versions/{lesson.content_hash}")
    assert (reply.status_code, reply.location) == (302, f"/lecons/{lesson.id}")


def test_a_version_never_met_is_not_there(client, beacon, lesson, catalog, app, session, sign_in) -> None:
    """Another lesson's version, one read by somebody else only, or no hash at all: 404."""
    beacon(lesson.paragraphs[0])
    address = f"/lecons/{lesson.id}/versions/"
    other = next(each for each in catalog.lessons.values() if each.id != lesson.id)
    for made_up in (other.content_hash, "0" * 64, "%00", "f" * 65, "A" * 64, "..", "%ED%A0%80"):
        assert client.get(address + made_up).status_code == 404
    assert client.get(f"/lecons/%00/versions/{lesson.content_hash}").status_code == 404
    stranger = app.test_client()
    stranger.shared_session = session
    assert stranger.get(address + lesson.content_hash).status_code == 302
    sign_in(stranger)
    assert stranger.get(address + lesson.content_hash).status_code == 404
