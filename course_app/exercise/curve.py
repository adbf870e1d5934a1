"""The cash curve of a debrief as a drawing: places in the drawing's own box, words of its axes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from course_app.core.french import NBSP, number, ordinal_day
from course_app.exercise.engine.contract import Debrief


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: its place in the drawing and its words, empty when there is no room for them."""

    at: int
    label: str


@dataclass(frozen=True)
class Drawing:
    """The cash curve as a drawing, in units of its own box: two broken lines, ticks, where their labels stand."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    mine: str
    reference: str
    days: tuple[Tick, ...]
    amounts: tuple[Tick, ...]


WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 380, 230, 64, 24, 12, 34
LABEL_HALF = 23
"""Half the room a day needs under the axis."""
_SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
_NICE_STEPS = (10, 20, 25, 50)
_AXIS_PARTS = 4


def drawing(debrief: Debrief) -> Drawing:
    """Place the curve in its box: days from left to right, euros from bottom to top, steps when money comes."""
    points = debrief.curve
    first, last = points[0].on, points[-1].on
    highest = max(debrief.initial_cents, 1)
    step = _nice_step(highest)
    days = [LEFT + (WIDTH - LEFT - RIGHT) * (point.on - first).days // max((last - first).days, 1) for point in points]
    mine = [_height(point.collected_cents, highest) for point in points]
    reference = [_height(point.reference_cents or 0, highest) for point in points]
    return Drawing(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - FOOT,
        mine=_steps(days, mine),
        reference=_steps(days, reference) if points[-1].reference_cents is not None else "",
        days=_day_ticks(days, [point.on for point in points]),
        amounts=tuple(
            Tick(_height(cents, highest), f"{number(cents // 100)}{NBSP}€") for cents in range(0, highest + 1, step)
        ),
    )


def _day_ticks(places: Sequence[int], days: Sequence[date]) -> tuple[Tick, ...]:
    """Return the days under the axis, in words while they do not touch."""
    ticks: list[Tick] = []
    free_from = 0
    for at, day in zip(places, days, strict=True):
        label = _short_date(day) if at - LABEL_HALF >= free_from else ""
        free_from = at + LABEL_HALF if label else free_from
        ticks.append(Tick(at, label))
    return tuple(ticks)


def _short_date(day: date) -> str:
    return f"{ordinal_day(day.day)} {_SHORT_MONTHS[day.month - 1]}"


def _height(cents: int, highest: int) -> int:
    return HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * cents // highest


def _steps(days: Sequence[int], heights: Sequence[int]) -> str:
    """Return the points of a staircase: level until a day, then straight up."""
    corners = [f"{days[0]},{heights[0]}"]
    for rank in range(1, len(days)):
        corners += [f"{days[rank]},{heights[rank - 1]}", f"{days[rank]},{heights[rank]}"]
    return " ".join(corners)


def _nice_step(highest: int) -> int:
    """Return a round step in cents that cuts an axis in about four."""
    power = 1
    while True:
        for step in _NICE_STEPS:
            if step * power * _AXIS_PARTS >= highest:
                return step * power
        power *= 10
