"""The story of one file as the learner lived it: what a séance showed, what came back, what is remembered.

A payment that only the bank statement shows is silent here until the statement is read, or until the customer who
had paid is chased.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from course_app.core.calendar import next_working_day
from course_app.core.french import euros, typeset, weekday_date
from course_app.exercise.engine import portfolio_letters as letters
from course_app.exercise.engine.draws import Stream, draws
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.portfolio_calendar import ends_on, session_on
from course_app.exercise.engine.portfolio_play import WAIT, Entry, RunState
from course_app.exercise.engine.portfolio_rules import label_of
from course_app.exercise.engine.portfolio_words import Seen
from course_app.exercise.engine.vocabulary import (
    DEADLINES,
    EXPIRED,
    LAPSED,
    PENDING,
    STATEMENTS,
    Action,
    Event,
    Observation,
    Stage,
)

_TREATS = {Action.CONFORM.value, Action.TREAT_DISPUTE.value, Action.PLAN.value}
_WRITTEN = {Action.MAIL.value}
_AT_ONCE = _WRITTEN | {Action.FORMAL_NOTICE.value, Action.SUMMONS.value}


@dataclass(frozen=True)
class Line:
    """One dated line of a story, known from a séance on; `mine` when the learner's side did it."""

    on: date
    known_from: int
    subject: str
    text: str
    mine: bool


def heard(entries: Sequence[Entry]) -> Observation | None:
    """Return the last statement of a customer that still holds: what was treated is forgotten."""
    last: Observation | None = None
    for entry in entries:
        if entry.action in _TREATS:
            last = None
        elif entry.shown in STATEMENTS:
            last = entry.shown
    return last


def seen_at(state: RunState, number: int, session: int) -> Seen:
    """Return what a file showed when a séance opened; `session` up to the open one."""
    entries = tuple(entry for entry in state.entries[number] if entry.session < session)
    stages = state.kernel.states
    shown = stages[entries[-1].after if entries else int(state.files.state[number])]
    return Seen(
        state=shown,
        heard=heard(entries),
        lapses=sum(_lapses(state, entry) for entry in entries),
        ended=ended(state, number) if session >= state.session_index else None,
        ends_on=ends_on(state.exercise.body.starts_on, session, shown.stage),
    )


def _lapses(state: RunState, entry: Entry) -> bool:
    before, after = (state.kernel.states[code].stage for code in (entry.before, entry.after))
    return after is Stage.LAPSED_2 and before not in LAPSED


def ended(state: RunState, number: int) -> Event | None:
    """Return how a file closed, as far as the learner knows; None while it is believed open."""
    if state.is_open(number):
        return None
    entries = state.entries[number]
    return Event.PAID if any(entry.is_unseen for entry in entries) else entries[-1].event


def story(state: RunState, number: int) -> list[Line]:
    """Return every line known of a file, oldest first."""
    start, key = state.exercise.body.starts_on, int(state.files.key[number])
    lines: list[Line] = []
    for entry in state.entries[number]:
        lines += _told(state.kernel, start, key, entry)
        if entry.is_unseen:
            lines += _payment(state, number, entry)
    return sorted(lines, key=lambda line: (line.on, line.known_from))


@lru_cache(maxsize=8192)
def _told(kernel: Kernel, start: date, key: int, entry: Entry) -> tuple[Line, ...]:
    """Return what one séance says, an unseen payment left out; `key` is that of the file's draws."""
    return tuple(_lines(kernel, start, key, entry))


def _lines(kernel: Kernel, start: date, key: int, entry: Entry) -> Iterator[Line]:
    today, following = session_on(start, entry.session), entry.session + 1
    if entry.action != WAIT:
        yield Line(today, entry.session, "", label_of(kernel, entry.action), mine=True)
    drawn = int(draws(np.array([key], dtype=np.uint64), entry.session, Stream.WORDING)[0])
    if entry.was_chased:
        yield Line(today, following, "Déjà payé", typeset(letters.picked(letters.CHASED, drawn)), mine=False)
        return
    reply = _reply(start, entry, drawn)
    if reply is not None:
        on = min(next_working_day(today), session_on(start, following)) if entry.action in _AT_ONCE else today
        yield Line(on, following, *reply, mine=False)
    yield from _nature(kernel, start, entry, drawn)


def _reply(start: date, entry: Entry, drawn: int) -> tuple[str, str] | None:
    """Return the subject and the words of what a move brought back at once."""
    by_mail = entry.action in _WRITTEN
    texts = letters.STEPS.get(entry.shown) or (letters.BY_MAIL if by_mail else letters.BY_PHONE).get(entry.shown)
    if texts is None:
        return None
    promised = ends_on(start, entry.session + 1, Stage.PROMISE_1)
    day = weekday_date(promised) if promised else ""
    return letters.SUBJECTS[entry.shown], typeset(letters.picked(texts, drawn).format(day=day))


def _nature(kernel: Kernel, start: date, entry: Entry, drawn: int) -> Iterator[Line]:
    """Yield what happened by itself after a séance, payments unseen left out."""
    following = entry.session + 1
    before, after = (kernel.states[code].stage for code in (entry.before, entry.after))
    amount, opening = euros(entry.paid_cents), session_on(start, following)
    texts = letters.EVENTS.get(entry.event, ())
    if entry.event is Event.PAID and not entry.is_unseen:
        texts = letters.PAID_BY_THIRD
    if texts:
        text = typeset(letters.picked(texts, drawn).format(paid=amount))
        yield Line(entry.on, following, letters.EVENT_SUBJECTS[entry.event], text, mine=False)
    elif after in LAPSED and before not in LAPSED | PENDING:
        text = typeset(letters.picked(letters.LAPSED, drawn))
        yield Line(opening, following, "Promesse non tenue", text, mine=False)
    elif after in EXPIRED and before in DEADLINES:
        text = typeset(letters.picked(letters.EXPIRED, drawn))
        yield Line(opening, following, "Délai expiré", text, mine=False)


def _payment(state: RunState, number: int, entry: Entry) -> Iterator[Line]:
    """Yield the payment that the statement showed, once it was read (or once the customer said so)."""
    known = found_at(state, number, entry)
    if known is not None:
        text = typeset(f"Virement reçu : {euros(entry.paid_cents)}.")
        yield Line(entry.on, known, "Paiement", text, mine=False)


def found_at(state: RunState, number: int, entry: Entry) -> int | None:
    """Return the séance from which an unseen payment is known, None while it is not."""
    reading = next((session for session in state.readings if session > entry.session), None)
    if reading is not None:
        return reading
    return next((later.session + 1 for later in state.entries[number] if later.was_chased), None)
