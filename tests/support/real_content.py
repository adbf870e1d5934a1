"""The content of the site itself, read once for all the tests of a process."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from course_app.factory import EXERCISE_BODIES
from course_app.library.folders import Folders
from course_app.library.loader import Bundle, load
from course_app.library.publication import PARIS

_ROOT = Path(__file__).parents[2]


@cache
def real_content() -> Bundle:
    """Return everything under content/ and quizzes/, read as today."""
    folders = Folders(_ROOT / "content", _ROOT / "quizzes")
    return load(folders, EXERCISE_BODIES, datetime.now(UTC).astimezone(PARIS).date())
