"""The desk of a portfolio game: what a learner sees at one séance, and nothing else.

Builds the words of the contract from the observable part of the state. No hidden cause, no value and no unseen
payment enters a `Desk`.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from course_app.core.french import euros, long_date, of_name, typeset, weekday_date
from course_app.exercise.engine.contract_desk import (
    Appointment,
    CustomerFile,
    Decision,
    Desk,
    Document,
    EInvoiceStatus,
    Fact,
    HistoryEntry,
    Invoice,
    Message,
    PlannedDecision,
    session_label,
)
from course_app.exercise.engine.portfolio_calendar import DAYS_TO_PAY, half_day
from course_app.exercise.engine.portfolio_journal import Line, found_at, seen_at, story
from course_app.exercise.engine.portfolio_names import PIECES, Identity, identities
from course_app.exercise.engine.portfolio_play import STATEMENT, WAIT, RunState, books, collected, customer_id
from course_app.exercise.engine.portfolio_rules import (
    actions_of,
    desk_actions,
    label_of,
    minutes_left,
    minutes_of,
    wait_dates,
)
from course_app.exercise.engine.portfolio_words import Seen, known, label, standing
from course_app.exercise.engine.vocabulary import (
    DEADLINES,
    EXPIRED,
    LAPSED,
    NOT_DUE,
    PROMISED,
    Cause,
    Documents,
    Event,
    Observation,
)

RECENT = 6
"""Séances whose letters stay in the inbox; older ones are in each file's history."""
_BOOKS = ("Vos annonces ne sont plus crues", "Vos annonces sont un peu moins crues", "Vos annonces sont crues")


def people(state: RunState) -> tuple[Identity, ...]:
    """Return who the customers are, in order."""
    body, files = state.exercise.body, state.files
    drawn = (tuple(files.key.tolist()), tuple(files.age.tolist()), tuple(files.amount.tolist()))
    return _people(*drawn, body.starts_on, body.electronic_percent)


@lru_cache(maxsize=64)
def _people(
    keys: tuple[int, ...], ages: tuple[int, ...], amounts: tuple[int, ...], start: date, electronic_percent: int
) -> tuple[Identity, ...]:
    return tuple(identities(np.array(keys, dtype=np.uint64), ages, amounts, start, electronic_percent / 100))


def observe(state: RunState) -> Desk:
    """Return the desk of the open séance."""
    body, session = state.exercise.body, state.session_index
    on = state.exercise.on(session)
    who, owed = people(state), books(state)
    seen = [seen_at(state, number, session) for number in range(len(who))]
    stories = [story(state, number) for number in range(len(who))]
    agenda = tuple(sorted(_agenda(state, who, seen, on), key=lambda date_: date_.on))
    files = tuple(
        _file(state, number, who[number], seen[number], owed[number], stories[number], agenda)
        for number in range(len(who))
    )
    return Desk(
        session_index=session,
        session_count=body.sessions,
        on=on,
        label=session_label(session, on, half_day(session)),
        minutes_total=body.minutes,
        minutes_left=minutes_left(state),
        customers=files,
        inbox=_inbox(state, who, stories),
        agenda=agenda,
        actions=desk_actions(state),
        planned=tuple(worded(state, decision) for decision in state.planned),
        wait_dates=wait_dates(state),
        collected_cents=collected(state),
    )


def worded(state: RunState, decision: Decision) -> PlannedDecision:
    """Return a planned decision in words; reading the statement is final, since it tells at once."""
    words = label_of(state.kernel, decision.action)
    if decision.until:
        words += f" jusqu'au {weekday_date(decision.until)}"
    is_final = decision.action == STATEMENT
    return PlannedDecision(decision, typeset(words), minutes_of(state.kernel, decision.action), is_final=is_final)


def _file(
    state: RunState,
    number: int,
    who: Identity,
    seen: Seen,
    owed: int,
    lines: Sequence[Line],
    agenda: Sequence[Appointment],
) -> CustomerFile:
    customer = customer_id(number)
    planned = state.decided(customer)
    return CustomerFile(
        id=customer,
        name=who.name,
        about=typeset(f"{who.about}. Votre contact : {who.contact}."),
        standing=standing(seen),
        state=label(seen),
        invoices=_invoices(who, owed, seen),
        facts=_facts(state, number, seen),
        known=known(seen),
        documents=_documents(who, seen),
        history=_history(who, lines),
        next_deadline=next((date_ for date_ in agenda if date_.customer_id == customer), None),
        actions=actions_of(state, number),
        planned=worded(state, planned) if planned else None,
        is_closed=seen.ended is not None,
    )


def _invoices(who: Identity, owed: int, seen: Seen) -> tuple[Invoice, ...]:
    """Return the invoices, what is still owed standing on the newest: a payment settles the oldest first (C-12)."""
    left, found = owed, []
    for line in reversed(who.lines):
        part = min(left, line.amount_cents)
        left -= part
        status = _status(who, seen, is_paid=not part and seen.ended in {None, Event.PAID})
        found.append(Invoice(line.number, line.issued_on, line.due_on, line.amount_cents, part, status))
    return tuple(reversed(found))


