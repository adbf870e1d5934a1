"""What the learner may see: one séance at the desk, its files, its letters, its dates.

Half of the contract (see `contract`). Holds no hidden cause, no value and no red-line mark: what is not here
cannot leak into a page. Money in integer cents, tax included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from course_app.core.french import weekday_date

CLOSE = "cloture"
"""Action of the row that closes a séance; its `customer_id` is empty."""


class ActionKind(StrEnum):
    """What an action is, whatever its wording in one exercise (simulator.md §3, experience.md §2.6).

    The last five are unlawful (simulator.md §3, domaine.md C-05 to C-07, I-01).
    """

    WAIT = "attendre"
    STATEMENT = "pointage"
    COURTESY = "rappel-avant-echeance"
    MAIL = "mail"
    CALL = "appel"
    BAD_CALL = "appel-mal-conduit"
    ULTIMATUM = "ultimatum"
    FORMAL_NOTICE = "mise-en-demeure"
    CONFORM = "conformite"
    TREAT_DISPUTE = "traiter-litige"
    GATHER_DOCUMENTS = "pieces"
    HOLD = "blocage"
    PLAN = "echeancier"
    HAND_OVER = "transmettre"
    SUMMONS = "sommation"
    PAYMENT_ORDER = "injonction"
    REFERE = "refere"
    AGENCY = "agence"
    WRITE_OFF = "passage-en-pertes"
    DISCLOSURE = "divulgation"
    FALSE_TITLE = "faux-titre"
    CRIMINAL_THREAT = "menace-penale"
    UNDUE_FEES = "frais-indus"
    AFTER_JUDGMENT = "apres-jugement"


class Standing(StrEnum):
    """Where a customer stands, for sorting and for the eye."""

    NOT_DUE = "a-echoir"
    OVERDUE = "en-retard"
    PROMISED = "promesse"
    LAPSED = "promesse-rompue"
    DISPUTED = "litige"
    PLAN = "echeancier"
    NOTICE = "mise-en-demeure"
    COURT = "judiciaire"
    AGENCY = "agence"
    PAID = "soldee"
    FAILED = "procedure-collective"
    WRITTEN_OFF = "perdue"


class EInvoiceStatus(StrEnum):
    """Compulsory statuses of an electronic invoice (domaine.md P-26), or none for a PDF."""

    DEPOSITED = "deposee"
    REJECTED = "rejetee"
    REFUSED = "refusee"
    COLLECTED = "encaissee"
    OUTSIDE = "hors-plateforme"


class HalfDay(StrEnum):
    """Half of the day a séance takes; the value is shown."""

    MORNING = "matin"
    AFTERNOON = "après-midi"


@dataclass(frozen=True)
class Decision:
    """One recorded move: an action on a customer (or on the whole desk, `customer_id` empty), or a close."""

    session_index: int
    customer_id: str
    action: str
    until: date | None = None

    @property
    def is_close(self) -> bool:
        """Whether this move closes its séance."""
        return self.action == CLOSE

    @classmethod
    def close(cls, session_index: int) -> "Decision":
        """Return the move that closes a séance."""
        return cls(session_index, "", CLOSE)


@dataclass(frozen=True)
class Fact:
    """A short labelled value, both French."""

    label: str
    value: str


@dataclass(frozen=True)
class Document:
    """One piece of the proof file, present or missing."""

    label: str
    present: bool


@dataclass(frozen=True)
class Invoice:
    """One invoice as the learner's books show it; `outstanding_cents` ≤ `amount_cents`."""

    number: str
    issued_on: date
    due_on: date
    amount_cents: int
    outstanding_cents: int
    e_status: EInvoiceStatus


@dataclass(frozen=True)
class HistoryEntry:
    """One dated line of a file; `mine` when the learner's side did it."""

    on: date
    text: str
    mine: bool


@dataclass(frozen=True)
class Message:
    """A letter in the inbox; `is_new` since the séance before. `customer_id` empty when about no one."""

    on: date
    sender: str
    subject: str
    text: str
    customer_id: str
    is_new: bool


