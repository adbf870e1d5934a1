"""The chart of ways of working: one line each, a mark for what it recovers, a bar for its interval.

Pure geometry in units of the drawing's own box; the page writes the SVG. Direct labels, no legend to decode; one's own
line is solid with a square, references are dashed with a circle, so that colour is never needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from course_app.exercise.compare.words import percent
from course_app.exercise.engine.comparison import Outcome

WIDTH, LEFT, RIGHT, TOP, FOOT, ROW = 380, 6, 12, 8, 30, 52
LABEL_AT, LINE_AT = 18, 36
TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Mark:
    """One way of working: its words, its value in words, where its mark and the ends of its interval are."""

    policy: str
    value: str
    is_mine: bool
    label_at: int
    at: int
    x: float
    low: float
    high: float


@dataclass(frozen=True)
class Scale:
    """A vertical line of the scale and its words."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    """The whole drawing."""

    width: int
    height: int
    bottom: int
    left: int
    right: int
    marks: tuple[Mark, ...]
    scale: tuple[Scale, ...]


def chart(lines: Sequence[Outcome], mine: str) -> Chart:
    """Place the outcomes from top to bottom in the order given; shares from 0 to 100 % go from left to right."""
    bottom = TOP + ROW * len(lines)
    return Chart(
        width=WIDTH,
        height=bottom + FOOT,
        bottom=bottom,
        left=LEFT,
        right=WIDTH - RIGHT,
        marks=tuple(_mark(line, TOP + ROW * rank, is_mine=line.policy == mine) for rank, line in enumerate(lines)),
        scale=tuple(Scale(_x(tick / 100), percent(tick / 100, 0), _anchor(tick)) for tick in TICKS),
    )


def _mark(line: Outcome, top: int, *, is_mine: bool) -> Mark:
    low, high = (_x(bound) for bound in line.share_ci)
    return Mark(
        policy=line.policy,
        value=percent(line.share),
        is_mine=is_mine,
        label_at=top + LABEL_AT,
        at=top + LINE_AT,
        x=_x(line.share),
        low=low,
        high=high,
    )


def _x(share: float) -> float:
    """Place of a share, kept inside the box: an interval may leave it by a hair."""
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(share, 0.0), 1.0), 1)


def _anchor(tick: int) -> str:
    return {0: "start", 100: "end"}.get(tick, "middle")