def _status(who: Identity, seen: Seen, *, is_paid: bool) -> EInvoiceStatus:
    """Return the status on the platform: it says no more than the customer already said."""
    if not who.is_electronic:
        return EInvoiceStatus.OUTSIDE
    if is_paid:
        return EInvoiceStatus.COLLECTED
    if seen.heard is Observation.PAPER and seen.state.cause is not Cause.CONFORMITY:
        return EInvoiceStatus.REJECTED
    is_refused = seen.heard is Observation.DISPUTE and seen.state.cause is not Cause.DISPUTE
    return EInvoiceStatus.REFUSED if is_refused else EInvoiceStatus.DEPOSITED


def _facts(state: RunState, number: int, seen: Seen) -> tuple[Fact, ...]:
    margin = euros(round(int(state.files.stake[number]), -4))
    facts = (
        ("Marge attendue de ce client, par an", f"environ {margin}"),
        ("Délai convenu", f"{DAYS_TO_PAY} jours"),
        ("Parole de votre entreprise", _BOOKS[seen.state.credibility]),
        ("Livraisons", "suspendues" if seen.state.hold else "normales"),
    )
    return tuple(Fact(typeset(name), typeset(value)) for name, value in facts)


def _documents(who: Identity, seen: Seen) -> tuple[Document, ...]:
    complete = seen.state.documents is Documents.PRESENT
    return tuple(Document(piece, complete or piece not in who.missing) for piece in PIECES)


def _history(who: Identity, lines: Sequence[Line]) -> tuple[HistoryEntry, ...]:
    sent = [
        HistoryEntry(line.issued_on, typeset(f"Facture {line.number} envoyée : {euros(line.amount_cents)}."), mine=True)
        for line in who.lines
    ]
    return (*sent, *(HistoryEntry(line.on, line.text, line.mine) for line in lines))


def _inbox(state: RunState, who: Sequence[Identity], stories: Sequence[Sequence[Line]]) -> tuple[Message, ...]:
    """Return the letters of the last séances, newest first, the statement among them."""
    session = state.session_index
    found = [
        Message(line.on, who[number].name, line.subject, line.text, customer_id(number), line.known_from == session)
        for number, lines in enumerate(stories)
        for line in lines
        if not line.mine and line.subject != "Paiement" and line.known_from > session - RECENT
    ]
    found += [_statement(state, who, reading) for reading in state.readings if reading > session - RECENT]
    return tuple(sorted(found, key=lambda message: (message.on, message.is_new), reverse=True))


def _statement(state: RunState, who: Sequence[Identity], reading: int) -> Message:
    """Return the bank statement as it was read at a séance."""
    received = [
        (who[number].name, entry.paid_cents)
        for number, entries in enumerate(state.entries)
        for entry in entries
        if entry.is_unseen and found_at(state, number, entry) == reading
    ]
    told = " ".join(f"Virement {of_name(name)} : {euros(cents)}." for name, cents in received)
    on = state.exercise.on(reading)
    text = typeset(told or "Aucun virement de vos clients en retard.")
    return Message(on, "Votre banque", f"Relevé lu le {long_date(on)}", text, "", reading == state.session_index)


def _agenda(state: RunState, who: Sequence[Identity], seen: Sequence[Seen], on: date) -> Iterator[Appointment]:
    """Yield the dates to watch, today included."""
    for number, file in enumerate(seen):
        if file.ended is not None:
            continue
        name, stage = who[number].name, file.state.stage
        if file.ends_on is not None and file.ends_on >= on:
            words = "Paiement promis par" if stage in PROMISED else "Fin du délai donné à" if stage in DEADLINES else ""
            yield Appointment(file.ends_on, f"{words} {name}", customer_id(number), mine=False)
        if stage in LAPSED:
            yield Appointment(on, f"Promesse non tenue : {name}", customer_id(number), mine=False)
        if stage in EXPIRED:
            yield Appointment(on, f"Délai expiré : {name}", customer_id(number), mine=False)
        if stage in NOT_DUE:
            yield Appointment(who[number].lines[0].due_on, f"Échéance : {name}", customer_id(number), mine=False)
        for day in _reminders(state, number):
            if day >= on:
                yield Appointment(day, f"Reprendre le dossier {name}", customer_id(number), mine=True)


def _reminders(state: RunState, number: int) -> set[date]:
    """Return the days the learner chose by waiting, until something is done on the file."""
    planned = state.decided(customer_id(number))
    if planned is not None and planned.action != WAIT:
        return set()
    days = {planned.until} if planned else set()
    for entry in reversed(state.entries[number]):
        if entry.action != WAIT:
            break
        days.add(entry.until)
    return {day for day in days if day is not None}
