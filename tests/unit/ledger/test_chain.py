"""The chain of events, as anybody can check it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.ledger import rules
from course_app.ledger.rules import Head, Line

NOW = datetime(2026, 12, 8, 8, 0, 0, 120, tzinfo=UTC)


def _chain(events):
    lines, former = [], rules.GENESIS
    for number, event in enumerate(events, 1):
        salt = f"{number:032x}"
        committed = rules.commitment(salt, event)
        former = rules.link(former, committed)
        lines.append(Line(number, salt, committed, former, event))
    return lines


CHAIN = _chain([b"lue", b"repondue", b"close"])
PRINTED = Head(2, CHAIN[1].link)


@given(st.lists(st.binary(max_size=40), max_size=12))
def test_an_untouched_chain_has_no_fault(events):
    """Whatever was recorded, the chain made of it holds, and passes through each of its own heads."""
    lines = _chain(events)
    assert list(rules.faults(lines, [Head(line.number, line.link) for line in lines])) == []


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=8), st.data())
def test_any_changed_event_is_told(events, data):
    """Changing, emptying or removing one event behind its line is told, wherever it is."""
    lines = _chain(events)
    at = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.none() | st.binary(max_size=40).filter(lambda event: event != lines[at].event))
    lines[at] = replace(lines[at], event=other)
    assert [fault.split(" :")[0] for fault in rules.faults(lines)] == [f"ligne {at + 1}"]


@pytest.mark.parametrize(
    "lines",
    [
        CHAIN[1:],
        [CHAIN[0], CHAIN[2]],
        CHAIN[:1],
        [],
        _chain([b"lue", b"autre", b"close"]),
        [CHAIN[1], CHAIN[0], CHAIN[2]],
    ],
    ids=["first gone", "middle gone", "end gone", "all gone", "all rewritten", "reordered"],
)
def test_a_rewritten_chain_betrays_itself_to_who_kept_a_head(lines):
    """With one head kept elsewhere, no line can be taken away, moved or rewritten with all those after it."""
    assert list(rules.faults(lines, [PRINTED]))


def test_erasing_a_person_keeps_the_chain():
    """Without salt and without event, a line still holds its place: the others stay provable."""
    erased = [CHAIN[0], replace(CHAIN[1], salt=None, event=None), CHAIN[2]]
    assert list(rules.faults(erased, [PRINTED])) == []


def test_an_event_has_one_byte_form():
    """The order of keys and the reader's timezone change nothing; one microsecond does."""
    told = rules.canonical({"kind": "lecon-lue", "item": "lesson:relance"}, NOW)
    assert told == rules.canonical({"item": "lesson:relance", "kind": "lecon-lue"}, NOW.astimezone())
    assert told != rules.canonical({"item": "lesson:relance", "kind": "lecon-lue"}, NOW.replace(microsecond=121))
