"""Addresses for one's own words: a typed or dictated sentence is read, confirmed, then said.

Nothing is written before the learner has confirmed what was understood (simulator.md §8 and §9, 22): the first sending
shows « J'ai compris » with three choices, the second says the sentence with the meaning chosen.
"""

import uuid
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug import Response as BaseResponse

from course_app.accounts.access import requires, signed_in
from course_app.accounts.rules import Permission
from course_app.calls import service
from course_app.calls.engine.choices import phase
from course_app.calls.forms import OwnWordsForm
from course_app.calls.routes import after_saying, talk_page
from course_app.calls.rules import SpokenHow
from course_app.calls.service import AlreadySaid, Attempt, CallOver, Saying
from course_app.calls.understanding import Finding, understand
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog

blueprint = Blueprint("call_words", __name__, url_prefix="/appels/essais")

LIKELY_OFF_TOPIC = 0.5
"""Above this chance, the page says that the sentence was not understood, and still offers the three meanings."""


@dataclass(frozen=True)
class UnderstoodPage:
    """What was understood of a sentence, to confirm; `red_lines` are told before it is said."""

    attempt_id: uuid.UUID
    customer: str
    said: str
    number: int
    how: SpokenHow
    meanings: tuple[tuple[str, str], ...]
    is_sure: bool
    is_lost: bool
    red_lines: tuple[Finding, ...]


def _understood(attempt: Attempt, form: OwnWordsForm, status: int = 200) -> Response:
    text = form.text
    guess = understand(text, phase(attempt.conversation.state))
    label = catalog().label
    page = UnderstoodPage(
        attempt_id=attempt.row.id,
        customer=attempt.call.customer,
        said=text,
        number=attempt.next_number,
        how=form.spoken_how,
        meanings=tuple((intent.value, label(intent)) for intent in guess.choices),
        is_sure=guess.confident,
        is_lost=guess.empty or guess.off_topic > LIKELY_OFF_TOPIC,
        red_lines=guess.red_lines,
    )
    form.fresh_key()
    return make_response(render_template("calls/understood.html", page=page, form=form), status)


@blueprint.post("/<uuid:attempt_id>/dire")
@requires(Permission.LEARN)
def say(attempt_id: uuid.UUID) -> BaseResponse:
    """Read a sentence and ask what it means; once confirmed, say it."""
    actor = signed_in()
    attempt = service.load(db.session, actor, attempt_id, writing=True)
    form = OwnWordsForm()
    if not form.validate_on_submit():
        if attempt.is_finished:
            raise CallOver
        return talk_page(attempt, words=form, status=422)
    confirmed = form.meaning
    if confirmed is None:
        if attempt.is_finished:
            raise CallOver
        return _understood(attempt, form)
    if confirmed not in understand(form.text, phase(attempt.conversation.state)).choices and not _was_said(
        attempt, form
    ):
        return _understood(attempt, form, 422)
    saying = Saying(form.submission, int(form.turn.data or 0), confirmed, form.text, form.spoken_how)
    try:
        service.say(db.session, actor, attempt, saying, now())
    except AlreadySaid as conflict:
        if attempt.is_finished:
            raise CallOver from conflict
        return talk_page(attempt, conflict=conflict, status=409)
    db.session.commit()
    return redirect(after_saying(attempt), 303)


def _was_said(attempt: Attempt, form: OwnWordsForm) -> bool:
    """Whether the turn the form is for was said already: its meaning was judged then."""
    return int(form.turn.data or 0) < attempt.next_number


@blueprint.get("/<uuid:attempt_id>/dire")
@requires(Permission.LEARN)
def back(attempt_id: uuid.UUID) -> BaseResponse:
    """Lead whoever reloads the confirmation back to the call, nothing said."""
    service.load(db.session, signed_in(), attempt_id)
    return redirect(url_for("calls.talk", attempt_id=attempt_id))
