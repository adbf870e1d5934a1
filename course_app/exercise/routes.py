"""Addresses of an exercise: choosing it, the desk, a file, deciding, closing a séance, the debrief.

Owns no rule: loads, lets the service decide, commits once, redirects. Reading never writes.
"""

import secrets
import uuid
from collections.abc import Sequence

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.core.errors import Invalid, NotFound
from course_app.core.french import weekday_date
from course_app.exercise import debrief_pages, desk_pages, pages, service
from course_app.exercise.engine.contract import IllegalAction
from course_app.exercise.forms import CloseForm, DecisionForm, ReplayForm, StartForm, TakeawayForm, UndoForm
from course_app.exercise.runs import (
    ENGINES,
    AlreadyDecided,
    NotFinished,
    OutOfTurn,
    RedLine,
    Run,
    RunFinished,
    kin,
    load,
    runs_of,
)
from course_app.library.model import Exercise, QuizKind
from course_app.progress import service as progress
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _
from course_app.web.library import catalog
from course_app.web.steps import following, page_url, step_url

blueprint = Blueprint("exercise", __name__, url_prefix="/exercices")

SEED_LIMIT = 2**31
MOST_KIN = 5
"""Runs of one situation compared in a debrief: the first game and its latest replays."""


def _published(exercise_id: str) -> Exercise:
    exercise = catalog().exercises.get(exercise_id)
    if exercise is None or exercise.engine not in ENGINES:
        raise NotFound
    return exercise


def _mine(run_id: uuid.UUID, *, writing: bool = False) -> Run:
    return load(db.session, signed_in(), run_id, writing=writing)


def _desk_url(run: Run) -> str:
    return url_for("exercise.desk", run_id=run.row.id)


@blueprint.get("")
@requires(Permission.LEARN)
def index() -> str:
    """List what one can practise: exercises with their runs, the scenarios, then the quizzes."""
    rows = runs_of(db.session, signed_in())
    playable = [exercise for exercise in catalog().exercises.values() if exercise.engine in ENGINES]
    quizzes = [quiz for quiz in catalog().quizzes.values() if quiz.kind_of_quiz is QuizKind.PRACTICE]
    return render_template(
        "exercise/index.html",
        cards=[pages.exercise_card(exercise, rows) for exercise in sorted(playable, key=lambda one: one.minutes)],
        quizzes=[(quiz, page_url((quiz.kind, quiz.id))) for quiz in quizzes],
        may_test=signed_in().may(Permission.TEST_SCENARIOS),
        scenarios=[(scenario, step_url(scenario)) for scenario in catalog().scenarios.values()],
    )


def _brief(exercise: Exercise, form: StartForm, status: int = 200) -> Response:
    rows = runs_of(db.session, signed_in(), exercise.id)
    form.fresh_key()
    engine = ENGINES[exercise.engine]
    brief = engine.brief(engine.prepare(exercise.body))
    card = pages.exercise_card(exercise, rows)
    template = render_template("exercise/brief.html", card=card, brief=brief, form=form)
    return make_response(template, status)


@blueprint.get("/<exercise_id>")
@requires(Permission.LEARN)
def show(exercise_id: str) -> Response:
    """Show the brief of an exercise: the situation, the rules, the two ways to play."""
    return _brief(_published(exercise_id), StartForm(formdata=None))


@blueprint.post("/<exercise_id>")
@requires(Permission.LEARN)
def start(exercise_id: str) -> BaseResponse:
    """Start a run; the same form starts one."""
    exercise, form = _published(exercise_id), StartForm()
    if not form.validate_on_submit():
        return _brief(exercise, form, 422)
    seed = secrets.randbelow(SEED_LIMIT)
    row = service.start(db.session, signed_in(), exercise, form.is_guided, seed, form.submission, now())
    db.session.commit()
    return redirect(url_for("exercise.desk", run_id=row.id), 303)


@blueprint.get("/parties/<uuid:run_id>")
@requires(Permission.LEARN)
def desk(run_id: uuid.UUID) -> BaseResponse:
    """Show the open séance; a finished run goes to its debrief."""
    run = _mine(run_id)
    if run.is_finished:
        return redirect(url_for("exercise.debrief", run_id=run_id))
    page = desk_pages.desk_page(run, _version_notice(run), desk_pages.Order.named(request.args.get("tri")))
    statement = DecisionForm(formdata=None, session=page.desk.session_index, customer="")
    statement.fresh_key()
    return make_response(render_template("exercise/desk.html", page=page, undo=_undo_form(run), statement=statement))


def _version_notice(run: Run) -> str:
    """Say that a run goes on with the words or the simulator it was started on, when newer ones exist."""
    if run.engine.version != ENGINES[run.exercise.engine].version:
        return _("Le simulateur a été mis à jour depuis. Cette partie continue avec la version de son départ.")
    published = catalog().exercises.get(run.exercise.id)
    if published is None or published.content_hash != run.exercise.content_hash:
        return _("Cet exercice a été modifié depuis. Cette partie continue avec la version de son départ.")
    return ""


