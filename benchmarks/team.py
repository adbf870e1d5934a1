"""`python -m benchmarks.team`: the team's page for 10,000 members beside the same page for 100 (performance.md B4); JSON.

The whole request is timed in this process, signed in as the manager: session, filters, list, template. Medians; queries
are counted on the engine. Goals: at most twice the time, eight queries for either.
"""

import json
import statistics
import tempfile
import time
import uuid
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from benchmarks.statements import heard
from course_app.accounts import service as accounts
from course_app.accounts import sessions
from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.config import load_settings
from course_app.factory import create_app
from course_app.membership.models import Team, TeamMember
from course_app.store import migrate
from course_app.store.session import db
from course_app.team.models import TeamStanding
from course_app.web.clock import now, today

SIZES = (100, 10_000)
ROUNDS = 25
TIME_GOAL, QUERY_GOAL = 2.0, 8


def _company(size: int) -> str:
    """Add a company of this size, one team, a third of it at work and a tenth cleared; return the manager's token."""
    organisation = accounts.found_organisation(db.session, f"Mesures {size}", now())
    given = accounts.NewPerson("Claire", f"{uuid.uuid4().hex}@mesures.fr", None)
    manager = accounts.add_person(db.session, organisation, given, Role.MANAGER, now())
    team = Team(organisation_id=organisation.id, name="Ventes", created_at=now())
    db.session.add(team)
    db.session.flush()
    common = {"organisation_id": organisation.id, "role": Role.LEARNER, "is_guest": False, "created_at": now()}
    people = [{**common, "first_name": f"P{n}", "email": f"p{n}.{size}@mesures.fr"} for n in range(size)]
    ids = list(db.session.scalars(insert(User).returning(User.id), people))
    member = {"organisation_id": organisation.id, "team_id": team.id, "joined_at": now()}
    stays = [{**member, "user_id": each, "leads": False} for each in ids]
    db.session.execute(insert(TeamMember), [*stays, {**member, "user_id": manager.id, "leads": True}])
    lines = [
        {
            "organisation_id": organisation.id,
            "learner_id": each,
            "last_active_on": today() - timedelta(days=n % 9),
            "cleared_until": today() + timedelta(days=90) if n % 3 == 0 else None,
        }
        for n, each in enumerate(ids[::3])
    ]
    db.session.execute(insert(TeamStanding), lines)
    opened = sessions.open_session(db.session, manager, now(), device="Mesure", factor_verified_at=now())
    db.session.commit()
    return opened.token


def _signed_in(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


def _milliseconds(client: FlaskClient) -> float:
    started = time.perf_counter()
    answer = client.get("/equipe")
    elapsed = 1000 * (time.perf_counter() - started)
    if answer.status_code != 200:
        raise RuntimeError(answer.status)
    return elapsed


def _queries(app: Flask, client: FlaskClient) -> int:
    with app.app_context():
        engine = db.engine
    with heard(engine) as asked:
        client.get("/equipe")
    return sum(text.lstrip().upper().startswith(("SELECT", "WITH")) for text, _values in asked)


def _measure(app: Flask) -> dict[str, object]:
    with app.app_context():
        tokens = [_company(size) for size in SIZES]
    clients = [_signed_in(app, token) for token in tokens]
    for client in clients:
        _milliseconds(client)
    taken: list[list[float]] = [[], []]
    for _round in range(ROUNDS):  # turn by turn, so that a busy machine slows both
        for times, client in zip(taken, clients, strict=True):
            times.append(_milliseconds(client))
    few, many = (statistics.median(times) for times in taken)
    queries = [_queries(app, client) for client in clients]
    return {
        "members": SIZES,
        "page_ms": [round(few, 2), round(many, 2)],
        "ratio": round(many / few, 2),
        "queries": queries,
        "goal": TIME_GOAL,
        "met": many / few <= TIME_GOAL and queries[0] == queries[1] <= QUERY_GOAL,
    }


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        app = create_app(load_settings({"ENVIRONMENT": "test", "DATA_DIR": name, "MAIL_URL": "memory:"}))
        with app.app_context():
            migrate.upgrade(app.extensions["alembic"])
        print(json.dumps(_measure(app), indent=1))


if __name__ == "__main__":
    main()
