"""What people type finds the lesson that answers."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from course_app.config import load_settings
from course_app.factory import open_publication
from course_app.search.rules.index import Group
from course_app.search.service import Finder

ASKED = YAML(typ="safe").load(Path(__file__).with_name("search_questions.yaml"))


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    """The real content."""
    return open_publication(load_settings({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})).catalog()


@pytest.fixture(scope="module")
def finder():
    """The search, over the content alone."""
    return Finder(())


def test_forty_questions_are_asked():
    """Forty questions at least, each once."""
    assert len({question for question, _lessons in ASKED}) == len(ASKED) >= 40


@pytest.mark.parametrize(("question", "lessons"), ASKED, ids=[question for question, _lessons in ASKED])
def test_the_lesson_is_among_the_first_three(finder, catalog, question, lessons):
    """The lessons named exist, and one of them is among the first three found."""
    found = [hit.entry.key[1] for hit in finder.find(catalog, question).hits.get(Group.LESSON, ())[:3]]
    assert [lesson for lesson in lessons if lesson not in catalog.lessons] == []
    assert set(found) & set(lessons), found
