"""Runs as they are read: the row, the exercise it is played on, the moves that count, the state replayed.

Owns reading and the refusals of the exercise; writes nothing. Must not know Flask.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.core.errors import Invalid, NotFound, Stale
from course_app.exercise.engine.contract import Debrief, Decision, Desk, Engine, MomentReview, PlannedDecision
from course_app.exercise.engine.portfolio_engine import PortfolioEngine
from course_app.exercise.engine.scripted import ScriptedEngine
from course_app.exercise.models import ExerciseRun, RunDecision
from course_app.exercise.replays import keep, state_after
from course_app.exercise.reviews import reviewed
from course_app.library.model import Exercise
from course_app.progress import service as progress

ENGINES: Mapping[str, Engine[Any, Any]] = MappingProxyType(
    {"scripted": ScriptedEngine(), "portfolio": PortfolioEngine()}
)
"""Engines by the name that content files give, at their current version."""


class OutdatedRun(Stale):
    """The run was played by a version of its engine that is no longer kept: replaying it could tell another story."""

    code = "version-perimee"
    message = (
        "Cette partie a été jouée avec une version précédente du simulateur. Elle ne peut plus être reprise. "
        "Vos décisions restent dans votre export : recommencez l'exercice."
    )


class OutOfTurn(Stale):
    """A move for a séance that is not open: closed since, or not yet open."""

    code = "hors-seance"
    message = "Cette séance n'est pas ouverte : elle a changé dans un autre onglet. Reprenez au bureau."


class RunFinished(Stale):
    """A move after the last séance."""

    code = "partie-finie"
    message = "Cette partie est terminée : aucune décision ne s'y ajoute. Ouvrez son débrief, ou rejouez un moment."


class NotFinished(Stale):
    """The debrief of a run that is still being played."""

    code = "partie-en-cours"
    message = "Le débrief vient après la dernière séance. Reprenez la partie."


class AlreadyDecided(Stale):
    """Another decision for a customer already treated in this séance: the first is kept, both are shown (R9)."""

    code = "deja-decide"
    message = "Une décision était déjà prise pour ce client. Elle est gardée : annulez-la pour en choisir une autre."

    def __init__(self, kept: PlannedDecision, offered: Decision) -> None:
        super().__init__()
        self.kept, self.offered = kept, offered


class RedLine(Invalid):
    """Guided play stops an unlawful or unfair move, and says why; nothing is recorded."""

    code = "ligne-rouge"


@dataclass(frozen=True)
class Run:
    """A run with the exercise as the learner has it, and its moves in order, those taken back left out."""

    row: ExerciseRun
    exercise: Exercise
    engine: Engine[Any, Any]
    moves: tuple[RunDecision, ...]
    taken_back: tuple[RunDecision, ...] = ()

    @cached_property
    def body(self) -> Any:
        """The exercise, ready for its engine."""
        return self.engine.prepare(self.exercise.body)

    @cached_property
    def state(self) -> Any:
        """The state of the run: what its moves lead to."""
        return state_after(self.identity, self.engine, self.body, self.row.seed, self.decisions)

    @property
    def identity(self) -> tuple[str, str, int]:
        """What decides every draw and every word of the run, its moves left out."""
        return self.row.engine_version, self.row.content_hash, self.row.seed

    @cached_property
    def desk(self) -> Desk:
        """What the learner sees now; raises the engine's `IllegalAction` when the run is over."""
        return self.engine.observe(self.state)

    @property
    def every_move(self) -> tuple[RunDecision, ...]:
        """Every move in order of arrival, those taken back included."""
        return tuple(sorted((*self.moves, *self.taken_back), key=lambda move: move.sequence))

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The moves as the engine knows them."""
        return tuple(as_decision(move) for move in self.moves)

    @property
    def session_index(self) -> int:
        """Rank of the open séance, from 0: as many were closed before it."""
        return sum(as_decision(move).is_close for move in self.moves)

    @property
    def is_finished(self) -> bool:
        """Whether the last séance is closed."""
        return self.row.finished_at is not None

    @property
    def is_in_last_session(self) -> bool:
        """Whether closing the open séance would end the run."""
        return not self.is_finished and self.desk.session_index + 1 == self.desk.session_count

    @property
    def is_portfolio(self) -> bool:
        """Whether the simulator plays it, so that the way of working can be played again on other portfolios."""
        return isinstance(self.engine, PortfolioEngine)

    @property
    def last_move(self) -> RunDecision | None:
        """The decision that may be taken back: the last one of the open séance whose effect was not seen yet."""
        if self.is_finished:
            return None
        planned = {plan.decision for plan in self.desk.planned if not plan.is_final}
        return next((move for move in reversed(self.moves) if as_decision(move) in planned), None)

    def after(self, move: RunDecision, state: Any) -> "Run":
        """Return the run with one more move, whose state is known: nothing is replayed."""
        run = Run(self.row, self.exercise, self.engine, (*self.moves, move), self.taken_back)
        keep(self.identity, run.decisions, state)
        return run

    @cached_property
    def debrief(self) -> Debrief:
        """The judged run; raise `NotFinished` before its end."""
        if not self.is_finished:
            raise NotFinished
        seed, moves = self.row.seed, self.decisions
        return reviewed((*self.identity, moves), lambda: self.engine.review(self.body, seed, moves))

    def moment(self, number: int) -> MomentReview:
        """Return a judged moment by its number from 1; raise `NotFound` outside the run, as `debrief` otherwise."""
        found = next((moment for moment in self.debrief.moments if moment.number == number), None)
        if found is None:
            raise NotFound
        return found


def as_decision(move: RunDecision) -> Decision:
    """Return a move as the engine knows it."""
    return Decision(move.session_index, move.customer_id, move.action, move.until)


def runs_of(session: Session, actor: Actor, exercise_id: str | None = None) -> Sequence[ExerciseRun]:
    """Return the learner's runs, of one exercise or of all, oldest first; one query."""
    query = select(ExerciseRun).where(
        ExerciseRun.organisation_id == actor.organisation_id, ExerciseRun.learner_id == actor.user_id
    )
    if exercise_id is not None:
        query = query.where(ExerciseRun.exercise_id == exercise_id)
    return session.scalars(query.order_by(ExerciseRun.exercise_id, ExerciseRun.number)).all()


