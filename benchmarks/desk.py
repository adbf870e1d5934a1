"""A séance of the long portfolio played and stored: processor time of each move, through the product's own pages.

`python -m benchmarks.desk` prints it; `make bench` adds it to the others. The twenty-customer exercise is played to its
end with five decisions a séance, on SQLite, in this process. The first séances warm the process and are left out.
"""

import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from course_app.accounts import service as accounts
from course_app.accounts.rules import Actor
from course_app.config import load_settings
from course_app.exercise import runs, service
from course_app.exercise.engine.contract import Decision, Desk
from course_app.factory import create_app
from course_app.store.migrate import upgrade
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog

EXERCISE = "soixante-jours"
DECISIONS = 5
WARM = 4
LIMIT_MS = 20.0


@dataclass
class Times:
    """Milliseconds of processor: each decision stored, each séance closed and stored, the whole debrief."""

    decisions: list[float] = field(default_factory=list)
    closes: list[float] = field(default_factory=list)
    debrief: float = 0.0


def _spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def _choices(desk: Desk) -> list[Decision]:
    """Return the statement and a few letters, largest amounts first."""
    found = [Decision(desk.session_index, "", action.id) for action in desk.actions if not action.refusal]
    for customer in sorted(desk.customers, key=lambda one: -one.outstanding_cents):
        mail = next((a for a in customer.actions if a.id in {"mail", "appel"} and not a.refusal), None)
        if mail and len(found) <= DECISIONS:
            found.append(Decision(desk.session_index, customer.id, mail.id))
    return found


def play(app: Flask) -> Times:
    """Play the exercise to its end, each move loaded, stored and committed as a page does it."""
    times = Times()
    with app.test_request_context():
        actor = accounts.open_guest(db.session, now(), device="mesure").actor
        engine = runs.ENGINES["portfolio"]
        engine.warm()
        row = service.start(db.session, actor, catalog().exercises[EXERCISE], False, 7, uuid.uuid4(), now())
        db.session.commit()
        while row.finished_at is None:
            _session(actor, row.id, times)
        run = runs.load(db.session, actor, row.id)
        times.debrief = _spent(lambda: run.debrief)
    return times


def _session(actor: Actor, run_id: uuid.UUID, times: Times) -> None:
    desk = runs.load(db.session, actor, run_id).desk

    def decide(decision: Decision) -> None:
        run = runs.load(db.session, actor, run_id, writing=True)
        known = run.desk.customer(decision.customer_id)
        if known is None or not known.is_closed:
            service.decide(db.session, actor, run, decision, uuid.uuid4(), now())
        db.session.commit()

    def close() -> None:
        run = runs.load(db.session, actor, run_id, writing=True)
        service.close_session(db.session, actor, run, desk.session_index, uuid.uuid4(), now())
        db.session.commit()

    spent = [_spent(lambda decision=decision: decide(decision)) for decision in _choices(desk)]
    closed = _spent(close)
    if desk.session_index >= WARM:
        times.decisions += spent
        times.closes.append(closed)


def measured() -> Times:
    """Play on a fresh installation in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_settings({"ENVIRONMENT": "test", "DATA_DIR": str(Path(folder))}))
        with app.app_context():
            upgrade(app.extensions["alembic"])
            return play(app)


def main() -> None:
    """Measure and print."""
    times = measured()
    report = {
        "decision_stored_ms": {"median": round(statistics.median(times.decisions), 2), "limit": LIMIT_MS},
        "session_closed_ms": {"median": round(statistics.median(times.closes), 2), "limit": LIMIT_MS},
        "debrief_ms": round(times.debrief, 1),
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
