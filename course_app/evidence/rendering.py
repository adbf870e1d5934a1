"""Pages of a dossier: plain HTML that opens without network nor server, decades from now. No request is needed."""

import csv
import io
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from course_app.core import french
from course_app.progress.evidence import Sheet

_FILES = Path(__file__).parent / "files"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FILES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(french.typeset, _plural, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(duration=french.duration, sanitised=_sanitised)
    return made


def _plural(singular: str, plural: str, num: int) -> str:
    return french.typeset(singular if abs(num) < 2 else plural)


def _sanitised(html: str) -> Markup:
    """Return what the library rendered and sanitised when it read or archived an item: nobody types it."""
    return Markup(html)  # noqa: S704


def page(template: str, **values: Any) -> bytes:
    """Return a page in UTF-8; `root` among its values leads from its folder to that of the index."""
    return _environment().get_template(f"{template}.html").render(**values).encode()


def style() -> bytes:
    """Return the style sheet that every page names."""
    return (_FILES / "dossier.css").read_bytes()


def table(sheet: Sheet) -> bytes:
    """Return a table as CSV that spreadsheets open in French: semicolons, a byte order mark, no formula (S60)."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow([_inert(cell) for cell in sheet.columns])
    writer.writerows([[_inert(cell) for cell in row] for row in sheet.rows])
    return written.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
