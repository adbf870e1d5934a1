"""A graph drawn in layers, top to bottom: where each box stands, and the curve of each arrow.

Longest-path layering, one invisible stop per layer that an arrow crosses, barycentres to untangle (Sugiyama, Tagawa
and Toda, 1981), then columns pulled towards their neighbours. Pure: names and pairs in, numbers in pixels out. An arrow
that would climb (a loop) is drawn upwards and marked.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BOX_WIDTH, BOX_HEIGHT = 188, 64
STOP_WIDTH = 20
GAP_X, GAP_Y = 26, 58
MARGIN = 12
_SWEEPS = 12
Pair = tuple[str, str]


@dataclass(frozen=True)
class Box:
    """The upper left corner of a box, in pixels."""

    id: str
    x: int
    y: int


@dataclass(frozen=True)
class Arrow:
    """An arrow between two boxes: `path` is SVG path data; `climbs` when it leads back up."""

    start: str
    end: str
    path: str
    climbs: bool


@dataclass(frozen=True)
class Drawing:
    """Where everything stands; width and height in pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(names: Sequence[str], pairs: Iterable[Pair]) -> Drawing:
    """Return the drawing of a graph. The first name is the root; pairs with unknown names are left out."""
    known = set(names)
    wanted = list(dict.fromkeys(pair for pair in pairs if known.issuperset(pair)))
    climbing = _climbing(names, wanted)
    down = [(end, start) if (start, end) in climbing else (start, end) for start, end in wanted if start != end]
    layers = _layers(names, down)
    rows, chains = _rows(names, down, layers)
    neighbours = _neighbours(chains)
    rows = _untangled(rows, neighbours)
    centres = _centres(rows, neighbours, known)
    return _drawing(rows, centres, known, chains, [pair for pair in wanted if pair[0] != pair[1]], climbing)


def _climbing(names: Sequence[str], pairs: Sequence[Pair]) -> set[Pair]:
    """Return the pairs that close a loop, seen from the root in the order written."""
    after = defaultdict(list)
    for start, end in pairs:
        after[start].append(end)
    found: set[Pair] = set()
    state: dict[str, int] = {}
    for root in names:
        if root in state:
            continue
        stack = [(root, iter(after[root]))]
        state[root] = 1
        while stack:
            name, ends = stack[-1]
            end = next(ends, "")
            if not end:
                state[name] = 2
                stack.pop()
            elif state.get(end) == 1:
                found.add((name, end))
            elif end not in state:
                state[end] = 1
                stack.append((end, iter(after[end])))
    return found


def _layers(names: Sequence[str], down: Sequence[Pair]) -> dict[str, int]:
    """Return the layer of each name: one below the lowest of those that lead to it."""
    layers = dict.fromkeys(names, 0)
    for _round in names:
        moved = False
        for start, end in down:
            if layers[end] <= layers[start]:
                layers[end], moved = layers[start] + 1, True
        if not moved:
            break
    return layers


def _rows(
    names: Sequence[str], down: Sequence[Pair], layers: Mapping[str, int]
) -> tuple[list[list[str]], dict[Pair, list[str]]]:
    """Return the rows with a stop wherever an arrow crosses one, and each arrow as the chain of what it passes."""
    rows: list[list[str]] = [[] for _layer in range(max(layers.values(), default=0) + 1)]
    for name in names:
        rows[layers[name]].append(name)
    chains: dict[Pair, list[str]] = {}
    for start, end in down:
        chain = [start]
        for layer in range(layers[start] + 1, layers[end]):
            stop = f"{start}>{end}>{layer}"
            if stop not in rows[layer]:
                rows[layer].append(stop)
            chain.append(stop)
        chains[start, end] = [*chain, end]
    return rows, chains


