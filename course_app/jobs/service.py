"""Jobs as rows: ask, read one's own, take, beat, finish, fail, release, list; what is exported and carried.

Takes a session and never commits: the route or the runner does, once. Each function of a runner names the runner and
answers whether the job was still its own, so that work resumed elsewhere is never stored twice. Must not know Flask.
"""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor, Cutoffs
from course_app.core.errors import NotFound, Stale
from course_app.jobs.models import Job
from course_app.jobs.rules import (
    ERROR_LENGTH,
    FINISHED,
    GIVEN_UP,
    LEASE,
    MOST_ATTEMPTS,
    MOST_KEPT,
    MOST_UNFINISHED,
    JobState,
    JobView,
)
from course_app.store.deleting import deleted

EVERYWHERE = {"across_organisations": True}


class QueueFull(Stale):
    """The person already has as many unfinished jobs as one person may."""

    code = "file-pleine"
    message = (
        f"Vous avez déjà {MOST_UNFINISHED} calculs en attente. Laissez-en finir un, puis recommencez : "
        "rien de ce que vous avez saisi n'est perdu."
    )


def _of(actor: Actor) -> ColumnElement[bool]:
    return and_(Job.organisation_id == actor.organisation_id, Job.person_id == actor.user_id)


def ask(
    session: Session,
    actor: Actor,
    kind: str,
    parameters: Mapping[str, Any],
    page: Callable[[uuid.UUID], str],
    key: uuid.UUID,
    now: datetime,
) -> JobView:
    """Queue a piece of work and return it; the same key asks once.

    `parameters` are JSON values, `page` gives the local address where the result will be shown, from the id of the
    job. Raises `QueueFull`, and
    `Stale` for a key already spent on something else. The work is safe once the caller has committed.
    """
    _take_turn(session, actor)
    spent = session.scalar(select(Job).where(_of(actor), Job.key == key))
    if spent is not None:
        if spent.kind != kind or spent.parameters != dict(parameters):
            raise Stale
        return view(spent)
    unfinished = select(func.count()).select_from(Job).where(_of(actor), Job.state.not_in(FINISHED))
    if (session.scalar(unfinished) or 0) >= MOST_UNFINISHED:
        raise QueueFull
    job = Job(id=uuid.uuid4(), organisation_id=actor.organisation_id, person_id=actor.user_id, kind=kind, key=key)
    job.parameters, job.page, job.asked_at = dict(parameters), page(job.id), now
    job.state, job.progress, job.attempts = JobState.WAITING, 0.0, 0
    session.add(job)
    session.flush()
    _forget_oldest(session, actor, kind)
    return view(job)


def _take_turn(session: Session, actor: Actor) -> None:
    """Two requests of one person come one after the other; on SQLite `BEGIN IMMEDIATE` already does it."""
    mine = User.organisation_id == actor.organisation_id, User.id == actor.user_id
    session.execute(select(User.id).where(*mine).with_for_update(key_share=True))


def _forget_oldest(session: Session, actor: Actor, kind: str) -> None:
    finished = select(Job.id).where(_of(actor), Job.kind == kind, Job.state.in_(FINISHED))
    old = session.scalars(finished.order_by(Job.asked_at.desc(), Job.id).offset(MOST_KEPT)).all()
    if old:
        session.execute(delete(Job).where(_of(actor), Job.id.in_(old)))


def view(job: Job) -> JobView:
    """Return a job as pages show it."""
    return JobView(
        id=job.id,
        kind=job.kind,
        parameters=job.parameters,
        page=job.page,
        state=job.state,
        progress=job.progress,
        result=job.result,
        error=job.error or "",
        asked_at=job.asked_at,
        finished_at=job.finished_at,
    )


def mine(session: Session, actor: Actor, job_id: uuid.UUID, kind: str | None = None) -> JobView:
    """Return one's own job; raise `NotFound` for a missing one, for anybody else's, and for another kind."""
    job = session.scalar(select(Job).where(_of(actor), Job.id == job_id))
    if job is None or kind not in (None, job.kind):
        raise NotFound
    return view(job)


def of_kind(session: Session, actor: Actor, kind: str) -> tuple[JobView, ...]:
    """Return one's own jobs of a kind, latest first."""
    asked = select(Job).where(_of(actor), Job.kind == kind).order_by(Job.asked_at.desc(), Job.id)
    return tuple(view(job) for job in session.scalars(asked))


def remove(session: Session, actor: Actor, job_id: uuid.UUID, kind: str) -> None:
    """Delete one's own finished job; raise `NotFound` as `mine`, `Stale` while it is not finished."""
    if not mine(session, actor, job_id, kind).is_finished:
        raise Stale("Ce calcul n'est pas fini. Attendez son résultat, puis effacez-le.")
    session.execute(delete(Job).where(_of(actor), Job.id == job_id))


