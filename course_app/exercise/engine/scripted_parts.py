"""The parts of a script: what an author writes under `script:` in content/exercises/*.yaml.

Shape of a script: séances with their minutes; customers, each a small state machine. A state offers options; an
option has outcomes with their chance in whole percent, the same for all hidden causes or one for each. Dated
events (a payment run, the day of a promise) move a file between two séances. Every number that decides what is
worth what is here: there is no other source of value. Faults across keys are found by `scripted_checks`, called by `scripted_model`.

Knows neither files nor positions: `library` gives each fault its line.
"""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt

from course_app.exercise.engine.contract_desk import ActionKind, EInvoiceStatus, HalfDay, Standing
from course_app.library.model import Day, Line, Reference, Slug, Text

EVERYONE = "*"
WAIT_ID = "attendre"
Percent = Annotated[StrictInt, Field(ge=0, le=100)]
Permille = Annotated[StrictInt, Field(ge=0, le=1000)]
Cents = Annotated[StrictInt, Field(ge=0)]
PositiveCents = Annotated[StrictInt, Field(gt=0)]
Label = Annotated[str, Field(min_length=1, max_length=160)]


def _by_cause(value: Any) -> Any:
    """Read `chance: 85` as the same chance for every cause."""
    return {EVERYONE: value} if isinstance(value, int) and not isinstance(value, bool) else value


Chance = Annotated[Mapping[str, Percent], BeforeValidator(_by_cause)]


class Strict(BaseModel):
    """A frozen value that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WhyScript(Strict):
    """Where a verdict comes from: a lesson, a place in it, the rule in one sentence, a numbered source."""

    lesson: Slug
    anchor: str = ""
    rule: Text
    source: Reference


class Payment(Strict):
    """Money received, on a day (default: the day it is decided): a sum, or `share` percent of what is still owed.

    It goes to `invoices` in their order, else to the one due first; interest first when `interest`; nowhere yet
    when it `waits`.
    """

    share: Annotated[StrictInt, Field(ge=1, le=100)] = 100
    cents: PositiveCents | None = None
    invoices: tuple[Line, ...] = ()
    interest: bool = False
    waits: bool = False
    on: Day | None = None

    @property
    def settles(self) -> bool:
        """Whether it pays everything that is owed."""
        return self.share == 100 and self.cents is None and not self.invoices and not self.waits


class Placing(Strict):
    """Where money that waits is placed: `invoices` in their order, else the one due first; interest first or not."""

    invoices: tuple[Line, ...] = ()
    interest: bool = False


class Outcome(Strict):
    """One thing that may happen. `bond_permille` is what the relationship loses, in ‰ of the yearly margin.

    `cost_cents` is what it costs us by itself: goods delivered, a repair.
    """

    to: Slug
    chance: Chance = Field(default_factory=lambda: {EVERYONE: 100})
    sender: str = ""
    subject: str = ""
    says: str = ""
    issues: tuple[Line, ...] = ()
    """Numbers of the pending invoices that are issued."""
    places: Placing | None = None
    pays: Payment | None = None
    cost_cents: Cents = 0
    bond_permille: Permille = 0

    def percent(self, cause: str) -> int:
        """Chance in percent when this cause is the true one."""
        return self.chance.get(cause, self.chance.get(EVERYONE, 0))


class Option(Strict):
    """One action in one state.

    `sessions` are the séances (from 1) in which it can be played; elsewhere it is hidden, or listed with the
    reason `refused`. `red_line` holds the reason why it is unlawful or unfair, for those that are.
    """

    id: Slug
    kind: ActionKind
    label: Label
    minutes: Annotated[StrictInt, Field(ge=0, le=240)]
    cost_cents: Cents = 0
    penalty_cents: Cents = 0
    bond_permille: Permille = 0
    sessions: tuple[Annotated[StrictInt, Field(ge=1)], ...] = ()
    refused: str = ""
    red_line: str = ""
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)]
    why: WhyScript | None = None

    def is_playable(self, session_index: int) -> bool:
        """Whether it can be played in this séance (from 0)."""
        return session_index + 1 in self.sessions if self.sessions else not self.refused


class Later(Strict):
    """What becomes of the file after the exercise: chance of full payment by cause, and around which day."""

    chance: Chance
    on: Day

    def percent(self, cause: str) -> int:
        """Chance in percent when this cause is the true one."""
        return self.chance.get(cause, self.chance.get(EVERYONE, 0))


class StateScript(Strict):
    """One situation of a file, as the learner can tell it."""

    id: Slug
    label: Label
    standing: Standing
    is_final: bool = False
    known: tuple[Line, ...] = ()
    """What the learner knows here; shown in the file and again in the debrief."""
    hint: str = ""
    why: WhyScript | None = None
    wait: tuple[Outcome, ...] = ()
    """What happens when nothing is done; nothing by default."""
    options: tuple[Option, ...] = ()
    later: Later | None = None

    @cached_property
    def moves(self) -> tuple[Option, ...]:
        """Every option, waiting last; empty when the file is closed."""
        if self.is_final:
            return ()
        outcomes = self.wait or (Outcome(to=self.id),)
        return (*self.options, Option(id=WAIT_ID, kind=ActionKind.WAIT, label="Attendre", minutes=0, outcomes=outcomes))

    def move(self, action: str) -> Option | None:
        """Return the option with this id, None when there is none."""
        return next((option for option in self.moves if option.id == action), None)


class EventScript(Strict):
    """A dated event that moves files standing in one of the states `moves`; shown in the agenda of `shown_in`."""

    id: Slug
    on: Day
    label: str = ""
    moves: Annotated[tuple[Slug, ...], Field(min_length=1)]
    shown_in: tuple[Slug, ...] = ()
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)]


class CauseScript(Strict):
    """A hidden reason for the delay, and how likely it is at the start, in percent."""

    id: Slug
    label: Label
    prior: Annotated[StrictInt, Field(ge=1, le=100)]


class FactScript(Strict):
    """A short labelled value."""

    label: Line
    value: Line


class DocumentScript(Strict):
    """One piece of the proof file."""

    label: Line
    present: bool


class PastScript(Strict):
    """One dated line of what happened before; `mine` when the learner's side did it."""

    on: Day
    text: Line
    mine: bool = False


