"""What the screens of play show: the desk, its client list, one file. Frozen pages built from a run.

Pure: no database, no Flask. A page holds a `Desk` and nothing else of the engine, so that no cause, no value and no
mark can reach it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from course_app.exercise.engine.contract import (
    ActionKind,
    AgingRow,
    Appointment,
    CustomerFile,
    Desk,
    LegalAction,
    Message,
    Standing,
    aging_report,
)
from course_app.exercise.runs import Run

_TONES = {
    Standing.NOT_DUE: "muted",
    Standing.PROMISED: "promise",
    Standing.PLAN: "promise",
    Standing.DISPUTED: "dispute",
    Standing.PAID: "paid",
    Standing.WRITTEN_OFF: "muted",
}


_URGENT = frozenset({Standing.LAPSED})
_LONG_LIST = 6
"""Customers from which the list can be sorted, and closed files fold away."""
_MANY_ACTIONS = 9
"""Actions from which they are shown in families."""


class Order(StrEnum):
    """How the customers of a long list are sorted; the value stands in the address."""

    TO_DO = "a-traiter"
    AMOUNT = "montant"
    LATENESS = "retard"
    NAME = "nom"

    @classmethod
    def named(cls, raw: str | None) -> "Order":
        """Return the order of this name, the first one for anything else."""
        return cls(raw) if raw in {order.value for order in cls} else cls.TO_DO


class Family(StrEnum):
    """What actions are for, as the file groups them."""

    CONTACT = "contact"
    CAUSE = "cause"
    FIRMNESS = "fermete"
    HAND_OVER = "confier"
    WAIT = "attendre"


_FAMILIES = {
    ActionKind.WAIT: Family.WAIT,
    ActionKind.STATEMENT: Family.CAUSE,
    ActionKind.CONFORM: Family.CAUSE,
    ActionKind.TREAT_DISPUTE: Family.CAUSE,
    ActionKind.GATHER_DOCUMENTS: Family.CAUSE,
    ActionKind.PLAN: Family.CAUSE,
    ActionKind.ULTIMATUM: Family.FIRMNESS,
    ActionKind.FORMAL_NOTICE: Family.FIRMNESS,
    ActionKind.HOLD: Family.FIRMNESS,
    ActionKind.UNDUE_FEES: Family.FIRMNESS,
    ActionKind.SUMMONS: Family.HAND_OVER,
    ActionKind.PAYMENT_ORDER: Family.HAND_OVER,
    ActionKind.REFERE: Family.HAND_OVER,
    ActionKind.AGENCY: Family.HAND_OVER,
    ActionKind.WRITE_OFF: Family.HAND_OVER,
    ActionKind.HAND_OVER: Family.HAND_OVER,
}


@dataclass(frozen=True)
class ClientLine:
    """One line of the client list; `days_late` is None once nothing is owed, negative before the due date."""

    id: str
    name: str
    outstanding_cents: int
    state: str
    tone: str
    days_late: int | None
    decided: str
    is_closed: bool
    has_news: bool
    is_urgent: bool = False
    can_act: bool = True
    """Whether anything but waiting can be done."""


@dataclass(frozen=True)
class DeskPage:
    """A séance: the three panes, and what may be taken back (`last_move`, its place in the run)."""

    run_id: uuid.UUID
    exercise_id: str
    title: str
    guided: bool
    desk: Desk
    clients: tuple[ClientLine, ...]
    news: tuple[Message, ...]
    aging: tuple[AgingRow, ...]
    last_move: int | None
    is_replay: bool
    order: Order
    notice: str
    """What the learner must know of the version they play; empty when it is the current one."""

    @property
    def undecided(self) -> tuple[ClientLine, ...]:
        """Open files that wait for a decision in this séance; a file in other hands waits for none."""
        return tuple(client for client in self.open_clients if not client.decided and client.can_act)

    @property
    def is_long(self) -> bool:
        """Whether there are enough customers to sort them and to fold the closed files."""
        return len(self.clients) >= _LONG_LIST

    @property
    def open_clients(self) -> tuple[ClientLine, ...]:
        """Files that are not closed."""
        return tuple(client for client in self.clients if not client.is_closed)

    @property
    def closed_clients(self) -> tuple[ClientLine, ...]:
        """Files that are closed."""
        return tuple(client for client in self.clients if client.is_closed)

    @property
    def statement(self) -> LegalAction | None:
        """Reading the bank statement, in the exercises that have one."""
        return next((action for action in self.desk.actions if action.kind is ActionKind.STATEMENT), None)

    @property
    def recent(self) -> tuple[Message, ...]:
        """Letters of the inbox that came before this séance."""
        return tuple(message for message in self.desk.inbox if not message.is_new)

    @property
    def next_on(self) -> date | None:
        """Day of the next séance; None at the last one."""
        is_last = self.desk.session_index + 1 == self.desk.session_count
        return None if is_last or not self.desk.wait_dates else self.desk.wait_dates[0]

    @property
    def ahead(self) -> tuple[Appointment, ...]:
        """What is due before the next séance."""
        return tuple(date_ for date_ in self.desk.agenda if self.next_on is None or date_.on <= self.next_on)


@dataclass(frozen=True)
class FilePage:
    """One customer's file on the desk, ready to decide."""

    board: DeskPage
    customer: CustomerFile
    days_late: int | None
    playable: tuple[LegalAction, ...]
    refused: tuple[LegalAction, ...]
    hint: str
    families: tuple[tuple[Family | None, tuple[LegalAction, ...]], ...] = ()
    """What can be played, by family; one nameless family when there is little to choose."""

    @property
    def can_wait(self) -> bool:
        """Whether one of the actions asks for a date."""
        return any(action.needs_date for action in self.playable)

    @property
    def can_undo(self) -> bool:
        """Whether this customer's decision is the last one taken."""
        planned = self.board.desk.planned
        return bool(planned) and planned[-1].decision.customer_id == self.customer.id


