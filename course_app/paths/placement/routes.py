"""Addresses of the placement of a path: the six questions, what they say, and the lessons one decides to skip."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug import Response

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.core.errors import NotFound
from course_app.library.model import Lesson, Path, Quiz
from course_app.paths.placement import rules, service
from course_app.progress import service as progress
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.forms import Form
from course_app.web.library import catalog

blueprint = Blueprint("placement", __name__, url_prefix="/parcours/<path_id>/positionnement")
UNKNOWN = "je-ne-sais-pas"


class PlacementForm(Form):
    """Proves that our page sent it. The answers are named by the quiz: `rules.kept` leaves out what it did not offer."""


@dataclass(frozen=True)
class ResultPage:
    """What the result shows: each question read, the lessons proposed with the ones skipped, and the minutes saved."""

    path: Path
    readings: tuple[rules.Reading, ...]
    proposed: tuple[Lesson, ...]
    skipped: frozenset[str]
    lessons: dict[str, Lesson]

    @property
    def right(self) -> int:
        """How many answers were right."""
        return sum(reading.known is rules.Known.RIGHT for reading in self.readings)

    @property
    def minutes(self) -> int:
        """Planned minutes of the lessons proposed."""
        return sum(lesson.minutes for lesson in self.proposed)


def _placement(path_id: str) -> tuple[Path, Quiz]:
    path = catalog().paths.get(path_id)
    quiz = catalog().quizzes.get(path.placement.quiz) if path and path.placement else None
    if path is None or quiz is None:
        raise NotFound
    return path, quiz


def _situations(quiz: Quiz) -> dict[str, Markup]:
    return {question.id: Markup(question.situation) for question in quiz.questions}  # noqa: S704 - the library sanitises


def _questions(path: Path, quiz: Quiz, form: PlacementForm, given: Mapping[str, str]) -> str:
    shown = {"path": path, "quiz": quiz, "unknown": UNKNOWN, "given": given, "situations": _situations(quiz)}
    return render_template("paths/placement.html", form=form, **shown)


@blueprint.get("")
@requires(Permission.LEARN)
def show(path_id: str) -> str:
    """Ask the six questions, on one page; any may be left out."""
    path, quiz = _placement(path_id)
    return _questions(path, quiz, PlacementForm(formdata=None), {})


@blueprint.post("")
@requires(Permission.LEARN)
def take(path_id: str) -> Response | tuple[str, int]:
    """Keep the answers, then say what they mean."""
    path, quiz = _placement(path_id)
    form = PlacementForm()
    given = {question.id: request.form.get(question.id, "") for question in rules.asked(quiz)}
    if not form.validate_on_submit():
        return _questions(path, quiz, form, given), 422
    service.take(db.session, signed_in(), path, quiz, given, now())
    db.session.commit()
    return redirect(url_for("placement.result", path_id=path_id), 303)


@blueprint.get("/resultat")
@requires(Permission.LEARN)
def result(path_id: str) -> str | Response:
    """Say what each answer means, and propose the lessons that may be skipped."""
    path, _quiz = _placement(path_id)
    taken = service.latest(db.session, signed_in(), path_id)
    if taken is None:
        return redirect(url_for("placement.show", path_id=path_id))
    answered = cast(Quiz, progress.pinned(db.session, taken.content_hash))
    readings, lessons = rules.read(path, answered, taken.answers), catalog().lessons
    proposed = tuple(lessons[name] for name in rules.proposed(readings) if name in lessons)
    page = ResultPage(path, readings, proposed, frozenset(taken.skipped), dict(lessons))
    form = PlacementForm(formdata=None)
    return render_template("paths/placed.html", page=page, form=form, situations=_situations(answered))


@blueprint.post("/resultat")
@requires(Permission.LEARN)
def skip(path_id: str) -> Response:
    """Skip the lessons ticked, and read the others: nothing is locked, and it can be changed again."""
    path, quiz = _placement(path_id)
    form = PlacementForm()
    if form.validate_on_submit() and service.skip(db.session, signed_in(), path, quiz, request.form.getlist("lesson")):
        db.session.commit()
    return redirect(url_for("paths.mine"), 303)
