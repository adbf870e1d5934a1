"""How a scenario is played: what a condition sees, what a choice changes, where it leads.

The one meaning shared by the proof of `course check` and by the learner's play, so that what was proved is what
happens. Pure and without chance.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from course_app.library.scenario_model import COLDEST, WARMEST, Choice, Condition, Ending, Node, ScenarioHeader

EVIDENCE, FLAG, VISITED, CHOSEN = "evidence:", "flag:", "visited:", "chosen:"


class State(NamedTuple):
    """How things stand: temperature (0 to 4), days gone by, cents received, red lines crossed, and marks.

    `marks` hold evidence, flags and history as prefixed slugs: `evidence:devis`, `flag:blocked`, `visited:monday`,
    `chosen:monday.call`.
    """

    temperature: int
    days: int
    cash_cents: int
    red_lines: int
    marks: frozenset[str]


class Position(NamedTuple):
    """A situation, or an ending, met in a state."""

    node: str
    state: State


@dataclass(frozen=True)
class Guard:
    """A condition made ready: marks needed, marks forbidden, and (field of the state, lowest, highest)."""

    needs: frozenset[str]
    forbids: frozenset[str]
    spans: tuple[tuple[int, int | None, int | None], ...]

    def holds(self, state: State) -> bool:
        """Tell whether the condition holds in a state."""
        if not (self.needs <= state.marks and self.forbids.isdisjoint(state.marks)):
            return False
        for field, low, high in self.spans:
            value = state[field]
            if (low is not None and value < low) or (high is not None and value > high):  # type: ignore[operator]
                return False
        return True


def guard_of(condition: Condition) -> Guard:
    """Return a condition made ready."""
    spans = ((condition.temperature, 0), (condition.days, 1), (condition.cash_cents, 2), (condition.red_lines, 3))
    return Guard(
        needs=frozenset(
            [
                *_marks(EVIDENCE, condition.has),
                *_marks(FLAG, condition.flags),
                *_marks(VISITED, condition.visited),
                *_marks(CHOSEN, condition.chosen),
            ]
        ),
        forbids=frozenset(
            [
                *_marks(EVIDENCE, condition.lacks),
                *_marks(FLAG, condition.without),
                *_marks(VISITED, condition.unvisited),
                *_marks(CHOSEN, condition.unchosen),
            ]
        ),
        spans=tuple((field, span.min, span.max) for span, field in spans if (span.min, span.max) != (None, None)),
    )


def _marks(prefix: str, names: Iterable[str]) -> Iterator[str]:
    return (prefix + name for name in names)


@dataclass(frozen=True)
class Move:
    """A choice made ready: when it is offered, what it changes, where it leads."""

    node: str
    choice: Choice
    guard: Guard
    routes: tuple[tuple[Guard, str], ...]
    owed_cents: int
    adds: frozenset[str]
    removes: frozenset[str]

    def felt(self, state: State) -> State:
        """Return the state once the choice has been made."""
        effects, marks = self.choice.effects, state.marks
        if self.removes:
            marks -= self.removes
        if not self.adds <= marks:
            marks |= self.adds
        return State(
            max(COLDEST, min(WARMEST, state.temperature + effects.temperature)),
            state.days + effects.days,
            max(state.cash_cents, self.owed_cents) if effects.settles else state.cash_cents + effects.cash_cents,
            state.red_lines + self.choice.red_line,
            marks,
        )

    def route(self, felt: State) -> int | None:
        """Return the rank of the route that the choice takes once it has been felt; None for its usual way."""
        return next((rank for rank, (guard, _to) in enumerate(self.routes) if guard.holds(felt)), None)

    def after(self, state: State) -> Position:
        """Return where the choice leads from a state in which it is offered."""
        felt = self.felt(state)
        rank = self.route(felt) if self.routes else None
        return Position(self.choice.to if rank is None else self.routes[rank][1], felt)


def _move(node: Node, choice: Choice, owed_cents: int) -> Move:
    gained = (*_marks(EVIDENCE, choice.effects.adds), *_marks(FLAG, choice.effects.raises))
    history = (VISITED + node.id, f"{CHOSEN}{node.id}.{choice.id}")
    return Move(
        node=node.id,
        choice=choice,
        guard=guard_of(choice.when),
        routes=tuple((guard_of(route.when), route.to) for route in choice.routes),
        owed_cents=owed_cents,
        adds=frozenset([*gained, *history]),
        removes=frozenset(_marks(FLAG, choice.effects.lowers)),
    )


class Story:
    """A scenario made ready to play. Targets are those of the file: `library.scenario_checks` says when one is not."""

    def __init__(self, scenario: ScenarioHeader) -> None:
        self.scenario = scenario
        self.nodes: dict[str, Node] = {node.id: node for node in scenario.nodes}
        self.endings: dict[str, Ending] = {ending.id: ending for ending in scenario.endings}
        owed = scenario.case.amount_cents
        self.moves = {node.id: tuple(_move(node, choice, owed) for choice in node.choices) for node in scenario.nodes}
        self.variants = {node.id: tuple(guard_of(one.when) for one in node.variants) for node in scenario.nodes}

    @property
    def opening(self) -> Position:
        """Where the story begins."""
        opening = self.scenario.opening
        marks = frozenset([*_marks(EVIDENCE, opening.has), *_marks(FLAG, opening.flags)])
        return Position(opening.node, State(opening.temperature, 0, 0, 0, marks))

    def offered(self, position: Position) -> tuple[Move, ...]:
        """Return the choices offered at a position, in the file's order; none at an ending."""
        return tuple(move for move in self.moves.get(position.node, ()) if move.guard.holds(position.state))

    def told(self, position: Position) -> tuple[str, ...]:
        """Return the texts of a situation as it reads in this state: its own, then the variants that hold."""
        node = self.nodes[position.node]
        guards = zip(node.variants, self.variants[position.node], strict=True)
        return (node.situation, *(variant.text for variant, guard in guards if guard.holds(position.state)))

    def held(self, state: State) -> tuple[str, ...]:
        """Return the names of the pieces of evidence in hand, in the file's order."""
        return tuple(piece.label for piece in self.scenario.evidence if EVIDENCE + piece.id in state.marks)
