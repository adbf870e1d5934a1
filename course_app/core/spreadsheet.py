"""Tables of text as CSV and XLSX files: written so that no cell computes anything, read within bounds.

Standard library only. Both kinds are told apart by their content, never by the name of a file (security.md S65). A
workbook is read by the standard library's expat, which refuses any DOCTYPE here; nothing is inflated beyond its bound.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from course_app.core.errors import Invalid

FILE_BYTES = 1024 * 1024
ROWS_LIMIT = 2001
"""Two thousand lines, and the one that names the columns."""
COLUMNS_LIMIT = 40
CELL_LIMIT = 500
_PART_BYTES = 4 * 1024 * 1024
_PARTS_LIMIT = 200

UNREADABLE = "Ce fichier ne se lit pas. Enregistrez-le en CSV ou en classeur XLSX, puis envoyez-le à nouveau."
TOO_BIG = "Ce fichier est trop gros : 1 Mo au plus."
TOO_LONG = "Ce fichier est trop long : 2 000 lignes, 40 colonnes et 500 caractères par case au plus."
OLD_KIND = "Ce fichier est un ancien classeur. Enregistrez-le en XLSX ou en CSV, puis envoyez-le à nouveau."
FORMULA = "La case {} contient une formule. Collez les valeurs à sa place, puis envoyez le fichier à nouveau."

_CALLS = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DATED = (1980, 1, 1, 0, 0, 0)  # the same table gives the same bytes

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2">'
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="49" fontId="0" fillId="0" '
    'borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" '
    'applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>',
}


def neutral(cell: str) -> str:
    """Return a cell that a spreadsheet shows and never computes: an apostrophe leads what would be a formula (S60)."""
    return f"'{cell}" if cell.startswith(_CALLS) else cell


def plain(cell: str) -> str:
    """Return what `neutral` was given."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_CALLS) else cell


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as French spreadsheets open it: semicolons, UTF-8 with its mark."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([neutral(cell) for cell in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def write_xlsx(rows: Sequence[Sequence[str]], sheet: str) -> bytes:
    """Return a table as a workbook of one sheet, its first line in bold and kept in sight; the same bytes each time."""
    widths = [min(60, 2 + max(len(row[place]) for row in rows if place < len(row))) for place in range(len(rows[0]))]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, 1)
    )
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    lines = "".join(_row(number, row) for number, row in enumerate(rows, 1))
    parts = {
        **_PARTS,
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{_xml(sheet[:31])}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{frozen}'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>{lines}</sheetData></worksheet>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            text = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{part}'
            archive.writestr(zipfile.ZipInfo(name, _DATED), text.encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def read(data: bytes) -> list[list[str]]:
    """Return the rows of a CSV file or of a workbook's first sheet, as text, without their neutralising apostrophes.

    Rows and cells left out of a workbook read as empty. Raises `Invalid`, in French, on a file of another kind, beyond
    a bound, or that holds a formula.
    """
    if len(data) > FILE_BYTES:
        raise Invalid(TOO_BIG, code="fichier-trop-gros")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(OLD_KIND, code="fichier-ancien")
    rows = _read_workbook(data) if data.startswith(b"PK") else _read_csv(data)
    return [[plain(cell) for cell in row] for row in rows]


def _read_csv(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(rows) >= ROWS_LIMIT or len(row) > COLUMNS_LIMIT or any(len(cell) > CELL_LIMIT for cell in row):
                raise Invalid(TOO_LONG, code="fichier-trop-long")
            rows.append(row)
    except csv.Error:
        raise _unreadable() from None
    return rows


def _decoded(data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or the Windows code page of older spreadsheets."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
            return text
    raise _unreadable()


def _read_workbook(data: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.namelist()) > _PARTS_LIMIT:
                raise _unreadable()
            name = _first_sheet(archive)
            shared = _shared_strings(archive) if "xl/sharedStrings.xml" in archive.namelist() else []
            sheet = _Sheet(shared)
            _parse(_part(archive, name), sheet.open, sheet.close, sheet.text)
    except (zipfile.BadZipFile, KeyError, IndexError, ValueError, expat.ExpatError, NotImplementedError, RuntimeError):
        raise _unreadable() from None
    return sheet.rows


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(_PART_BYTES + 1)
    if len(content) > _PART_BYTES:
        raise Invalid(TOO_LONG, code="fichier-trop-long")
    return content


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Return the name of the part that holds the first sheet of the workbook."""
    wanted: list[str] = []
    targets: dict[str, str] = {}

    def on_sheet(tag: str, values: Mapping[str, str]) -> None:
        if tag == "sheet":
            wanted.append(values[f"{_OFFICE} id"])

    def on_relation(tag: str, values: Mapping[str, str]) -> None:
        if tag == "Relationship":
            targets[values["Id"]] = values["Target"]

    _parse(_part(archive, "xl/workbook.xml"), on_sheet)
    _parse(_part(archive, "xl/_rels/workbook.xml.rels"), on_relation)
    target = targets[wanted[0]]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    """Return the texts that cells of the workbook name by their rank; phonetic readings are left out."""
    found: list[str] = []
    inside: list[str] = []

    def on_open(tag: str, _values: Mapping[str, str]) -> None:
        inside.append(tag)
        if tag == "si":
            found.append("")

    def on_text(text: str) -> None:
        if inside and inside[-1] == "t" and "rPh" not in inside:
            found[-1] += text

    _parse(_part(archive, "xl/sharedStrings.xml"), on_open, lambda _tag: inside.pop(), on_text)
    return found


class _Sheet:
    """The rows of a sheet, filled as its XML goes by."""

    def __init__(self, shared: Sequence[str]) -> None:
        self.rows: list[list[str]] = []
        self._shared = shared
        self._kind, self._place, self._name, self._text, self._inside = "", 0, "", "", ""

    def open(self, tag: str, values: Mapping[str, str]) -> None:
        """Note where the next text belongs; refuse a formula."""
        self._inside = tag
        if tag == "row":
            self._open_row(int(values.get("r", len(self.rows) + 1)))
        elif tag == "c":
            self._kind, self._name, self._text = values.get("t", "n"), values.get("r", ""), ""
            self._place = _column(self._name) if self._name else len(self.rows[-1])
        elif tag == "f":
            raise Invalid(FORMULA.format(self._name), code="fichier-formule")

    def text(self, text: str) -> None:
        """Take the text of a value."""
        if self._inside in ("v", "t"):
            self._text += text

    def close(self, tag: str) -> None:
        """End a cell."""
        self._inside = ""
        if tag != "c":
            return
        cell = self._shared[int(self._text)] if self._kind == "s" and self._text else self._text
        if len(cell) > CELL_LIMIT or self._place >= COLUMNS_LIMIT:
            raise Invalid(TOO_LONG, code="fichier-trop-long")
        row = self.rows[-1]
        row.extend([""] * (self._place + 1 - len(row)))
        row[self._place] = cell

    def _open_row(self, number: int) -> None:
        if not len(self.rows) < number <= ROWS_LIMIT:
            raise Invalid(TOO_LONG, code="fichier-trop-long")
        self.rows.extend([] for _missing in range(number - len(self.rows)))


def _column(name: str) -> int:
    """Return the rank of a cell's column from 0: « B7 » is 1."""
    place = 0
    for letter in name.rstrip("0123456789"):
        place = place * 26 + ord(letter) - ord("A") + 1
    if not 0 < place <= COLUMNS_LIMIT:
        raise Invalid(TOO_LONG, code="fichier-trop-long")
    return place - 1


def _parse(
    content: bytes,
    on_open: Callable[[str, Mapping[str, str]], None],
    on_close: Callable[[str], Any] | None = None,
    on_text: Callable[[str], None] | None = None,
) -> None:
    """Read a part, tags given by their local names; any DOCTYPE is refused."""

    def refuse(*_declared: object) -> None:
        raise _unreadable()

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, values: on_open(tag.rpartition(" ")[2], values)
    if on_close is not None:
        parser.EndElementHandler = lambda tag: on_close(tag.rpartition(" ")[2])
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    parser.Parse(content, True)


def _row(number: int, row: Sequence[str]) -> str:
    style = 1 if number == 1 else 0
    cells = "".join(
        f'<c r="{_letters(place)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{_xml(neutral(cell))}</t></is></c>"
        for place, cell in enumerate(row)
        if cell
    )
    return f'<row r="{number}">{cells}</row>'


def _letters(place: int) -> str:
    """Return the letters of a column by its rank from 0, under 702."""
    first, second = divmod(place, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + second)


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("", text), {'"': "&quot;"})


def _unreadable() -> Invalid:
    return Invalid(UNREADABLE, code="fichier-illisible")
