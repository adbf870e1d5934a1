"""Content read by another process: the one that serves takes over what it archived."""

import fcntl
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import model_validator

from course_app.library.apart import LOCK, publisher
from course_app.library.publication import Publication
from tests.unit.library.conftest import Body
from tests.unit.library.material import EXERCISE, FACTS, FILES, LESSON, PATH, QUIZ

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
reads = []


class Heard(Body):
    """An engine's model that notes which process reads a script."""

    @model_validator(mode="after")
    def _note(self):
        reads.append(threading.current_thread().name)
        return self


@pytest.fixture
def opened(desk):
    """Open the content of the desk: `opened(publish_apart=…)`."""
    reads.clear()

    def start(**changes):
        folders = (desk.root / "content", desk.root / "quizzes", desk.root / "archive")
        publication = Publication(
            *folders, {"scripted": Heard}, **{"now": lambda: START, "sweep_seconds": 0, **changes}
        )
        publication.load()
        return publication

    return start


def _reword(desk):
    desk.write(QUIZ, FILES[QUIZ].replace("La facture oubliée", "La facture perdue"))


def _comes(publication, title):
    """Tell whether the catalogue comes to hold this title within ten seconds."""
    deadline = time.monotonic() + 10
    while publication.catalog().quizzes["oubli"].title != title and time.monotonic() < deadline:
        time.sleep(0.01)
    return publication.catalog().quizzes["oubli"].title == title


def test_what_was_read_apart_is_taken_over(desk, opened):
    """A change is read once, by the other process, and served as if it had been read here; the same at the start."""
    asked = []

    def apart():
        asked.append(threading.current_thread().name)
        opened_apart = threading.Thread(target=opened, name="other")
        opened_apart.start()
        opened_apart.join()

    publication = opened(publish_apart=apart)
    assert (len(asked), reads) == (1, ["other"])
    _reword(desk)
    assert _comes(publication, "La facture perdue")
    assert reads == ["other"] * len(asked)
    assert len(asked) == 2
    assert publication.state.is_current


def test_nobody_waits_for_what_is_read_apart(desk, opened):
    """While the other process reads, every request is answered with the former catalogue."""
    go_on = threading.Event()
    go_on.set()
    publication = opened(publish_apart=lambda: go_on.wait(10))
    go_on.clear()
    _reword(desk)
    began = time.monotonic()
    titles = {publication.catalog().quizzes["oubli"].title for _request in range(50)}
    assert time.monotonic() - began < 5
    assert titles == {"La facture oubliée"}
    go_on.set()
    assert _comes(publication, "La facture perdue")


def test_what_the_other_process_could_not_do_is_done_here(desk, opened):
    """A process that archives nothing (no memory, a fault in the files) changes nothing of what is served or told."""
    publication = opened(publish_apart=lambda: None)
    assert reads == ["MainThread"]
    desk.change(QUIZ, "type: single", "type: singel")
    deadline = time.monotonic() + 10
    while publication.state.is_current and time.monotonic() < deadline:
        publication.catalog()
        time.sleep(0.01)
    assert [finding.code for finding in publication.state.findings] == ["valeur-inconnue"]
    assert publication.catalog().quizzes["oubli"].title == "La facture oubliée"


def test_a_fact_out_of_date_is_read_once_a_day(desk, opened):
    """Content that only aged is archived with what ages in it: the next process restores it and says the same."""
    desk.change(FACTS, "valid_to: null", "valid_to: 2026-12-31")
    late = {"now": lambda: START.replace(year=2027)}
    opened()
    first = opened(**late)
    times = len(reads)
    second = opened(**late)
    assert len(reads) == times
    assert any(finding.is_error for finding in first.state.findings)
    assert second.state.findings == first.state.findings
    assert second.state.is_current == first.state.is_current
    assert second.catalog() == first.catalog()


def test_midnight_changes_no_page(opened):
    """When only the day changed, the catalogue served stays the very same, and what the day makes old is told."""
    clock = [START]
    publication = opened(now=lambda: clock[0], publish_apart=lambda: opened(now=lambda: clock[0]))
    catalog = publication.catalog()
    clock[0] = START.replace(year=2028)
    deadline = time.monotonic() + 10
    while not publication.state.findings and time.monotonic() < deadline:
        publication.catalog()
        time.sleep(0.01)
    assert publication.catalog() is catalog
    assert publication.state.is_current


def test_the_command_publishes_for_those_who_serve(desk):
    """`course publish`, run in a process of its own for these very folders, leaves a version to restore."""
    desk.path(EXERCISE).unlink()
    desk.change(LESSON, "\n::: exercise orpheline\n:::\n", "")
    desk.change(PATH, "  - {kind: exercise, id: orpheline}\n", "")
    publisher(desk.root / "content", desk.root / "quizzes", desk.root / "data")()
    (version,) = [each.name for each in (desk.root / "data" / "content").iterdir() if each.is_dir()]
    assert version == desk.load().catalog.content_hash


def test_no_process_left_is_told_and_nothing_more(desk, caplog, monkeypatch):
    """Where no process can be started, the log says so and the content is read here."""

    def refuse(*_arguments, **_options):
        raise BlockingIOError

    monkeypatch.setattr(subprocess, "run", refuse)
    publisher(desk.root / "content", desk.root / "quizzes", desk.root / "data")()
    assert "not read apart" in caplog.text


def test_r20_two_processes_publish_one_after_the_other(desk):
    """While another process of the site reads the content, this one starts none: it waits, then finds the work done (R20)."""
    data, started = desk.root / "data", threading.Event()
    data.mkdir()

    def publish():
        started.set()
        publisher(desk.root / "content", desk.root / "quizzes", data)()

    with (data / LOCK).open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = threading.Thread(target=publish)
        waiting.start()
        started.wait()
        time.sleep(0.3)
        children = Path(f"/proc/self/task/{waiting.native_id}/children").read_text(encoding="ascii")
    waiting.join()
    assert children == ""
