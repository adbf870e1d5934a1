"""Which answers a correction may judge again: the same question seen, another key."""

from datetime import date
from decimal import Decimal

import pytest

from course_app.quizzes.exam.rules import Outcome
from course_app.quizzes.kinds.judging import is_marked, parse
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.quizzes.regrading import rules
from course_app.quizzes.regrading.rules import Group, Likeness, Verdict
from tests.support import questions as samples

MARKED = [question for question in samples.every_kind() if is_marked(question)]
named = pytest.mark.parametrize("question", MARKED, ids=lambda question: question.type.value)
WRONG, HALF, RIGHT = Verdict(False, 0, False), Verdict(False, 50, False), Verdict(True, 100, False)


def _each(values, **changes):
    return tuple(each.model_copy(update={name: change(each) for name, change in changes.items()}) for each in values)


def _rekeyed(question):
    """Return the question with another key and other explanations, and nothing else changed."""
    changes = {
        "options": lambda found: _each(found, correct=lambda each: not each.correct, red_line=lambda _each: True),
        "steps": lambda found: _each(found, rank=lambda each: len(found) + 1 - each.rank),
        "things": lambda found: _each(found, group=lambda each: "x" if each.group != "x" else "y"),
        "passages": lambda found: _each(found, faulty=lambda each: not each.faulty),
        "documents": lambda found: _each(found, missing=lambda each: not each.missing),
        "expected": lambda found: found + 10,
        "tolerance": lambda _found: Decimal("0.5"),
        "accepted": lambda _found: (date(2026, 11, 24),),
        "right": lambda _found: samples.feedback("corrigé"),
        "otherwise": lambda _found: samples.feedback("corrigé"),
        "objective": lambda _found: "Autre objectif",
    }
    found = {name: change(getattr(question, name)) for name, change in changes.items() if hasattr(question, name)}
    return question.model_copy(update=found)


@named
def test_another_key_judges_the_same_answers_again(question):
    """Every kind: when the key alone changes, answers are comparable, and what was right no longer is."""
    corrected = _rekeyed(question)
    assert rules.likeness(question, corrected) is Likeness.SAME
    given = parse(question, right_answer(question))
    assert rules.verdict(question, given) == Verdict(True, 100, False)
    assert not rules.verdict(corrected, given).correct


@named
def test_another_statement_is_another_question(question):
    """Rewriting the case, its facts or the question leaves earlier answers alone."""
    for field, value in (("prompt", "Et maintenant ?"), ("situation", "<p>Autre cas.</p>")):
        assert rules.likeness(question, question.model_copy(update={field: value})) is Likeness.REWORDED


@named
def test_other_choices_are_not_comparable(question):
    """Something added, removed or rewritten among what could be answered: earlier answers stay as they were."""
    for name in ("options", "steps", "things", "passages", "documents"):
        if values := getattr(question, name, None):
            shorter = question.model_copy(update={name: values[1:]})
            rewritten = question.model_copy(update={name: _each(values, text=lambda each: each.text + " Vraiment.")})
            assert rules.likeness(question, shorter) is Likeness.OTHER_CHOICES
            assert rules.likeness(question, rewritten) is Likeness.OTHER_CHOICES
            assert rules.likeness(shorter, rewritten) is Likeness.OTHER_CHOICES


def test_shuffling_choices_changes_nothing_but_a_text_has_an_order():
    """Options in another order are the same options; a letter whose passages moved is another letter."""
    question = samples.choice("ac")
    shuffled = question.model_copy(update={"options": question.options[::-1]})
    assert rules.likeness(question, shuffled) is Likeness.SAME
    letter = samples.find_error()
    moved = letter.model_copy(update={"passages": letter.passages[::-1]})
    assert rules.likeness(letter, moved) is Likeness.OTHER_CHOICES


def test_what_is_gone_or_never_marked_is_left_alone():
    """A question that is no longer asked, a text without mark, another kind of question: nothing is judged again."""
    question, text = samples.choice("b"), samples.free_text()
    assert rules.likeness(question, None) is Likeness.GONE
    assert rules.likeness(text, text) is Likeness.NEVER_MARKED
    assert rules.likeness(question, samples.ordering()) is Likeness.OTHER_CHOICES
    assert rules.likeness(samples.numeric(), samples.numeric(unit=samples.Unit.DAY)) is Likeness.OTHER_CHOICES


def test_a_group_counts_who_gains_and_who_loses():
    """Two gain, one loses, one stays: changed 3; right 1 before, 2 after; a wording counted with another adds up."""
    verdicts = ((WRONG, RIGHT), (HALF, RIGHT), (RIGHT, HALF), (WRONG, WRONG))
    group = Group("q", "?", Likeness.SAME, 4, verdicts)
    assert (group.changed, group.gaining, group.losing, group.right, group.red_lines) == (3, 2, 1, (1, 2), (0, 0))
    (together,) = rules.merged([group, group])
    assert (together.answers, together.changed, together.right) == (8, 6, (2, 4))


def test_a_success_that_was_told_is_never_taken_back():
    """Judged again under 80 %, or across a red line, a passed test stays passed and is counted as falling."""
    low, crossed, enough = Outcome(79, 0), Outcome(100, 1), Outcome(80, 0)
    assert [rules.passed_after(passed=True, now=each) for each in (low, crossed, enough)] == [True, True, True]
    assert [rules.passed_after(passed=False, now=each) for each in (low, crossed, enough)] == [False, False, True]
    assert [rules.is_fall(passed=True, now=each) for each in (low, crossed, enough)] == [True, True, False]
    assert [rules.is_rise(passed=False, now=each) for each in (low, crossed, enough)] == [False, False, True]


def test_wrong_answers_stay_judged_by_what_was_asked():
    """An answer that neither key accepts earns nothing before and after."""
    question = samples.missing_documents()
    given = parse(question, wrong_answer(question))
    assert rules.verdict(question, given) == Verdict(False, 0, False)
