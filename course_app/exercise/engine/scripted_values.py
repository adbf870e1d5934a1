"""What each action of a script is worth: exact backward induction over beliefs.

The value of a file at a séance is the best expected reward from there, given the belief on its hidden cause: the
script's priors, updated by Bayes with the chance each cause gave to what happened.

Reward, in cents: cash, minus what waiting for it costs (simple interest from the first séance), minus the cost of
the action (euros, penalty of an unlawful act, minutes), minus the share of yearly margin the relationship loses.
After the last séance the file is worth its chance of later payment: nobody gains by letting time run out.

Everything is integers, so a loss is exact (its gap is 0) and the same on any machine. A belief is a tuple of whole
weights; a value is kept unnormalised, as the sum over causes of weight × value, in units of 1/`UNIT` cent and
multiplied by 100 for each draw still to come. That quantity is proportional to the weights, hence one computation
serves all multiples of a belief.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import NamedTuple

from course_app.exercise.engine.scripted_ledger import Account, account_after, opened
from course_app.exercise.engine.scripted_parts import CustomerScript, EventScript, Option, Outcome, Script

UNIT = 10_000 * 365
"""Parts of a cent: interest in hundredths of a percent a year, counted by the day, is whole in this unit."""
Weights = tuple[int, ...]
"""Belief on the causes, in the script's order: whole weights without a common divisor."""


class Value(NamedTuple):
    """A reward in its three currencies, in cents; costs and broken relationship are negative."""

    cash: Fraction
    cost: Fraction
    bond: Fraction

    @property
    def total(self) -> Fraction:
        """The reward, all currencies together."""
        return self.cash + self.cost + self.bond

    def plus(self, other: "Value") -> "Value":
        """Return the sum of two rewards."""
        return Value(self.cash + other.cash, self.cost + other.cost, self.bond + other.bond)


NOTHING = Value(Fraction(0), Fraction(0), Fraction(0))


class Node(NamedTuple):
    """What is known of a file: where it is, its account, what may be believed of its cause."""

    state: str
    account: Account
    weights: Weights

    @property
    def outstanding_cents(self) -> int:
        """What its invoices still owe."""
        return self.account.principal_cents

    @property
    def beliefs(self) -> tuple[Fraction, ...]:
        """Probability of each cause."""
        whole = sum(self.weights)
        return tuple(Fraction(weight, whole) for weight in self.weights)


class _Sum(NamedTuple):
    """An unnormalised value, see the module's docstring."""

    cash: int = 0
    cost: int = 0
    bond: int = 0

    def times(self, factor: int) -> "_Sum":
        return _Sum(self.cash * factor, self.cost * factor, self.bond * factor)

    def plus(self, other: "_Sum") -> "_Sum":
        return _Sum(self.cash + other.cash, self.cost + other.cost, self.bond + other.bond)


