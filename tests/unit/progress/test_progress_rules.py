"""Completion and the place to resume, from plain values."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from course_app.library.model import ItemKind
from course_app.progress.rules import ItemState, completion, to_resume

START = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
keys = st.tuples(st.sampled_from(ItemKind), st.sampled_from("abcdef"))


def state(
    key: tuple[ItemKind, str], *, done: bool = False, place: dict[str, object] | None = None, minute: int = 0
) -> ItemState:
    """Return the state of an item, touched so many minutes after the start."""
    moment = START + timedelta(minutes=minute)
    return ItemState(*key, "0" * 64, place or {}, "", moment, moment if done else None)


@given(st.lists(keys), st.sets(keys), st.sets(keys))
def test_completion_counts_required_items_and_nothing_else(required: list, done: set, opened: set) -> None:
    """A path is complete when every required id is done: repeats, other items and opened ones change nothing."""
    states = {key: state(key) for key in opened} | {key: state(key, done=True) for key in done}
    result = completion(required, states)
    assert result.is_complete == (bool(required) and set(required) <= done)
    assert set(result.remaining) == set(required) - done
    assert len(result.done) + len(result.remaining) == len(result.required) == len(set(required))


def test_an_empty_path_is_never_complete() -> None:
    """Nothing required is nothing achieved."""
    assert not completion([], {}).is_complete


def test_the_last_open_place_is_the_one_resumed() -> None:
    """Among open places the most recent one wins; finished items without a place are left alone."""
    older = state((ItemKind.LESSON, "a"), place={"anchor": "p-3"}, minute=1)
    newer = state((ItemKind.QUIZ, "b"), place={"question": 3}, minute=2)
    finished = state((ItemKind.EXERCISE, "c"), done=True, minute=9)
    assert to_resume([older, newer, finished]) == newer
    assert to_resume([finished]) is None
