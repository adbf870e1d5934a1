"""Addresses of the letters and the checklists. A letter is filled, previewed and downloaded by POST: nothing is stored."""

import io
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from flask import Blueprint, Response, make_response, render_template, request, send_file

from course_app.company.routes import house
from course_app.core.errors import NotFound
from course_app.library.letters import Letter
from course_app.toolbox import letters, register
from course_app.toolbox.calculators import Unanswerable
from course_app.toolbox.documents import pdf
from course_app.toolbox.letter_forms import LetterForm, example, form_class
from course_app.toolbox.rules.letter import Document
from course_app.web.clock import today
from course_app.web.i18n import _
from course_app.web.library import catalog

blueprint = Blueprint("letters", __name__, url_prefix="/outils")


class _File(NamedTuple):
    extension: str
    mimetype: str
    write: Callable[[Document, str], bytes]


def _word(document: Document, title: str) -> bytes:
    from course_app.toolbox.documents import word  # noqa: PLC0415 - it loads an XML library that no page needs

    return word.write(document, title)


_FILES: Mapping[str, _File] = {
    "docx": _File("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _word),
    "pdf": _File("pdf", "application/pdf", pdf.write),
}


@blueprint.get("/lettres/<letter_id>")
def show(letter_id: str) -> Response:
    """Show a letter: its model and its form, empty or, on demand, filled with an example."""
    letter = _letter(letter_id)
    if "exemple" in request.args:
        form = form_class(letter)(example(letter), meta={"csrf": False})
        form.validate()
        return _page(letter, form, letters.filled(letter, form, catalog(), today()), 200, is_example=True)
    form = form_class(letter)(formdata=None, data={"date": today(), **_own_words()})
    return _page(letter, form, None, 200)


@blueprint.post("/lettres/<letter_id>")
def fill(letter_id: str) -> Response:
    """Preview a letter, give it one more invoice, or send it as a file; a refusal keeps everything typed."""
    letter = _letter(letter_id)
    form = form_class(letter)()
    action = request.form.get("action", "")
    if action == "ajouter":
        form.add_row()
        return _page(letter, form, None, 200)
    if not form.validate():
        return _page(letter, form, None, 422)
    try:
        document = letters.filled(letter, form, catalog(), today())
    except Unanswerable as error:
        form.form_errors = [str(error)]
        return _page(letter, form, None, 422)
    wanted = _FILES.get(action)
    return _download(document, wanted) if wanted else _page(letter, form, document, 200)


@blueprint.get("/listes/<checklist_id>")
def checklist(checklist_id: str) -> str:
    """Show a checklist to print and tick."""
    found = catalog().checklists.get(checklist_id)
    if found is None:
        raise NotFound
    return render_template("toolbox/checklist.html", checklist=found)


def _own_words() -> dict[str, str]:
    """Return what the reader's company said of itself once and for all, under the ids of content/champs.yaml."""
    ways = house()
    said = {
        "entreprise": ways.name,
        "adresse": ways.address,
        "telephone": ways.phone,
        "signataire": ways.signatory,
    }
    return {field: text for field, text in said.items() if text}


def _letter(letter_id: str) -> Letter:
    found = catalog().letters.get(letter_id)
    if found is None:
        raise NotFound
    return found


def _download(document: Document, wanted: _File) -> Response:
    name = f"{document.name}-{document.made_on.isoformat()}.{wanted.extension}"
    body = io.BytesIO(wanted.write(document, _("Objet :")))
    return send_file(body, wanted.mimetype, as_attachment=True, download_name=name)


def _page(
    letter: Letter, form: LetterForm, document: Document | None, status: int, *, is_example: bool = False
) -> Response:
    page = render_template(
        "toolbox/letter.html",
        letter=letter,
        form=form,
        document=document or letters.model(letter, catalog(), _day(form)),
        is_filled=document is not None,
        is_example=is_example,
        facts=register.facts(catalog(), *letter.facts),
        label=catalog().label,
    )
    return make_response(page, status)


def _day(form: LetterForm) -> date:
    written = form.value("date")
    return written if isinstance(written, date) else today()
