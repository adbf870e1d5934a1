"""Which questions are to be reviewed, why and in which order; when a quiz is counted again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.quizzes.items.rules import ENOUGH_ANSWERS
from course_app.quizzes.reviewing.rules import Counted, Reason, Stock, Tally, is_due, ranked, reasons

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
SOUND = {"right": 60, "sure_and_wrong": 5, "mistaken": 25, "discrimination": 0.4, "compared": 100}


@st.composite
def tallies(draw, least=0):
    """Any first answers that people may have given: those who err are not right."""
    answers = draw(st.integers(least, 5000))
    right = draw(st.integers(0, answers))
    wrong = answers - right
    return Tally(
        answers,
        right,
        draw(st.integers(0, wrong)),
        draw(st.integers(0, wrong)),
        draw(st.none() | st.floats(-1, 1)),
        draw(st.integers(ENOUGH_ANSWERS, 5000)),
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ()),
        ({"right": 2, "mistaken": 1}, (Reason.NOBODY,)),
        ({"right": 3, "mistaken": 1}, ()),
        ({"discrimination": -0.11}, (Reason.REVERSED,)),
        ({"discrimination": -0.09}, (Reason.FLAT,)),
        ({"discrimination": 0.09}, (Reason.FLAT,)),
        ({"discrimination": 0.10}, ()),
        ({"right": 40, "mistaken": 41}, (Reason.OUTVOTED,)),
        ({"right": 40, "mistaken": 40}, ()),
        ({"sure_and_wrong": 25}, (Reason.SURE_AND_WRONG,)),
        ({"sure_and_wrong": 24}, ()),
        ({"right": 98, "mistaken": 2, "discrimination": 0.0}, (Reason.EVERYBODY,)),
        ({"right": 97, "mistaken": 2, "discrimination": None}, ()),
        ({"right": 0, "mistaken": 90, "sure_and_wrong": 50, "discrimination": None},
         (Reason.NOBODY, Reason.OUTVOTED, Reason.SURE_AND_WRONG)),
    ],
)  # fmt: skip
def test_each_reason_begins_where_it_is_said_to(changed, expected):
    """Of a hundred people: each threshold, one side and the other."""
    assert reasons(Tally(100, **{**SOUND, **changed})) == expected


@given(tallies())
def test_under_thirty_answers_no_question_is_listed(tally):
    """Whatever the figures, a question is listed only once thirty people answered it."""
    assert not (tally.answers < ENOUGH_ANSWERS and reasons(tally))
    assert [key for key, _doubt in ranked({"q": tally})] == (["q"] if reasons(tally) else [])


@given(tallies(ENOUGH_ANSWERS))
def test_reasons_are_ordered_and_do_not_contradict(tally):
    """The most serious first, none twice; nobody and everybody, backwards and flat exclude each other."""
    found = reasons(tally)
    assert list(found) == sorted(set(found))
    assert not {Reason.NOBODY, Reason.EVERYBODY} <= set(found)
    assert not {Reason.REVERSED, Reason.FLAT} <= set(found)


@given(st.lists(tallies(), max_size=12), st.randoms())
def test_the_order_depends_on_figures_alone(figures, chance):
    """Shuffled questions come in the same order of figures; the list begins with the most serious reasons."""
    named = dict(enumerate(figures))
    shuffled = dict(chance.sample(list(named.items()), len(named)))
    order = [_pressing(doubt) for _key, doubt in ranked(named)]
    assert [_pressing(doubt) for _key, doubt in ranked(shuffled)] == order
    assert [worst for worst, *_rest in order] == sorted(worst for worst, *_rest in order)


def _pressing(doubt):
    """Return what ranks a question; questions alike in it come in the order given."""
    return doubt.reasons[0], len(doubt.reasons), doubt.tally.right, doubt.tally.answers


@given(tallies(ENOUGH_ANSWERS), st.integers(1, 100))
def test_fewer_right_answers_never_send_a_question_down(tally, fewer):
    """Among questions with the same reasons, the one that misleads more people comes first."""
    worse = Tally(
        tally.answers, max(0, tally.right - fewer), tally.sure_and_wrong, tally.mistaken, tally.discrimination,
        tally.compared,
    )  # fmt: skip
    if reasons(worse) == reasons(tally) != () and worse.right < tally.right:
        assert [key for key, _doubt in ranked({"tally": tally, "worse": worse})] == ["worse", "tally"]


def test_a_quiz_is_counted_when_it_is_worth_it():
    """Never counted, regraded since, one answer in fifty new, or changed yesterday: yes; unchanged, or one more: no."""
    last = Counted(1000, 5000, NOON)
    soon = NOON + timedelta(minutes=10)
    assert is_due(Stock(1, 1), None, NOON)
    assert not is_due(Stock(1000, 5000), last, NOON + timedelta(days=30))
    assert not is_due(Stock(1019, 5019), last, soon)
    assert is_due(Stock(1020, 5020), last, soon)
    assert is_due(Stock(980, 5000), last, soon)
    assert is_due(Stock(1001, 5001), last, NOON + timedelta(days=1))
    assert is_due(Stock(1000, 5001), last, NOON + timedelta(days=1))
    assert is_due(Stock(1000, 5000, regraded_at=NOON), last, soon)
    assert not is_due(Stock(1000, 5000, regraded_at=NOON - timedelta(seconds=1)), last, soon)
