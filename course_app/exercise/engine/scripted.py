"""The scripted engine: a small exercise whose every state, chance and price is written by its author.

Plays what `scripted_parts` describes behind the contract. A decision is planned during the séance and carried out
when it closes, so that taking it back leaves no trace, not even an answer overheard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from typing import Any

from course_app.core.french import duration, typeset, weekday_date
from course_app.exercise.engine.contract import (
    Appointment,
    CustomerFile,
    Debrief,
    Decision,
    Desk,
    Document,
    Fact,
    IllegalAction,
    Invoice,
    KindInWords,
    LegalAction,
    Message,
    PlannedDecision,
    play,
    session_label,
)
from course_app.exercise.engine.costly_kinds import script_words
from course_app.exercise.engine.scripted_files import PlayedFile, carried_out, history, letters, opened
from course_app.exercise.engine.scripted_model import ScriptedBody
from course_app.exercise.engine.scripted_parts import WAIT_ID, Option, Script
from course_app.exercise.engine.scripted_review import costly_kinds, debrief, solvers_of


@dataclass(frozen=True)
class RunState:
    """A run between two moves: the séance that is open, the files, what is planned in it."""

    script: Script
    seed: int
    session_index: int
    files: tuple[PlayedFile, ...]
    planned: tuple[Decision, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether the last séance is closed."""
        return self.session_index == len(self.script.sessions)

    def file(self, customer_id: str) -> PlayedFile | None:
        """Return the file of a customer, None for an unknown id."""
        return next((file for file in self.files if file.customer.id == customer_id), None)

    def option(self, decision: Decision) -> Option | None:
        """Return what a decision plays, None when it names nothing of its file's state."""
        file = self.file(decision.customer_id)
        return file.customer.by_state[file.state].move(decision.action) if file else None


class ScriptedEngine:
    """Plays scripted exercises; see `contract.Engine` for the promises of each method."""

    version = "scripted-1"

    def of_version(self, version: str) -> "ScriptedEngine | None":
        """Return this engine for its own version; scripts of older ones are not played any more."""
        return self if version == self.version else None

    def warm(self) -> None:
        """Do nothing: a script is ready as it is."""

    def prepare(self, body: Mapping[str, Any]) -> Script:
        """Return the script of a checked content file."""
        return ScriptedBody.model_validate(body)

    def brief(self, exercise: Script) -> tuple[str, ...]:
        """Return the paragraphs that open the exercise."""
        return exercise.brief

    def initial(self, exercise: Script, seed: int) -> RunState:
        """Return the first séance, nothing decided."""
        return RunState(exercise, seed, 0, tuple(opened(customer) for customer in exercise.customers))

    def observe(self, state: RunState) -> Desk:
        """Return the desk of the open séance."""
        if state.is_over:
            raise _over()
        session = state.script.sessions[state.session_index]
        agenda = _agenda(state)
        return Desk(
            session_index=state.session_index,
            session_count=len(state.script.sessions),
            on=session.on,
            label=session_label(state.session_index, session.on, session.half_day),
            minutes_total=session.minutes,
            minutes_left=session.minutes - _minutes(state),
            customers=tuple(_customer(state, file, agenda) for file in state.files),
            inbox=_inbox(state),
            agenda=agenda,
            actions=(),
            planned=tuple(_worded(state, decision) for decision in state.planned),
            wait_dates=_wait_dates(state),
            collected_cents=sum(file.collected_cents for file in state.files),
        )

    def decide(self, state: RunState, decision: Decision) -> RunState:
        """Plan one action of the open séance."""
        if state.is_over:
            raise _over()
        option = _legal(state, decision)
        _check_date(state, option, decision.until)
        left = state.script.sessions[state.session_index].minutes - _minutes(state)
        if too_long := _too_long(option, left):
            raise IllegalAction(f"{too_long} Choisissez-en une plus courte.", code="temps-insuffisant")
        return replace(state, planned=(*state.planned, decision))

    def close_session(self, state: RunState) -> RunState:
        """Carry out what was planned; customers without a decision wait."""
        if state.is_over:
            raise _over()
        moves = {decision.customer_id: (decision.action, decision.until) for decision in state.planned}
        files = tuple(
            carried_out(
                state.script, file, state.seed, state.session_index, moves.get(file.customer.id, (WAIT_ID, None))
            )
            for file in state.files
        )
        return replace(state, session_index=state.session_index + 1, files=files, planned=())

    def is_over(self, state: RunState) -> bool:
        """Tell whether the last séance is closed."""
        return state.is_over

    def red_line(self, state: RunState, decision: Decision) -> str:
        """Return why a move crosses a red line, empty when it does not."""
        option = state.option(decision)
        return option.red_line if option else ""

    def hint(self, state: RunState, customer_id: str) -> str:
        """Return the hint of guided play on a customer, empty when there is none."""
        file = state.file(customer_id)
        return file.customer.by_state[file.state].hint if file else ""

    def review(self, exercise: Script, seed: int, decisions: Sequence[Decision]) -> Debrief:
        """Judge a finished run."""
        state: RunState = play(self, exercise, seed, decisions)
        if not state.is_over:
            message = "Terminez toutes les séances : le débrief vient après la dernière."
            raise IllegalAction(message, code="hors-seance")
        return debrief(exercise, seed, state.files, decisions)

    def ready_to_judge(self, exercise: Script) -> None:
        """Solve the script, once for this process."""
        for solver in solvers_of(exercise).values():
            solver.best(0, solver.start())

    def costly_kinds(self, state: RunState, decisions: Sequence[Decision]) -> tuple[str, ...]:
        """Return the decisions that cost dearly."""
        return costly_kinds(state.script, state.files, decisions)

    def kind_in_words(self, exercise: Script, kind: str) -> KindInWords | None:
        """Return a decision of the script in words."""
        return script_words(exercise, kind)


