"""Long lists, fifty at a time."""

import pytest

from course_app.core.paging import ASKED_LIMIT, finder, part, tidied


@pytest.mark.parametrize(
    ("number", "first", "shown"), [(1, 0, 50), (2, 50, 50), (3, 100, 1), (-4, 0, 50), (99, 100, 1)]
)
def test_a_list_is_cut_by_fifty(number, first, shown):
    """Each line is on one page, in order; a number past either end gives the page at that end."""
    page = part(range(101), number)
    assert (page.shown, page.count, page.last) == (tuple(range(first, first + shown)), 101, 3)


def test_an_empty_list_has_one_empty_page():
    """Nothing to show is page 1 of 1, without a search."""
    page = part([], 7)
    assert (page.shown, page.number, page.last, page.may_search) == ((), 1, 1, False)


def test_a_name_is_found_as_it_is_typed_in_a_hurry():
    """Capitals, accents and the order of words do not matter; every word must be there; no word finds everybody."""
    holds = finder("exemple HELENE")
    assert holds("Hélène helene@exemple.fr")
    assert not holds("Hélène helene@ailleurs.fr")
    assert finder(" ")("anybody")
    assert tidied("  a   b ") == "a b"
    assert len(tidied("x" * 5_000)) == ASKED_LIMIT


@pytest.mark.parametrize(("asked", "name"), [("laetitia", "Lætitia"), ("LŒTITIA", "Loetitia")])
def test_letters_written_as_one_are_found_as_two(asked, name):
    """« Lætitia » is found by « laetitia », and the other way round."""
    assert finder(asked)(name)
