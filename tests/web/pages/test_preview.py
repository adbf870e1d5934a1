"""Authors see what they write; visitors of a real site load nothing for it."""

import shutil
import time

import pytest

from course_app.config import Environment

PATIENCE = 20  # the files are looked at every two seconds, and all content is read again


@pytest.fixture
def developed(make_app, settings, tmp_path):
    """A development site on a copy of the content, and a file to change in it."""
    for name in ("content", "quizzes"):
        shutil.copytree(getattr(settings, f"{name}_dir"), tmp_path / name)
    site = make_app(
        environment=Environment.DEVELOPMENT, content_dir=tmp_path / "content", quizzes_dir=tmp_path / "quizzes"
    )
    return site.test_client(), tmp_path / "content" / "modules" / "01-oubli-et-facture-perdue.md"


def _told(client, *, until):
    """Look, as the page does, until the files have been looked at again."""
    deadline = time.monotonic() + PATIENCE
    while not until(told := client.get("/apercu/version").json) and time.monotonic() < deadline:
        time.sleep(0.2)
    return told


def test_a_new_valid_version_is_told_and_a_broken_one_is_explained(developed):
    """The version moves with a valid change; a fault leaves it, and is told with its place."""
    client, lesson = developed
    first = client.get("/apercu/version").json
    text = lesson.read_text(encoding="utf-8")
    lesson.write_text(text + "\nUn paragraphe de plus.\n", encoding="utf-8")
    second = _told(client, until=lambda told: told["version"] != first["version"])
    assert second["version"] != first["version"]
    lesson.write_text(text + "\nVoir {{fait:inconnu}}.\n", encoding="utf-8")
    third = _told(client, until=lambda told: told["findings"])
    assert third["version"] == second["version"]
    assert any("01-oubli-et-facture-perdue.md" in finding for finding in third["findings"])


def test_a_real_site_has_no_preview(client):
    """Outside development, neither the address nor its script exists."""
    assert client.get("/apercu/version").status_code == 404
    assert "preview.js" not in client.get("/").get_data(as_text=True)
