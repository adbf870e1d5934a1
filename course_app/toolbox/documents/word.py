"""A letter as a Word file: French, titled, its filled parts marked to be read again; the same bytes for the same letter.

What was typed or computed carries the character style « À relire » (a yellow background): one change of that style
clears the whole letter. Texts are written as texts; nothing typed becomes a field, a formula or markup.
"""

import io
import zipfile
from datetime import UTC, datetime, time

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from course_app.toolbox.rules.letter import Block, Document, Grid, Items, Runs

_FONT = "Arial"
_REREAD = "À relire"
_YELLOW = "FFE89A"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date a zip can hold: the archive says nothing of when it was made."""


def write(document: Document, subject_word: str) -> bytes:
    """Return the Word file of a letter; `subject_word` is what stands before its subject."""
    word = docx.Document()
    _set_up(word, document)
    _letterhead(word, document)
    heading = word.add_heading(level=1)
    heading.add_run(f"{subject_word} ")
    _add_runs(heading, document.subject)
    for part in document.blocks:
        _add(word, part)
    word.paragraphs[-1].paragraph_format.keep_with_next = True
    signature = word.add_paragraph()
    signature.paragraph_format.space_before = Pt(22)
    signature.paragraph_format.keep_together = True
    _add_lines(signature, document.signature, first_bold=True)
    _reminder(word, document)
    raw = io.BytesIO()
    word.save(raw)
    return _undated(raw.getvalue())


def _set_up(word: WordDocument, document: Document) -> None:
    """Set paper, language, fonts, styles and properties."""
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    for name, size in (("Normal", 10.5), ("Heading 1", 12), ("Heading 2", 11), ("List Bullet", 10.5)):
        style = word.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{script}"), _FONT)
        if name.startswith("Heading"):
            style.font.color.rgb = None
            style.font.bold = True
            style.paragraph_format.space_before = Pt(10)
        style.paragraph_format.space_after = Pt(6)
    language = word.styles["Normal"].element.get_or_add_rPr()
    _set(language, "w:lang", val="fr-FR", eastAsia="fr-FR")
    for default in word.styles.element.iter(qn("w:lang")):
        default.set(qn("w:val"), "fr-FR")
    reread = word.styles.add_style(_REREAD, WD_STYLE_TYPE.CHARACTER)
    _set(reread.element.get_or_add_rPr(), "w:shd", val="clear", color="auto", fill=_YELLOW)
    made_at = datetime.combine(document.made_on, time(12), UTC).replace(tzinfo=None)
    properties = word.core_properties
    properties.title, properties.language = document.title[:200], "fr-FR"
    properties.author = properties.last_modified_by = document.author[:200]
    properties.created = properties.modified = made_at
    properties.comments, properties.revision = "", 1


def _set(parent: object, tag: str, **attributes: str) -> None:
    """Give an element one child, with attributes of the same namespace."""
    child = OxmlElement(tag)
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    parent.append(child)  # type: ignore[attr-defined]


def _letterhead(word: WordDocument, document: Document) -> None:
    if document.is_mail:
        return
    _add_lines(word.add_paragraph(), document.sender, first_bold=True)
    for lines, bold in ((document.recipient, True), ((document.place_and_date,), False)):
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(8.4)
        paragraph.paragraph_format.space_before = Pt(14)
        _add_lines(paragraph, lines, first_bold=bold, reread=True)
    if document.mention:
        word.add_paragraph().add_run(document.mention).bold = True


def _add_lines(paragraph: WordParagraph, lines: tuple[str, ...], *, first_bold: bool, reread: bool = False) -> None:
    for rank, line in enumerate(lines):
        run = paragraph.add_run()
        if rank:
            run.add_break(WD_BREAK.LINE)
        run.add_text(line)
        if reread:
            run.style = _REREAD
        run.bold = True if first_bold and rank == 0 else None


def _add_runs(paragraph: WordParagraph, runs: Runs) -> None:
    for piece in runs:
        run = paragraph.add_run()
        for rank, line in enumerate(piece.text.split("\n")):
            if rank:
                run.add_break(WD_BREAK.LINE)
            run.add_text(line)
        if piece.filled:
            run.style = _REREAD


def _add(word: WordDocument, part: Block) -> None:
    if isinstance(part, Items):
        for runs in part.items:
            _add_runs(word.add_paragraph(style="List Bullet"), runs)
    elif isinstance(part, Grid):
        _table(word, part)
    elif part.is_title:
        _add_runs(word.add_heading(level=2), part.runs)
    else:
        _add_runs(word.add_paragraph(), part.runs)


def _table(word: WordDocument, grid: Grid) -> None:
    caption = word.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_after = Pt(3)
    caption.add_run(grid.caption).bold = True
    table = word.add_table(rows=0, cols=len(grid.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    last = len(grid.rows) - 1
    for rank, texts in enumerate((grid.columns, *grid.rows), -1):
        row = table.add_row()
        is_strong = rank < 0 or (grid.has_total and rank == last)
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(9.5), True if is_strong else None
            if column in grid.numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _set(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader", val="true")  # noqa: SLF001 - no public way to say it
    word.add_paragraph().paragraph_format.space_after = Pt(0)


def _reminder(word: WordDocument, document: Document) -> None:
    """Add the page that nobody sends: adapt, what not to say, when the law was checked."""
    told = document.reminder
    heading = word.add_heading(told.title, level=1)
    heading.paragraph_format.page_break_before = True
    word.add_paragraph().add_run(told.lead).bold = True
    for point in told.points:
        word.add_paragraph(point, style="List Bullet")
    word.add_paragraph(told.checked)


def _undated(archive: bytes) -> bytes:
    """Return the same archive with every entry dated alike."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            written.writestr(entry, read.read(name))
    return made.getvalue()
