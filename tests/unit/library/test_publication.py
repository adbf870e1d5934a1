"""Which version is served: the files when they are valid, else the last good one, loudly (security.md R11)."""

import json
import os
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import model_validator

from course_app.library import publication as publications
from course_app.library.publication import NoGoodContent, Publication
from tests.unit.library.conftest import Body
from tests.unit.library.material import FACTS, FILES, LESSON, PATH, QUIZ

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
BROKEN = ("type: single", "type: singel")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.moment = START

    def __call__(self):
        return self.moment


@pytest.fixture
def clock():
    """The time of these tests."""
    return Clock()


@pytest.fixture
def opened(desk, clock):
    """Open the content of the desk as a process that starts would: `opened()`."""

    def start(engine=Body, **changes):
        publication = Publication(
            desk.root / "content",
            desk.root / "quizzes",
            desk.root / "archive",
            {"scripted": engine},
            now=clock,
            **{"sweep_seconds": 0, **changes},
        )
        publication.load()
        return publication

    return start


def _engine(play):
    """Return an engine's model that calls `play` each time a script is read."""

    class Played(Body):
        @model_validator(mode="after")
        def _play(self):
            play()
            return self

    return Played


def _title(publication):
    return publication.catalog().quizzes["oubli"].title


def test_valid_content_is_served_and_archived(desk, opened):
    """A valid bundle becomes current; an immutable copy of it stands under its hash."""
    publication = opened()
    state = publication.state
    assert state.is_current
    assert (state.findings, state.served_since) == ((), START)
    assert state.served_hash == publication.catalog().content_hash == desk.load().catalog.content_hash
    copy = desk.root / "archive" / state.served_hash
    assert (copy / QUIZ).read_text(encoding="utf-8") == FILES[QUIZ]
    assert json.loads((desk.root / "archive" / "current").read_text())["content_hash"] == state.served_hash


def test_r11_a_bad_file_keeps_the_last_good_version_until_it_is_mended(desk, opened):
    """Good, then bad, then good again: learners never see the fault, the state says it at once."""
    publication = opened()
    good = publication.catalog()
    desk.change(QUIZ, *BROKEN)
    assert publication.catalog().content_hash == good.content_hash
    assert not publication.state.is_current
    assert [str(finding).split(" ")[0] for finding in publication.state.findings] == [f"{QUIZ}:11:11"]
    assert publication.state.served_hash == good.content_hash
    desk.write(QUIZ, FILES[QUIZ].replace("La facture oubliée", "La facture perdue"))
    assert _title(publication) == "La facture perdue"
    assert publication.state.is_current
    assert publication.state.findings == ()


def test_r11_a_restart_on_bad_content_serves_the_last_good_version(desk, opened):
    """A process that starts on broken files serves what was published, and says what is wrong."""
    good = opened().catalog()
    desk.change(QUIZ, *BROKEN)
    publication = opened()
    assert publication.catalog() == good
    assert not publication.state.is_current
    assert publication.state.findings[0].code == "valeur-inconnue"


def test_r11_without_any_good_version_it_refuses_to_start(desk, opened):
    """With nothing valid on disk or archived, loading raises and names file, line and fault."""
    desk.change(QUIZ, *BROKEN)
    with pytest.raises(NoGoodContent, match=r"quizzes/oubli\.yaml:11:11 valeur-inconnue") as refusal:
        opened()
    assert refusal.value.findings


def test_a_missing_folder_refuses_or_falls_back(desk, opened):
    """Content that is gone is content with faults, not an empty site."""
    good = opened().catalog()
    shutil.rmtree(desk.root / "quizzes")
    assert opened().catalog() == good
    shutil.rmtree(desk.root / "archive")
    with pytest.raises(NoGoodContent):
        opened()


@pytest.mark.parametrize("damage", ["truncated", "missing", "other"])
def test_r11_a_damaged_archive_is_never_served(desk, opened, damage):
    """A copy that is not to the byte what was published counts as absent; valid files mend it."""
    version = opened().state.served_hash
    dump = desk.root / "archive" / version / "catalogue.json"
    text = dump.read_text(encoding="utf-8")
    changed = {"truncated": text[:-9], "missing": None, "other": text.replace("oubliée", "oubliee")}[damage]
    dump.unlink() if changed is None else dump.write_text(changed, encoding="utf-8")
    desk.change(QUIZ, *BROKEN)
    with pytest.raises(NoGoodContent):
        opened()
    desk.write(QUIZ, FILES[QUIZ])
    assert opened().state.is_current
    assert dump.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("written", ["", "{", '{"content_hash": "x"}', "\x00", "[]"])
