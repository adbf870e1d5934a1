"""Grading, from questions made of plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.core.errors import Invalid
from course_app.library.model import Feedback, Option, Question, QuestionType
from course_app.quizzes import rules
from course_app.quizzes.rules import Certainty, Judgement, Mark

FEEDBACK = Feedback(consequence="Conséquence.", reason="Raison.", rule="Règle.")
IDS = "abcd"


def question(right: str, kind: QuestionType = QuestionType.MULTIPLE, red_lines: str = "", size: int = 4) -> Question:
    """Return a question whose options a, b, c… are right when named in `right`."""
    options = tuple(
        Option(id=each, text=f"Option {each}", correct=each in right, red_line=each in red_lines, feedback=FEEDBACK)
        for each in IDS[:size]
    )
    return Question(id="q", type=kind, situation="<p>Un cas.</p>", prompt="Que faites-vous ?", options=options)


subsets = st.sets(st.sampled_from(IDS), min_size=1)


@given(right=subsets, chosen=subsets, red=st.sets(st.sampled_from(IDS)))
def test_a_grade_is_the_difference_between_chosen_and_right(right: set, chosen: set, red: set) -> None:
    """Correct means exactly the right options; what is missed, wrong or over a red line is named."""
    grade = rules.grade(question("".join(right), red_lines="".join(red)), chosen)
    assert set(grade.missed) == right - chosen
    assert set(grade.wrong) == chosen - right
    assert grade.correct == (right == chosen)
    assert grade.red_line == bool(red & chosen)


@given(right=subsets, chosen=subsets)
def test_every_option_is_explained_exactly_once(right: set, chosen: set) -> None:
    """Feedback read out and feedback left folded cover all options, without repeating one; some is always read out."""
    asked = question("".join(right))
    spoken, others = rules.spoken_feedback(asked, chosen), rules.other_options(asked, chosen)
    assert spoken
    assert sorted(option.id for option in spoken + others) == list(IDS)


@given(right=subsets, chosen=subsets)
def test_marks_agree_with_the_grade(right: set, chosen: set) -> None:
    """The marks beside the options tell the same story as the grade."""
    asked = question("".join(right))
    marks = {option.id: rules.mark(option, chosen) for option in asked.options}
    grade = rules.grade(asked, chosen)
    assert {each for each, mark in marks.items() if mark is Mark.MISSED} == set(grade.missed)
    assert {each for each, mark in marks.items() if mark is Mark.CHOSEN_WRONG} == set(grade.wrong)
    assert {each for each, mark in marks.items() if mark is not Mark.LEFT and mark is not Mark.MISSED} == chosen


def test_a_wrong_single_answer_hears_its_own_feedback() -> None:
    """With one answer, what is read out is about the option chosen, right or wrong."""
    asked = question("b", QuestionType.SINGLE, size=3)
    assert [option.id for option in rules.spoken_feedback(asked, ["c"])] == ["c"]
    assert [option.id for option in rules.other_options(asked, ["c"])] == ["a", "b"]


def test_several_answers_hear_what_was_wrong_then_what_was_missed() -> None:
    """With several answers, a wrong choice is explained before a missed one; a right answer gets one reason."""
    asked = question("ab")
    assert [option.id for option in rules.spoken_feedback(asked, ["a", "d"])] == ["d", "b"]
    assert [option.id for option in rules.spoken_feedback(asked, ["a", "b"])] == ["a"]


@given(st.lists(st.sampled_from(IDS), min_size=1, max_size=4, unique=True))
def test_accepted_ids_come_back_in_the_order_of_the_question(chosen: list) -> None:
    """The order in which a browser sends options does not matter."""
    assert rules.validated(question("a"), chosen) == tuple(sorted(chosen))


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ([], "reponse-vide"),
        (["z"], "option-inconnue"),
        (["a", "a"], "option-inconnue"),
        (["a", "\x00"], "option-inconnue"),
        (["a"] * 10_000, "option-inconnue"),
        ([str(each) for each in range(10_000)], "option-inconnue"),
    ],
)
def test_ids_that_cannot_be_accepted(chosen: list, code: str) -> None:
    """Nothing, the unknown, the repeated and ten thousand options are refused, each with its own code (S22)."""
    with pytest.raises(Invalid) as refused:
        rules.validated(question("a"), chosen)
    assert refused.value.code == code


def test_two_answers_where_one_is_asked() -> None:
    """A list sent where one answer is asked is refused, even when it holds the right one."""
    with pytest.raises(Invalid) as refused:
        rules.validated(question("a", QuestionType.SINGLE), ["a", "b"])
    assert refused.value.code == "une-seule-reponse"


@given(st.sampled_from([None, *Certainty]), st.booleans())
def test_a_blank_certainty_counts_as_a_belief(certainty: Certainty | None, correct: bool) -> None:
    """Every certainty has a judgement, and leaving it blank is « je crois »."""
    judged = rules.judgement(certainty, correct)
    assert judged is rules.judgement(certainty or Certainty.BELIEF, correct)
    assert (judged.name.endswith("RIGHT")) == correct


def test_confident_and_wrong_has_its_own_judgement() -> None:
    """The error one learns most from is told apart."""
    assert rules.judgement(Certainty.SURE, correct=False) is Judgement.SURE_AND_WRONG


@given(st.integers(1, 12), st.integers(0, 12))
def test_the_question_reached_is_the_first_unanswered(total: int, answered: int) -> None:
    """Answering in order, one question more opens each time; when all are answered, the last stays open."""
    ids = [f"q{number}" for number in range(1, total + 1)]
    done = set(ids[:answered])
    assert rules.reached(ids, done) == min(answered + 1, total)
    assert rules.is_complete(ids, done) == (answered >= total)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
def test_a_score_counts_answers_given(results: list) -> None:
    """Right answers are counted among those given; questions never reached cost nothing; red lines stand apart."""
    score = rules.score([f"q{number}" for number in range(12)], results)
    assert 0 <= score.right <= score.answered == len(results) <= score.total == 12
    assert score.red_lines == sum(crossed for _, crossed in results)
