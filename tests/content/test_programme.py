"""The whole programme: what each module owes its learners, and how much there is of everything."""

from collections import Counter

import pytest

from course_app.library.model import ItemKind, QuizKind
from course_app.library_cli import counts
from tests.support.real_content import real_content

CATALOG = real_content().catalog
MODULES = {f"{path.id}/{module.id}": module for path in CATALOG.paths.values() for module in path.modules}
MODULES_OF_PATH = {"equipe": 6, "commerciaux": 4, "interimaires": 4}
FEWEST = {"lessons": 45, "questions": 220, "scenarios": 14, "calls": 12, "letters": 15}
FEWEST_QUESTIONS = 16
FEWEST_SITUATIONS = 12


def _of_kind(module, kind, group):
    return [group[ref.id] for ref in module.items if ref.kind is kind]


def test_the_paths_have_their_modules():
    """Six modules for the team, four for sales people, four for temps."""
    assert {path.id: len(path.modules) for path in CATALOG.paths.values()} == MODULES_OF_PATH


def test_there_is_enough_of_everything():
    """The programme keeps the size it announces."""
    found = counts(CATALOG)
    assert {kind: found[kind] for kind in FEWEST if found[kind] < FEWEST[kind]} == {}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_whole(name):
    """Three to six lessons, enough questions to draw from, a story of twelve situations, and stated objectives."""
    module = MODULES[name]
    quizzes = _of_kind(module, ItemKind.QUIZ, CATALOG.quizzes)
    practice = [quiz for quiz in quizzes if quiz.kind_of_quiz is QuizKind.PRACTICE]
    assert 3 <= len(_of_kind(module, ItemKind.LESSON, CATALOG.lessons)) <= 6
    assert sum(len(quiz.questions) for quiz in practice) >= FEWEST_QUESTIONS
    stories = _of_kind(module, ItemKind.SCENARIO, CATALOG.scenarios)
    assert max(len(story.nodes) for story in stories) >= FEWEST_SITUATIONS
    assert len(module.objectives) >= 2


@pytest.mark.parametrize("name", MODULES)
def test_a_module_shows_what_to_do_and_what_not_to(name):
    """Every lesson of a module has an example with its margin notes, and an error one really makes."""
    for lesson in _of_kind(MODULES[name], ItemKind.LESSON, CATALOG.lessons):
        assert '<div class="box exemple-annote">' in lesson.html, lesson.id
        assert '<div class="box erreur">' in lesson.html, lesson.id


@pytest.mark.parametrize("path", CATALOG.paths.values(), ids=lambda path: path.id)
def test_a_path_never_repeats_a_step_and_ends_with_its_test(path):
    """No step comes twice in a path; its last one certifies it, with a question on every module."""
    keys = [ref.key for ref in path.items]
    assert len(keys) == len(set(keys))
    test = CATALOG.quizzes[path.items[-1].id]
    assert test.kind_of_quiz is QuizKind.TEST
    drawn = {draw.objective for draw in test.draw}
    for module in path.modules:
        lessons = {lesson.id: set(lesson.objectives) for lesson in _of_kind(module, ItemKind.LESSON, CATALOG.lessons)}
        assert drawn & set().union(*lessons.values()), module.id


def test_temps_are_ready_in_half_a_day():
    """The path of the temps announces half a day: four hours at most, its test included."""
    path = CATALOG.paths["interimaires"]
    assert sum(CATALOG.item(ref.kind, ref.id).minutes for ref in path.items) <= 240


def test_no_two_steps_bear_the_same_title():
    """In a list of steps, a title leads to one thing."""
    titles = Counter(item.title for group in CATALOG.groups.values() for item in group.values())
    assert [title for title, times in titles.items() if times > 1] == []