@dataclass(frozen=True)
class Appointment:
    """A date to watch: a promise, a deadline, a reminder the learner set (`mine`)."""

    on: date
    label: str
    customer_id: str
    mine: bool


@dataclass(frozen=True)
class LegalAction:
    """An action offered at a desk; `refusal` (French) when it is listed but cannot be played now."""

    id: str
    kind: ActionKind
    label: str
    minutes: int
    needs_date: bool = False
    refusal: str = ""


@dataclass(frozen=True)
class PlannedDecision:
    """A decision of the open séance, worded; `is_final` when its effect was seen at once: it cannot be taken back."""

    decision: Decision
    label: str
    minutes: int
    is_final: bool = False


@dataclass(frozen=True)
class CustomerFile:
    """All the learner may know of one customer. Sequences: invoices and history oldest first."""

    id: str
    name: str
    about: str
    standing: Standing
    state: str
    """Short French wording of where the file is, as the list shows it."""
    invoices: tuple[Invoice, ...]
    facts: tuple[Fact, ...]
    known: tuple[str, ...]
    """What is known of the delay so far, one sentence each."""
    documents: tuple[Document, ...]
    history: tuple[HistoryEntry, ...]
    next_deadline: Appointment | None
    actions: tuple[LegalAction, ...]
    planned: PlannedDecision | None
    is_closed: bool
    """Nothing more can be done: paid, written off."""

    @property
    def outstanding_cents(self) -> int:
        """What the books say this customer still owes."""
        return sum(invoice.outstanding_cents for invoice in self.invoices)

    @property
    def due_on(self) -> date | None:
        """Earliest due date among its invoices that are owed, else among all; None before the first invoice."""
        owed = [invoice for invoice in self.invoices if invoice.outstanding_cents]
        return min((invoice.due_on for invoice in owed or self.invoices), default=None)


@dataclass(frozen=True)
class AgingRow:
    """One band of the aging report: `late_from`..`late_to` days late, ends included; None is open."""

    late_from: int | None
    late_to: int | None
    outstanding_cents: int
    invoices: int


@dataclass(frozen=True)
class Desk:
    """What the learner may see at one séance; holds no hidden cause, no value, no red-line mark."""

    session_index: int
    session_count: int
    on: date
    label: str
    minutes_total: int
    minutes_left: int
    customers: tuple[CustomerFile, ...]
    inbox: tuple[Message, ...]
    """Newest first."""
    agenda: tuple[Appointment, ...]
    """From today on, earliest first."""
    actions: tuple[LegalAction, ...]
    """Actions on the whole desk (such as checking the bank statement)."""
    planned: tuple[PlannedDecision, ...]
    """Decisions of this séance, in order."""
    wait_dates: tuple[date, ...]
    """Days until which waiting may be dated."""
    collected_cents: int

    @property
    def outstanding_cents(self) -> int:
        """What all customers still owe, according to the books."""
        return sum(customer.outstanding_cents for customer in self.customers)

    def customer(self, customer_id: str) -> CustomerFile | None:
        """Return a customer's file, or None for an unknown id."""
        return next((customer for customer in self.customers if customer.id == customer_id), None)


def session_label(session_index: int, on: date, half_day: HalfDay) -> str:
    """Return « Séance 2, jeudi 8 octobre 2026, matin »; séances are numbered from 1 for people."""
    return f"Séance {session_index + 1}, {weekday_date(on)} {on.year}, {half_day.value}"


def aging_report(customers: Sequence[CustomerFile], on: date) -> tuple[AgingRow, ...]:
    """Return the aging report (balance âgée) of a day: not due, 1–30, 31–60, 61–90, over 90 days late."""
    bands: tuple[tuple[int | None, int | None], ...] = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))
    invoices = [invoice for customer in customers for invoice in customer.invoices if invoice.outstanding_cents]
    rows = []
    for low, high in bands:
        inside = [i for i in invoices if _is_between((on - i.due_on).days, low, high)]
        rows.append(AgingRow(low, high, sum(i.outstanding_cents for i in inside), len(inside)))
    return tuple(rows)


def _is_between(days: int, low: int | None, high: int | None) -> bool:
    return (low is None or days >= low) and (high is None or days <= high)
