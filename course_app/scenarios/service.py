"""Attempts at scenarios: start, choose, go back, replay a moment, export, carry; and the shares of each branch.

Owns every write on the two tables. Never commits: the route does, once, before anybody reads « enregistré ». Must not
know Flask nor any other feature's rows. Each write first takes the learner's row (or the attempt's) so that two tabs
and a double click come one after the other; on SQLite `BEGIN IMMEDIATE` already does it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.core.errors import NotFound, Stale
from course_app.library.scenario_model import Scenario
from course_app.library.scenario_play import Story
from course_app.progress import service as progress
from course_app.progress.rules import EventKind
from course_app.scenarios import rules
from course_app.scenarios.models import ScenarioAttempt, ScenarioMove
from course_app.scenarios.rules import Entry, MoveKind, Play


@dataclass(frozen=True)
class Attempt:
    """An attempt with the scenario as the learner has it, and its log in order."""

    row: ScenarioAttempt
    scenario: Scenario
    log: tuple[ScenarioMove, ...]

    @cached_property
    def story(self) -> Story:
        """The scenario, ready to play."""
        return Story(self.scenario)

    @cached_property
    def play(self) -> Play:
        """Where the attempt stands, replayed from its log."""
        return rules.replay(self.story, (as_entry(move) for move in self.log))

    @property
    def waiting(self) -> int:
        """The sequence of the entry to come."""
        return len(self.log) + 1

    @property
    def is_finished(self) -> bool:
        """Whether an ending was reached: nothing is added any more."""
        return self.row.finished_at is not None

    def move(self, sequence: int) -> ScenarioMove | None:
        """Return the entry at a sequence, None beyond the log."""
        return self.log[sequence - 1] if 1 <= sequence <= len(self.log) else None


def as_entry(move: ScenarioMove) -> Entry:
    """Return a row of the log as the rules know it."""
    return Entry(move.sequence, move.kind, move.node_id, move.choice_id or "", move.back_to)


class MomentAhead(Stale):
    """A moment, or the debrief, that opens only later; `waiting` is the one to decide now."""

    code = "moment-pas-encore-ouvert"
    message = "Ce moment s'ouvre plus tard. Reprenez là où vous en étiez."

    def __init__(self, waiting: int) -> None:
        super().__init__()
        self.waiting = waiting


class AlreadyDecided(Stale):
    """Another choice at a moment that has one: the first is kept, both are shown (security.md R9)."""

    code = "deja-decide"
    message = "Vous aviez déjà décidé à ce moment. Votre première décision est gardée."

    def __init__(self, sequence: int, offered: str) -> None:
        super().__init__()
        self.sequence, self.offered = sequence, offered


class AttemptClosed(Stale):
    """A choice after the ending."""

    code = "partie-terminee"
    message = "Cette partie est terminée : rien ne s'y ajoute. Ouvrez le débrief pour rejouer un moment."


class TooLong(Stale):
    """A log that went back and forth beyond its limit."""

    code = "partie-trop-longue"
    message = "Vous avez exploré cette partie sous tous les angles. Recommencez-en une nouvelle pour continuer."


def attempts_at(session: Session, actor: Actor, scenario_id: str) -> Sequence[ScenarioAttempt]:
    """Return the learner's attempts at a scenario, oldest first; one query."""
    return session.scalars(
        select(ScenarioAttempt)
        .where(
            ScenarioAttempt.organisation_id == actor.organisation_id,
            ScenarioAttempt.learner_id == actor.user_id,
            ScenarioAttempt.scenario_id == scenario_id,
        )
        .order_by(ScenarioAttempt.number)
    ).all()


def start(session: Session, actor: Actor, scenario: Scenario, key: uuid.UUID, now: datetime) -> ScenarioAttempt:
    """Return the attempt this form started, else the latest one still open, else a new one.

    Any number of parallel starts leave one open attempt (security.md S18). A key already spent on another scenario
    raises `Stale`.
    """
    past = _held(session, actor, scenario.id, key)
    same_or_open = [row for row in past if row.key == key or row.finished_at is None]
    if same_or_open:
        return next((row for row in same_or_open if row.key == key), same_or_open[-1])
    return _open(session, actor, scenario, key, now, number=len(past) + 1)


