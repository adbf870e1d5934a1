"""The list of people for whom certificates are issued: fifty a page, whoever waits first, found by a few letters."""

import uuid

import pytest

from course_app.certificates.pages import Followed, TeamPerson, people_page
from course_app.core.paging import PER_PAGE

DONE = (Followed("equipe", "Une équipe qui se fait payer", "8 décembre 2026"),)


def _people(number, waiting=()):
    return [
        TeamPerson(uuid.uuid4(), f"Prénom{rank}", f"p{rank}@exemple.fr", DONE if rank in waiting else ())
        for rank in range(number)
    ]


@pytest.mark.parametrize(("number", "last"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_everybody_is_on_one_page_and_no_page_holds_more_than_fifty(number, last):
    """Nobody, one person, a full page, one more: each person once, on pages of fifty at most."""
    everybody = _people(number, waiting={number - 1, number // 2})
    pages = [people_page(everybody, "", at) for at in range(1, last + 1)]
    shown = [each for page in pages for each in (*page.waiting, *page.others)]
    assert sorted(each.email for each in shown) == sorted(each.email for each in everybody)
    assert all(len(page.waiting) + len(page.others) <= PER_PAGE for page in pages)
    assert {(page.last, page.count) for page in pages} == {(last, number)}
    assert pages[0].may_search is (last > 1)


def test_whoever_waits_is_on_the_first_pages():
    """Sixty people wait among a hundred and one: a full page of them, then ten, before anybody else; the count is whole."""
    everybody = _people(101, waiting=set(range(40, 100)))
    first, second = people_page(everybody, "", 1), people_page(everybody, "", 2)
    assert [len(first.waiting), len(first.others), len(second.waiting), len(second.others)] == [50, 0, 10, 40]
    assert first.waiting_count == second.waiting_count == 60


@pytest.mark.parametrize(("number", "shown"), [(-3, 1), (0, 1), (2, 2), (10**12, 3)])
def test_a_page_past_the_end_is_the_last(number, shown):
    """A number typed in the address, or a list that shrank: the page at that end."""
    assert people_page(_people(101), "", number).number == shown


@pytest.mark.parametrize("asked", ["zoe", " ZOÉ ", "zoé@", "bocage zo", "é bocage"])
def test_somebody_is_found_by_a_few_letters(asked):
    """Without capitals nor accents, in the first name or the address, words in any order."""
    zoe = TeamPerson(uuid.uuid4(), "Zoé", "zoe@bocage.fr")
    page = people_page([*_people(60), zoe], asked, 1)
    assert (page.others, page.count, page.last) == ((zoe,), 1, 1)
    assert page.may_search


def test_nobody_is_found_without_a_fault():
    """No match: an empty page that still offers to search."""
    page = people_page(_people(60), "x" * 5_000, 4)
    assert (page.count, page.number, page.may_search, len(page.asked)) == (0, 1, True, 120)
