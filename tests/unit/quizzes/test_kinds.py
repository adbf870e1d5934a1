"""Judging each kind of question: what is accepted, what it is worth, what it is told."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.core.errors import Invalid
from course_app.library.model import Quiz, QuizKind
from course_app.library.questions import QuestionType, Unit
from course_app.quizzes.kinds import judging, ordering
from course_app.quizzes.kinds.answers import Mark, Response
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.quizzes.kinds.numeric import read_number
from tests.support import questions as samples

EVERY = samples.every_kind()
MARKED = [question for question in EVERY if judging.is_marked(question)]
named = pytest.mark.parametrize("question", EVERY, ids=lambda question: question.type.value)
marked = pytest.mark.parametrize("question", MARKED, ids=lambda question: question.type.value)
subsets = st.sets(st.sampled_from(samples.IDS), min_size=1)


def _graded(question, *chosen, typed=""):
    return judging.grade(question, judging.parse(question, Response(chosen, typed)))


@marked
def test_the_right_answer_is_worth_everything(question):
    """The key of each kind, sent as a form sends it, is right, earns all, and gets one reason."""
    kept = judging.parse(question, right_answer(question))
    grade = judging.grade(question, kept)
    assert (grade.correct, grade.credit, grade.wrong, grade.missed) == (True, 1, (), ())
    assert len(judging.explain(question, kept).spoken) == 1


@marked
def test_a_wrong_answer_is_worth_nothing_and_explained(question):
    """Nothing right earns nothing, except where boxes are few; each error says consequence, reason and rule."""
    kept = judging.parse(question, wrong_answer(question))
    grade = judging.grade(question, kept)
    assert (grade.correct, grade.credit) == (False, 0)
    spoken = judging.explain(question, kept).spoken
    assert spoken
    assert all(part.feedback is not None for part in spoken)


@named
def test_an_answer_kept_is_the_answer_judged(question):
    """Parsing what was kept gives the same answer again, and every answer can be told in words."""
    for sent in (right_answer(question), wrong_answer(question)):
        kept = judging.parse(question, sent)
        assert judging.parse(question, kept) == kept
        assert all(judging.words(question, kept))


@named
def test_an_archived_question_is_judged_alike(question):
    """A quiz rebuilt from its archive gives the same verdict on the same answer."""
    quiz = Quiz(
        id="q", title="Quiz", minutes=3, kind_of_quiz=QuizKind.PRACTICE, introduction="Un quiz.",
        reviewed_on="2026-11-22", questions=(question,),
    )  # fmt: skip
    again = Quiz.model_validate_json(quiz.model_dump_json())
    assert again == quiz
    sent = judging.parse(question, wrong_answer(question))
    assert judging.grade(again.questions[0], sent) == judging.grade(question, sent)


@named
@pytest.mark.parametrize(
    "chosen",
    [(), ("z",), ("a\x00",), ("\ud800",), ("b", "b"), tuple(str(each) for each in range(10_000)), ("t0:x",) * 10_000],
    ids=["nothing", "unknown", "nul", "surrogate", "repeated", "ten thousand", "one ten thousand times"],
)
def test_s22_what_no_question_accepts(question, chosen):
    """S22: nothing, the unknown, the repeated and ten thousand values are refused with a French sentence."""
    with pytest.raises(Invalid) as refused:
        judging.parse(question, Response(chosen))
    assert refused.value.message.endswith(".")
    assert refused.value.code


@given(right=subsets, chosen=subsets, red=st.sets(st.sampled_from(samples.IDS)))
def test_a_selection_is_the_difference_between_chosen_and_right(right, chosen, red):
    """Correct means exactly the right options; the credit takes wrong ones off and never falls below zero."""
    question = samples.choice("".join(right), red_lines="".join(red))
    grade = _graded(question, *chosen)
    assert set(grade.missed) == right - chosen
    assert set(grade.wrong) == chosen - right
    assert grade.correct == (right == chosen) == (grade.credit == 1)
    assert grade.credit == max(0, Fraction(len(right & chosen) - len(chosen - right), len(right)))
    assert grade.red_line == bool(red & chosen)


@given(right=subsets, chosen=subsets)
def test_every_option_is_explained_exactly_once(right, chosen):
    """Feedback read out and feedback left folded cover all options, without repeating one; marks agree with the grade."""
    question = samples.choice("".join(right))
    kept = judging.parse(question, Response(tuple(chosen)))
    told, grade = judging.explain(question, kept), judging.grade(question, kept)
    assert told.spoken
    assert sorted(part.text for part in told.spoken + told.others) == [part.text for part in told.parts]
    marks = [part.mark for part in told.parts]
    assert marks.count(Mark.MISSED) == len(grade.missed)
    assert marks.count(Mark.CHOSEN_WRONG) == len(grade.wrong)


def test_a_wrong_single_answer_hears_its_own_feedback():
    """With one answer, what is read out is about the option chosen, right or wrong."""
    question = samples.choice("b", QuestionType.SINGLE, size=3)
    told = judging.explain(question, Response(("c",)))
    assert [part.text for part in told.spoken] == ["Option c"]
    assert [part.text for part in told.others] == ["Option a", "Option b"]


def test_several_answers_hear_what_was_wrong_then_what_was_missed():
    """A wrong choice is explained before a missed one; a right answer gets one reason."""
    question = samples.choice("ab")
    assert [part.text for part in judging.explain(question, Response(("a", "d"))).spoken] == ["Option d", "Option b"]
    assert [part.text for part in judging.explain(question, Response(("a", "b"))).spoken] == ["Option a"]


def test_two_answers_where_one_is_asked():
    """A list sent where one answer is asked is refused, even when it holds the right one."""
    for question, chosen in (
        (samples.choice("a", QuestionType.SINGLE), ("a", "b")),
        (samples.day(), ("2026-11-27", "2026-11-26")),
    ):
        with pytest.raises(Invalid) as refused:
            judging.parse(question, Response(chosen))
        assert refused.value.code == "une-seule-reponse"


@given(st.permutations(range(1, 7)))
def test_an_order_is_worth_the_steps_that_may_stay(ranks):
    """Credit lies between 0 and 1, is whole for the right order only, and names as few steps as must really move."""
    question = samples.ordering((2, 1, 4, 3, 6, 5))
    by_rank = {step.rank: step.id for step in question.steps}
    grade = _graded(question, *(by_rank[rank] for rank in ranks))
    assert 0 <= grade.credit <= 1
    assert grade.correct == (grade.credit == 1) == (list(ranks) == sorted(ranks))
    stay = [rank for rank in ranks if by_rank[rank] not in grade.wrong]
    assert stay == sorted(stay)
    assert len(stay) == _longest_run(ranks)


def _longest_run(ranks):
    """Return the length of the longest increasing run, counted another way: trying every subset."""
    best = [1] * len(ranks)
    for place, rank in enumerate(ranks):
        best[place] += max((best[before] for before in range(place) if ranks[before] < rank), default=0)
    return max(best)


def test_the_reverse_order_earns_nothing():
    """Whoever turns everything round earns nothing, and every misplaced step is explained."""
    question = samples.ordering()
    grade = _graded(question, *wrong_answer(question).chosen)
    assert (grade.credit, len(grade.wrong)) == (0, 3)


@given(st.permutations("abcd"), st.sampled_from("abcd"), st.sampled_from([-1, 1]))
def test_moving_a_step_loses_none(order, step, by):
    """« Monter » and « Descendre » keep every step; moving back undoes it, except at an end where nothing moves."""
    after = ordering.moved(order, step, by)
    assert sorted(after) == sorted(order)
    if after != tuple(order):
        assert ordering.moved(after, step, -by) == tuple(order)
    assert ordering.moved(order, "étrangère", by) == tuple(order)


def test_things_are_judged_one_by_one():
    """The credit of a sorting is the share of things in their place, whatever the order they are sent in."""
    question = samples.placing("xxyz")
    sent = ("t0:x", "t1:y", "t2:y", "t3:x")
    for order in permutations(sent):
        grade = _graded(question, *order)
        assert (grade.credit, grade.wrong) == (Fraction(1, 2), ("t1", "t3"))
    told = judging.explain(question, judging.parse(question, Response(sent)))
    assert [part.expected for part in told.spoken] == ["Groupe x", "Groupe z"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (("t0:x", "t1:x", "t2:x"), "reponse-incomplete"),
        (("t0:x", "t1:x", "t2:x", ""), "reponse-incomplete"),
        (("t0:x", "t1:x", "t2:x", "t3:w"), "option-inconnue"),
        (("t0:x", "t0:y", "t1:x", "t2:x", "t3:x"), "option-inconnue"),
        (("t0", "t1:x", "t2:x", "t3:x"), "option-inconnue"),
    ],
)
def test_a_sorting_that_cannot_be_accepted(sent, code):
    """A line left blank is asked for; a group that does not exist, or two places for one thing, are refused."""
    with pytest.raises(Invalid) as refused:
        judging.parse(samples.placing("xxyz"), Response(sent))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("131,43 €", Unit.EURO, "131.43"),
        (" 131.43", Unit.EURO, "131.43"),
        ("12 480,00\u00a0€", Unit.EURO, "12480"),
        ("1\u202f131,43 euros", Unit.EURO, "1131.43"),
        ("1.131,43 EUR", Unit.EURO, "1131.43"),
        ("12,4 %", Unit.PERCENT, "12.4"),
        ("12,40 pour cent", Unit.PERCENT, "12.4"),
        ("26 jours", Unit.DAY, "26"),
        ("26j", Unit.DAY, "26"),
        ("−3", Unit.MONTH, "-3"),
        ("007", Unit.COUNT, "7"),
    ],
)
def test_numbers_as_people_write_them(typed, unit, value):
    """Spaces of any kind, the comma, the unit and a minus sign are understood."""
    assert read_number(typed, unit) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "reponse-vide"),
        ("  ", "reponse-vide"),
        ("environ 130", "nombre-illisible"),
        ("131,43,2", "nombre-illisible"),
        ("12 %", "nombre-illisible"),
        ("1e5", "nombre-illisible"),
        ("Infinity", "nombre-illisible"),
        ("NaN", "nombre-illisible"),
        ("１２", "nombre-illisible"),
        ("9" * 5000, "nombre-illisible"),
        ("1.131", "nombre-ambigu"),
        ("\x00", "nombre-illisible"),
    ],
)
def test_what_is_no_number_is_asked_again(typed, code):
    """Words, two commas, another unit, an endless number are refused; a dot that may part thousands is asked about."""
    with pytest.raises(Invalid) as refused:
        read_number(typed, Unit.EURO)
    assert refused.value.code == code


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_number_is_right_within_its_tolerance(value):
    """Bounds included; what is kept reads back as the same number, as typed in French."""
    question = samples.numeric("131.43", "0.05")
    kept = judging.parse(question, Response((), f"{value:f}".replace(".", ",")))
    assert Decimal(kept.chosen[0]) == value
    assert judging.grade(question, kept).correct == (abs(value - Decimal("131.43")) <= Decimal("0.05"))


def test_a_mistake_that_has_a_name_is_explained_by_it():
    """The number, or the day, that people often find gets its own feedback; any other the general one."""
    question = samples.numeric()
    for typed, rule in (("262,86", "Règle doublé."), ("5", "Règle autre calcul."), ("131,43", "Règle calcul.")):
        (part,) = judging.explain(question, judging.parse(question, Response((), typed))).spoken
        assert part.feedback.rule == rule
    for chosen, rule in (("2026-11-26", "Règle veille."), ("2026-12-01", "Règle autre jour.")):
        (part,) = judging.explain(samples.day(), Response((chosen,))).spoken
        assert part.feedback.rule == rule
        assert part.expected == "vendredi 27 novembre"


def test_a_day_outside_the_calendar_is_refused():
    """Only days shown may be chosen, written as the page writes them."""
    question = samples.day()
    for chosen in ((question.first - timedelta(days=1)).isoformat(), "27/11/2026", "2026-11-27T00:00"):
        with pytest.raises(Invalid):
            judging.parse(question, Response((chosen,)))


def test_a_sound_passage_chosen_says_why_it_is_sound():
    """A passage or a piece without feedback of its own gets the question's."""
    told = judging.explain(samples.find_error(), Response(("p1", "p2")))
    assert [part.feedback.rule for part in told.spoken] == ["Règle passage sain.", "Règle patron."]
    assert judging.words(samples.find_error(), Response(("p3",))) == ("Nadia\u00a0: La facture est jointe.",)


def test_a_text_is_never_marked():
    """No credit, no verdict: the ticked criteria and the model, whatever was written."""
    question = samples.free_text()
    kept = judging.parse(question, Response(("date",), "  Quel jour ?\r\nMerci. "))
    assert kept == Response(("date",), "Quel jour ?\nMerci.")
    grade = judging.grade(question, kept)
    assert (grade.correct, grade.credit, grade.red_line) == (None, None, False)
    told = judging.explain(question, kept)
    assert [part.mark for part in told.parts] == [Mark.UNTICKED, Mark.TICKED]
    assert told.model == question.model


def test_s23_a_text_of_five_thousand_characters_holds():
    """S23: 5,000 characters are accepted, one more is refused."""
    question = samples.free_text()
    assert len(judging.parse(question, Response((), "é" * 5000)).typed) == 5000
    with pytest.raises(Invalid) as refused:
        judging.parse(question, Response((), "é" * 5001))
    assert refused.value.code == "texte-trop-long"
