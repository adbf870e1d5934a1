"""An attempt: the question reached, what certainty says, the score."""

from hypothesis import given
from hypothesis import strategies as st

from course_app.quizzes import rules
from course_app.quizzes.rules import Certainty, Judgement


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


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.booleans()), max_size=12))
def test_a_score_counts_answers_given(results: list) -> None:
    """Right answers are counted among those marked; questions never reached cost nothing; red lines stand apart."""
    score = rules.score(12, results)
    marked = [correct for correct, _ in results if correct is not None]
    assert 0 <= score.right <= score.answered == len(marked) <= score.total == 12
    assert score.red_lines == sum(crossed for _, crossed in results)
