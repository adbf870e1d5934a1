"""The queue: asked once, taken once, never lost, bounded for each person."""

import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from course_app.core.errors import NotFound, Stale
from course_app.jobs import service
from course_app.jobs.models import Job
from course_app.jobs.rules import BROKEN, GIVEN_UP, LEASE, MOST_ATTEMPTS, MOST_KEPT, MOST_UNFINISHED, JobState
from course_app.jobs.work import Interrupted
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now
from tests.web.jobs.conftest import EVERYWHERE


def test_a_job_is_done_and_its_result_kept(ask, make_runner, read):
    """A waiting job is taken, done, and its result stored with the moment it ended."""
    job = ask()
    runner = make_runner()
    assert runner.run_one()
    assert not runner.run_one()
    row = read(job)
    assert (row.state, row.result, row.progress, row.runner) == (JobState.DONE, {"double": 42}, 1.0, None)
    assert row.finished_at >= row.asked_at


def test_the_same_form_asks_once(ask, session, actor):
    """The same key gives the same job; with other parameters it is refused as stale."""
    key = uuid.uuid4()
    assert ask(key=key).id == ask(key=key).id
    with pytest.raises(Stale):
        ask(key=key, number=22)
    session.rollback()
    assert len(service.of_kind(session, actor, "double")) == 1


def test_the_queue_of_a_person_is_bounded(ask, make_runner, session, make_person):
    """A person has three unfinished jobs at most, whatever others have; a finished one makes room."""
    for _ in range(MOST_UNFINISHED):
        ask()
    with pytest.raises(service.QueueFull):
        ask()
    session.rollback()
    ask(person=make_person().actor)
    assert make_runner().run_one()
    ask()


def test_old_results_leave_when_new_work_is_asked(ask, make_runner, session, actor):
    """Only the latest finished jobs of a kind are kept; unfinished ones are never removed."""
    runner, first = make_runner(), ask()
    runner.run_one()
    for _ in range(MOST_KEPT):
        ask()
        runner.run_one()
    ask()
    kept = service.of_kind(session, actor, "double")
    assert len(kept) == MOST_KEPT + 1
    assert first.id not in {job.id for job in kept}


@pytest.mark.parametrize(("kind", "told"), [("refus", "Choisissez un autre nombre."), ("panne", BROKEN)])
def test_a_failure_is_told_in_french(ask, make_runner, read, kind, told):
    """What the handler refuses is shown as it is; a crash says that it is our fault, and the runner goes on."""
    broken, sound, runner = ask(kind), ask(), make_runner()
    assert runner.run_one()
    assert runner.run_one()
    assert (read(broken).state, read(broken).error) == (JobState.FAILED, told)
    assert read(sound).state is JobState.DONE