def _undo_form(run: Run) -> UndoForm:
    form = UndoForm(formdata=None, move=run.last_move.sequence if run.last_move else None)
    form.fresh_key()
    return form


def _file(run: Run, customer_id: str, form: DecisionForm, status: int = 200, conflict: str = "") -> Response:
    """Show a customer's file with a decision form, as typed."""
    customer = run.desk.customer(customer_id)
    if customer is None:
        raise NotFound
    page = desk_pages.file_page(run, customer)
    form.session.data, form.customer.data = run.desk.session_index, customer_id
    form.until.choices = [
        ("", _("Choisir une date")),
        *((day.isoformat(), weekday_date(day)) for day in page.board.desk.wait_dates),
    ]
    form.fresh_key()
    template = render_template(
        "exercise/file.html", page=page, form=form, undo=_undo_form(run), conflict=conflict, current=customer_id
    )
    return make_response(template, status)


@blueprint.get("/parties/<uuid:run_id>/client/<customer_id>")
@requires(Permission.LEARN)
def customer(run_id: uuid.UUID, customer_id: str) -> BaseResponse:
    """Show one customer's file and what can be done today."""
    run = _mine(run_id)
    if run.is_finished:
        return redirect(url_for("exercise.debrief", run_id=run_id))
    return _file(run, customer_id, DecisionForm(formdata=None))


@blueprint.post("/parties/<uuid:run_id>/decision")
@requires(Permission.LEARN)
def decide(run_id: uuid.UUID) -> BaseResponse:
    """Record one decision, then show the desk again."""
    run, form = _mine(run_id, writing=True), DecisionForm()
    if not form.validate_on_submit():
        return _refused(run, form)
    if run.is_finished:
        raise RunFinished
    decision = form.decision(run.desk)
    try:
        service.decide(db.session, signed_in(), run, decision, form.submission, now())
    except AlreadyDecided as error:
        db.session.rollback()
        return _file(_mine(run_id), decision.customer_id, form, 409, _late(run, error))
    except (IllegalAction, RedLine) as error:
        if not decision.customer_id:
            raise
        form.action.errors = [_told(error)]
        return _refused(run, form)
    db.session.commit()
    flash(_("Décision enregistrée. Elle partira à la fin de la séance."), "success")
    return redirect(_desk_url(run), 303)


def _told(error: Invalid) -> str:
    if isinstance(error, RedLine):
        return _("Ligne rouge : %(reason)s Choisissez autre chose.", reason=_(error.message))
    return _(error.message)


def _late(run: Run, error: AlreadyDecided) -> str:
    """Return the wording of the decision that came too late."""
    customer = run.desk.customer(error.offered.customer_id)
    actions = customer.actions if customer else ()
    wordings = {action.id: action.label for action in actions}
    return wordings.get(error.offered.action, error.offered.action)


def _refused(run: Run, form: DecisionForm) -> BaseResponse:
    """Show the file again with everything typed (422); a form that names no file of the desk has no page."""
    if run.is_finished:
        raise RunFinished
    if run.desk.customer(form.customer.data or "") is None:
        raise Invalid("Choisissez un client de la liste, puis une action.", code="client-inconnu")
    if form.session.data is not None and form.session.data != run.desk.session_index:
        raise OutOfTurn
    return _file(run, form.customer.data, form, 422)


@blueprint.post("/parties/<uuid:run_id>/annuler")
@requires(Permission.LEARN)
def undo(run_id: uuid.UUID) -> BaseResponse:
    """Take back the last decision of the open séance."""
    run, form = _mine(run_id, writing=True), UndoForm()
    if not form.validate_on_submit():
        raise Invalid("Rechargez le bureau, puis annulez à nouveau.", code="annulation-incomplete")
    service.undo(db.session, signed_in(), run, form.move.data, now())
    db.session.commit()
    flash(_("Décision annulée. C'est comme si elle n'avait jamais été prise."), "success")
    return redirect(_desk_url(run), 303)


@blueprint.get("/parties/<uuid:run_id>/seance")
@requires(Permission.LEARN)
def closing(run_id: uuid.UUID) -> BaseResponse:
    """Say what closing the séance will do, and ask."""
    run = _mine(run_id)
    if run.is_finished:
        return redirect(url_for("exercise.debrief", run_id=run_id))
    form = CloseForm(formdata=None, session=run.desk.session_index)
    form.fresh_key()
    return make_response(render_template("exercise/closing.html", page=desk_pages.desk_page(run), form=form))


@blueprint.post("/parties/<uuid:run_id>/seance")
@requires(Permission.LEARN)
def close(run_id: uuid.UUID) -> BaseResponse:
    """Close the séance: decisions leave, the world answers, the next séance opens or the debrief does."""
    run, form = _mine(run_id, writing=True), CloseForm()
    if not form.validate_on_submit():
        raise Invalid("Rechargez le bureau, puis terminez la séance à nouveau.", code="cloture-incomplete")
    if run.is_in_last_session:  # it will be judged: nobody waits for the database meanwhile
        db.session.rollback()
        run.engine.ready_to_judge(run.body)
        run = _mine(run_id, writing=True)
    service.close_session(db.session, signed_in(), run, form.session.data, form.submission, now())
    db.session.commit()
    endpoint = "exercise.debrief" if run.is_finished else "exercise.desk"
    return redirect(url_for(endpoint, run_id=run_id), 303)