def _over() -> IllegalAction:
    return IllegalAction("Cette partie est terminée. Ouvrez son débrief.", code="partie-finie")


def _minutes(state: RunState) -> int:
    options = (state.option(decision) for decision in state.planned)
    return sum(option.minutes for option in options if option is not None)


def _legal(state: RunState, decision: Decision) -> Option:
    """Return the option a decision may play now; raise `IllegalAction` otherwise."""
    if decision.session_index != state.session_index:
        raise IllegalAction("Cette séance n'est pas ouverte. Revenez au bureau.", code="hors-seance")
    file = state.file(decision.customer_id)
    if file is None:
        raise IllegalAction("Choisissez un client de la liste.", code="client-inconnu")
    if file.is_closed:
        raise IllegalAction("Ce dossier est clos. Choisissez un autre client.", code="action-refusee")
    if any(planned.customer_id == decision.customer_id for planned in state.planned):
        message = "Une décision est déjà prise pour ce client. Annulez-la pour en choisir une autre."
        raise IllegalAction(message, code="deja-decide")
    option = state.option(decision)
    if option is None or not (option.is_playable(state.session_index) or option.refused):
        raise IllegalAction("Choisissez une action de la liste.", code="action-inconnue")
    if not option.is_playable(state.session_index):
        raise IllegalAction(option.refused, code="action-refusee")
    return option


def _check_date(state: RunState, option: Option, until: date | None) -> None:
    waits = option.id == WAIT_ID
    if waits and until is None:
        raise IllegalAction("Attendre, c'est attendre jusqu'à une date. Choisissez-la.", code="date-absente")
    if not waits and until is not None:
        raise IllegalAction("La date ne sert qu'à l'action « Attendre ». Laissez-la vide.", code="date-inutile")
    if until is not None and until not in _wait_dates(state):
        raise IllegalAction("Choisissez une date de la liste.", code="date-hors-liste")


def _wait_dates(state: RunState) -> tuple[date, ...]:
    today = state.script.sessions[state.session_index].on
    days = {session.on for session in state.script.sessions} | set(state.script.wait_dates)
    return tuple(sorted(day for day in days if day > today))


