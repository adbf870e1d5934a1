"""The address of « Questions à revoir ». It only reads what was counted."""

from flask import Blueprint, render_template, request

from course_app.accounts.access import requires
from course_app.accounts.rules import Permission
from course_app.quizzes.items.rules import ENOUGH_ANSWERS
from course_app.quizzes.reviewing import pages, service
from course_app.quizzes.reviewing.forms import ReviewForm
from course_app.store.session import db
from course_app.web.library import catalog

blueprint = Blueprint("reviewing", __name__)


@blueprint.get("/quiz/questions-a-revoir")
@requires(Permission.SEE_CONTENT_FINDINGS)
def show() -> tuple[str, int]:
    """Show the questions most in need of an author's eye, across all quizzes."""
    form, published = ReviewForm(request.args), catalog()
    form.offer(published)
    is_valid = form.validate()
    chosen = pages.quizzes_of(published, form.parcours.data, form.quiz.data) if is_valid else {}
    page = pages.review_page(
        pages.asked_now(chosen, published.quizzes),
        service.counted(db.session, chosen),
        _number(request.args.get("page", "")),
        service.last_counted(db.session),
    )
    shown = render_template("reviewing/show.html", page=page, form=form, is_valid=is_valid, enough=ENOUGH_ANSWERS)
    return shown, 200 if is_valid else 422


def _number(raw: str) -> int:
    """Return the page asked for; the first one for what is no small number."""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else 1
