"""Which questions deserve an author's eye, why, and in which order; when a quiz is counted again.

Pure: receives numbers, returns frozen values. Thresholds without a source are design choices.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TypeVar

from course_app.quizzes.items.rules import ENOUGH_ANSWERS, is_reversed

Key = TypeVar("Key")

NOBODY_PERCENT, EVERYBODY_PERCENT = 2, 98
"""Right answers, in percent, up to which nearly nobody is right, and from which nearly everybody is."""
SURE_AND_WRONG_PERCENT = 25
"""People, in percent of all, who are wrong and would put their hand in the fire: from one in four, it is the question."""
NEAR_ZERO = 0.10
"""Discrimination under which a question hardly tells who knows: half of what is worth something (`items.rules.WEAK`)."""
NEW_SHARE = 50
"""A quiz is counted again once one answer in so many is new; figures would not move before."""


class Reason(IntEnum):
    """Why a question is to be reviewed, the most serious first."""

    NOBODY = 0
    REVERSED = 1
    OUTVOTED = 2
    SURE_AND_WRONG = 3
    FLAT = 4
    EVERYBODY = 5


@dataclass(frozen=True)
class Tally:
    """First answers to one wording of a question, in people.

    `mistaken`: those who made the most common error. `discrimination`: from -1 to 1 over `compared` answers, or None.
    """

    answers: int
    right: int = 0
    sure_and_wrong: int = 0
    mistaken: int = 0
    discrimination: float | None = None
    compared: int = 0

    @property
    def is_early(self) -> bool:
        """Whether too few people answered to judge."""
        return self.answers < ENOUGH_ANSWERS

    def percent(self, people: int) -> int:
        """Return a number of people in whole percent of all who answered; 0 when nobody did."""
        return round(100 * people / self.answers) if self.answers else 0


@dataclass(frozen=True)
class Doubt:
    """What is doubted of a question: its reasons, the most serious first."""

    reasons: tuple[Reason, ...]
    tally: Tally


def reasons(tally: Tally) -> tuple[Reason, ...]:
    """Return why a question is to be reviewed, the most serious first; nothing while it is too early to judge.

    A question that nearly everybody gets right, or wrong, cannot tell people apart: that is not said twice.
    """
    if tally.is_early:
        return ()
    is_lopsided = _is_nobody(tally) or _is_everybody(tally)
    is_backwards = is_reversed(tally.discrimination, tally.compared)
    is_flat = tally.discrimination is not None and tally.discrimination < NEAR_ZERO
    found = {
        Reason.NOBODY: _is_nobody(tally),
        Reason.REVERSED: is_backwards,
        Reason.OUTVOTED: tally.mistaken > tally.right,
        Reason.SURE_AND_WRONG: 100 * tally.sure_and_wrong >= SURE_AND_WRONG_PERCENT * tally.answers,
        Reason.FLAT: is_flat and not is_backwards and not is_lopsided,
        Reason.EVERYBODY: _is_everybody(tally),
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _is_nobody(tally: Tally) -> bool:
    return 100 * tally.right <= NOBODY_PERCENT * tally.answers


def _is_everybody(tally: Tally) -> bool:
    return 100 * tally.right >= EVERYBODY_PERCENT * tally.answers


def ranked(tallies: Mapping[Key, Tally]) -> list[tuple[Key, Doubt]]:
    """Return the questions to review, the most pressing first; the order given settles what is equally pressing.

    By the most serious reason, then by how many more there are, then by the share of people it misleads (those who are
    not right; for `EVERYBODY`, none is), then by how many people met it.
    """
    doubts = [(key, Doubt(reasons(tally), tally)) for key, tally in tallies.items()]
    return sorted((each for each in doubts if each[1].reasons), key=lambda each: _pressing(each[1]))


def _pressing(doubt: Doubt) -> tuple[int, int, float, int]:
    tally = doubt.tally
    return min(doubt.reasons), -len(doubt.reasons), tally.right / tally.answers, -tally.answers


@dataclass(frozen=True)
class Stock:
    """The marked answers to a quiz: how many, the highest receipt, and its last regrading if any."""

    answers: int
    newest: int
    regraded_at: datetime | None = None


@dataclass(frozen=True)
class Counted:
    """What a quiz held when it was last counted."""

    answers: int
    newest: int
    at: datetime


def is_due(stock: Stock, last: Counted | None, now: datetime) -> bool:
    """Tell whether a quiz is to be counted now: never counted, regraded since, or changed.

    A change waits until it is one answer in `NEW_SHARE`, or the next day: counting costs, and a hundred thousand answers
    do not mean something else with one more. Moments are aware; `now` says where days begin.
    """
    if last is None or (stock.regraded_at is not None and stock.regraded_at >= last.at):
        return True
    if (stock.answers, stock.newest) == (last.answers, last.newest):
        return False
    is_much = abs(stock.answers - last.answers) * NEW_SHARE >= last.answers
    return is_much or now.date() != last.at.astimezone(now.tzinfo).date()
