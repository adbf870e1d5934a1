"""Addresses of the toolbox: its contents and its calculators, asked by GET; nothing is written."""

from flask import Blueprint, Response, make_response, render_template, request

from course_app.core.errors import NotFound
from course_app.library.letters import Letter, LetterMoment
from course_app.toolbox.calculators import CALCULATORS, Result, Unanswerable
from course_app.web.library import catalog

blueprint = Blueprint("toolbox", __name__, url_prefix="/outils")


@blueprint.get("")
def index() -> str:
    """List the tools."""
    return render_template(
        "toolbox/index.html",
        calculators=CALCULATORS.values(),
        moments=_moments(),
        checklists=catalog().checklists.values(),
        label=catalog().label,
    )


def _moments() -> list[tuple[LetterMoment, list[Letter]]]:
    """Return the letters of each moment, in the order of the toolbox; moments without a letter are left out."""
    found = catalog().letters.values()
    groups = [(moment, [letter for letter in found if letter.moment is moment]) for moment in LetterMoment]
    return [(moment, each) for moment, each in groups if each]


@blueprint.get("/calculs/<name>")
def calculator(name: str) -> Response:
    """Show a calculator; with its fields in the address, show the answer and its working."""
    found = CALCULATORS.get(name)
    if found is None:
        raise NotFound
    form = found.form(request.args, prefix="") if request.args else found.form(formdata=None)
    result: Result | None = None
    status = 200
    if form.is_asked:
        status = 422
        if form.validate():
            try:
                result, status = found.answer(catalog(), form), 200
            except Unanswerable as error:
                form.form_errors = [str(error)]
    letters = [letter for name in found.letters if (letter := catalog().letters.get(name))]
    page = render_template("toolbox/calculator.html", calculator=found, form=form, result=result, letters=letters)
    return make_response(page, status)
