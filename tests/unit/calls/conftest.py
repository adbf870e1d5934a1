"""The calls of the real content, and ways to play them."""

from datetime import date
from pathlib import Path

import pytest

from course_app.calls.engine.script import script_of
from course_app.exercise.engine.scripted_model import ScriptedBody
from course_app.library.folders import Folders
from course_app.library.loader import load

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def scripts():
    """Every call of the content, ready to be played."""
    bundle = load(Folders(ROOT / "content", ROOT / "quizzes"), {"scripted": ScriptedBody}, date(2026, 11, 28))
    return tuple(script_of(call) for call in bundle.catalog.calls.values())
