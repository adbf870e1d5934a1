"""Pages that find one's way: landing, programme, Mon parcours, and the pages of trust."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from werkzeug import Response

from course_app.accounts.access import current_actor, requires, signed_in
from course_app.accounts.rules import Permission
from course_app.clearance import service as clearance
from course_app.core.errors import Invalid
from course_app.library.model import ItemKind
from course_app.paths import green_light, service
from course_app.paths.forms import PathForm
from course_app.store.session import db
from course_app.web.clock import now, today
from course_app.web.library import catalog
from course_app.web.steps import page_url, step_url

blueprint = Blueprint("paths", __name__)


@dataclass(frozen=True)
class Door:
    """One of the three doors of the landing page."""

    title: str
    door: str
    summary: str
    href: str
    minutes: int


@dataclass(frozen=True)
class HomePage:
    """What the landing page shows."""

    doors: tuple[Door, ...]


@dataclass(frozen=True)
class StageView:
    """One stage of the due-date line, as the macro draws it; `current` is where the next lesson is."""

    slug: str
    label: str
    lessons: int
    stamped: bool
    current: bool
    href: str | None


def stage_views(page: service.MyPath) -> list[StageView]:
    """Return the due-date line with its labels and addresses."""
    label = catalog().label
    return [
        StageView(
            slug=mark.stage.value,
            label=label(mark.stage),
            lessons=mark.lessons,
            stamped=mark.is_stamped,
            current=mark.is_here,
            href=url_for("lessons.show", lesson_id=mark.lesson_id) if mark.lesson_id else None,
        )
        for mark in page.line
    ]


def path_choices(page: service.MyPath) -> list[dict[str, str]]:
    """Return the paths as choices of a form, the present one first."""
    paths = (page.path, *page.others)
    return [{"value": path.id, "label": path.door, "note": path.title} for path in paths]


_RESUMED = {ItemKind.SCENARIO: "scenarios.resume", ItemKind.CALL: "calls.talk"}


def resume_url(resume: service.Resume) -> str:
    """Return the address of the very place that was left: paragraph, question or simulated day."""
    place = resume.state.place if resume.state else {}
    match resume.item.kind:
        case ItemKind.QUIZ if "attempt" in place:
            return url_for("quizzes.question", attempt_id=place["attempt"], number=place.get("question", 1))
        case ItemKind.QUIZ if "sitting" in place:
            return url_for("exam.question", attempt_id=place["sitting"], number=place.get("question", 1))
        case ItemKind.EXERCISE if "run" in place:
            return url_for("exercise.desk", run_id=place["run"])
        case ItemKind.SCENARIO | ItemKind.CALL if "attempt" in place:
            return url_for(_RESUMED[resume.item.kind], attempt_id=place["attempt"])
        case ItemKind.LESSON if "anchor" in place:
            return url_for("lessons.show", lesson_id=resume.item.id, _anchor=str(place["anchor"]))
    return step_url(resume.item)


@blueprint.get("/")
def home() -> str | Response:
    """Show the landing page; a signed-in person goes to Mon parcours."""
    actor = current_actor()
    if actor is not None and not actor.is_guest:
        return redirect(url_for("paths.mine"))
    doors = tuple(
        Door(
            title=listed.path.title,
            door=listed.path.door,
            summary=listed.path.summary,
            href=url_for("paths.programme", _anchor=listed.path.id),
            minutes=listed.minutes,
        )
        for listed in service.programme(catalog())
    )
    return render_template("paths/home.html", page=HomePage(doors))


@blueprint.get("/programme")
def programme() -> str:
    """List the paths with their lessons, quizzes and exercises."""
    return render_template("paths/programme.html", paths=service.programme(catalog()), item_url=page_url)


def _lights(page: service.MyPath) -> tuple[green_light.GreenLight, ...]:
    """Return the checklist of the feu vert; a visitor on trial takes no test, and has none."""
    actor = signed_in()
    if actor.is_guest:
        return ()
    checklists = clearance.checklists(db.session, actor, catalog(), now())
    entries = clearance.entries_of(db.session, actor)
    return green_light.green_lights(checklists, entries, catalog(), page.path, today())


@blueprint.get("/parcours")
@requires(Permission.LEARN)
def mine() -> str:
    """Show Mon parcours: one button to resume, the due-date line, the steps."""
    page = service.my_path(db.session, signed_in(), catalog())
    return render_template(
        "paths/mine.html",
        page=page,
        form=PathForm(formdata=None),
        stages=stage_views(page),
        path_choices=path_choices(page),
        lights=_lights(page),
        item_url=page_url,
        resume_url=resume_url(page.resume) if page.resume else None,
    )


@blueprint.post("/parcours/choix")
@requires(Permission.LEARN)
def choose() -> Response:
    """Follow another path; what was done stays done."""
    form = PathForm()
    if not form.validate_on_submit():
        raise Invalid("Choisissez l'un des parcours proposés.", code="parcours-inconnu")
    service.choose_path(db.session, signed_in(), catalog(), str(form.path.data or ""), now())
    db.session.commit()
    return redirect(url_for("paths.mine"), 303)


@blueprint.get("/confidentialite")
def confidentiality() -> str:
    """Say what is kept about a person, and who sees it."""
    return render_template("paths/confidentiality.html")


@blueprint.get("/accessibilite")
def accessibility() -> str:
    """Say what works for whom, and whom to tell when it does not."""
    return render_template("paths/accessibility.html")
