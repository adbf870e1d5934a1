"""What gives a feu vert, what loses it: the rules, on plain values."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.clearance import rules
from course_app.clearance.rules import Change, Evidence
from course_app.library.calls import Temperature
from course_app.library.clearances import CallType, ClearanceRule
from course_app.progress.rules import CallResult, Exam

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOMEBODY = uuid.UUID(int=1)
RULE = ClearanceRule(
    call_type=CallType.OVERDUE,
    title="Échéance dépassée",
    summary="Relancer après l'échéance.",
    calls=("a", "b", "c"),
    passed=2,
    temperature=Temperature.HURRIED,
    hard=1,
    free=1,
    tests=("test",),
    percent=80,
    months=6,
    stop=("Un litige.",),
    lesson="passer-la-main",
)


def _call(name="a", days=0, **changes):
    values = {
        "call_id": name,
        "at": START + timedelta(days=days),
        "counts": True,
        "temperature": Temperature.HURRIED,
        "guided": False,
        "replay": False,
        "concluded": True,
        "red_lines": 0,
        "worst": "correct",
    }
    return CallResult(**{**values, **changes})


def _exam(days=0, percent=90, red_lines=0, test="test", attempt=None):
    passed = percent >= 80 and not red_lines
    at = START + timedelta(days=days)
    return Exam(SOMEBODY, test, "0" * 64, attempt or f"essai-{days}", 1, percent, red_lines, passed, at)


def _told(calls, exams, rule=RULE):
    """Return the history that telling these events one after the other writes."""
    entries = []
    for at in sorted({each.at for each in calls} | {each.told_at for each in exams}):
        known = Evidence([each for each in calls if each.at <= at], [each for each in exams if each.told_at <= at])
        news = rules.decide(rule, known, entries, at)
        entries += [news] if news else []
    return entries


def test_two_calls_and_a_test_give_it_at_the_last_of_them():
    """It is dated at the event that completed it, and holds the months of its rule, last day included."""
    (entry,) = _told([_call("a", 0), _call("b", 4)], [_exam(2)])
    assert (entry.change, entry.at, entry.until) == (Change.GRANTED, START + timedelta(days=4), date(2026, 9, 6))
    assert rules.held(CallType.OVERDUE, [entry], date(2026, 9, 6)) == entry
    assert rules.held(CallType.OVERDUE, [entry], date(2026, 9, 7)) is None


@pytest.mark.parametrize(
    "call",
    [
        _call("b", counts=False),
        _call("b", replay=True),
        _call("b", concluded=False),
        _call("b", red_lines=1),
        _call("b", worst="erreur"),
        _call("a"),
        _call("ailleurs"),
    ],
    ids=["first attempt", "replay", "cut short", "red line", "mistake", "same call", "other call"],
)
def test_a_call_that_proves_nothing_gives_nothing(call):
    """A first attempt, a moment replayed, a call cut short or with a costly sentence, the same call twice: not enough."""
    assert _told([_call("a"), call], [_exam(2)]) == []


@pytest.mark.parametrize("changes", [{"temperature": Temperature.CALM}, {"guided": True}])
def test_hard_and_free_calls_are_asked(changes):
    """Two mild calls do not open a kind that asks for a warm one; two helped ones neither where one must be free."""
    assert _told([_call("a", **changes), _call("b", **changes)], [_exam(2)]) == []
    assert len(_told([_call("a", **changes), _call("b")], [_exam(2)])) == 1


def test_a_red_line_in_a_test_loses_it_at_once_and_a_test_passed_gives_it_back():
    """Crossed again in a test: lost that very moment. The calls still count; only a test passed since brings it back."""
    calls = [_call("a"), _call("b", 1)]
    entries = _told(calls, [_exam(2), _exam(30, red_lines=1), _exam(40)])
    assert [entry.change for entry in entries] == [Change.GRANTED, Change.LOST, Change.GRANTED]
    assert entries[1].at == START + timedelta(days=30)
    assert rules.held(CallType.OVERDUE, entries[:2], date(2026, 4, 2)) is None


def test_a_red_line_before_the_calls_also_counts():
    """Somebody who passed, then crossed a red line in another test, earns nothing by calls until they pass again."""
    calls = [_call("a", 10), _call("b", 11)]
    assert _told(calls, [_exam(1), _exam(5, red_lines=1, test="autre")]) == []


def test_a_test_failed_without_red_line_takes_nothing():
    """Falling under the threshold later is no red line: what was earned stays."""
    calls = [_call("a"), _call("b", 1)]
    assert [entry.change for entry in _told(calls, [_exam(2), _exam(30, percent=40)])] == [Change.GRANTED]


def test_a_regraded_test_is_no_red_line_any_more():
    """When the key was wrong and the test is told passed, what it took comes back at that moment."""
    calls = [_call("a"), _call("b", 1)]
    exams = [_exam(2), _exam(30, red_lines=1, attempt="x"), _exam(33, attempt="x")]
    assert [entry.change for entry in _told(calls, exams)] == [Change.GRANTED, Change.LOST, Change.GRANTED]


def test_a_test_passed_again_carries_the_end_further():
    """A test passed while it is held renews it; one more call does not."""
    entries = _told([_call("a"), _call("b", 1), _call("c", 50)], [_exam(2), _exam(60)])
    assert [entry.at for entry in entries] == [START + timedelta(days=days) for days in (2, 60)]


def test_old_successes_count_no_more():
    """After its end, calls older than its duration must be played again."""
    calls = [_call("a"), _call("b", 1), _call("a", 300), _call("b", 301)]
    entries = _told(calls, [_exam(2), _exam(299)])
    assert [entry.at for entry in entries] == [START + timedelta(days=days) for days in (2, 301)]


def test_the_history_shows_the_end_that_nobody_wrote():
    """What expired is told at its last day, between what was given and what was given again."""
    entries = _told([_call("a"), _call("b", 1), _call("a", 300), _call("b", 301)], [_exam(2), _exam(299)])
    lines = rules.history(entries, date(2027, 1, 1))
    assert [line.change for line in lines] == [Change.GRANTED, Change.EXPIRED, Change.GRANTED]
    assert rules.paris_day(lines[1].at) == date(2026, 9, 4)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 8), 12, date(2027, 12, 8)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
    ],
)
def test_months_end_where_the_month_ends(day, months, expected):
    """Six months after 31 August is the last of February, forwards and backwards."""
    assert rules.months_later(day, months) == expected


CALLS = st.lists(
    st.builds(
        _call,
        st.sampled_from("abcd"),
        st.integers(0, 700),
        counts=st.booleans(),
        guided=st.booleans(),
        red_lines=st.integers(0, 1),
        temperature=st.sampled_from(Temperature),
        worst=st.sampled_from(["bien-joue", "perfectible", "erreur"]),
    ),
    max_size=12,
)
EXAMS = st.lists(
    st.builds(_exam, st.integers(0, 700), st.integers(60, 100), st.integers(0, 1)),
    max_size=6,
    unique_by=lambda e: e.told_at,
)


@given(CALLS, EXAMS)
def test_whoever_holds_it_has_earned_it_and_crossed_nothing_since(calls, exams):
    """Whatever happened, what is held was met in full when it was given, and no red line was crossed in a test since."""
    entries = _told(calls, exams)
    for today in (START + timedelta(days=days) for days in range(0, 900, 50)):
        known = [entry for entry in entries if entry.at <= today]
        held = rules.held(CallType.OVERDUE, known, rules.paris_day(today))
        if held is None:
            continue
        met = rules.checklist(RULE, Evidence(calls, [exam for exam in exams if exam.told_at <= held.at]), held.at)
        assert met.is_met
        assert not any(exam.red_lines and not exam.passed and held.at <= exam.told_at <= today for exam in exams)


@given(CALLS, EXAMS)
def test_telling_an_event_twice_writes_nothing_more(calls, exams):
    """Each event judged a second time, on the history it has just written, changes nothing."""
    entries = []
    for at in sorted({each.at for each in calls} | {each.told_at for each in exams}):
        known = Evidence([each for each in calls if each.at <= at], [each for each in exams if each.told_at <= at])
        news = rules.decide(RULE, known, entries, at)
        entries += [news] if news else []
        assert rules.decide(RULE, known, entries, at) is None
