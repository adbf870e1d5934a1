"""The letters as people use them: filled, previewed, downloaded, refused with everything kept, and never stored."""

import html
import io
import re
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from sqlalchemy import event

from course_app.core.french import NARROW, NBSP
from course_app.library.claims import Claims
from course_app.library.files import TRAPS
from course_app.library.yaml_reader import read_yaml
from course_app.store.session import db
from course_app.toolbox.letter_forms import example
from course_app.web.library import catalog
from tests.support.browsers import browser

NOTICE = "mise-en-demeure"
FIRST_ROWS = [f"factures-{rank}-{key}" for rank in (0, 1) for key in ("numero", "echeance", "montant")]
HOSTILE = "<script>alert(1)</script> {total} {{7*7}} #set =1+1 | ${7*7} \\ & \u202e «é»"


def _plain(text):
    return re.sub(r"\s+", " ", text.replace(NARROW, " ").replace(NBSP, " ")).strip()


@pytest.fixture
def letters(app):
    """Every letter published, by id."""
    with app.app_context():
        return catalog().letters


@pytest.fixture
def desk(app, session):
    """A visitor, without account."""
    return browser(app, None, session)


@pytest.fixture
def send(desk, letters):
    """`send(letter, action, **changes)`: post a letter's example; a change of None leaves its field out."""

    def sent(letter_id, action, **changes):
        typed = {**example(letters[letter_id]), **changes}
        kept = {name: value for name, value in typed.items() if value is not None}
        return desk.post(f"/outils/lettres/{letter_id}", **kept, action=action)

    return sent


def _ids():
    return sorted(path.stem.partition("-")[2] for path in _folder().glob("*.yaml"))


def _folder():
    return Path(__file__).parents[3] / "content" / "letters"


def _word_text(body):
    word = docx.Document(io.BytesIO(body))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


def _pdf_text(body):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)


def test_every_letter_becomes_a_word_file_and_a_pdf(send, letters):
    """Each letter's example downloads both ways, with its subject, the warning and the date of the legal check."""
    assert set(letters) == set(_ids())
    for letter_id in letters:
        word, pdf = send(letter_id, "docx"), send(letter_id, "pdf")
        assert word.status_code == pdf.status_code == 200, letter_id
        for text in (_word_text(word.data), _pdf_text(pdf.data)):
            assert "Objet :" in _plain(text)
            assert "À lire avant d’envoyer" in text
            assert "vérifié le" in _plain(text)
            assert "[" not in text, letter_id
        assert pdf.headers["Content-Disposition"].startswith(f"attachment; filename={letter_id}-2026-")


