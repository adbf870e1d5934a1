"""Commands `course jobs list | run`: seeing the queue, and taking jobs in a process of its own."""

import json
import signal

import click
from flask.cli import with_appcontext

from course_app.jobs import service
from course_app.jobs.models import Job
from course_app.jobs.runner import Runner, kinds, rounds
from course_app.store.session import db


@click.group()
def jobs() -> None:
    """Calculs longs : voir la file, la traiter."""


@jobs.command("list")
@click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Nombre de lignes.")
@click.option("--json", "as_json", is_flag=True, help="Sortie JSON.")
@with_appcontext
def list_jobs(most: int, as_json: bool) -> None:
    """Lister les derniers calculs, sans leurs données personnelles."""
    rows = [_line(job) for job in service.everything(db.session, most)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['asked_at']}  {row['state']:<10}  {row['progress']:>4.0%}  {row['kind']:<24}  {row['id']}")
    click.echo(f"{len(rows)} calcul{'s' if len(rows) > 1 else ''}.")


def _line(job: Job) -> dict[str, object]:
    return {
        "id": str(job.id),
        "kind": job.kind,
        "state": job.state.value,
        "progress": job.progress,
        "attempts": job.attempts,
        "runner": job.runner,
        "error": job.error,
        "asked_at": job.asked_at.isoformat(timespec="seconds"),
        "finished_at": job.finished_at.isoformat(timespec="seconds") if job.finished_at else None,
    }


@jobs.command("run")
@click.option("--once", is_flag=True, help="Traiter ce qui attend, puis s'arrêter.")
@with_appcontext
def run_jobs(once: bool) -> None:
    """Traiter les calculs dans ce processus, jusqu'à INT ou TERM."""
    runner = Runner(db.engine, kinds())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: runner.stop())
    walked = rounds()
    if not once:
        walked.start()
        runner.run_forever()
        walked.stop()
        return
    walked.walk()
    done = 0
    while runner.run_one():
        done += 1
    click.echo(f"{done} calcul{'s' if done > 1 else ''} traité{'s' if done > 1 else ''}.")