def test_an_unreadable_pointer_is_no_pointer(desk, opened, written):
    """A damaged pointer neither stops a valid site nor makes a broken one start."""
    opened()
    (desk.root / "archive" / "current").write_text(written, encoding="utf-8")
    assert opened().state.is_current
    (desk.root / "archive" / "current").write_text(written, encoding="utf-8")
    desk.change(QUIZ, *BROKEN)
    with pytest.raises(NoGoodContent):
        opened()


def test_the_same_files_are_not_read_twice(opened):
    """A restart on unchanged files serves the archived catalogue without reading it all again."""
    played = []
    first = opened(engine=_engine(lambda: played.append(1)))
    second = opened(engine=_engine(lambda: played.append(1)))
    assert second.catalog() == first.catalog()
    assert second.state.is_current
    assert len(played) == 1


def test_a_fault_of_ours_is_no_outage(desk, opened, caplog):
    """When reading itself fails, learners keep the version served; the state and the log say so."""
    broken = []

    def play():
        if broken:
            raise ZeroDivisionError

    publication = opened(engine=_engine(play))
    good = publication.catalog()
    broken.append(1)
    desk.write(QUIZ, FILES[QUIZ].replace("La facture oubliée", "La facture perdue"))
    assert publication.catalog() == good
    assert [finding.code for finding in publication.state.findings] == ["lecture-impossible"]
    assert not publication.state.is_current
    assert "ZeroDivisionError" in caplog.text


def test_warnings_survive_a_restart(desk, opened):
    """What was told of a published version is told again by the next process."""
    desk.change(LESSON, "::: a-retenir", "::: regle")
    assert [finding.code for finding in opened().state.findings] == ["sans-a-retenir"]
    assert [finding.code for finding in opened().state.findings] == ["sans-a-retenir"]


def test_files_are_watched_every_two_seconds_at_most(desk, opened):
    """A change shows after the interval, not before: pages do not pay for the watch."""
    publication = opened(sweep_seconds=3600)
    publication.catalog()
    desk.write(QUIZ, FILES[QUIZ].replace("La facture oubliée", "La facture perdue"))
    assert _title(publication) == "La facture oubliée"
    publication._next_sweep = 0
    assert _title(publication) == "La facture perdue"
    assert publications.SWEEP_SECONDS == 2


def test_watching_costs_little(opened):
    """A thousand looks at unchanged files cost less than a millisecond each."""
    publication = opened()
    began = time.process_time()
    for _number in range(1000):
        publication.catalog()
    assert time.process_time() - began < 1


def test_others_are_served_while_one_reads(desk, opened):
    """While a thread reads changed files, the others get the version before, at once."""
    started, reading, go_on = threading.Event(), threading.Event(), threading.Event()

    def play():
        if started.is_set():
            reading.set()
            go_on.wait(10)

    publication = opened(engine=_engine(play))
    started.set()
    desk.write(QUIZ, FILES[QUIZ].replace("La facture oubliée", "La facture perdue"))
    reader = threading.Thread(target=publication.catalog)
    reader.start()
    assert reading.wait(10)
    assert _title(publication) == "La facture oubliée"
    go_on.set()
    reader.join()
    assert _title(publication) == "La facture perdue"


def test_many_threads_see_one_version_or_the_other(desk, opened):
    """Under concurrent reads a catalogue is always whole: old or new, never a mixture."""
    publication = opened()
    seen, stop = set(), threading.Event()

    def read():
        while not stop.is_set():
            catalog = publication.catalog()
            seen.add((catalog.content_hash, catalog.quizzes["oubli"].title, publication.state.is_current))
            time.sleep(0.001)

    threads = [threading.Thread(target=read) for _number in range(4)]
    for thread in threads:
        thread.start()
    for title in ("Un", "Deux", "Trois"):
        desk.write(QUIZ, FILES[QUIZ].replace("La facture oubliée", title))
        deadline = time.monotonic() + 10
        while title not in {read_title for _hash, read_title, _current in seen.copy()} and time.monotonic() < deadline:
            time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert len({content_hash for content_hash, _title_, _current in seen}) == len({title for _hash, title, _c in seen})
    assert {"Un", "Deux", "Trois"} <= {title for _hash, title, _current in seen}
    assert all(current for _hash, _title_, current in seen)


