"""Tables as CSV and XLSX: what comes back, what is refused, what is bounded."""

import io
import zipfile

import pytest

from course_app.core import spreadsheet
from course_app.core.errors import Invalid

ROWS = [["Prénom", "Adresse"], ["Zoé; « l'aînée »", "zoe@exemple.fr"], ["=1+1", "+33"], ["-2", "@x"], ["", "a\tb"]]
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def _workbook(sheet, **parts):
    """Return a workbook whose sheet, and other parts by name, are replaced."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(spreadsheet.write_xlsx(ROWS, "Liste"))) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, sheet if name.endswith("sheet1.xml") else parts.pop(name, source.read(name)))
        for name, part in parts.items():
            target.writestr(name, part)
    return packed.getvalue()


@pytest.mark.parametrize("write", [spreadsheet.write_csv, lambda rows: spreadsheet.write_xlsx(rows, "Liste")])
def test_s69_what_is_written_reads_back(write):
    """Every cell comes back as it was, accents, quotes, semicolons and would-be formulas included (S69)."""
    assert spreadsheet.read(write(ROWS)) == ROWS


def test_s60_no_written_cell_computes():
    """A cell that starts like a formula is led by an apostrophe in both kinds of file (S60)."""
    text = spreadsheet.write_csv(ROWS).decode("utf-8-sig")
    assert "'=1+1" in text
    sheet = zipfile.ZipFile(io.BytesIO(spreadsheet.write_xlsx(ROWS, "L"))).read("xl/worksheets/sheet1.xml").decode()
    assert ">'=1+1<" in sheet
    assert "<f>" not in sheet


def test_the_same_table_gives_the_same_bytes():
    """A workbook holds no moment: written twice, it is the same file."""
    assert spreadsheet.write_xlsx(ROWS, "L") == spreadsheet.write_xlsx(ROWS, "L")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_files_of_several_programs_are_read(encoding, delimiter):
    """Semicolons, commas or tabulations, in the encodings that spreadsheets write."""
    text = delimiter.join(["Prénom", "Adresse"]) + "\r\n" + delimiter.join(["Zoé", "zoe@exemple.fr"])
    assert spreadsheet.read(text.encode(encoding)) == [["Prénom", "Adresse"], ["Zoé", "zoe@exemple.fr"]]


def test_shared_texts_and_gaps_are_read():
    """A workbook of another program: shared texts in pieces, left out cells and rows, an absolute sheet address."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    shared = f'<sst xmlns="{space}"><si><r><t>zoe@</t></r><r><t>exemple.fr</t></r><rPh><t>x</t></rPh></si></sst>'
    sheet = f'{HEAD}<row r="2"><c r="C2" t="s"><v>0</v></c><c r="A2"><v>12</v></c></row></sheetData></worksheet>'
    read = spreadsheet.read(_workbook(sheet, **{"xl/sharedStrings.xml": shared}))
    assert read == [[], ["12", "", "zoe@exemple.fr"]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * (spreadsheet.FILE_BYTES + 1), "fichier-trop-gros"),
        (b"\xd0\xcf\x11\xe0rest", "fichier-ancien"),
        (b"\x89PNG\r\n\x1a\n\0\0", "fichier-illisible"),
        (b"PK\x03\x04 no archive", "fichier-illisible"),
        (b'a;"b', "fichier-illisible"),
        (b"a\n" * 2002, "fichier-trop-long"),
        (b";" * 40, "fichier-trop-long"),
        (b"a" * 501, "fichier-trop-long"),
        (
            _workbook(f'{HEAD}<row r="1"><c r="B1"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>'),
            "fichier-formule",
        ),
        (_workbook(f'{HEAD}<row r="9999999"/></sheetData></worksheet>'), "fichier-trop-long"),
        (_workbook(f'{HEAD}<row><c r="ZZ1"><v>1</v></c></row></sheetData></worksheet>'), "fichier-trop-long"),
        (_workbook(f'{HEAD}<row><c r="A1" t="s"><v>7</v></c></row></sheetData></worksheet>'), "fichier-illisible"),
        (_workbook(f'{HEAD}<c r="A1"><v>7</v></c></sheetData></worksheet>'), "fichier-illisible"),
        (_workbook(f'<!DOCTYPE x [<!ENTITY a "b">]>{HEAD}</sheetData></worksheet>'), "fichier-illisible"),
        (_workbook(f"{HEAD}<row>"), "fichier-illisible"),
        (_workbook(HEAD + " " * 5_000_000 + "</sheetData></worksheet>"), "fichier-trop-long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_s65_what_is_no_list_is_refused(data, code):
    """Too big, too long, old, broken, with a formula, a DOCTYPE or a bomb inside: refused by a French sentence (S65)."""
    with pytest.raises(Invalid) as refusal:
        spreadsheet.read(data)
    assert refusal.value.code == code


def test_s65_a_workbook_of_thousands_of_parts_is_refused():
    """An archive of more parts than a workbook has is not looked into (S65)."""
    with pytest.raises(Invalid):
        spreadsheet.read(_workbook(HEAD, **{f"part{rank}.xml": "" for rank in range(300)}))
