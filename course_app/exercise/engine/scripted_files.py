"""One file of a script as it is being played: where it stands, what it owes, everything that happened to it.

Pure. Draws are keyed by (seed, customer, séance, purpose): what is decided elsewhere never changes them, and the
same purpose asked twice gets the same answer.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from course_app.exercise.engine.contract_desk import HistoryEntry, Message
from course_app.exercise.engine.scripted_ledger import Account, account_after
from course_app.exercise.engine.scripted_ledger import opened as opened_account
from course_app.exercise.engine.scripted_parts import WAIT_ID, CustomerScript, Option, Outcome, Script

DRAW_SIZE = 2**64


@dataclass(frozen=True)
class Happening:
    """One outcome that came true: from an option or a dated event, the rank of the outcome, the day."""

    event_id: str
    """Empty when the outcome is that of the decision itself."""
    rank: int
    on: date


@dataclass(frozen=True)
class Step:
    """One séance in the life of a file: where it stood, what it had paid, what was decided, what came of it."""

    session_index: int
    state: str
    collected_cents: int
    action: str
    until: date | None
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class PlayedFile:
    """A file at the opening of a séance. `payments` are (day, cents) in the order they came."""

    customer: CustomerScript
    state: str
    account: Account
    payments: tuple[tuple[date, int], ...] = ()
    bond_permille: int = 0
    steps: tuple[Step, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be done any more."""
        return self.customer.by_state[self.state].is_final

    @property
    def outstanding_cents(self) -> int:
        """What its invoices still owe."""
        return self.account.principal_cents

    @property
    def collected_cents(self) -> int:
        """What this customer has paid since the first séance."""
        return sum(cents for _day, cents in self.payments)


def draw(seed: int, customer_id: str, session_index: int, purpose: str) -> int:
    """Return an integer from 0 to 2**64 − 1, a pure function of its four keys."""
    words = f"{seed}\x1f{customer_id}\x1f{session_index}\x1f{purpose}"
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big")


def picked(chances: Sequence[int], drawn: int) -> int:
    """Return the rank that a draw picks among chances in percent, which sum to 100."""
    threshold = 0
    for rank, chance in enumerate(chances):
        threshold += chance
        if drawn * 100 < threshold * DRAW_SIZE:
            return rank
    raise ValueError("chances must sum to 100")


def true_cause(customer: CustomerScript, seed: int) -> str:
    """Return the hidden cause: the script's own, or one drawn from the priors."""
    if customer.truth is not None:
        return customer.truth
    rank = picked([cause.prior for cause in customer.causes], draw(seed, customer.id, 0, "cause"))
    return customer.causes[rank].id


def opened(customer: CustomerScript) -> PlayedFile:
    """Return a file before the first séance."""
    return PlayedFile(customer, customer.start, opened_account(customer))


def carried_out(
    script: Script, file: PlayedFile, seed: int, session_index: int, move: tuple[str, date | None]
) -> PlayedFile:
    """Return the file after a séance: the decision (an option id and its date), then the dated events.

    A closed file, or one left alone, waits.
    """
    action, until = move
    option = file.customer.by_state[file.state].move(action)
    step = Step(session_index, file.state, file.collected_cents, action, until, ())
    moved = replace(file, bond_permille=file.bond_permille + (option.bond_permille if option else 0))
    if option is not None:
        on = script.sessions[session_index].on
        moved, step = _befall(moved, step, seed, "", option.outcomes, on)
    for event in script.events(file.customer, session_index):
        if moved.state in event.moves:
            moved, step = _befall(moved, step, seed, event.id, event.outcomes, event.on)
    return replace(moved, steps=(*file.steps, step)) if option or step.happenings else file


def _befall(
    file: PlayedFile, step: Step, seed: int, event_id: str, outcomes: Sequence[Outcome], on: date
) -> tuple[PlayedFile, Step]:
    """Draw one outcome and apply it."""
    cause = true_cause(file.customer, seed)
    drawn = draw(seed, file.customer.id, step.session_index, event_id or "decision")
    rank = picked([outcome.percent(cause) for outcome in outcomes], drawn)
    outcome = outcomes[rank]
    account, paid, paid_on = account_after(file.customer, file.account, outcome, on)
    moved = replace(
        file,
        state=outcome.to,
        account=account,
        payments=(*file.payments, (paid_on, paid)) if paid else file.payments,
        bond_permille=file.bond_permille + outcome.bond_permille,
    )
    return moved, replace(step, happenings=(*step.happenings, Happening(event_id, rank, on)))


def option_of(file: PlayedFile, step: Step) -> Option | None:
    """Return the option that a step played."""
    return file.customer.by_state[step.state].move(step.action)


def outcomes_of(file: PlayedFile, step: Step, happening: Happening) -> Sequence[Outcome]:
    """Return the outcomes among which one was drawn."""
    if happening.event_id:
        return next(event for event in file.customer.events if event.id == happening.event_id).outcomes
    option = option_of(file, step)
    return option.outcomes if option else ()


def outcome_of(file: PlayedFile, step: Step, happening: Happening) -> Outcome:
    """Return the outcome that came true."""
    return outcomes_of(file, step, happening)[happening.rank]


def title_of(file: PlayedFile, step: Step, happening: Happening) -> str:
    """Return the wording of what was played or befell."""
    if happening.event_id:
        return next(event for event in file.customer.events if event.id == happening.event_id).label
    option = option_of(file, step)
    return option.label if option else ""


def history(script: Script, file: PlayedFile) -> tuple[HistoryEntry, ...]:
    """Return the dated lines of a file, oldest first."""
    lines = [HistoryEntry(past.on, past.text, past.mine) for past in file.customer.history]
    for step in file.steps:
        option = option_of(file, step)
        if option is not None and step.action != WAIT_ID:
            lines.append(HistoryEntry(script.sessions[step.session_index].on, option.label, mine=True))
        for happening in step.happenings:
            outcome = outcome_of(file, step, happening)
            if outcome.says:
                lines.append(HistoryEntry(happening.on, outcome.says, mine=False))
    return tuple(lines)


def letters(file: PlayedFile, session_index: int) -> tuple[Message, ...]:
    """Return what the file brought to the inbox, oldest first; new since the séance before."""
    found = []
    for step in file.steps:
        for happening in step.happenings:
            outcome = outcome_of(file, step, happening)
            if outcome.says:
                message = Message(
                    on=happening.on,
                    sender=outcome.sender or file.customer.name,
                    subject=outcome.subject or title_of(file, step, happening),
                    text=outcome.says,
                    customer_id=file.customer.id,
                    is_new=step.session_index == session_index - 1,
                )
                found.append(message)
    return tuple(found)
