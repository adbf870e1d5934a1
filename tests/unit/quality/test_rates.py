"""Rates shown to everybody, and when surveys are asked."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from course_app.quality import rules
from course_app.quality.rules import SurveyKind

END = datetime(2026, 11, 1, 9, tzinfo=UTC)


@given(st.integers(0, 400).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_rate_is_a_share_or_nothing(counts):
    """A rate lies between 0 and 100, is exact to a point, is 100 for all alone and 0 for nobody alone, and is never told of fewer than five people."""
    part, whole = counts
    percent = rules.Rate("s", "t", "f", part, whole).percent
    assert (percent is None) == (whole < rules.ENOUGH)
    if percent is not None:
        assert abs(percent - 100 * part / whole) < 1
        assert (percent == 100, percent == 0) == (part == whole, part == 0)


def test_the_second_survey_waits_a_month():
    """At once for the first, thirty days for the second, never before the end of the path; a clock set back asks nothing."""
    assert rules.is_due(SurveyKind.HOT, END, END)
    assert not rules.is_due(SurveyKind.COLD, END, END + timedelta(days=29, hours=23))
    assert rules.is_due(SurveyKind.COLD, END, END + timedelta(days=30))
    assert not any(rules.is_due(kind, None, END) for kind in SurveyKind)


def test_every_survey_asks_what_the_results_count():
    """Both surveys ask whether one would recommend the path, on four answers from worst to best."""
    for asked in rules.SURVEYS.values():
        assert rules.RECOMMENDS in [each.slug for each in asked]
        assert all([*each.answers] == ["1", "2", "3", "4"] for each in asked)
