"""Addresses of the author's view of questions: the page of a quiz, and the same as a spreadsheet. Both only read."""

import csv
import io

from flask import Blueprint, Response, render_template

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.core.errors import NotFound
from course_app.quizzes.items import pages, service
from course_app.quizzes.reviewing import service as reviewing
from course_app.store.session import db
from course_app.web.clock import today
from course_app.web.library import catalog

blueprint = Blueprint("items", __name__)


def _page(quiz_id: str) -> pages.ItemsPage:
    quiz = catalog().quizzes.get(quiz_id)
    if quiz is None:
        raise NotFound
    asked = service.asked_today(quiz, catalog().quizzes)
    return pages.items_page(quiz, asked, reviewing.worth(db.session, quiz, asked))


@blueprint.get("/quiz/<quiz_id>/questions")
@requires(Permission.SEE_CONTENT_FINDINGS)
def show(quiz_id: str) -> str:
    """Show what each question of a quiz is worth."""
    return render_template("items/show.html", page=_page(quiz_id), may_regrade=signed_in().may(Permission.REGRADE))


@blueprint.get("/quiz/<quiz_id>/questions.csv")
@requires(Permission.SEE_CONTENT_FINDINGS)
def spreadsheet(quiz_id: str) -> Response:
    """Return the same as a file that French spreadsheets open: semicolons, UTF-8 with its mark."""
    page, text = _page(quiz_id), io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(pages.lines(page))
    name = f"questions-{page.quiz.id}-{today().isoformat()}.csv"
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