class InvoiceScript(Strict):
    """One invoice; `late_rate_bp` is the yearly late interest rate in hundredths of a percent.

    A pending one does not exist until an outcome issues it: an order, a delivery to come.
    """

    number: Line
    issued_on: Day
    due_on: Day
    amount_cents: PositiveCents
    e_status: EInvoiceStatus = EInvoiceStatus.OUTSIDE
    late_rate_bp: Annotated[StrictInt, Field(ge=0, le=10000)]
    fee_cents: Cents
    is_pending: bool = False


class CustomerScript(Strict):
    """One customer: what is written in the file, what is hidden, and the state machine."""

    id: Slug
    name: Line
    about: Line
    yearly_margin_cents: Cents
    """What the relationship is worth: losses of relationship are shares of it."""
    invoice: InvoiceScript | None = None
    """The invoice, when there is only one; otherwise `invoices`."""
    invoices: tuple[InvoiceScript, ...] = ()
    insolvency_on: Day | None = None
    """Day of the judgment that opens an insolvency: interest stops the day before, no fee falls due after."""
    facts: tuple[FactScript, ...] = ()
    documents: tuple[DocumentScript, ...] = ()
    history: tuple[PastScript, ...] = ()
    causes: Annotated[tuple[CauseScript, ...], Field(min_length=1)]
    truth: Slug | None = None
    """The cause of the story; drawn from the priors when absent."""
    start: Slug
    states: Annotated[tuple[StateScript, ...], Field(min_length=2)]
    events: tuple[EventScript, ...] = ()

    @cached_property
    def bills(self) -> tuple[InvoiceScript, ...]:
        """Every invoice, pending ones included."""
        return self.invoices if self.invoice is None else (self.invoice, *self.invoices)

    @cached_property
    def by_state(self) -> Mapping[str, StateScript]:
        """States by id."""
        return {state.id: state for state in self.states}


class LetterScript(Strict):
    """A letter that arrives whatever was done."""

    sender: Line
    subject: Line
    text: Text
    customer: str = ""


class SessionScript(Strict):
    """One séance: its day, its half-day, its minutes, the letters of that morning."""

    on: Day
    half_day: HalfDay
    minutes: Annotated[StrictInt, Field(ge=1, le=240)]
    letters: tuple[LetterScript, ...] = ()


class Script(Strict):
    """A whole script, each key checked alone. `ends_on` is the day after which nothing moves any more."""

    brief: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Who the learner is and what the situation is."""
    sessions: Annotated[tuple[SessionScript, ...], Field(min_length=1, max_length=36)]
    ends_on: Day
    wait_dates: tuple[Day, ...] = ()
    """Days offered to date a wait, besides those of the séances to come."""
    minute_cents: Cents
    """What a minute at the desk costs: wage and the value of its best other use (simulator.md §3)."""
    money_rate_bp: Annotated[StrictInt, Field(ge=0, le=10000)]
    """Yearly cost of waiting for money, in hundredths of a percent (simulator.md §3)."""
    takeaway: Line
    notice: Text
    customers: Annotated[tuple[CustomerScript, ...], Field(min_length=1)]

    @cached_property
    def by_customer(self) -> Mapping[str, CustomerScript]:
        """Customers by id."""
        return {customer.id: customer for customer in self.customers}

    def window(self, session_index: int) -> tuple[date, date]:
        """Return the days between the close of a séance and the next: after the first, up to the second."""
        last = session_index + 1 == len(self.sessions)
        return self.sessions[session_index].on, self.ends_on if last else self.sessions[session_index + 1].on

    def events(self, customer: CustomerScript, session_index: int) -> tuple[EventScript, ...]:
        """Return the events that fall right after a séance, earliest first."""
        after, until = self.window(session_index)
        inside = [event for event in customer.events if after < event.on <= until]
        return tuple(sorted(inside, key=lambda event: event.on))
