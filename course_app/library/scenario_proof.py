"""What can happen in a scenario: every position it can reach, its distinct paths, and what they score.

The exploration sees a state through a `Lens` that keeps exactly what some condition reads: two states that no
condition can tell apart are one. Days, money and red lines only grow, so that counting them stops at the highest
bound that is read. The number of positions is finite, and bounded here.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from course_app.library.scenario_model import ChoiceQuality, Scenario, ScenarioHeader
from course_app.library.scenario_play import Guard, Move, Position, State, Story

MAX_POSITIONS = 20_000
"""Positions explored before giving up: 200 situations, each met in a hundred ways."""

POINTS: Mapping[ChoiceQuality, int] = {ChoiceQuality.GOOD: 2, ChoiceQuality.FAIR: 1, ChoiceQuality.POOR: 0}
BEST = max(POINTS.values())
_GROWING = (1, 2, 3)


class TooManyPositionsError(Exception):
    """The conditions tell more positions apart than can be explored; `read` is what they read, most telling first."""

    def __init__(self, read: tuple[str, ...]) -> None:
        super().__init__(MAX_POSITIONS)
        self.read = read


@dataclass(frozen=True)
class Lens:
    """What conditions read: which marks, whether the temperature, up to where each growing number matters."""

    marks: frozenset[str]
    temperature: bool
    tops: tuple[int, int, int]

    def seen(self, position: Position) -> Position:
        """Return a position as conditions see it."""
        node, (temperature, days, cash, lines, marks) = position
        most_days, most_cash, most_lines = self.tops
        state = State(
            temperature if self.temperature else 0,
            min(most_days, days),
            min(most_cash, cash),
            min(most_lines, lines),
            marks if marks <= self.marks else marks & self.marks,
        )
        return Position(node, state)

    def narrowed(self, move: Move) -> Move:
        """Return a move that leaves only the marks some condition reads."""
        return replace(move, adds=move.adds & self.marks, removes=move.removes & self.marks)


def lens_of(story: Story) -> Lens:
    """Return the lens of a story: the union of all that its conditions read."""
    guards = list(_guards(story))
    spans = [span for guard in guards for span in guard.spans]
    tops = [
        max((bound for at, low, high in spans if at == field for bound in _steps(low, high)), default=0)
        for field in _GROWING
    ]
    return Lens(
        frozenset(mark for guard in guards for mark in guard.needs | guard.forbids),
        any(field == 0 for field, _low, _high in spans),
        (tops[0], tops[1], tops[2]),
    )


def _steps(low: int | None, high: int | None) -> Iterator[int]:
    """Yield the values from which a number reads otherwise."""
    if low is not None:
        yield max(low, 0)
    if high is not None:
        yield max(high + 1, 0)


def _guards(story: Story) -> Iterator[Guard]:
    for node, moves in story.moves.items():
        yield from story.variants[node]
        for move in moves:
            yield move.guard
            yield from (guard for guard, _to in move.routes)


@dataclass(frozen=True)
class Edge:
    """A choice made at a position: the move, and the rank of the position it leads to."""

    move: Move
    to: int


class Exploration:
    """Every position that a story can reach, in the order met; position 0 is the opening."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.lens = lens_of(story)
        self.positions: list[Position] = []
        self.edges: list[tuple[Edge, ...]] = []
        self._came_from: list[tuple[int, Move] | None] = []
        self._moves = {node: tuple(map(self.lens.narrowed, moves)) for node, moves in story.moves.items()}
        self._explore()

    def _explore(self) -> None:
        ranks: dict[Position, int] = {}

        def rank_of(position: Position, came_from: tuple[int, Move] | None) -> int:
            seen = self.lens.seen(position)
            rank = ranks.setdefault(seen, len(ranks))
            if rank == len(self.positions):
                if rank == MAX_POSITIONS:
                    raise TooManyPositionsError(_read(self.lens))
                self.positions.append(seen)
                self._came_from.append(came_from)
            return rank

        rank_of(self.story.opening, None)
        while len(self.edges) < len(self.positions):
            rank = len(self.edges)
            position = self.positions[rank]
            state = position.state
            offered = [move for move in self._moves.get(position.node, ()) if move.guard.holds(state)]
            self.edges.append(tuple(Edge(move, rank_of(move.after(state), (rank, move))) for move in offered))

    def way_to(self, rank: int) -> tuple[str, ...]:
        """Return a shortest sequence of choices, as « situation.choice », that leads to a position."""
        way: list[str] = []
        step = self._came_from[rank]
        while step is not None:
            before, move = step
            way.append(f"{move.node}.{move.choice.id}")
            step = self._came_from[before]
        return tuple(reversed(way))

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The positions such that each stands before those it leads to; those of loops, and after them, are missing."""
        waiting = [0] * len(self.positions)
        for edges in self.edges:
            for edge in edges:
                waiting[edge.to] += 1
        ready, order = deque(rank for rank, count in enumerate(waiting) if count == 0), []
        while ready:
            rank = ready.popleft()
            order.append(rank)
            for edge in self.edges[rank]:
                waiting[edge.to] -= 1
                if waiting[edge.to] == 0:
                    ready.append(edge.to)
        return tuple(order)

    @property
    def has_loop(self) -> bool:
        """Whether one can come back to a position with nothing changed, hence play without end."""
        return len(self.order) < len(self.positions)

    def loop(self) -> tuple[int, ...]:
        """Return the positions of one loop, in order; empty when there is none."""
        rest = set(range(len(self.positions))) - set(self.order)
        back: dict[int, int] = {edge.to: rank for rank in sorted(rest) for edge in self.edges[rank] if edge.to in rest}
        if not rest:
            return ()
        rank, met = min(rest & set(back)), dict[int, None]()
        while rank not in met:
            met[rank] = None
            rank = back[rank]
        ring = list(met)
        return tuple(reversed(ring[ring.index(rank) :]))


def _read(lens: Lens) -> tuple[str, ...]:
    numbers = [name for name, top in zip(("days", "cash_cents", "red_lines"), lens.tops, strict=True) if top]
    return (*numbers, *(["temperature"] if lens.temperature else []), *sorted(lens.marks))


@dataclass(frozen=True)
class Proof:
    """What exploring a sound scenario counts.

    `positions` are situations and endings as conditions tell them apart; `paths` distinct sequences of choices from
    the opening to an ending; `lowest` and `highest` their scores, in hundredths of the points they could earn, rounded
    down; `by_ending` the paths that reach each ending.
    """

    situations: int
    endings: int
    positions: int
    paths: int
    lowest: int
    highest: int
    by_ending: Mapping[str, int]


def proof_of(exploration: Exploration) -> Proof:
    """Count the paths of a scenario without loop and their scores. Raises ValueError on one with a loop."""
    if exploration.has_loop:
        raise ValueError("a scenario with a loop has no last path")
    tallies, story = _tallies(exploration), exploration.story
    reached: Counter[str] = Counter()
    shares = set[int]()
    for rank, position in enumerate(exploration.positions):
        if position.node in story.endings:
            for made, tally in tallies[rank].items():
                reached[position.node] += tally.ways
                shares |= {100 * points // (BEST * made) for points in (tally.least, tally.most)}
    return Proof(
        situations=len(story.nodes),
        endings=len(story.endings),
        positions=len(exploration.positions),
        paths=sum(reached.values()),
        lowest=min(shares, default=0),
        highest=max(shares, default=0),
        by_ending=dict(reached),
    )


class Tally(NamedTuple):
    """The ways of reaching a position in some number of decisions: how many, fewest points, most points."""

    ways: int
    least: int
    most: int


def _tallies(exploration: Exploration) -> list[dict[int, Tally]]:
    """Return, for each position, the tally of each number of decisions that leads there."""
    tallies: list[dict[int, Tally]] = [{} for _position in exploration.positions]
    tallies[0][0] = Tally(1, 0, 0)
    for rank in exploration.order:
        for edge in exploration.edges[rank]:
            points, after = POINTS[edge.move.choice.quality], tallies[edge.to]
            for made, (ways, least, most) in tallies[rank].items():
                known = after.get(made + 1)
                after[made + 1] = (
                    Tally(ways, least + points, most + points)
                    if known is None
                    else Tally(known.ways + ways, min(known.least, least + points), max(known.most, most + points))
                )
    return tallies


def prove(scenario: ScenarioHeader) -> Proof:
    """Return what a checked scenario counts. Raises as `Exploration` and `proof_of`."""
    return proof_of(Exploration(Story(scenario)))


def prove_all(scenarios: Iterable[Scenario]) -> dict[str, Proof]:
    """Return the proofs of published scenarios by id; one that cannot be counted is left out."""
    found: dict[str, Proof] = {}
    for scenario in scenarios:
        try:
            found[scenario.id] = prove(scenario)
        except (TooManyPositionsError, ValueError):
            continue
    return found
