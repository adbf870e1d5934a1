"""The key that signs cookies, made on first use: one for all processes, never half-written, never in a log."""

import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from course_app.config import MINIMUM_KEY_LENGTH, generated_secret_key
from course_app.store.session import db

PROCESSES = 16


def test_s14_all_who_start_at_once_share_one_key(tmp_path):
    """Processes that start together on an empty folder read the same whole key, and leave nothing else behind."""
    for turn in range(10):
        folder, start = tmp_path / str(turn), Barrier(PROCESSES)

        def first_use(_number, folder=folder, start=start):
            start.wait()
            return generated_secret_key(folder)

        with ThreadPoolExecutor(PROCESSES) as threads:
            (key,) = set(threads.map(first_use, range(PROCESSES)))
        assert len(key) >= MINIMUM_KEY_LENGTH
        assert [path.name for path in folder.iterdir()] == ["secret_key"]
        assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_an_empty_key_file_is_made_again(tmp_path):
    """A file emptied by a power cut does not leave the site without key."""
    (tmp_path / "secret_key").touch()
    key = generated_secret_key(tmp_path)
    assert len(key) >= MINIMUM_KEY_LENGTH
    assert generated_secret_key(tmp_path) == key


def test_s64_a_failed_statement_is_told_without_its_values(app):
    """What a statement carried does not reach the log with its error (S64)."""
    with app.app_context(), pytest.raises(SQLAlchemyError) as refused:
        db.session.execute(text("SELECT :answer FROM nowhere"), {"answer": "une phrase à soi"})
    assert "une phrase" not in str(refused.value)
