"""Bad days at full length: a database away for half a minute, a file system really full, one that has become read-only."""

import os
import subprocess
import time
from contextlib import contextmanager, suppress

import pytest

from benchmarks.learners import make_learners
from course_app.config import load_settings
from course_app.factory import create_app
from tests.support.bad_day import PATIENCE_SECONDS, Day
from tests.support.databases import build_schema
from tests.support.fleet import Fleet
from tests.support.site import Site

AWAY_SECONDS = 30
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a file system needs root")
SMALL_DISK = "32m"
SERVED_FROM = ("/parcours", "/programme", "/lecons/oubli-et-facture-perdue")


def test_r8_a_database_away_for_half_a_minute(postgres, tmp_path, told):
    """R8: for thirty seconds each page is 503 within five; back, the same processes serve within five more."""
    fleet = Fleet(tmp_path, postgres.fresh_url(), servers=1)
    try:
        (learner,) = fleet.learners(1, 3)
        day = Day(fleet.sites[0], learner)
        assert day.save() == 303
        workers, waits = day.workers(), []
        postgres.halt()
        until = time.monotonic() + AWAY_SECONDS
        while time.monotonic() < until:
            began = time.monotonic()
            assert day.ask("/parcours")[0] == 503
            assert day.save() == 503
            waits.append(time.monotonic() - began)
            assert day.ask("/healthz")[0] == 200
            time.sleep(0.5)
        postgres.resume()
        began = time.monotonic()
        assert day.becomes_ready()
        ready = time.monotonic() - began
        assert day.save() == 303
        assert day.workers() == workers
    finally:
        fleet.stop()
    told(
        f"{len(waits)} pairs of requests, two of them in {max(waits):.2f} s at most; ready {ready:.1f} s after the return"
    )
    assert max(waits) < 2 * PATIENCE_SECONDS


@contextmanager
def _small_disk(folder):
    """A file system of its own at `folder`, as large as a thumb."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=0700", "reglo", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def day_on_a_small_disk(tmp_path):
    """A learner of a site whose data lie on a file system that can be filled, or made read-only."""
    site = Site(tmp_path)
    with _small_disk(tmp_path / "data"):
        app = create_app(load_settings(site.environment))
        build_schema(app)
        (learner,) = make_learners(app, 1, 6)
        site.start()
        yield Day(site, learner)
        site.stop()


@needs_root
def test_r6_a_file_system_really_full(day_on_a_small_disk, told):
    """R6: not one block left: pages are read, saving gives 503, /readyz 503; room again, all is well without restart."""
    day = day_on_a_small_disk
    assert day.save() == 303
    filler = day.site.folder / "data" / "remplissage"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"0" * 4096)
    statuses = [day.save() for _turn in range(5)]
    assert set(statuses) <= {303, 503}  # the log of SQLite keeps some room that was its own
    while day.save() == 303:
        assert len(day.answers) > 1, "never full"
    assert [day.ask(path)[0] for path in SERVED_FROM] == [200] * len(SERVED_FROM)
    assert day.ask("/readyz")[0] == 503
    workers = day.workers()
    filler.unlink()
    assert day.becomes_ready()
    assert day.save() == 303
    assert day.workers() == workers
    told(f"{statuses.count(303)} answers took the last room, then 503; as before once there was room")


def _remount(folder, how):
    """Change what may be done on a file system, once nobody holds a file of it open for writing."""
    for _turn in range(50):
        if (
            subprocess.run(["mount", "-o", f"remount,{how}", folder], stderr=subprocess.DEVNULL, check=False).returncode
            == 0
        ):
            return
        time.sleep(0.1)
    raise AssertionError(f"{folder} stays busy")


@needs_root
def test_r7_a_start_on_a_read_only_file_system(day_on_a_small_disk, told):
    """R7: restarted on data that cannot be written, the site lets people read, and saves again once it can; after a kill, once restarted."""
    day = day_on_a_small_disk
    assert day.save() == 303
    folder = day.site.folder / "data"
    for ending, stop in (("stopped", day.site.stop), ("killed", day.site.kill)):
        stop()
        _remount(folder, "ro")
        day.site.start()
        assert [day.ask(path)[0] for path in SERVED_FROM] == [200] * len(SERVED_FROM)
        assert (day.save(), day.ask("/readyz")[0]) == (503, 503)
        _remount(folder, "rw")
        if ending == "killed":  # SQLite remembers, in a process, that the -shm it found could not be written
            day.site.stop()
            day.site.start()
        assert day.becomes_ready()
        assert day.save() == 303
        told(f"{ending}, started again on read-only data: read, not saved; as before once it could be written")