def test_no_letter_says_what_old_books_teach(send, letters):
    """Filled letters pass the forty traps, and are typeset: no straight apostrophe, no plain space before ; : ! ? € %."""
    traps = TRAPS.validate_python(read_yaml((_folder().parent / "traps.yaml").read_text("utf-8")).value)
    claims, wrong = Claims((), traps), re.compile(r"\w'\w| [;!?€%]| :(?=\s|$)|\bhuissier")
    for letter_id in letters:
        page = send(letter_id, "apercu").get_data(as_text=True)
        text = html.unescape(re.search(r"<textarea id=\"texte\"[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])
        assert list(claims.faults(text)) == [], letter_id
        assert [text[found.start() - 20 : found.end() + 9] for found in wrong.finditer(text)] == [], letter_id


def test_sums_are_the_calculators(send):
    """The notice of case 2: three invoices at the contract's 10 % on 22 November ask for 12 116,95 €."""
    rows = ("F-1102 12/07/2026 6240", "F-1147 09/08/2026 3480", "F-1190 27/09/2026 1920")
    typed = {
        f"factures-{rank}-{key}": value
        for rank, row in enumerate(rows)
        for key, value in zip(("numero", "echeance", "montant"), row.split(), strict=True)
    }
    page = send(NOTICE, "apercu", date="22/11/2026", date_limite="30/11/2026", taux="10", **typed)
    words = _plain(re.sub(r"<[^>]+>", " ", html.unescape(page.get_data(as_text=True))))
    assert page.status_code == 200
    for told in ("12 116,95 €", "227,38 €", "100,11 €", "29,46 €", "356,95 €", "120,00 €", "F-1147 et F-1190"):
        assert told in words


def test_a_consumer_is_asked_the_invoice_only(send):
    """Facing a consumer, neither interest between businesses nor the fixed fee appear anywhere in the letter."""
    text = _plain(_word_text(send(NOTICE, "docx", particulier="y").data)).partition("À lire avant")[0]
    assert "18 000,00 €" in text
    assert "indemnité" not in text.lower()
    assert "L441-10" not in text


def test_downloads_are_the_same_each_time(send):
    """The same letter gives the same bytes, and nothing inside says when it was made."""
    for action in ("docx", "pdf"):
        assert send(NOTICE, action).data == send(NOTICE, action).data
    entries = zipfile.ZipFile(io.BytesIO(send(NOTICE, "docx").data)).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_word_file_is_french_titled_and_marked(send):
    """Language, title, heading, repeated header row; what was filled carries one style to clear."""
    word = docx.Document(io.BytesIO(send(NOTICE, "docx").data))
    assert word.core_properties.language == "fr-FR"
    assert _plain(word.core_properties.title).startswith("Mise en demeure de payer 18 ")
    assert {lang.get(qn("w:val")) for lang in word.styles.element.iter(qn("w:lang"))} == {"fr-FR"}
    assert [one.style.name for one in word.paragraphs if one.text.startswith(("Objet", "À lire"))] == ["Heading 1"] * 2
    assert word.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    marked = [run.text for one in word.paragraphs for run in one.runs if run.style.name == "À relire"]
    assert "2 décembre 2026" in _plain(" ".join(marked))


def test_pdf_is_tagged_and_carries_its_font(send):
    """The PDF declares its tags, its language, its title, and embeds the text font."""
    read = pypdf.PdfReader(io.BytesIO(send(NOTICE, "pdf").data))
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("fr")
    assert _plain(read.metadata.title).startswith("Mise en demeure de payer 18 ")
    assert read.metadata.author == "Atelier Vercors"
    fonts = [font.get_object() for page in read.pages for font in page["/Resources"]["/Font"].values()]
    inside = [one.get_object() for font in fonts for one in font["/DescendantFonts"]]
    assert all("AtkinsonHyperlegibleNext" in font["/BaseFont"] for font in inside)
    assert all({"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"]) for font in inside)


def test_s54_s58_what_is_typed_is_only_text(send):
    """Markup, braces, formulas and control characters come out as they were typed, in page, Word and PDF."""
    page = send(NOTICE, "apercu", client=HOSTILE, suite=f"{HOSTILE}\n\n- {HOSTILE}\x0b\x07fin").get_data(as_text=True)
    assert "<script>alert" not in page
    assert html.escape("{total} {{7*7}}") in page
    for action, read in (("docx", _word_text), ("pdf", _pdf_text)):
        text = read(send(NOTICE, action, client=HOSTILE, suite=f"{HOSTILE}\x07fin").data)
        for piece in ("<script>alert(1)</script>", "{total}", "{{7*7}}", "#set", "=1+1", "${7*7}", "fin"):
            assert piece in text.replace("\n", " "), (action, piece)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"client": "", **dict.fromkeys(FIRST_ROWS)}, "Remplissez « Votre client »"),
        ({"client": "x" * 201}, "200 caractères au plus"),
        ({"suite": "x" * 5001}, "5000 caractères au plus"),
        ({"date": "30/02/2026"}, "n’existe pas"),
        ({"date": "20/10/2026"}, "viendrait trop tôt"),
        ({"date_limite": "24/11/2026"}, "vient après la date de la lettre"),
        ({"taux": "140"}, "100 % au plus"),
        ({"factures-0-montant": "-3"}, "montant positif"),
        ({"factures-0-numero": ""}, "numéro, échéance et montant"),
        ({"factures-0-verse": "100"}, "montant versé et sa date"),
        ({"factures-0-verse": "14880", "factures-0-verse_le": "01/10/2026"}, "est soldée"),
        ({"factures-0-echeance": "01/01/2020"}, "Aucun taux n’est connu"),
        (dict.fromkeys(FIRST_ROWS), "au moins une facture"),
        ({"entreprise": "\x00"}, "caractères invisibles"),
    ],
)
def test_a_refusal_says_what_to_correct_and_keeps_everything(send, changes, told):
    """Whatever was asked, page or file, a fault answers 422 with its message and all that was typed."""
    for action in ("apercu", "docx", "pdf"):
        answer = send(NOTICE, action, **changes)
        page = html.unescape(answer.get_data(as_text=True))
        assert answer.status_code == 422
        assert told in page.replace(NBSP, " ").replace(NARROW, " ")
        assert "notre demande d’injonction de payer sera déposée" in page or "suite" in changes
        assert 'value="Samira Benali, comptable"' in page


