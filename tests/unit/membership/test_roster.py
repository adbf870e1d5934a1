"""Lists of people as they are pasted: addresses found, first names guessed, everything counted first."""

import time

import pytest

from course_app.core.errors import Invalid
from course_app.membership import roster


def _read(text):
    return [(person.email, person.first_name) for person in roster.read_text(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.fr,b@x.fr;c@x.fr\nd@x.fr\r\ne@x.fr", [(f"{name}@x.fr", "") for name in "abcde"]),
        ("Karim Diallo <K@X.fr>", [("k@x.fr", "Karim")]),
        ("DIALLO Karim <k@x.fr>; Dupont, Léa <l@x.fr>", [("k@x.fr", "Karim"), ("l@x.fr", "Léa")]),
        ('"Dupont, Léa" <l@x.fr>, b@x.fr', [("l@x.fr", "Léa"), ("b@x.fr", "")]),
        (" ; ,\n a@x.fr ,, ", [("a@x.fr", "")]),
        ("pas une adresse", [(None, "")]),
        ("O'Brien <o@x.fr>", [("o@x.fr", "O'Brien")]),
    ],
)
def test_a_pasted_text_is_read(text, found):
    """Lines, commas, semicolons, names with a comma: each address is found with the first name beside it."""
    assert _read(text) == found


def test_a_table_is_read_by_its_columns():
    """Columns are known by their titles in any order; without titles, the address is the cell that holds one."""
    titled = [["Équipe", "Adresse e-mail", "Prénom"], ["x@equipe", "a@x.fr", "Ana"], ["", "", ""]]
    assert [(each.email, each.first_name) for each in roster.read_rows(titled)] == [("a@x.fr", "Ana")]
    assert [(each.email, each.first_name) for each in roster.read_rows([["Ana", "a@x.fr"]])] == [("a@x.fr", "Ana")]


def test_a_list_written_reads_back():
    """What was read, written as text and read again, is the same people."""
    text = "Karim Diallo <k@x.fr>\nb@x.fr\npas une adresse"
    assert _read(roster.as_text(roster.read_text(text))) == _read(text)


@pytest.mark.parametrize("text", ["", " \n;,", "a@x.fr\n" * 2001])
def test_nobody_or_too_many_is_refused(text):
    """An empty list, and one of more than two thousand people, are refused."""
    with pytest.raises(Invalid):
        roster.read_text(text)


@pytest.mark.parametrize("piece", ["a,", "a<,", '",', 'a"\n', "<", "a;b,"])
def test_s65_a_megabyte_of_signs_costs_no_time(piece):
    """However a text is made, it is cut and counted in time that grows with its length (S65)."""
    began = time.process_time()
    with pytest.raises(Invalid):
        roster.read_text(piece * (300_000 // len(piece)) + "\n\n;" + "x;" * 2001)
    assert time.process_time() - began < 2
