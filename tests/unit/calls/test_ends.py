"""The file of end values is the one that the desk's table gives today."""

from course_app.calls.engine.ends import END_FILE
from course_app.calls_cli import as_text, end_values


def test_end_values_are_fresh():
    """`calls/engine/ends.json` says what `course call solve` would write now."""
    assert END_FILE.read_text(encoding="utf-8") == as_text(end_values())


def test_each_end_holds_whole_vectors():
    """Every end of every file keeps several ways to go on, each with three currencies for ten profiles."""
    for end in end_values()["ends"]:
        for name in ("untouched", "spoken", "lapsed"):
            assert len(end[name]) > 5
            assert {(len(vector), len(row)) for vector in end[name] for row in vector} == {(3, 10)}