def test_rows_of_invoices_grow_up_to_twelve(send):
    """« Ajouter une facture » gives one more empty row and keeps what was typed; the twelfth is the last."""
    page = send(NOTICE, "ajouter", client="").get_data(as_text=True)
    assert re.search(r'<input[^>]* autofocus[^>]* name="factures-2-numero"', page)
    assert 'value="F-2026-0418"' in page
    assert "error-summary" not in page
    many = {f"factures-{rank}-numero": f"F-{rank}" for rank in range(30)}
    assert 'name="factures-12-numero"' not in send(NOTICE, "ajouter", **many).get_data(as_text=True)


def test_enter_shows_the_letter(desk):
    """The first button of the form, which the Enter key presses, previews: it adds no invoice."""
    page = desk.client.get(f"/outils/lettres/{NOTICE}").get_data(as_text=True)
    form = page[page.index('id="lettre"') :]
    assert re.search(r'<button[^>]* value="(\w+)"', form)[1] == "apercu"


def test_s48_nothing_is_written(app, desk, send):
    """Opening, filling and downloading a letter send the database no statement that writes."""
    seen = []
    with app.app_context():
        engine = db.engine

    def keep(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    desk.client.get(f"/outils/lettres/{NOTICE}")
    send(NOTICE, "apercu")
    send(NOTICE, "pdf")
    event.remove(engine, "before_cursor_execute", keep)
    assert not [one for one in seen if re.match(r"\s*(INSERT|UPDATE|DELETE)", one, re.IGNORECASE)]


def test_s47_a_letter_needs_its_token(desk):
    """Without the page's token, nothing is made (S47)."""
    assert desk.client.post(f"/outils/lettres/{NOTICE}", data={"action": "pdf"}).status_code == 400


def test_every_tool_is_listed_and_opens(desk, letters, app):
    """Letters by moment and checklists are one press away from the toolbox; the model and the example open."""
    listed = desk.client.get("/outils").get_data(as_text=True)
    with app.app_context():
        checklists = catalog().checklists
    for letter_id in letters:
        assert f'href="/outils/lettres/{letter_id}"' in listed
        assert desk.client.get(f"/outils/lettres/{letter_id}").status_code == 200
        assert desk.client.get(f"/outils/lettres/{letter_id}?exemple=oui").status_code == 200
    for name, checklist in checklists.items():
        assert f'href="/outils/listes/{name}"' in listed
        page = html.unescape(desk.client.get(f"/outils/listes/{name}").get_data(as_text=True))
        assert all(item in page for part in checklist.parts for item in part.items)
    assert desk.client.get("/outils/lettres/autre").status_code == 404
    assert desk.client.get("/outils/listes/autre").status_code == 404
