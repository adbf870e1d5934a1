"""A template and data in, a PDF out: PDF/UA-1, fonts inside, the same bytes each time.

Data goes in as JSON under `sys.inputs.data`, so that nothing typed is ever markup. System fonts are not read, and no
package is fetched.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # typst itself is loaded by the first PDF: no page needs its seven megabytes
    import typst

FONTS = Path(__file__).parent / "fonts"
"""Atkinson Hyperlegible Next 400 and 700, its mono 400, and Bricolage Grotesque 700: those of the pages."""


@cache
def _fonts() -> "typst.Fonts":
    import typst  # noqa: PLC0415 - see above

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])


@cache
def template(path: Path) -> bytes:
    """Return a template, read once."""
    return path.read_bytes()


def pdf(source: bytes, data: Mapping[str, Any], made_on: date) -> bytes:
    """Return the PDF of a template filled with data; `made_on` is the only date that the file carries."""
    import typst  # noqa: PLC0415 - see above

    made = typst.compile(
        source,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=datetime.combine(made_on, time(12), UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


_TRIAL = b'#set document(title: "x")\n#set text(lang: "fr", font: "Atkinson Hyperlegible Next")\n#sys.inputs.text'


def is_printable(text: str) -> bool:
    """Tell whether our fonts hold every sign of a text: PDF/UA forbids a sign that shows as an empty box."""
    import typst  # noqa: PLC0415 - see above

    try:
        typst.compile(_TRIAL, font_paths=_fonts(), sys_inputs={"text": text}, pdf_standards="ua-1")
    except typst.TypstError:
        return False
    return True
