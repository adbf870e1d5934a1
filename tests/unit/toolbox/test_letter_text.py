"""A letter's text filled in, and what several invoices owe: the worked cases of the field guide, to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.core.french import NARROW, NBSP
from course_app.toolbox.rules.interest import Payment, Rates, Semester
from course_app.toolbox.rules.letter import Grid, Items, Paragraph, blocks, fill, plain, plain_text
from course_app.toolbox.rules.owed import Invoice, owed

SECOND = Semester(2026, 2)
RATES = Rates({SECOND: Decimal("0.0240")}, {SECOND: Decimal("0.0275")}, Decimal("0.10"), Decimal(3))
FEE = 4000
GRID = Grid("Factures", ("Facture", "Reste dû"), (("F-1", "10,00 €"),))


def test_the_lost_invoice_of_case_one():
    """14 880,00 € due on 29 September, paid on 25 October: 131,43 € and one fee."""
    told = owed([Invoice("F-2026-0418", date(2026, 9, 29), 1_488_000)], date(2026, 10, 25), RATES, None, FEE)
    assert (told.interest_cents, told.fee_cents) == (13143, 4000)
    assert told.rates == (Decimal("0.1240"),)


def test_the_three_invoices_of_case_two():
    """Three invoices at the contract's 10 %: 12 116,95 € on 22 November."""
    invoices = [
        Invoice("F-1102", date(2026, 7, 12), 624_000),
        Invoice("F-1147", date(2026, 8, 9), 348_000),
        Invoice("F-1190", date(2026, 9, 27), 192_000),
    ]
    told = owed(invoices, date(2026, 11, 22), RATES, Decimal("0.10"), FEE)
    assert [line.told.interest_cents for line in told.lines] == [22738, 10011, 2946]
    assert told.total_cents == 1_211_695


def test_the_claim_of_case_three():
    """A payment goes on interest first, a judgment stops interest, an invoice not yet due bears none: 26 902,78 €."""
    invoices = [
        Invoice("F-7701", date(2026, 9, 13), 930_000, Payment(date(2026, 9, 25), 300_000)),
        Invoice("F-7758", date(2026, 10, 11), 1_245_000),
        Invoice("F-7812", date(2026, 11, 9), 786_000),
    ]
    told = owed(invoices, date(2026, 11, 2), RATES, None, FEE)
    assert [line.told.principal_cents for line in told.lines] == [633_791, 1_245_000, 786_000]
    assert [line.told.interest_cents for line in told.lines] == [8182, 9305, 0]
    assert [line.told.fee_cents for line in told.lines] == [FEE, FEE, 0]
    assert told.total_cents == 2_690_278


def test_blocks_follow_the_text():
    """Titles, paragraphs, lists and tables come in order; what was filled is marked."""
    text = "## La dette\n\n{client} doit {somme}.\n\n- une pièce\n- {autre}\n\n{tableau}"
    title, paragraph, items, grid = blocks(text, {"client": "A", "somme": "10 €", "autre": "deux", "tableau": GRID})
    assert (plain(title.runs), title.is_title) == ("La dette", True)
    assert [run for run in paragraph.runs if run.filled] == [("A", True), ("10 €", True)]
    assert isinstance(items, Items)
    assert [plain(runs) for runs in items.items] == ["une pièce", "deux"]
    assert grid is GRID


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_an_empty_blank_takes_its_paragraph_away(nothing):
    """A sentence never stands with a hole: its paragraph, or its item, is left out."""
    told = blocks("Bonjour.\n\nIBAN : {iban}\n\n- un\n- {iban}\n\n{tableau}", {"iban": nothing, "tableau": None})
    assert told == (Paragraph(fill("Bonjour.", {})), Items((fill("un", {}),)))


def test_a_title_over_nothing_goes_too():
    """A title whose every sentence was left out is left out with them, in the middle as at the end."""
    told = blocks("## A\n\n{rien}\n\n## B\n\nTexte.\n\n## C\n\n{rien}", {"rien": None})
    assert [plain(part.runs) for part in told] == ["B", "Texte."]


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip))
def test_what_is_typed_is_never_read_again(typed):
    """Braces, list marks, titles and markup typed by people come out as they went in, in one paragraph."""
    (told,) = blocks("Pour {client}", {"client": typed, "somme": "1 €"})
    assert plain(told.runs) == f"Pour {typed.strip()}"
    assert not told.is_title


def test_several_lines_find_their_place():
    """Lines typed alone in a paragraph make a list; at the end of a sentence they stay lines; inside it, one line."""
    typed = {"pieces": "un\n\n## deux", "client": "A"}
    alone, ending, inside, item = blocks("{pieces}\n\nJoint : {pieces}\n\nPour {pieces}.\n\n- {pieces}", typed)
    assert [plain(runs) for runs in alone.items] == ["un", "## deux"]
    assert plain(ending.runs) == "Joint : un\n\n## deux"
    assert plain(inside.runs) == "Pour un, ## deux."
    assert [plain(runs) for runs in item.items] == ["un, ## deux"]


def test_plain_text_is_an_email():
    """Tables become lines that say their titles, so that an e-mail keeps every figure."""
    told = plain_text(blocks("Voici :\n\n{tableau}\n\n- a\n- b", {"tableau": GRID}))
    assert told == f"Voici :\n\nFactures{NBSP}:\n- F-1{NARROW}; Reste dû{NBSP}: 10,00 €\n\n- a\n- b"


def test_columns_of_sums_are_told_from_texts():
    """Only columns whose every cell is a sum, a rate or a count are set to the right."""
    grid = Grid("", ("Facture", "Échéance", "Sur", "Taux"), (("12", "3 mai 2026", "1 000,00 €", "12,40 %"),))
    assert grid.numbers == (2, 3)
