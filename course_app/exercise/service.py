"""Runs of an exercise: start, decide, take back, close a séance, finish, replay a moment, export, carry.

Owns every write on the two tables, in the order store, record, keep the place. Never commits: the route does, once,
before anybody reads that it is saved, so a decision that was acknowledged survives a power cut. Must not know Flask.
Each write first takes the learner's row (or the run's), so that two tabs and a double click come one after the
other; on SQLite `BEGIN IMMEDIATE` already does it.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor, Cutoffs
from course_app.core.errors import NotFound, Stale
from course_app.core.french import weekday_date
from course_app.exercise.engine.contract import Decision, Engine
from course_app.exercise.models import ExerciseRun, RunDecision
from course_app.exercise.runs import (
    ENGINES,
    AlreadyDecided,
    NotFinished,
    OutOfTurn,
    RedLine,
    Run,
    RunFinished,
    all_moves,
    as_decision,
    runs_of,
)
from course_app.library.model import Exercise
from course_app.progress import service as progress
from course_app.progress.rules import EventKind
from course_app.store.deleting import deleted


def start(
    session: Session, actor: Actor, exercise: Exercise, guided: bool, seed: int, key: uuid.UUID, now: datetime
) -> ExerciseRun:
    """Return the run this form started, else a new one; a key already spent otherwise raises `Stale`.

    `seed` is from 0 to 2**31 − 1. An exercise without an engine raises `NotFound`.
    """
    engine = ENGINES.get(exercise.engine)
    if engine is None:
        raise NotFound
    _take_turn(session, actor)
    spent = _by_key(session, actor, key)
    if spent is not None:
        if spent.exercise_id != exercise.id or spent.guided != guided or spent.replay_of is not None:
            raise Stale
        return spent
    progress.pin(session, exercise, now)
    row = _new_row(session, actor, exercise, engine, seed, key, now)
    row.guided = guided
    _open(session, actor, Run(row, exercise, engine, ()), now)
    return row


def _take_turn(session: Session, actor: Actor) -> None:
    session.execute(
        select(User.id).where(User.id == actor.user_id, User.organisation_id == actor.organisation_id)
        .with_for_update(key_share=True)
    )  # fmt: skip


def _by_key(session: Session, actor: Actor, key: uuid.UUID) -> ExerciseRun | None:
    return session.scalar(
        select(ExerciseRun).where(
            ExerciseRun.organisation_id == actor.organisation_id,
            ExerciseRun.learner_id == actor.user_id,
            ExerciseRun.key == key,
        )
    )


def _next_number(session: Session, actor: Actor, exercise_id: str) -> int:
    last = session.scalar(
        select(func.max(ExerciseRun.number)).where(
            ExerciseRun.organisation_id == actor.organisation_id,
            ExerciseRun.learner_id == actor.user_id,
            ExerciseRun.exercise_id == exercise_id,
        )
    )
    return (last or 0) + 1


def _new_row(
    session: Session,
    actor: Actor,
    exercise: Exercise,
    engine: Engine[Any, Any],
    seed: int,
    key: uuid.UUID,
    now: datetime,
) -> ExerciseRun:
    return ExerciseRun(
        id=uuid.uuid4(),
        organisation_id=actor.organisation_id,
        learner_id=actor.user_id,
        exercise_id=exercise.id,
        number=_next_number(session, actor, exercise.id),
        content_hash=exercise.content_hash,
        engine_version=engine.version,
        seed=seed,
        guided=True,
        key=key,
        started_at=now,
    )


def _open(session: Session, actor: Actor, run: Run, now: datetime) -> None:
    """Store a new run, tell it, and keep its place."""
    session.add(run.row)
    session.flush()
    session.add_all(run.moves)
    session.flush()
    payload = {"run": str(run.row.id), "number": run.row.number, "guided": run.row.guided}
    key = f"partie-{run.row.id}"
    progress.record(session, actor, run.exercise, EventKind.EXERCISE_STARTED, now, key=key, payload=payload)
    _keep_place(session, actor, run, now)


def _keep_place(session: Session, actor: Actor, run: Run, now: datetime) -> None:
    """Keep the open séance as the place to resume; deciding or taking back does not change it."""
    place = {"run": str(run.row.id), "session": run.desk.session_index}
    progress.keep_place(session, actor, run.exercise, place, weekday_date(run.desk.on), now)


def decide(session: Session, actor: Actor, run: Run, decision: Decision, key: uuid.UUID, now: datetime) -> RunDecision:
    """Record one action; the same form sent again returns the move it already stored.

    `run` was loaded for writing. Raises the engine's `IllegalAction` for a move that cannot be played, `RedLine`
    in guided play, `OutOfTurn`, `RunFinished`, `AlreadyDecided`, and `Stale` for a spent key with another body.
    """
    if (stored := _stored(run, decision, key)) is not None:
        return stored
    _check_turn(run, decision.session_index)
    customer = run.desk.customer(decision.customer_id)
    if customer is not None and customer.planned is not None:
        raise AlreadyDecided(customer.planned, decision)
    run.engine.decide(run.state, decision)
    reason = run.engine.red_line(run.state, decision)
    if run.row.guided and reason:
        raise RedLine(reason)
    move = _append(session, run, decision, key, now)
    payload = {"run": str(run.row.id), "move": move.sequence}
    name = f"decision-{move.id}"
    progress.record(session, actor, run.exercise, EventKind.DECISION_MADE, now, key=name, payload=payload)
    _keep_place(session, actor, run, now)
    return move


def _stored(run: Run, decision: Decision, key: uuid.UUID) -> RunDecision | None:
    """Return the move this key stored, None for a new key; raise `Stale` for another body, or once taken back."""
    move = next((move for move in run.every_move if move.key == key), None)
    if move is not None and as_decision(move) != decision:
        raise Stale
    if move is not None and move.undone_at is not None:
        raise Stale("Cette décision a été annulée depuis. Rouvrez le dossier du client pour décider à nouveau.")
    return move


def _check_turn(run: Run, session_index: int) -> None:
    if run.is_finished:
        raise RunFinished
    if session_index != run.session_index:
        raise OutOfTurn


def _append(session: Session, run: Run, decision: Decision, key: uuid.UUID, now: datetime) -> RunDecision:
    every = run.every_move
    move = _move(run.row, every[-1].sequence + 1 if every else 1, decision, key, now)
    session.add(move)
    session.flush()
    return move


def _move(row: ExerciseRun, sequence: int, decision: Decision, key: uuid.UUID, now: datetime) -> RunDecision:
    return RunDecision(
        id=uuid.uuid4(),
        organisation_id=row.organisation_id,
        run_id=row.id,
        sequence=sequence,
        session_index=decision.session_index,
        customer_id=decision.customer_id,
        action=decision.action,
        until=decision.until,
        key=key,
        decided_at=now,
    )


def undo(session: Session, actor: Actor, run: Run, sequence: int, now: datetime) -> RunDecision:
    """Take back the last decision of the open séance; taking the same one back twice changes nothing.

    `run` was loaded for writing. Raises `OutOfTurn` for any other move: closed since, or not the last.
    """
    move = next((move for move in run.every_move if move.sequence == sequence), None)
    if move is not None and move.undone_at is not None:
        return move
    if run.is_finished:
        raise RunFinished
    if move is None or move is not run.last_move:
        raise OutOfTurn
    move.undone_at = now
    payload = {"run": str(run.row.id), "move": move.sequence}
    key = f"annulation-{move.id}"
    progress.record(session, actor, run.exercise, EventKind.DECISION_UNDONE, now, key=key, payload=payload)
    _keep_place(session, actor, run, now)
    return move


def close_session(session: Session, actor: Actor, run: Run, session_index: int, key: uuid.UUID, now: datetime) -> Run:
    """Close the open séance and return the run after it; closing the last one finishes the exercise.

    `run` was loaded for writing. Raises `OutOfTurn`, `RunFinished`, or `Stale` as `decide`.
    """
    decision = Decision.close(session_index)
    if _stored(run, decision, key) is not None:
        return run
    _check_turn(run, session_index)
    move = _append(session, run, decision, key, now)
    after = run.after(move, run.engine.close_session(run.state))
    payload = {"run": str(run.row.id), "session": session_index}
    name = f"seance-{move.id}"
    progress.record(session, actor, run.exercise, EventKind.SESSION_CLOSED, now, key=name, payload=payload)
    if run.engine.is_over(after.state):
        run.row.finished_at = now
        payload = {"run": str(run.row.id), "number": run.row.number, "counts": _counts(session, run.row)}
        if payload["counts"]:  # what the first whole game was worth, and moments played again, stay in this room
            payload["costly"] = list(run.engine.costly_kinds(after.state, after.decisions))
        progress.finish(session, actor, run.exercise, now, key=f"fin-{run.row.id}", payload=payload)
    else:
        _keep_place(session, actor, after, now)
    return after


def _counts(session: Session, row: ExerciseRun) -> bool:
    """Tell whether the team's briefing may add a run up: a whole game, the second one finished or later."""
    if row.replay_of is not None:
        return False
    earlier = select(ExerciseRun.id).where(
        ExerciseRun.organisation_id == row.organisation_id,
        ExerciseRun.learner_id == row.learner_id,
        ExerciseRun.id != row.id,
        ExerciseRun.replay_of.is_(None),
        ExerciseRun.finished_at.is_not(None),
    )
    return session.scalar(earlier.limit(1)) is not None