class Solver:
    """Values of one customer's script; keeps what it computed."""

    def __init__(self, script: Script, customer: CustomerScript) -> None:
        self._script, self._customer = script, customer
        self._causes = [cause.id for cause in customer.causes]
        self._best: dict[tuple[int, Node], _Sum] = {}
        self._accounts: dict[tuple[Account, int, date], tuple[Account, int, date]] = {}

    @cached_property
    def _events(self) -> list[tuple[EventScript, ...]]:
        """Dated events that follow each séance."""
        return [self._script.events(self._customer, session) for session in range(len(self._script.sessions))]

    @cached_property
    def _scales(self) -> list[int]:
        """Factor of the unnormalised value at each séance: 100 for each draw to come, and for the last chance."""
        scales = [100]
        for session in reversed(range(len(self._script.sessions))):
            draws = 1 + len(self._events[session])
            scales.append(scales[-1] * 100**draws)
        return scales[::-1]

    def start(self) -> Node:
        """Return the file as it is before the first séance."""
        customer = self._customer
        priors = _reduced(tuple(cause.prior for cause in customer.causes))[0]
        return Node(customer.start, opened(customer), priors)

    def best(self, session_index: int, node: Node) -> Value:
        """Return the value of a file when a séance opens; past the last one, its chance of later payment."""
        return self._normal(self._value(session_index, node), session_index, node)

    def options(self, session_index: int, node: Node) -> Mapping[str, Value]:
        """Return the expected value of each playable action, in the script's order; empty when the file is closed."""
        return {
            option.id: self._normal(self._play(session_index, node, option), session_index, node)
            for option in self._playable(session_index, node)
        }

    def outcomes(self, node: Node, outcomes: Sequence[Outcome], on: date) -> Iterator[tuple[int, Fraction, Node]]:
        """Yield each possible outcome: its rank, its probability, the node it leads to (Bayes)."""
        whole = 100 * sum(node.weights)
        for rank, outcome in enumerate(outcomes):
            weights = self._seen(node, outcome)
            if any(weights):
                account, _paid, _day = self._account(node.account, outcome, on)
                yield rank, Fraction(sum(weights), whole), _reached(account, outcome, weights)[0]

    def price(self, option: Option) -> Value:
        """Return what playing an option costs at once."""
        return _in_cents(self._price(option), UNIT)

    def gain(self, outcome: Outcome, node: Node, on: date) -> Value:
        """Return what an outcome brings by itself."""
        _account, paid, paid_on = self._account(node.account, outcome, on)
        return _in_cents(self._gain(outcome, paid, paid_on), UNIT)

    @cached_property
    def reference(self) -> tuple[Fraction, ...]:
        """Average cash received before each later séance and at the end, from the start, under the best play."""
        return self.expected_cash(0, self.start())

    def expected_cash(self, session_index: int, node: Node) -> tuple[Fraction, ...]:
        """Return the average cash received before each later séance and at the end, under the best play.

        Cumulated, undiscounted, in cents; one entry per séance still to close.
        """
        left = len(self._script.sessions) - session_index
        if not left or self._customer.by_state[node.state].is_final:
            return (Fraction(0),) * left
        option = max(
            self._playable(session_index, node), key=lambda option: sum(self._play(session_index, node, option))
        )
        on = self._script.sessions[session_index].on
        events = self._events[session_index]
        return _mixed(
            (probability, self._cash(session_index, reached, events, node.account.received_cents))
            for _rank, probability, reached in self.outcomes(node, option.outcomes, on)
        )

    def _cash(
        self, session_index: int, node: Node, events: Sequence[EventScript], before_cents: int
    ) -> tuple[Fraction, ...]:
        """Return the same from a file on its way to the next séance; `before_cents` had been received at this one."""
        for rank, event in enumerate(events):
            if node.state in event.moves:
                return _mixed(
                    (probability, self._cash(session_index, reached, events[rank + 1 :], before_cents))
                    for _rank, probability, reached in self.outcomes(node, event.outcomes, event.on)
                )
        received = Fraction(node.account.received_cents - before_cents)
        return tuple(received + part for part in (Fraction(0), *self.expected_cash(session_index + 1, node)))

    def _account(self, account: Account, outcome: Outcome, on: date) -> tuple[Account, int, date]:
        """Return what an outcome makes of an account, computed once: outcomes live as long as the script."""
        if outcome.pays is None and outcome.places is None and not outcome.issues:
            return account, 0, on
        key = (account, id(outcome), on)
        if key not in self._accounts:
            self._accounts[key] = account_after(self._customer, account, outcome, on)
        return self._accounts[key]

    def _playable(self, session_index: int, node: Node) -> list[Option]:
        return [o for o in self._customer.by_state[node.state].moves if o.is_playable(session_index)]

    def _value(self, session_index: int, node: Node) -> _Sum:
        key = (session_index, node)
        if key not in self._best:
            self._best[key] = self._compute(session_index, node)
        return self._best[key]

    def _compute(self, session_index: int, node: Node) -> _Sum:
        if self._customer.by_state[node.state].is_final:
            return _Sum()
        if session_index == len(self._script.sessions):
            return self._later(node)
        return max((self._play(session_index, node, option) for option in self._playable(session_index, node)), key=sum)

    def _later(self, node: Node) -> _Sum:
        later = self._customer.by_state[node.state].later
        if later is None:
            return _Sum()
        chance = sum(weight * later.percent(cause) for weight, cause in zip(node.weights, self._causes, strict=True))
        return _Sum(cash=chance * node.account.owed_cents * self._worth(later.on))

    def _play(self, session_index: int, node: Node, option: Option) -> _Sum:
        """Return the unnormalised value of an option."""
        scale = self._scales[session_index]
        events = self._events[session_index]
        total = self._price(option).times(scale * sum(node.weights))
        on = self._script.sessions[session_index].on
        return total.plus(self._branches(session_index, node, option.outcomes, on, events))

    def _branches(
        self, session_index: int, node: Node, outcomes: Sequence[Outcome], on: date, events: Sequence[EventScript]
    ) -> _Sum:
        """Return the sum over outcomes of what each brings and leads to, `events` being still to come."""
        total, after = _Sum(), self._scales[session_index + 1] * 100 ** len(events)
        for outcome in outcomes:
            weights = self._seen(node, outcome)
            if any(weights):
                account, paid, paid_on = self._account(node.account, outcome, on)
                gain = self._gain(outcome, paid, paid_on)
                reached, divisor = _reached(account, outcome, weights)
                total = total.plus(gain.times(after * sum(weights)))
                total = total.plus(self._world(session_index, reached, events).times(divisor))
        return total

    def _world(self, session_index: int, node: Node, events: Sequence[EventScript]) -> _Sum:
        """Return the unnormalised value of a file on its way to the next séance, dated events still to come."""
        if not events:
            return self._value(session_index + 1, node)
        event, rest = events[0], events[1:]
        if node.state in event.moves:
            return self._branches(session_index, node, event.outcomes, event.on, rest)
        return self._world(session_index, node, rest).times(100)

    def _normal(self, value: _Sum, session_index: int, node: Node) -> Value:
        return _in_cents(value, self._scales[session_index] * sum(node.weights) * UNIT)

    def _seen(self, node: Node, outcome: Outcome) -> Weights:
        """Return the weights once an outcome is seen, 100 times larger."""
        return tuple(w * outcome.percent(cause) for w, cause in zip(node.weights, self._causes, strict=True))

    def _worth(self, on: date) -> int:
        """Value of one cent received on a day, seen from the first séance, in 1/UNIT cent."""
        return UNIT - self._script.money_rate_bp * (on - self._script.sessions[0].on).days

    def _price(self, option: Option) -> _Sum:
        cost = option.cost_cents + option.penalty_cents + option.minutes * self._script.minute_cents
        return _Sum(0, -cost * UNIT, self._bond(option.bond_permille))

    def _gain(self, outcome: Outcome, paid: int, paid_on: date) -> _Sum:
        return _Sum(paid * self._worth(paid_on), -outcome.cost_cents * UNIT, self._bond(outcome.bond_permille))

    def _bond(self, permille: int) -> int:
        """What the relationship loses, in 1/UNIT cent; whole, since 1000 divides UNIT."""
        return -permille * self._customer.yearly_margin_cents * UNIT // 1000


def _reduced(weights: Weights) -> tuple[Weights, int]:
    divisor = gcd(*weights)
    return tuple(weight // divisor for weight in weights), divisor


def _reached(account: Account, outcome: Outcome, weights: Weights) -> tuple[Node, int]:
    """Return the node after an outcome, and the divisor taken out of its weights."""
    reduced, divisor = _reduced(weights)
    return Node(outcome.to, account, reduced), divisor


def _in_cents(value: _Sum, divisor: int) -> Value:
    return Value(*(Fraction(part, divisor) for part in value))


def _mixed(parts: Iterator[tuple[Fraction, tuple[Fraction, ...]]]) -> tuple[Fraction, ...]:
    """Return the average of equally long vectors, weighted by their probabilities."""
    weighted = [[probability * number for number in vector] for probability, vector in parts]
    return tuple(sum(column, Fraction(0)) for column in zip(*weighted, strict=True))
