"""The whole programme: what each module owes its learners, and how much there is of everything."""

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
def test_each_story_and_lesson_of_a_path_is_met_once(path):
    """No step comes twice in a path, and the test comes last when there is one."""
    keys = [ref.key for ref in path.items]
    assert len(keys) == len(set(keys))
    tests = [
        ref for ref in path.items if ref.kind is ItemKind.QUIZ and CATALOG.quizzes[ref.id].kind_of_quiz is QuizKind.TEST
    ]
    assert tests in ([], [path.items[-1]])