def _neighbours(chains: Mapping[Pair, Sequence[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return what stands just above, and just below, each name."""
    above: dict[str, list[str]] = defaultdict(list)
    below: dict[str, list[str]] = defaultdict(list)
    for chain in chains.values():
        for upper, lower in itertools.pairwise(chain):
            above[lower].append(upper)
            below[upper].append(lower)
    return above, below


def _untangled(rows: list[list[str]], neighbours: tuple[dict[str, list[str]], dict[str, list[str]]]) -> list[list[str]]:
    """Return the rows in an order with fewer crossings: the best met in a dozen sweeps down and up."""
    best, fewest = rows, _crossings(rows, neighbours[1])
    for sweep in range(_SWEEPS):
        above, below = neighbours
        order, side = (rows, above) if sweep % 2 == 0 else (rows[::-1], below)
        swept, ranks = [], dict[str, float]()
        for row in order:
            here = {name: float(rank) for rank, name in enumerate(row)}
            weights = {name: _mean([ranks[one] for one in side[name] if one in ranks], here[name]) for name in row}
            ordered = sorted(row, key=lambda name, weights=weights: weights[name])  # type: ignore[misc]
            swept.append(ordered)
            ranks = {name: float(rank) for rank, name in enumerate(ordered)}
        rows = swept if sweep % 2 == 0 else swept[::-1]
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _crossings(rows: Sequence[Sequence[str]], below: Mapping[str, Sequence[str]]) -> int:
    """Count the pairs of arrows that cross between two rows."""
    total = 0
    for upper, lower in itertools.pairwise(rows):
        rank = {name: place for place, name in enumerate(lower)}
        ends = [end for name in upper for end in sorted(rank[one] for one in below.get(name, ()))]
        total += sum(later < earlier for place, earlier in enumerate(ends) for later in ends[place + 1 :])
    return total


def _centres(
    rows: Sequence[Sequence[str]], neighbours: tuple[dict[str, list[str]], dict[str, list[str]]], known: set[str]
) -> dict[str, float]:
    """Return the middle of each name: pulled towards its neighbours, never nearer to the next than a gap."""
    centres: dict[str, float] = {}
    for row in rows:
        across = 0.0
        for name in row:
            half = _half(name, known)
            centres[name] = across + half
            across += 2 * half + GAP_X
    above, below = neighbours
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wish = {name: _mean([centres[one] for one in (*above[name], *below[name])], centres[name]) for name in row}
            centres |= _spread(row, wish, known)
    left = min(centre - _half(name, known) for name, centre in centres.items())
    return {name: centre - left + MARGIN for name, centre in centres.items()}


def _half(name: str, known: set[str]) -> float:
    return (BOX_WIDTH if name in known else STOP_WIDTH) / 2


def _spread(row: Sequence[str], wish: Mapping[str, float], known: set[str]) -> dict[str, float]:
    """Return the places nearest to what each name wishes, in order and apart: middle of two one-sided answers."""
    apart = [_half(one, known) + _half(two, known) + GAP_X for one, two in itertools.pairwise(row)]
    right, left = [wish[name] for name in row], [wish[name] for name in row]
    for rank in range(1, len(row)):
        right[rank] = max(right[rank], right[rank - 1] + apart[rank - 1])
    for rank in range(len(row) - 2, -1, -1):
        left[rank] = min(left[rank], left[rank + 1] - apart[rank])
    return {name: (right[rank] + left[rank]) / 2 for rank, name in enumerate(row)}


def _drawing(
    rows: Sequence[Sequence[str]],
    centres: Mapping[str, float],
    known: set[str],
    chains: Mapping[Pair, Sequence[str]],
    pairs: Sequence[Pair],
    climbing: set[Pair],
) -> Drawing:
    tops = {name: MARGIN + layer * (BOX_HEIGHT + GAP_Y) for layer, row in enumerate(rows) for name in row}
    boxes = tuple(
        Box(name, round(centres[name] - BOX_WIDTH / 2), tops[name]) for row in rows for name in row if name in known
    )
    arrows = []
    for start, end in pairs:
        climbs = (start, end) in climbing
        chain = chains[(end, start) if climbs else (start, end)]
        path = _curve(chain[::-1] if climbs else chain, centres, tops, climbs=climbs)
        arrows.append(Arrow(start, end, path, climbs))
    width = max((centre + _half(name, known) for name, centre in centres.items()), default=0) + MARGIN
    height = 2 * MARGIN + len(rows) * BOX_HEIGHT + (len(rows) - 1) * GAP_Y
    return Drawing(round(width), height, boxes, tuple(arrows))


def _curve(chain: Sequence[str], centres: Mapping[str, float], tops: Mapping[str, int], *, climbs: bool) -> str:
    """Return the path of an arrow from the edge of its first box, through its stops, to the edge of its last."""
    out, into = (0, BOX_HEIGHT) if climbs else (BOX_HEIGHT, 0)
    points = [(centres[chain[0]], tops[chain[0]] + out)]
    for stop in chain[1:-1]:
        first, last = (BOX_HEIGHT, 0) if climbs else (0, BOX_HEIGHT)
        points += [(centres[stop], tops[stop] + first), (centres[stop], tops[stop] + last)]
    points.append((centres[chain[-1]], tops[chain[-1]] + into))
    told = [f"M{points[0][0]:.0f} {points[0][1]}"]
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        middle = (y1 + y2) / 2
        told.append(f"C{x1:.0f} {middle:.0f} {x2:.0f} {middle:.0f} {x2:.0f} {y2}")
    return "".join(told)
