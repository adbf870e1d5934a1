"""The index ranks what holds most of the question, opens the section that answers, and mends typos."""

import pytest

from course_app.search.rules.index import LONGEST_QUERY, MOST_SHOWN, Entry, Group, Index, Section

CHEQUE = Entry(
    Group.LESSON,
    ("lesson", "cheque"),
    "Le chèque est parti",
    "Demander le numéro du chèque",
    (
        Section("", "Le chèque est parti", "Le client dit qu'il l'a posté."),
        Section("s-numero", "Le numéro", "Le numéro se lit."),
    ),
)
PROMISE = Entry(
    Group.LESSON,
    ("lesson", "promesse"),
    "Une promesse complète",
    "",
    (Section("", "Une promesse complète", "Un jour, un montant, un moyen : parfois un chèque."),),
)
BAILIFF = Entry(Group.TERM, ("term", "commissaire"), "commissaire de justice", "Il pratique la saisie.")


@pytest.fixture(scope="module")
def index():
    """Two lessons that mention cheques, and a word."""
    return Index([PROMISE, CHEQUE, BAILIFF], {"parole donnée": ["promesse complète"]})


def _keys(answer, group=Group.LESSON):
    return [hit.entry.key[1] for hit in answer.hits.get(group, ())]


def test_what_is_about_the_question_comes_first(index):
    """A lesson whose title says the word comes before one that mentions it."""
    assert _keys(index.find("chèques")) == ["cheque", "promesse"]


def test_the_section_that_answers_is_opened(index):
    """The hit points at the section that holds the words, and marks them."""
    hit = index.find("numéro")
    hit = hit.hits[Group.LESSON][0]
    assert hit.section.anchor == "s-numero"
    assert [piece.text for piece in hit.passage if piece.is_match] == ["numéro"]


def test_a_typo_is_mended_and_said(index):
    """An unknown word is read as the nearest known one, with its accents, and the page can say so."""
    answer = index.find("chèqque parti")
    assert answer.read_as == "chèque parti"
    assert _keys(answer)[0] == "cheque"
    assert index.find("chèque parti").read_as is None


def test_what_people_say_finds_the_word_of_the_trade(index):
    """A whole expression people use leads to what the trade calls it; half of it does not."""
    assert _keys(index.find("sa parole donnée")) == ["promesse"]
    assert not index.find("donnée").hits


@pytest.mark.parametrize(
    "question", ["", "   ", "?!", '"', "AND OR NOT", "NEAR(a b)", "title:x *", "'; DROP TABLE entry", "漢字"]
)
def test_any_text_is_a_question(index, question):
    """No text breaks the search; what answers nothing gives nothing."""
    assert index.find(question).count == 0


def test_a_long_question_is_read_to_its_limit(index):
    """What stands beyond the limit changes nothing."""
    assert index.find("chèque " + "x" * 10 * LONGEST_QUERY).hits == index.find("chèque " + "x" * LONGEST_QUERY).hits


def test_few_answers_are_shown():
    """Each group shows no more than its share."""
    many = [Entry(Group.TERM, ("term", str(rank)), f"mot {rank}") for rank in range(50)]
    assert len(Index(many).find("mot").hits[Group.TERM]) == MOST_SHOWN[Group.TERM]
