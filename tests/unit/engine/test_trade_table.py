"""The table of the trade (situations.toml), written before the solver was looked at, against the review.

`situations.md` says how the table was made, how a row is read and why each row of `EXPLAINED` stays as it is.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from course_app.exercise.engine import belief
from course_app.exercise.engine.contract_review import Grade
from course_app.exercise.engine.game import Decision
from course_app.exercise.engine.judgement import judge
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    ACTIONS,
    EVENTS,
    OBSERVATIONS,
    Action,
    Cause,
    Documents,
    Event,
    Observation,
    Stage,
    State,
)

ROWS = tomllib.loads(Path(__file__).with_name("situations.toml").read_text(encoding="utf-8"))["situation"]
EXPLAINED = {59, 60, 61, 62}
"""Rows on which the review and the trade differ; the figures are in situations.md."""
LEAST = 68
FINE = {Grade.GOOD, Grade.FAIR}
OPEN_FILE = {Event.CONTINUES, Event.LAPSED}


@dataclass
class Known:
    """What a collector knows of a file: its state, the belief, the chance that it was paid unseen."""

    state: int
    mix: np.ndarray
    paid: float = 0.0

    def follow(self, kernel, action, shown, event=None, *, seen=True):
        """Play one session; `seen` tells that the statement was read after it."""
        table, pair = kernel.branches, kernel.pair_of[self.state, ACTION_CODE[action]]
        numbers = [
            number
            for number in range(table.start[pair], table.start[pair + 1])
            if OBSERVATIONS[table.observation[number]] is shown and EVENTS[table.event[number]] in (event or OPEN_FILE)
        ]
        assert len(numbers) == 1, "the history is not one of the model"
        place = int(np.flatnonzero(kernel.seen_code[pair] == table.observation[numbers[0]])[0])
        limits = np.vstack([np.zeros(10), kernel.seen_limit[pair]]) / 2**32
        unseen = kernel.unseen_payment[kernel.seen_after[pair, place]] * (limits[place + 1] - limits[place])
        alive = self.mix * table.chance[numbers[0]]
        before = self.paid if action is Action.WAIT else 0.0
        paid = before + (1 - before) * float(self.mix @ unseen)
        self.paid = 0.0 if seen else paid / (paid + (1 - before) * float(alive.sum()))
        self.mix = (alive / alive.sum()) @ kernel.drift
        self.state = int(table.following[numbers[0]])


def fields(raw):
    """The state written in a row."""
    return State(
        Stage[raw["stage"]],
        raw["ladder"],
        raw["credibility"],
        Cause[raw["cause"]],
        raw["hold"],
        Documents[raw["documents"]],
        raw["broken"],
    )


def known(kernel, row):
    """Replay the history of a row."""
    start, unread = row["start"], row.get("unchecked_sessions", 0)
    stage, silent = Stage[start["stage"]], max(0, unread - len(row["history"]))
    state = State(stage, credibility=start["credibility"], documents=Documents[start["documents"]])
    age = round(start["age_days"] / 2.5) if stage is Stage.IDLE else -1
    found = Known(kernel.index[state], belief.prior(kernel.parameters, age - silent))
    for _ in range(silent):
        found.follow(kernel, Action.WAIT, Observation.NONE, seen=False)
    for place, step in enumerate(row["history"]):
        event = {Event[step["then"]]} if "then" in step else None
        read = len(row["history"]) - place > unread
        found.follow(kernel, Action[step["action"]], Observation[step["shows"]], event, seen=read)
    return found


@pytest.fixture(scope="module")
def judged(kernel, values):
    """Judgement of every legal move of a row, by number of the row."""

    @cache
    def of(number):
        row = next(row for row in ROWS if row["number"] == number)
        seen = known(kernel, row)
        assert kernel.states[seen.state] == fields(row["state"])
        return {
            ACTIONS[code].name: judge(kernel, values, decision(row, seen, code)) for code in kernel.legal(seen.state)
        }

    return of


def decision(row, seen, code):
    """One decision of a collector on a row."""
    return Decision(
        session=0,
        customer=0,
        state=seen.state,
        mix=seen.mix,
        paid=seen.paid,
        amount=row["amount_cents"] / 100,
        stake=row["relationship_cents"] / 100,
        action=ACTIONS[code],
        observation=Observation.NONE,
        following=seen.state,
        branch=-1,
        closed=False,
        chased=False,
        reward=0.0,
    )


def agrees(row, judged, grades):
    """Whether the review gives one of these grades to a move that the trade holds right."""
    return any(judged(row["number"])[name].grade in grades for name in row["best"])


def prefers(row, judged):
    """The move that the review holds best, the price of an unread statement counted."""
    found = judged(row["number"])
    return min(found, key=lambda name: found[name].loss)


def test_every_row_is_a_history_of_the_model(kernel, judged):
    """Each history is legal step by step, leads to the state written, and every move named is legal there."""
    assert len(ROWS) >= 40
    assert len({row["number"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert set(row["best"]) | set(row["never"]) <= set(judged(row["number"])), row["number"]
        assert not set(row["best"]) & set(row["never"])


def test_the_review_agrees_with_the_trade(judged):
    """On 68 rows of 72 a move of the trade is « bien joué » or « correct »; the four others are explained by numbers."""
    differing = {row["number"] for row in ROWS if not agrees(row, judged, FINE)}
    assert differing == EXPLAINED
    assert len(ROWS) - len(differing) >= LEAST


def test_most_rows_agree_to_the_half_percent(judged):
    """On five rows of six a move of the trade is « bien joué », the finest grade there is."""
    assert sum(agrees(row, judged, {Grade.GOOD}) for row in ROWS) >= 60


def test_what_the_trade_forbids_is_never_needed(judged):
    """Where the review prefers a move that the trade forbids, a move of the trade costs no more than « correct »."""
    crossed = {row["number"] for row in ROWS if prefers(row, judged) in row["never"]}
    assert {number for number in crossed if number not in EXPLAINED} <= {
        row["number"] for row in ROWS if agrees(row, judged, FINE)
    }


def test_what_is_grave_is_judged_grave(judged):
    """Writing off is never « correct » while the trade forbids it; a formal notice forbidden as a first contact neither."""
    for row in ROWS:
        found = judged(row["number"])
        if "WRITE_OFF" in row["never"]:
            assert found["WRITE_OFF"].grade in {Grade.MISTAKE, Grade.COSTLY}, row["number"]
        if "FORMAL_NOTICE" in row["never"] and row["state"]["ladder"] == 0:
            assert found["FORMAL_NOTICE"].grade not in FINE, row["number"]