def test_two_runners_never_take_the_same_job(app, ask, make_person):
    """Runners that take at the same moment share the jobs: each is taken once, none is forgotten."""
    jobs = [ask(person=make_person().actor) for _ in range(8)]
    with app.app_context():
        engine = db.engine
    taken, start = [], threading.Barrier(4)

    def take(name):
        start.wait()
        while True:
            with TenantSession(engine, expire_on_commit=False) as own:
                job = service.take(own, ["double"], name, now())
                own.commit()
            if job is None:
                return
            taken.append(job.id)

    threads = [threading.Thread(target=take, args=(f"runner-{rank}",)) for rank in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(job.id for job in jobs)


def test_an_abandoned_job_is_taken_again(ask, make_runner, read, change, app):
    """A running job whose runner has said nothing for a lease starts again; before that, nobody touches it."""
    job, runner = ask(), make_runner()
    beating = {"state": JobState.RUNNING, "runner": "dead", "attempts": 1}
    change(job, **beating, beat_at=now() - LEASE + timedelta(seconds=5))
    assert not runner.run_one()
    change(job, beat_at=now() - LEASE - timedelta(seconds=1))
    assert runner.run_one()
    assert (read(job).state, read(job).attempts) == (JobState.DONE, 2)


def test_work_that_kills_its_runners_is_given_up(ask, make_runner, read, change):
    """After three starts without an end, a job is failed, in words, and the next one is done."""
    cursed, sound = ask(), ask()
    old = now() - 2 * LEASE
    change(cursed, state=JobState.RUNNING, runner="dead", attempts=MOST_ATTEMPTS, beat_at=old)
    assert make_runner().run_one()
    assert (read(cursed).state, read(cursed).error) == (JobState.FAILED, GIVEN_UP)
    assert read(sound).state is JobState.DONE


def test_a_runner_that_lost_its_job_stores_nothing(ask, make_runner, read, session):
    """Taken over by another runner meanwhile, the first one's result is dropped: one result, from one runner."""
    job = ask()

    def slow(work):
        held = select(Job).where(Job.id == work.id).execution_options(**EVERYWHERE)
        with TenantSession(work.engine) as other:
            other.scalars(held).one().runner = "another"
            other.commit()
        return {"double": 0}

    runner = make_runner(double=slow)
    assert runner.run_one()
    row = read(job)
    assert (row.state, row.runner, row.result) == (JobState.RUNNING, "another", None)


def test_a_stopped_runner_puts_its_job_back(ask, make_runner, read):
    """Asked to stop, a runner releases the job in hand, which counts as never started."""
    job = ask()
    runner = make_runner(double=lambda work: runner.stop() or work.report(0.5) or {})
    assert runner.run_one()
    row = read(job)
    assert (row.state, row.attempts, row.runner, row.progress) == (JobState.WAITING, 0, None, 0.0)
    runner.run_forever()
    assert read(job).state is JobState.WAITING


def test_progress_is_written_while_the_work_goes_on(ask, make_runner, read):
    """What a handler reports reaches the table while it still works."""
    job, seen = ask(), []

    def watched(work):
        work.report(0.25)
        for _ in range(40):
            seen.append(read(job).progress)
            if seen[-1]:
                break
            threading.Event().wait(0.1)
        return {}

    assert make_runner(double=watched).run_one()
    assert seen[-1] == 0.25


def test_reading_in_a_handler_keeps_nobody_waiting(ask, make_runner, read, session, actor):
    """A handler that reads holds no write lock: the site goes on writing."""
    ask()

    def reading(work):
        with work.reading() as own:
            assert service.mine(own, actor, work.id).kind == "double"
            ask("refus")
        return {"read": True}

    assert make_runner(double=reading).run_one()


def test_jobs_belong_to_their_person(ask, session, make_person, make_runner):
    """Somebody else's job reads as missing; one's own is removed only once finished."""
    job, stranger = ask(), make_person().actor
    for person, kind in ((stranger, None), (stranger, "double")):
        with pytest.raises(NotFound):
            service.mine(session, person, job.id, kind)
    owner = service.Actor(**{**stranger.__dict__, "user_id": uuid.uuid4()})
    with pytest.raises(NotFound):
        service.remove(session, owner, job.id, "double")


def test_a_finished_job_can_be_removed(ask, session, actor, make_runner):
    """A person removes a result; an unfinished job stays, with the reason."""
    job = ask()
    with pytest.raises(Stale, match="pas fini"):
        service.remove(session, actor, job.id, "double")
    session.rollback()
    make_runner().run_one()
    session.expire_all()
    service.remove(session, actor, job.id, "double")
    session.commit()
    assert service.of_kind(session, actor, "double") == ()


def test_jobs_are_exported_and_carried(ask, session, actor, make_person, make_runner):
    """A person's jobs are in their export, and follow a guest to the account, keys that clash included."""
    key, account = uuid.uuid4(), make_person().actor
    ask(key=key)
    ask(key=key, person=account)
    make_runner().run_one()
    session.expire_all()
    assert service.export(session, actor)["jobs"][0]["result"] == {"double": 42}
    service.carry(session, actor, account)
    session.commit()
    assert service.export(session, actor) == {"jobs": []}
    assert len(service.of_kind(session, account, "double")) == 2


def test_an_interrupted_report_says_so(ask, make_runner, read):
    """`report` raises `Interrupted` once the runner stops, which no handler should swallow."""
    ask()
    caught = []

    def stopped(work):
        runner.stop()
        try:
            work.report(0.1)
        except Interrupted as reason:
            caught.append(reason)
            raise
        return {}

    runner = make_runner(double=stopped)
    runner.run_one()
    assert caught
