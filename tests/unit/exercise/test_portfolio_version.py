"""The name of the version a run keeps: the same name always means the same behaviour."""

import json
from collections.abc import Iterator
from dataclasses import astuple
from hashlib import sha256

from course_app.exercise.engine.contract import Decision
from course_app.exercise.engine.portfolio_desk import people
from course_app.exercise.engine.portfolio_play import Portfolio
from course_app.exercise.engine.vocabulary import Action, Observation
from tests.unit.exercise.players import PORTFOLIO, Temper, game, portfolio, step

GOLDEN = {
    "portfolio-1+2026-11-22.1": "f9a6e512cabeb351825d214b8f7aae7cdea746b7ecf1aa63cab6f6025ef4fd99",
}
"""What each version does, as `behaviour` tells it. Add a line, never change one: older runs rely on it."""
BODIES = (
    {},
    {"late_from": 16, "late_to": 60, "customers": 30, "sessions": 36, "minutes": 240, "documented_percent": 50},
    {"late_from": -1, "late_to": 1, "customers": 8, "sessions": 10},
)
COUNTS = ("outstanding", "collected", "conceded", "fee", "lost", "written_off", "spent", "status", "profile", "chases")


def behaviour() -> str:
    """Return a digest of whole games: what was drawn, what was offered at each séance, what each move brought."""
    digest = sha256()
    for exercise, seed, decisions in _games():
        for line in _told(exercise, seed, decisions):
            digest.update(json.dumps(line, default=str).encode())
    return digest.hexdigest()


def _games() -> Iterator[tuple[Portfolio, int, list[Decision]]]:
    for number, changes in enumerate(BODIES):
        exercise = portfolio(**changes)
        for seed, temper in enumerate((Temper(acts=0.25), Temper(acts=0.8, reads=0.4))):
            yield exercise, seed, game(PORTFOLIO, exercise, seed, number, temper)


def _told(exercise, seed, decisions) -> Iterator[object]:
    state = PORTFOLIO.initial(exercise, seed)
    yield [(who.name, [astuple(line) for line in who.lines]) for who in people(state)]
    yield [getattr(state.files, name).tolist() for name in ("amount", "stake", "age", "state", "profile")]
    for decision in decisions:
        if decision.is_close:
            desk = PORTFOLIO.observe(state)
            yield desk.minutes_left, desk.wait_dates
            yield [[(one.id, one.minutes, bool(one.refusal)) for one in who.actions] for who in desk.customers]
        state = step(PORTFOLIO, state, decision)
        if decision.is_close:
            yield [astuple(row[-1]) for row in state.entries if row]
            yield [getattr(state.board, name).tolist() for name in COUNTS]


def test_the_same_version_means_the_same_behaviour():
    """Runs name their rules: when moves, chances, draws or portfolios change, the name must change with them."""
    version, told = PORTFOLIO.version, behaviour()
    assert GOLDEN.get(version) == told, (
        f"{version} does not behave as it did ({told}): raise RULES in portfolio_tables.py, or the version of "
        "parameters.json, and add the digest of the new version here"
    )


def test_the_games_behind_the_digest_meet_every_move_and_answer():
    """A change of any move, of any answer, or of any account of money passes through the digest."""
    made, shown, counted = set(), set(), set()
    for exercise, seed, decisions in _games():
        state = PORTFOLIO.initial(exercise, seed)
        for decision in decisions:
            state = step(PORTFOLIO, state, decision)
        entries = [entry for row in state.entries for entry in row]
        made |= {entry.action for entry in entries}
        shown |= {entry.shown for entry in entries}
        counted |= {name for name in COUNTS if getattr(state.board, name).any()}
    assert {action.value for action in Action} <= made
    assert set(Observation) <= shown
    assert set(COUNTS) <= counted
