"""What the law adds to the late invoices of a portfolio game: interest, the fixed fee, what to declare.

Interest runs from the day after the due date, without reminder, at the rate written on the invoices; the fee is due
once for each late invoice (domaine.md P-30 and P-33: C. com. L441-10 II and D441-5). With an insolvency judgment,
interest stops the day before, and an invoice that falls due from the judgment on owes no fee (I-01, I-02).

A payment goes to the oldest invoice of its customer, whole principal first. A file closed by a title or by a
settlement is counted up to that day; one that was written off asks for nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from course_app.core.money import late_interest_cents
from course_app.exercise.engine.contract_review import LateClaim
from course_app.exercise.engine.portfolio_desk import people
from course_app.exercise.engine.portfolio_names import Identity, Line
from course_app.exercise.engine.portfolio_play import Entry, RunState
from course_app.exercise.engine.vocabulary import Event

FEE_CENTS = 4000
"""The fixed fee for recovery costs, 40 euros (domaine.md P-33: C. com. D441-5)."""
SETTLED = frozenset({Event.PAID, Event.OPPOSED, Event.UNPAID_TITLE})
Paid = tuple[date, int]


def claims(state: RunState) -> Iterator[LateClaim]:
    """Yield what may be asked for each late invoice of a finished run; in an insolvency, what must be declared.

    Nothing when the exercise says no rate.
    """
    rate_bp, ends_on = state.exercise.body.late_rate_bp, state.exercise.on(state.session_index)
    if rate_bp is not None:
        rate = Decimal(rate_bp) / 10_000
        for number, who in enumerate(people(state)):
            yield from _of(who, state.entries[number], rate, ends_on)


def _of(who: Identity, entries: Sequence[Entry], rate: Decimal, ends_on: date) -> Iterator[LateClaim]:
    last = entries[-1]
    if last.event is Event.WRITTEN_OFF:
        return
    judgment = last.on if last.event is Event.FAILED else None
    until = judgment - timedelta(days=1) if judgment else ends_on
    for line, received in _placed(who.lines, _payments(who, entries)):
        owed = line.amount_cents - sum(cents for _, cents in received)
        days = max(0, ((until if owed else received[-1][0]) - line.due_on).days)
        if days or (judgment and owed):
            yield LateClaim(
                customer_name=who.name,
                invoice=line.number,
                days_late=days,
                interest_cents=_interest(line, received, rate, until),
                fee_cents=FEE_CENTS if days and not (judgment and line.due_on >= judgment) else 0,
                principal_cents=owed,
                until=until,
                is_declared=judgment is not None,
            )


def _payments(who: Identity, entries: Sequence[Entry]) -> list[Paid]:
    """Return what settled the debt, day by day; a file that was closed otherwise is settled whole on its last day."""
    paid = [(entry.on, entry.paid_cents) for entry in entries if entry.paid_cents and entry.event is not Event.FAILED]
    left = sum(line.amount_cents for line in who.lines) - sum(cents for _, cents in paid)
    return [*paid, (entries[-1].on, left)] if left and entries[-1].event in SETTLED else paid


def _placed(lines: Sequence[Line], paid: Sequence[Paid]) -> Iterator[tuple[Line, list[Paid]]]:
    """Yield each invoice, the one due first in front, with the payments placed on it."""
    waiting = list(paid)
    for line in sorted(lines, key=lambda one: one.due_on):
        left, received = line.amount_cents, []
        while waiting and left:
            on, cents = waiting.pop(0)
            placed = min(cents, left)
            received.append((on, placed))
            left -= placed
            if cents > placed:
                waiting.insert(0, (on, cents - placed))
        yield line, received


def _interest(line: Line, received: Sequence[Paid], rate: Decimal, until: date) -> int:
    """Return the interest of an invoice on what it still owed, payment after payment."""
    total, left, since = 0, line.amount_cents, line.due_on
    for on, cents in (*received, (until, 0)):
        days = (on - since).days
        if days > 0 and left:
            total += late_interest_cents(left, rate, days)
            since = on
        left -= cents
    return total
