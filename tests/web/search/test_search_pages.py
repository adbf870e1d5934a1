"""Looking things up: the search, the words of the trade, the figures."""

import html
import re
from urllib.parse import quote

import pytest

from course_app.core.french import NARROW, NBSP

HOSTILE = [
    "\x00",
    "\ud800",
    "<script>alert(1)</script>",
    "=1+1",
    '" OR 1=1 --',
    "NEAR(",
    "é" * 5_000,
    "%",
    "漢字",
    "{{7*7}}",
]


@pytest.fixture
def look_up(client):
    """Ask the search; return the status and the page with plain spaces."""

    def asked(question):
        answer = client.get(f"/recherche?q={quote(question, errors='surrogatepass')}")
        page = answer.get_data(as_text=True)
        return answer.status_code, page.replace(NARROW, " ").replace(NBSP, " ").replace("&nbsp;", " ")

    return asked


def test_the_empty_search_says_how_to_ask(client):
    """Without a question, the page shows its field and what to type, and nothing else."""
    page = client.get("/recherche").get_data(as_text=True)
    assert 'name="q"' in page
    assert "search-hit" not in page


def test_an_answer_leads_to_the_place(look_up, client):
    """A lesson found opens at an anchor that exists in its page; a word and a tool open at theirs."""
    status, page = look_up("acompte arrhes")
    links = re.findall(r'class="search-title" href="([^"]+)"', page)
    assert status == 200
    assert any(link.startswith("/glossaire#") for link in links)
    anchored = [link.partition("#") for link in links if link.startswith(("/glossaire", "/chiffres"))]
    assert all(f'id="{anchor}"' in client.get(path).get_data(as_text=True) for path, _sharp, anchor in anchored)


def test_tools_are_found(look_up):
    """The calculators are found beside the lessons."""
    assert "/outils/calculs/penalites" in look_up("calculer les pénalités de retard")[1]


def test_a_passage_keeps_amounts_whole(client):
    """What holds an amount or a guillemet together in a lesson still does in the passage shown of it."""
    page = client.get("/recherche?q=acompte").get_data(as_text=True)
    passages = " ".join(re.findall(r'search-passage">(.*?)</p>', page, re.DOTALL))
    assert f"{NBSP}€" in passages
    assert not re.search(r"\d \d{3}|\d €|« | »", passages)


def test_other_names_of_a_word_are_apart(look_up):
    """A word of the trade is shown with what people also say, one name after the other."""
    _status, page = look_up("acompte")
    assert "acompte, avance, paiement d’avance" in html.unescape(page)


def test_nothing_found_says_what_to_try(look_up):
    """A question nothing answers gets a way on, its words kept in the field."""
    status, page = look_up("xylophone")
    assert status == 200
    assert "Rien ne répond à « xylophone »" in page
    assert 'value="xylophone"' in page


def test_a_typo_is_told(look_up):
    """The page says how a misspelt word was read."""
    assert "Nous avons lu : <strong>chèque" in look_up("chequue de banque")[1]


@pytest.mark.parametrize("question", HOSTILE)
def test_hostile_questions_are_words(look_up, question):
    """Whatever is typed comes back as text, and breaks nothing."""
    status, page = look_up(question)
    assert status == 200
    assert "<script>alert" not in page


def test_every_word_of_the_trade_is_listed_in_order(client, app):
    """The glossary lists all terms by alphabet, accents aside, each with an anchor."""
    page = client.get("/glossaire").get_data(as_text=True)
    listed = re.findall(r'<div id="([^"]+)">\s*<dt>(.)', page)
    initials = [letter.lower().translate(str.maketrans("éèêà", "eeea")) for _anchor, letter in listed]
    assert {anchor for anchor, _letter in listed} == set(app.extensions["reglo.publication"].catalog().terms)
    assert initials == sorted(initials)


def test_every_figure_shows_its_source_and_its_check(client, app):
    """Each fact of the register is there with its value and the day it was checked."""
    facts = app.extensions["reglo.publication"].catalog().facts
    page = html.unescape(client.get("/chiffres").get_data(as_text=True))
    assert [name for name in facts if f'id="{name}"' not in page] == []
    assert page.count("Vérifié le") == len(facts)
