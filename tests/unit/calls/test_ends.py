"""The file of end values is the one that the desk's table gives today."""

from course_app.calls.engine.ends import END_FILE
from course_app.calls_cli import as_text, end_values


def test_end_values_are_fresh():
    """`calls/engine/ends.json` says what `course call solve` would write now."""
    assert END_FILE.read_text(encoding="utf-8") == as_text(end_values())