def _held(session: Session, actor: Actor, scenario_id: str, key: uuid.UUID) -> Sequence[ScenarioAttempt]:
    """Hold the learner's row until the commit, and return their attempts; refuse a key spent elsewhere."""
    session.execute(
        select(User.id).where(User.id == actor.user_id, User.organisation_id == actor.organisation_id)
        .with_for_update(key_share=True)
    )  # fmt: skip
    elsewhere = select(ScenarioAttempt.id).where(
        ScenarioAttempt.organisation_id == actor.organisation_id,
        ScenarioAttempt.learner_id == actor.user_id,
        ScenarioAttempt.key == key,
        ScenarioAttempt.scenario_id != scenario_id,
    )
    if session.scalar(elsewhere) is not None:
        raise Stale
    return attempts_at(session, actor, scenario_id)


def _open(
    session: Session,
    actor: Actor,
    scenario: Scenario,
    key: uuid.UUID,
    now: datetime,
    *,
    number: int,
    replay_of: uuid.UUID | None = None,
) -> ScenarioAttempt:
    progress.pin(session, scenario, now)
    row = ScenarioAttempt(
        organisation_id=actor.organisation_id,
        learner_id=actor.user_id,
        scenario_id=scenario.id,
        number=number,
        content_hash=scenario.content_hash,
        key=key,
        replay_of=replay_of,
        started_at=now,
    )
    session.add(row)
    session.flush()
    payload = {"attempt": str(row.id), "number": number}
    progress.record(session, actor, scenario, EventKind.SCENARIO_STARTED, now, key=f"partie-{row.id}", payload=payload)
    _keep_place(session, actor, Attempt(row, scenario, ()), now)
    return row


def load(session: Session, actor: Actor, attempt_id: uuid.UUID, *, writing: bool = False) -> Attempt:
    """Return the learner's own attempt; raise `NotFound` for a missing one and for anybody else's alike.

    `writing` holds the attempt's row until the commit.
    """
    mine = select(ScenarioAttempt).where(
        ScenarioAttempt.id == attempt_id,
        ScenarioAttempt.organisation_id == actor.organisation_id,
        ScenarioAttempt.learner_id == actor.user_id,
    )
    row = session.scalar(mine.with_for_update(key_share=True) if writing else mine)
    if row is None:
        raise NotFound
    log = session.scalars(
        select(ScenarioMove)
        .where(ScenarioMove.organisation_id == actor.organisation_id, ScenarioMove.attempt_id == attempt_id)
        .order_by(ScenarioMove.sequence)
    ).all()
    return Attempt(row, cast(Scenario, progress.pinned(session, row.content_hash)), tuple(log))


def choose(
    session: Session, actor: Actor, attempt: Attempt, sequence: int, choice: str, key: uuid.UUID, now: datetime
) -> ScenarioMove:
    """Judge and store a choice at a moment; the same form sent again returns the entry it already stored.

    `attempt` was loaded for writing. Raises `Invalid` for a choice that is not offered, `AlreadyDecided` when the
    moment holds another entry, `MomentAhead` beyond the one to decide now, `AttemptClosed` once an ending was reached.
    """
    kept = attempt.move(sequence)
    if kept is not None:
        if kept.key == key and kept.choice_id == choice:
            return kept
        raise AlreadyDecided(sequence, choice)
    _refuse_late(attempt, sequence, key)
    entry = Entry(sequence, MoveKind.CHOICE, attempt.play.position.node, choice)
    play = rules.chosen(attempt.story, attempt.play, entry)
    stored = _store(session, attempt, entry, play, key, now)
    payload = {"attempt": str(attempt.row.id), "node": entry.node, "choice": choice, "receipt": stored.receipt}
    progress.record(session, actor, attempt.scenario, EventKind.DECISION_MADE, now, payload=payload)
    if rules.is_over(attempt.story, play):
        attempt.row.finished_at, attempt.row.ending_id = now, play.position.node
        progress.finish(session, actor, attempt.scenario, now, key=f"fin-{attempt.row.id}")
    else:
        _keep_place(session, actor, Attempt(attempt.row, attempt.scenario, (*attempt.log, stored)), now)
    return stored