def test_the_date_of_service_is_that_of_the_version(desk, opened, clock):
    """`served_since` moves with the version served, not with findings nor with comments."""
    publication = opened()
    clock.moment = START + timedelta(hours=1)
    desk.write(QUIZ, FILES[QUIZ] + "# relu\n")
    publication.catalog()
    desk.write(QUIZ, FILES[QUIZ].replace(*BROKEN))
    publication.catalog()
    assert publication.state.served_since == START
    desk.write(QUIZ, FILES[QUIZ].replace("La facture oubliée", "La facture perdue"))
    publication.catalog()
    assert publication.state.served_since == clock.moment


def test_a_fact_that_expires_overnight_takes_nothing_down(desk, opened, clock):
    """The calendar alone never changes what is served: it is told, here, after a restart, and on a first start."""
    desk.change(FACTS, "valid_to: null", "valid_to: 2026-12-31")
    publication = opened()
    version = publication.state.served_hash
    clock.moment = datetime(2027, 1, 1, 9, tzinfo=UTC)
    for each in (publication, opened()):
        each.catalog()
        assert (each.state.served_hash, each.state.is_current) == (version, True)
        assert "fait-expire" in {finding.code for finding in each.state.findings}
    shutil.rmtree(desk.root / "archive")
    assert opened().state.served_hash == version


def test_a_new_version_with_an_expired_fact_is_not_published(desk, opened, clock):
    """New words around an expired figure wait until somebody looks at the figure."""
    desk.change(FACTS, "valid_to: null", "valid_to: 2026-12-31")
    publication = opened()
    clock.moment = datetime(2027, 1, 1, 9, tzinfo=UTC)
    desk.change(QUIZ, "La facture oubliée", "La facture perdue")
    assert _title(publication) == "La facture oubliée"
    assert not publication.state.is_current


@pytest.mark.parametrize("shift", [timedelta(hours=-2), timedelta(hours=2), timedelta(days=400), timedelta(days=-400)])
def test_a_wrong_clock_takes_nothing_down(opened, clock, shift):
    """A clock that jumps, back or forth, leaves the same version served."""
    publication = opened()
    version = publication.state.served_hash
    clock.moment = START + shift
    assert publication.catalog().content_hash == version
    assert opened().state.served_hash == version


def test_a_vanished_id_is_told(desk, opened):
    """Ids are permanent: one that was published and is gone is a warning, once its absence is published."""
    opened()
    desk.path("content/exercises/orpheline.yaml").unlink()
    desk.change(LESSON, "::: exercise orpheline\n:::\n", "")
    desk.change(PATH, "  - {kind: exercise, id: orpheline}\n", "")
    publication = opened()
    assert [finding.code for finding in publication.state.findings] == ["identifiant-disparu"]
    assert "exercise/orpheline" in publication.state.findings[0].message


def test_an_archive_that_cannot_be_written_is_told(desk, opened):
    """Content is served from a disk that takes no copy; the state says that no copy was made."""
    (desk.root / "archive").write_text("not a folder", encoding="utf-8")
    publication = opened()
    assert _title(publication) == "La facture oubliée"
    assert [finding.code for finding in publication.state.findings] == ["archive-impossible"]


def test_an_interrupted_copy_leaves_no_version(desk, opened, monkeypatch):
    """A copy that fails half-way leaves neither a version nor a pointer nor rubbish behind."""

    def fail(*_arguments):
        raise OSError

    monkeypatch.setattr(os, "fsync", fail)
    publication = opened()
    assert [finding.code for finding in publication.state.findings] == ["archive-impossible"]
    assert list((desk.root / "archive").iterdir()) == []


def test_state_needs_a_load(desk):
    """Asking for the state before loading is a programmer's error, told plainly."""
    with pytest.raises(RuntimeError, match="load"):
        Publication(desk.root, desk.root, desk.root, {}).state  # noqa: B018