def desk_page(run: Run, notice: str = "", order: Order = Order.TO_DO) -> DeskPage:
    """Return the page of the open séance."""
    desk = run.desk
    news = tuple(message for message in desk.inbox if message.is_new)
    clients = tuple(_client_line(customer, desk, news) for customer in desk.customers)
    return DeskPage(
        run_id=run.row.id,
        exercise_id=run.exercise.id,
        title=run.exercise.title,
        guided=run.row.guided,
        desk=desk,
        clients=_sorted(clients, order) if len(clients) >= _LONG_LIST else clients,
        news=news,
        aging=aging_report(desk.customers, desk.on),
        last_move=run.last_move.sequence if run.last_move else None,
        is_replay=run.row.replay_of is not None,
        order=order,
        notice=notice,
    )


def _sorted(clients: Sequence[ClientLine], order: Order) -> tuple[ClientLine, ...]:
    """Sort a long list; ties keep the order of the files."""
    keys = {
        Order.TO_DO: lambda line: (bool(line.decided), not line.can_act, not line.is_urgent, -line.outstanding_cents),
        Order.AMOUNT: lambda line: -line.outstanding_cents,
        Order.LATENESS: lambda line: -(line.days_late or 0),
        Order.NAME: lambda line: line.name,
    }
    return tuple(sorted(clients, key=keys[order]))


def _client_line(customer: CustomerFile, desk: Desk, news: Sequence[Message]) -> ClientLine:
    owes = customer.outstanding_cents > 0
    due = customer.next_deadline
    return ClientLine(
        id=customer.id,
        name=customer.name,
        outstanding_cents=customer.outstanding_cents,
        state=customer.state,
        tone=_TONES.get(customer.standing, "late"),
        days_late=_days_late(customer, desk.on) if owes else None,
        decided=customer.planned.label if customer.planned else "",
        is_closed=customer.is_closed,
        has_news=any(message.customer_id == customer.id for message in news),
        is_urgent=customer.standing in _URGENT or (due is not None and due.on <= desk.on),
        can_act=any(not action.refusal and not action.needs_date for action in customer.actions),
    )


def _days_late(customer: CustomerFile, on: date) -> int | None:
    """Return how late the oldest owed invoice is, negative before it is due; None before the first invoice."""
    return (on - customer.due_on).days if customer.due_on else None


def file_page(run: Run, customer: CustomerFile) -> FilePage:
    """Return the page of one customer's file."""
    board = desk_page(run)
    playable = tuple(action for action in customer.actions if not action.refusal)
    return FilePage(
        board=board,
        customer=customer,
        days_late=_days_late(customer, board.desk.on),
        playable=playable,
        families=_by_family(playable),
        refused=tuple(action for action in customer.actions if action.refusal),
        hint=run.engine.hint(run.state, customer.id) if run.row.guided else "",
    )


def _by_family(actions: Sequence[LegalAction]) -> tuple[tuple[Family | None, tuple[LegalAction, ...]], ...]:
    """Group actions in families, in the order of `Family`; no family when there are few."""
    if len(actions) < _MANY_ACTIONS:
        return ((None, tuple(actions)),)
    groups = (
        (family, tuple(a for a in actions if _FAMILIES.get(a.kind, Family.CONTACT) is family)) for family in Family
    )
    return tuple((family, group) for family, group in groups if group)