def remove_about(
    session: Session, organisation_id: uuid.UUID, kind: str, is_about: Callable[[Mapping[str, Any]], bool]
) -> None:
    """Delete the jobs of a kind whose parameters are about somebody, whoever asked and whatever their state."""
    asked = session.execute(
        select(Job.id, Job.parameters).where(Job.organisation_id == organisation_id, Job.kind == kind)
    )
    ids = [job_id for job_id, parameters in asked if is_about(parameters)]
    session.execute(delete(Job).where(Job.organisation_id == organisation_id, Job.id.in_(ids)))


def has_work(session: Session, kinds: Collection[str], now: datetime) -> bool:
    """Tell whether a runner would find something to do; reads only."""
    ready = select(Job.id).where(_ready(kinds, now)).limit(1)
    return session.scalar(ready.execution_options(**EVERYWHERE)) is not None


def _ready(kinds: Collection[str], now: datetime) -> ColumnElement[bool]:
    abandoned = and_(Job.state == JobState.RUNNING, or_(Job.beat_at.is_(None), Job.beat_at < now - LEASE))
    return and_(Job.kind.in_(kinds), or_(Job.state == JobState.WAITING, abandoned))


def take(session: Session, kinds: Collection[str], runner: str, now: datetime) -> Job | None:
    """Give the oldest waiting or abandoned job to a runner, or None; two runners never get the same one.

    PostgreSQL skips rows that another runner is taking; SQLite lets one writer in at a time. A job started
    `MOST_ATTEMPTS` times without an end is failed instead.
    """
    ready = select(Job).where(_ready(kinds, now)).order_by(Job.asked_at, Job.id).limit(1)
    while True:
        job = session.scalar(ready.with_for_update(skip_locked=True).execution_options(**EVERYWHERE))
        if job is None:
            return None
        if job.attempts >= MOST_ATTEMPTS:
            job.state, job.error, job.finished_at, job.runner = JobState.FAILED, GIVEN_UP, now, None
            session.flush()
            continue
        job.state, job.runner, job.beat_at = JobState.RUNNING, runner, now
        job.attempts += 1
        session.flush()
        return job


def _held(session: Session, job_id: uuid.UUID, runner: str, values: Mapping[str, Any]) -> bool:
    """Change a job if this runner still holds it; tell whether it did."""
    held = update(Job).where(Job.id == job_id, Job.runner == runner, Job.state == JobState.RUNNING).values(**values)
    changed = session.execute(held.execution_options(synchronize_session=False, **EVERYWHERE).returning(Job.id))
    return changed.first() is not None


def beat(session: Session, job_id: uuid.UUID, runner: str, progress: float, now: datetime) -> bool:
    """Say that the runner is alive and how far it is; False when the job is no longer its own."""
    return _held(session, job_id, runner, {"beat_at": now, "progress": min(max(progress, 0.0), 1.0)})


def finish(session: Session, job_id: uuid.UUID, runner: str, result: Mapping[str, Any], now: datetime) -> bool:
    """Keep the result; False, keeping nothing, when the job is no longer this runner's."""
    ended = {"state": JobState.DONE, "progress": 1.0, "finished_at": now, "runner": None}
    return _held(session, job_id, runner, {**ended, "result": dict(result)})


def fail(session: Session, job_id: uuid.UUID, runner: str, error: str, now: datetime) -> bool:
    """Keep why it failed, in French; False when the job is no longer this runner's."""
    ended = {"state": JobState.FAILED, "finished_at": now, "runner": None, "error": error[:ERROR_LENGTH]}
    return _held(session, job_id, runner, ended)


def release(session: Session, job_id: uuid.UUID, runner: str) -> bool:
    """Put a job back in the queue, as if never started: its runner was asked to stop."""
    waiting = {"state": JobState.WAITING, "progress": 0.0, "runner": None, "beat_at": None}
    return _held(session, job_id, runner, {**waiting, "attempts": Job.attempts - 1})


def everything(session: Session, most: int) -> Sequence[Job]:
    """Return the latest jobs of everybody, for operators: no page may show it."""
    latest = select(Job).order_by(Job.asked_at.desc(), Job.id).limit(most)
    return session.scalars(latest.execution_options(**EVERYWHERE)).all()


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the person's jobs as JSON-able values, oldest first."""
    asked = session.scalars(select(Job).where(_of(actor)).order_by(Job.asked_at, Job.id))
    return {"jobs": [_exported(job) for job in asked]}


def _exported(job: Job) -> dict[str, Any]:
    return {
        "kind": job.kind,
        "parameters": job.parameters,
        "state": job.state.value,
        "result": job.result,
        "error": job.error,
        "asked_at": job.asked_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Re-home a guest's jobs to an account."""
    taken = set(session.scalars(select(Job.key).where(_of(to))))
    for job in session.scalars(select(Job).where(_of(guest))).all():
        if guest.user_id != to.user_id and job.key in taken:
            job.key = uuid.uuid4()
        job.person_id, job.organisation_id = to.user_id, to.organisation_id
    session.flush()


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Delete the person's jobs: they prove nothing."""
    session.execute(delete(Job).where(_of(actor)))


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete jobs that ended too long ago."""
    return {"calculs": deleted(session, Job, Job.finished_at < cutoffs.answers)}