def save_takeaway(run: Run, text: str) -> None:
    """Keep « Demain, je… » on a finished run; an empty text erases it. Raises `NotFinished` before the end."""
    if not run.is_finished:
        raise NotFinished
    run.row.takeaway = text or None


def replay(session: Session, actor: Actor, run: Run, number: int, key: uuid.UUID, now: datetime) -> ExerciseRun:
    """Start a new run at one moment of a finished one, same draws, same content; the same form starts it once.

    The moves before the moment are copied; the first run stays beside it, untouched. Raises as `Run.moment`.
    """
    moment = run.moment(number)
    _take_turn(session, actor)
    spent = _by_key(session, actor, key)
    if spent is not None:
        if spent.replay_of != run.row.id:
            raise Stale
        return spent
    row = _new_row(session, actor, run.exercise, run.engine, run.row.seed, key, now)
    row.guided, row.replay_of = run.row.guided, run.row.id
    kept = run.decisions[: moment.sequence]
    moves = tuple(_move(row, rank, decision, uuid.uuid4(), now) for rank, decision in enumerate(kept, 1))
    _open(session, actor, Run(row, run.exercise, run.engine, moves), now)
    return row


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the learner's runs and moves as JSON-able values, oldest first, moves taken back included."""
    return {"runs": [_exported(row, all_moves(session, row)) for row in runs_of(session, actor)]}


