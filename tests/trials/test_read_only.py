"""A SQLite database on a file system that has become read-only: it is read, and written again once that can be (R7)."""

import os
import subprocess

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from course_app.store.session import driver_url, make_durable, reads_only

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a file system needs root")
ADD, COUNT = text("INSERT INTO mot VALUES (1)"), text("SELECT count(*) FROM mot")


@pytest.fixture
def folder(tmp_path):
    """A file system of its own, and how to change what may be done on it."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "reglo", tmp_path], check=True)
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


def _remount(folder, how):
    subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)


def _counted(engine):
    token = reads_only.set(True)
    try:
        with engine.connect() as connection:
            return connection.scalar(COUNT)
    finally:
        reads_only.reset(token)


def _added(engine):
    with engine.begin() as connection:
        connection.execute(ADD)


def _opened(folder):
    engine = create_engine(driver_url(f"sqlite:///{folder}/mots.sqlite3"))
    make_durable(engine)
    return engine


@needs_root
def test_r7_a_read_only_database_is_read_and_written_again_later(folder):
    """No -wal left: what was stored is read, nothing is written; the same engine writes again when it can."""
    engine = _opened(folder)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mot (n INTEGER)"))
        connection.execute(ADD)
    engine.dispose()
    _remount(folder, "ro")
    engine = _opened(folder)
    assert _counted(engine) == 1
    with pytest.raises(OperationalError, match="readonly"):
        _added(engine)
    _remount(folder, "rw")
    _added(engine)
    assert _counted(engine) == 2
    engine.dispose()
