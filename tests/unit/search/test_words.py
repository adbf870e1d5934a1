"""Words are compared as people type them: without accents, in any number, with a wrong letter or two."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.search.rules.passages import PASSAGE, passage
from course_app.search.rules.words import fold, nearest, stem, telling, words

TEXTS = st.text(alphabet=st.sampled_from("abé çœÉ€½'’-.\n\u00a0漢0123456789"), max_size=400)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("debiteur", "Débiteurs"),
        ("relance", "RELANCES"),
        ("penalite", "pénalités"),
        ("œuvre", "oeuvres"),
        ("40€", "40 euros"),
        ("signes", "signé"),
    ],
)
def test_forms_of_a_word_are_one(typed, written):
    """Accents, capitals, plurals, ligatures and the euro sign make no difference."""
    assert {word.stem for word in words(typed)} == {word.stem for word in words(written)}


@given(TEXTS)
def test_words_stand_where_they_say(text):
    """A word's place in the text gives the word back, in order and without overlap."""
    found = words(text)
    assert all(fold(text[word.start : word.end]) for word in found)
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    assert all(word.folded.isascii() and word.folded.isalnum() for word in found)


def test_common_words_count_only_when_alone():
    """« le », « que » tell nothing beside « chèque »; alone they are all there is."""
    assert [word.folded for word in telling("que dit le chèque")] == ["dit", "cheque"]
    assert [word.folded for word in telling("le que")] == ["le", "que"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("cheqe", "cheque"), ("prommesse", "promesse"), ("huisier", "huissier"), ("fac", None), ("zzzzzz", None)],
)
def test_a_typo_finds_its_word(typed, meant):
    """A wrong, missing or doubled letter finds the word; short or unknown words find none."""
    assert nearest(typed, ["cheque", "promesse", "huissier", "facture", "devis"]) == meant


@given(TEXTS, st.integers(20, PASSAGE))
def test_a_passage_is_a_stretch_of_its_text(text, length):
    """Whatever the text, the passage is cut from it, no longer than asked, and marks only the words looked for."""
    stems = {word.stem for word in words(text)[:3]}
    pieces = passage(text, stems, length)
    shown = "".join(piece.text for piece in pieces).removeprefix("… ").removesuffix(" …")
    assert shown in text
    assert len(shown) <= length
    assert all({word.stem for word in words(piece.text)} <= stems for piece in pieces if piece.is_match)


def test_a_passage_shows_the_words_looked_for():
    """In a long text, the passage is where the words stand together."""
    text = "Un mot. " * 60 + "La promesse tient au jour dit." + " Autre chose." * 60
    pieces = passage(text, {stem("promesse"), stem("jour")})
    assert [piece.text for piece in pieces if piece.is_match] == ["promesse", "jour"]