def _exported(row: ExerciseRun, moves: Sequence[RunDecision]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "exercise": row.exercise_id,
        "number": row.number,
        "content_hash": row.content_hash,
        "engine_version": row.engine_version,
        "guided": row.guided,
        "replay_of": str(row.replay_of) if row.replay_of else None,
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        "takeaway": row.takeaway,
        "decisions": [
            {
                "sequence": move.sequence,
                "session": move.session_index + 1,
                "customer": move.customer_id,
                "action": move.action,
                "until": move.until.isoformat() if move.until else None,
                "decided_at": move.decided_at.isoformat(),
                "undone_at": move.undone_at.isoformat() if move.undone_at else None,
            }
            for move in moves
        ],
    }


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Re-home a guest's runs to an account: numbers follow the account's own."""
    for row in runs_of(session, guest):
        session.execute(
            update(RunDecision)
            .where(RunDecision.organisation_id == guest.organisation_id, RunDecision.run_id == row.id)
            .values(organisation_id=to.organisation_id)
        )
        if guest.user_id != to.user_id:
            row.number = _next_number(session, to, row.exercise_id)
            row.key = uuid.uuid4() if _by_key(session, to, row.key) else row.key
        row.learner_id, row.organisation_id = to.user_id, to.organisation_id
        session.flush()


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Forget « Demain, je… »; decisions stay as proof."""
    session.execute(
        update(ExerciseRun)
        .where(ExerciseRun.organisation_id == actor.organisation_id, ExerciseRun.learner_id == actor.user_id)
        .values(takeaway=None)
    )


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete runs with their decisions once these are too old."""
    ended = func.coalesce(ExerciseRun.finished_at, ExerciseRun.started_at)
    return {"parties au bureau des relances": deleted(session, ExerciseRun, ended < cutoffs.answers)}