def is_outdated(row: ExerciseRun, exercise: Exercise) -> bool:
    """Tell whether a run can only be read in an export any more."""
    return engine_of(row, exercise) is None


def engine_of(row: ExerciseRun, exercise: Exercise) -> Engine[Any, Any] | None:
    """Return the engine of the version a run was started on, None when it is no longer kept."""
    engine = ENGINES.get(exercise.engine)
    return engine.of_version(row.engine_version) if engine else None


def load(session: Session, actor: Actor, run_id: uuid.UUID, *, writing: bool = False) -> Run:
    """Return the learner's own run; raise `NotFound` for a missing one and for anybody else's alike.

    `writing` holds the run's row until the commit. A run keeps its own engine version; one that is no longer kept
    raises `OutdatedRun`.
    """
    mine = select(ExerciseRun).where(
        ExerciseRun.id == run_id,
        ExerciseRun.organisation_id == actor.organisation_id,
        ExerciseRun.learner_id == actor.user_id,
    )
    row = session.scalar(mine.with_for_update(key_share=True) if writing else mine)
    if row is None:
        raise NotFound
    exercise = progress.pinned(session, row.content_hash)
    engine = engine_of(row, exercise) if isinstance(exercise, Exercise) else None
    if not isinstance(exercise, Exercise) or engine is None:
        raise OutdatedRun
    moves = all_moves(session, row)
    kept, undone = (tuple(move for move in moves if (move.undone_at is None) is kept) for kept in (True, False))
    return Run(row, exercise, engine, kept, undone)


def kin(session: Session, actor: Actor, row: ExerciseRun, most: int) -> Sequence[ExerciseRun]:
    """Return the finished runs of one situation: the first game, then its latest replays, `most` in all."""
    root = row.replay_of or row.id
    mine = ExerciseRun.organisation_id == actor.organisation_id, ExerciseRun.learner_id == actor.user_id
    family = select(ExerciseRun).where(
        *mine, or_(ExerciseRun.id == root, ExerciseRun.replay_of == root), ExerciseRun.finished_at.is_not(None)
    )
    first, *later = session.scalars(family.order_by(ExerciseRun.number)).all() or [row]
    return [first, *later[-(most - 1) :]]


def all_moves(session: Session, row: ExerciseRun) -> Sequence[RunDecision]:
    """Return every move of a run in order, those taken back included."""
    return session.scalars(
        select(RunDecision)
        .where(RunDecision.organisation_id == row.organisation_id, RunDecision.run_id == row.id)
        .order_by(RunDecision.sequence)
    ).all()