@blueprint.get("/parties/<uuid:run_id>/debrief")
@requires(Permission.LEARN)
def debrief(run_id: uuid.UUID) -> BaseResponse:
    """Ask first which moments mattered (it can be skipped), then show the figures."""
    run = _mine(run_id)
    if not run.is_finished:
        raise NotFinished
    if "bilan" not in request.args:
        return make_response(render_template("exercise/marking.html", page=debrief_pages.marking_page(run)))
    marked = _marked(request.args.getlist("repere"))
    return _debrief(run, marked, TakeawayForm(formdata=None, text=run.row.takeaway))


def _marked(raw: Sequence[str]) -> list[int]:
    """Return the numbers of the moments a learner marked; what is no number is left out."""
    return [int(number) for number in raw[:100] if number.isascii() and number.isdigit() and len(number) < 5]


def _kin(run: Run) -> list[debrief_pages.Kin]:
    """Return the first game and its replays, when there is more than this run."""
    rows = kin(db.session, signed_in(), run.row, MOST_KIN)
    others = [run if row.id == run.row.id else _mine(row.id) for row in rows] if len(rows) > 1 else []
    return [debrief_pages.kin_of(other, run.row.id) for other in others]


def _replay_form() -> ReplayForm:
    form = ReplayForm(formdata=None)
    form.fresh_key()
    return form


def _debrief(run: Run, marked: Sequence[int], form: TakeawayForm, status: int = 200) -> Response:
    page = debrief_pages.debrief_page(run, marked, _kin(run))
    states = progress.journey(db.session, signed_in())
    done = {key for key, state in states.items() if state.is_done}
    onward = following(catalog(), (run.exercise.kind, run.exercise.id), done)
    template = render_template(
        "exercise/debrief.html",
        page=page,
        form=form,
        replays={card.moment.number: _replay_form() for card in page.cards},
        sources=[catalog().sources[name] for name in run.exercise.sources if name in catalog().sources],
        onward=onward,
        onward_url=step_url(onward) if onward else None,
        is_published=run.exercise.id in catalog().exercises,
    )
    return make_response(template, status)


@blueprint.get("/parties/<uuid:run_id>/debrief/decisions")
@requires(Permission.LEARN)
def decisions(run_id: uuid.UUID) -> str:
    """List every decision with its grade, or those of one customer or of one grade."""
    wanted = request.args.get("client", ""), request.args.get("note", "")
    return render_template("exercise/all_decisions.html", page=debrief_pages.decisions_page(_mine(run_id), *wanted))


@blueprint.get("/parties/<uuid:run_id>/debrief/moment/<int:number>")
@requires(Permission.LEARN)
def moment(run_id: uuid.UUID, number: int) -> str:
    """Show one judged moment: play it again first, then see what was better."""
    run = _mine(run_id)
    page = debrief_pages.moment_page(run, number)
    lesson = catalog().lessons.get(page.moment.why.lesson_id)
    source = catalog().sources.get(page.moment.why.source)
    return render_template("exercise/moment.html", page=page, form=_replay_form(), lesson=lesson, source=source)


@blueprint.post("/parties/<uuid:run_id>/debrief/moment/<int:number>/rejouer")
@requires(Permission.LEARN)
def replay(run_id: uuid.UUID, number: int) -> BaseResponse:
    """Start a new run at this moment, beside the first."""
    run, form = _mine(run_id, writing=True), ReplayForm()
    if not form.validate_on_submit():
        raise Invalid("Rechargez la page, puis rejouez ce moment.", code="cle-absente")
    row = service.replay(db.session, signed_in(), run, number, form.submission, now())
    db.session.commit()
    flash(_("Même situation, même chance. Essayez autre chose."), "info")
    return redirect(url_for("exercise.desk", run_id=row.id), 303)


@blueprint.post("/parties/<uuid:run_id>/retenir")
@requires(Permission.LEARN)
def retain(run_id: uuid.UUID) -> BaseResponse:
    """Keep « Demain, je… »."""
    run, form = _mine(run_id, writing=True), TakeawayForm()
    if not run.is_finished:
        raise NotFinished
    if not form.validate_on_submit():
        return _debrief(run, (), form, 422)
    service.save_takeaway(run, form.text.data)
    db.session.commit()
    flash(_("Votre phrase est enregistrée.") if form.text.data else _("Votre phrase est effacée."), "success")
    return redirect(url_for("exercise.debrief", run_id=run_id, bilan=1, _anchor="demain"), 303)


@blueprint.errorhandler(OutOfTurn)
@blueprint.errorhandler(RunFinished)
@blueprint.errorhandler(NotFinished)
def out_of_turn(error: OutOfTurn | RunFinished | NotFinished) -> Response:
    """Say what changed, and show the way back to the run (409)."""
    db.session.rollback()
    run_id = (request.view_args or {})["run_id"]
    return make_response(render_template("exercise/changed.html", run_id=run_id, message=_(error.message)), 409)
