"""A letter as PDF: A4, tagged, in French; the same bytes for the same letter.

The template is `letter.typ`; data goes in as JSON, so that nothing typed is ever markup.
"""

from pathlib import Path
from typing import Any

from course_app.printing.pdf import pdf, template
from course_app.toolbox.rules.letter import Block, Document, Grid, Items, Runs

_TEMPLATE = Path(__file__).parent / "letter.typ"


def write(document: Document, subject_word: str) -> bytes:
    """Return the PDF of a letter; `subject_word` is what stands before its subject."""
    data = {
        "title": document.title,
        "author": document.author,
        "sender": document.sender,
        "recipient": document.recipient,
        "place_and_date": document.place_and_date,
        "mention": document.mention,
        "subject_word": subject_word,
        "subject": _runs(document.subject),
        "blocks": [_block(part) for part in document.blocks],
        "signature": document.signature,
        "reminder": {
            "title": document.reminder.title,
            "lead": document.reminder.lead,
            "points": document.reminder.points,
            "checked": document.reminder.checked,
        },
    }
    return pdf(template(_TEMPLATE), data, document.made_on)


def _runs(runs: Runs) -> list[dict[str, Any]]:
    return [{"text": run.text} for run in runs]


def _block(part: Block) -> dict[str, Any]:
    if isinstance(part, Items):
        return {"kind": "items", "items": [_runs(runs) for runs in part.items]}
    if isinstance(part, Grid):
        return {
            "kind": "table",
            "caption": part.caption,
            "columns": part.columns,
            "rows": part.rows,
            "has_total": part.has_total,
            "numbers": part.numbers,
            "wide": part.widest,
        }
    return {"kind": "title" if part.is_title else "paragraph", "runs": _runs(part.runs)}