def go_back(
    session: Session, actor: Actor, attempt: Attempt, sequence: int, back_to: int, key: uuid.UUID, now: datetime
) -> ScenarioMove:
    """Go back before a choice that still stands; the log keeps both. Sent twice, it is stored once. Raises as `choose`."""
    kept = attempt.move(sequence)
    if kept is not None:
        if kept.key == key and kept.back_to == back_to:
            return kept
        raise Stale
    _refuse_late(attempt, sequence, key)
    entry = Entry(sequence, MoveKind.BACK, attempt.play.position.node, back_to=back_to)
    play = rules.taken_back(attempt.play, entry)
    stored = _store(session, attempt, entry, play, key, now)
    payload = {"attempt": str(attempt.row.id), "back_to": back_to, "receipt": stored.receipt}
    progress.record(session, actor, attempt.scenario, EventKind.DECISION_UNDONE, now, payload=payload)
    _keep_place(session, actor, Attempt(attempt.row, attempt.scenario, (*attempt.log, stored)), now)
    return stored


def _refuse_late(attempt: Attempt, sequence: int, key: uuid.UUID) -> None:
    if attempt.is_finished:
        raise AttemptClosed
    if sequence != attempt.waiting:
        raise MomentAhead(attempt.waiting)
    if any(move.key == key for move in attempt.log):
        raise Stale
    if attempt.waiting > rules.MAX_ENTRIES:
        raise TooLong


def _store(session: Session, attempt: Attempt, entry: Entry, play: Play, key: uuid.UUID, now: datetime) -> ScenarioMove:
    visit = play.visit(entry.sequence)
    stored = ScenarioMove(
        organisation_id=attempt.row.organisation_id,
        attempt_id=attempt.row.id,
        sequence=entry.sequence,
        kind=entry.kind,
        node_id=entry.node,
        choice_id=entry.choice or None,
        back_to=entry.back_to,
        counted=visit.counted if visit else False,
        points=visit.points if visit else 0,
        red_line=visit.red_line if visit else False,
        key=key,
        made_at=now,
    )
    session.add(stored)
    session.flush()
    return stored


def _keep_place(session: Session, actor: Actor, attempt: Attempt, now: datetime) -> None:
    place = {"attempt": str(attempt.row.id), "moment": attempt.waiting}
    title = attempt.story.nodes[attempt.play.position.node].title
    progress.keep_place(session, actor, attempt.scenario, place, title[:200], now)


def replay_moment(
    session: Session, actor: Actor, attempt: Attempt, sequence: int, key: uuid.UUID, now: datetime
) -> ScenarioAttempt:
    """Open another attempt at one moment of a finished one: what stood before it is taken over, and earns nothing.

    The same form sent twice opens one. Raises `NotFound` when the log holds no decision there, `MomentAhead` while
    the attempt is still being played.
    """
    if not attempt.is_finished:
        raise MomentAhead(attempt.waiting)
    if attempt.play.visit(sequence) is None:
        raise NotFound
    past = _held(session, actor, attempt.scenario.id, key)
    same = next((row for row in past if row.key == key), None)
    if same is not None:
        return same
    row = _open(session, actor, attempt.scenario, key, now, number=len(past) + 1, replay_of=attempt.row.id)
    again = Attempt(row, attempt.scenario, ())
    for entry in rules.taken_over(attempt.story, [as_entry(move) for move in attempt.log], sequence):
        play = rules.chosen(again.story, again.play, entry)
        stored = _store(session, again, entry, play, uuid.uuid4(), now)
        again = Attempt(row, attempt.scenario, (*again.log, stored))
    _keep_place(session, actor, again, now)
    return row
