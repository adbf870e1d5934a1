"""What first answers say of a question, on figures worked out by hand and on any figures."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.quizzes.items import pages
from course_app.quizzes.items.rules import (
    ENOUGH_ANSWERS,
    Concern,
    Degree,
    FirstAnswer,
    Measure,
    Mistake,
    discrimination,
    measured,
)
from course_app.quizzes.rules import Certainty

# Five people at three questions, six times over. Question a against the mean of b and c: 1, 1, ½, ½, 0.
PEOPLE = (((100, 100, 100)), ((100, 100, 100)), ((100, 100, 0)), ((0, 0, 100)), ((0, 0, 0)))
TIMES = 6


def _answers(people=PEOPLE, times=TIMES, **values):
    return [
        FirstAnswer((time, person), question, "w1", credit, credit == 100, **values)
        for time in range(times)
        for person, earned in enumerate(people)
        for question, credit in zip("abc", earned, strict=True)
    ]


def test_the_hand_computed_example():
    """Credits 1 1 1 0 0 against rests 1 1 ½ ½ 0: success 60 %, r = 0,70 / √(1,20 × 0,70) = 0,764."""
    found = measured(_answers())["a", "w1"]
    assert (found.answers, found.success, found.compared) == (30, 60, 30)
    assert found.discrimination == pytest.approx(0.7 / (1.2 * 0.7) ** 0.5)
    assert found.concerns == ()


def test_a_question_that_misleads_those_who_know_is_reported():
    """When those who fail the rest succeed here, the discrimination is negative and comes first."""
    inverted = [(100 - first, *rest) for first, *rest in PEOPLE]
    found = measured(_answers(inverted))["a", "w1"]
    assert found.discrimination == pytest.approx(-0.7 / (1.2 * 0.7) ** 0.5)
    assert found.concerns == (Concern.REVERSED,)


def test_under_thirty_answers_nothing_is_told():
    """Twenty-nine answers give a number and nothing else; the thirtieth opens the rest."""
    answers = [FirstAnswer(each, "a", "w1", 100, correct=True) for each in range(ENOUGH_ANSWERS)]
    assert measured(answers[:-1])["a", "w1"] == Measure(ENOUGH_ANSWERS - 1)
    assert measured(answers)["a", "w1"].success == 100


def test_two_wordings_are_never_added_up():
    """Twenty answers to one wording and twenty to another judge neither."""
    both = [FirstAnswer(each, "a", f"w{each % 2}", 100, correct=True) for each in range(40)]
    assert [each.is_early for each in measured(both).values()] == [True, True]


def test_the_most_common_error_and_certainty_are_counted_by_person():
    """The error most people make, once per person; right answers by certainty, from the surest, then « not said »."""
    sure = [FirstAnswer(each, "a", "w", 0, False, Certainty.SURE, ("Menacer", "Crier")) for each in range(20)]
    unsaid = [FirstAnswer(each, "a", "w", 50, False, None, ("Menacer", "Menacer")) for each in range(20, 25)]
    guessed = [FirstAnswer(each, "a", "w", 100, True, Certainty.COIN_FLIP) for each in range(25, 50)]
    found = measured([*sure, *unsaid, *guessed])["a", "w"]
    assert found.mistake == Mistake("Menacer", 25, 50)
    assert found.success == 55
    assert found.degrees == (
        Degree(Certainty.SURE, 20, 0),
        Degree(Certainty.BELIEF, 0, 0),
        Degree(Certainty.COIN_FLIP, 25, 25),
        Degree(None, 5, 0),
    )
    assert [each.percent for each in found.degrees] == [0, None, 100, 0]


def test_where_everybody_earns_the_same_there_is_no_discrimination():
    """A question that all get right, or one asked alone, tells nobody apart: None, not zero, not a crash."""
    assert discrimination([(100, Fraction(each)) for each in range(40)]) is None
    assert discrimination([(each, Fraction(1, 3)) for each in range(40)]) is None
    alone = [FirstAnswer(each, "a", "w", each % 2 * 100, each % 2 == 1) for each in range(40)]
    assert measured(alone)["a", "w"].discrimination is None


groups = st.lists(st.tuples(*[st.integers(0, 100)] * 3), min_size=ENOUGH_ANSWERS, max_size=45)


@given(groups, st.randoms())
def test_figures_stay_in_their_bounds_whatever_the_order(people, chance):
    """Success from 0 to 100, discrimination from -1 to 1, degrees that add up; shuffling changes nothing."""
    answers = _answers(people, 1)
    found = measured(answers)
    shuffled = chance.sample(answers, len(answers))
    for key, each in found.items():
        assert 0 <= each.success <= 100
        assert each.discrimination is None or -1 <= each.discrimination <= 1
        assert sum(degree.answers for degree in each.degrees) == each.answers == len(people)
        again = measured(shuffled)[key]
        assert again.success == each.success
        assert again.discrimination == (None if each.discrimination is None else pytest.approx(each.discrimination))


@given(groups)
def test_other_wordings_change_nothing_for_a_question(people):
    """Answers of other people to another wording leave the figures of this one as they were."""
    answers = _answers(people, 1)
    others = [FirstAnswer(("x", each), "a", "w2", 0, correct=False) for each in range(50)]
    assert measured([*answers, *others])["a", "w1"] == measured(answers)["a", "w1"]


@given(groups, st.integers(1, 4))
def test_the_same_people_again_give_the_same_figures(people, times):
    """Success and discrimination are shares: the same group several times over measures the same."""
    once, several = measured(_answers(people, 1)), measured(_answers(people, times))
    for key, each in once.items():
        assert several[key].success == each.success
        expected = None if each.discrimination is None else pytest.approx(each.discrimination, abs=1e-9)
        assert several[key].discrimination == expected


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+33", "'+33"),
        ("-0,12", "-0,12"),
        ("-cmd", "'-cmd"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("ok", "ok"),
    ],
)
def test_s60_no_cell_runs_in_a_spreadsheet(cell, written):
    """S60: a cell that a spreadsheet would run is quoted; a negative number stays a number."""
    assert pages._safe(cell) == written