def _worded(state: RunState, decision: Decision) -> PlannedDecision:
    option = state.option(decision)
    if option is None:
        raise ValueError("a planned decision names an option of its state")
    label = f"{option.label} jusqu'au {weekday_date(decision.until)}" if decision.until else option.label
    return PlannedDecision(decision, typeset(label), option.minutes)


def _agenda(state: RunState) -> tuple[Appointment, ...]:
    """Return the dates to watch: events the learner knows of, waits the learner dated."""
    today = state.script.sessions[state.session_index].on
    found = []
    for file in state.files:
        customer = file.customer
        found += [
            Appointment(event.on, event.label, customer.id, mine=False)
            for event in customer.events
            if event.label and event.on >= today and file.state in (event.shown_in or event.moves)
        ]
        found += [
            Appointment(day, f"Reprendre le dossier {customer.name}", customer.id, mine=True)
            for day in _reminders(state, file)
            if day >= today
        ]
    return tuple(sorted(found, key=lambda appointment: appointment.on))


def _reminders(state: RunState, file: PlayedFile) -> set[date]:
    """Return the days the learner chose by waiting, until something is done on the file."""
    planned = next((decision for decision in state.planned if decision.customer_id == file.customer.id), None)
    if file.is_closed or (planned and planned.action != WAIT_ID):
        return set()
    days = {planned.until} if planned else set()
    for step in takewhile(lambda step: step.action == WAIT_ID, reversed(file.steps)):
        days.add(step.until)
    return {day for day in days if day is not None}


def _inbox(state: RunState) -> tuple[Message, ...]:
    found: list[Message] = []
    for index, session in enumerate(state.script.sessions[: state.session_index + 1]):
        found += [
            Message(
                session.on, letter.sender, letter.subject, letter.text, letter.customer, index == state.session_index
            )
            for letter in session.letters
        ]
    for file in state.files:
        found += letters(file, state.session_index)
    return tuple(sorted(found, key=lambda message: message.on, reverse=True))


def _customer(state: RunState, file: PlayedFile, agenda: Sequence[Appointment]) -> CustomerFile:
    script, current = file.customer, file.customer.by_state[file.state]
    planned = next((d for d in state.planned if d.customer_id == script.id), None)
    return CustomerFile(
        id=script.id,
        name=script.name,
        about=script.about,
        standing=current.standing,
        state=current.label,
        invoices=_invoices(file, state.script.sessions[state.session_index].on),
        facts=tuple(Fact(fact.label, fact.value) for fact in script.facts),
        known=current.known,
        documents=tuple(Document(document.label, document.present) for document in script.documents),
        history=history(state.script, file),
        next_deadline=next((a for a in agenda if a.customer_id == script.id), None),
        actions=_actions(state, file),
        planned=_worded(state, planned) if planned else None,
        is_closed=file.is_closed,
    )


def _invoices(file: PlayedFile, today: date) -> tuple[Invoice, ...]:
    """Return the invoices issued by today, in the script's order."""
    return tuple(
        Invoice(bill.number, bill.issued_on, bill.due_on, bill.amount_cents, debt.principal_cents, bill.e_status)
        for bill, debt in zip(file.customer.bills, file.account.debts, strict=True)
        if debt is not None and bill.issued_on <= today
    )


def _actions(state: RunState, file: PlayedFile) -> tuple[LegalAction, ...]:
    left = state.script.sessions[state.session_index].minutes - _minutes(state)
    offered = []
    for option in file.customer.by_state[file.state].moves:
        playable = option.is_playable(state.session_index)
        if playable or option.refused:
            refusal = _too_long(option, left) if playable else option.refused
            offered.append(
                LegalAction(option.id, option.kind, option.label, option.minutes, option.id == WAIT_ID, refusal)
            )
    return tuple(offered)


def _too_long(option: Option, minutes_left: int) -> str:
    if option.minutes <= minutes_left:
        return ""
    return f"Il vous reste {duration(minutes_left)}, cette action demande {duration(option.minutes)}."
