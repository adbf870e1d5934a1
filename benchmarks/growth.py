"""B10: what a page costs when there are ten times the lessons, a hundred times the people, a thousand times the events.

`python -m benchmarks.growth` prints it; `make bench` adds it to the others. Two installations in this process, asked in
turn, processor time of the whole request. Pages that list the programme are left out: what they show grows with it.
"""

import itertools
import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from benchmarks.figures import Figure, against
from course_app.accounts import service as accounts
from course_app.accounts import sessions
from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.config import load_settings
from course_app.factory import create_app
from course_app.library.catalog import Catalog, index
from course_app.library.model import Lesson
from course_app.progress import service as progress
from course_app.progress.models import ItemProgress, LearningEvent
from course_app.progress.rules import EventKind
from course_app.store import migrate
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog, publication

ROUNDS = 30
GOAL = "<= 1.3"
COMPANY = 20
"""People in each company: growth means more companies, and more done by each person."""
PAGES: Mapping[str, str] = {
    "lesson": "/lecons/oubli-et-facture-perdue",
    "path": "/parcours",
    "search": "/recherche?q=mise+en+demeure",
    "team": "/equipe",
    "settings": "/reglages",
}


@dataclass(frozen=True)
class Size:
    """How much there is: lessons as a multiple of ours, companies, events of each person."""

    lessons: int
    companies: int
    events: int


SMALL, LARGE = Size(1, 1, 4), Size(10, 100, 40)


def grown(catalog: Catalog, times: int) -> Catalog:
    """Return the catalogue with each lesson so many times, under other ids."""
    copies = (
        lesson.model_copy(update={"id": f"{lesson.id}-{number}"})
        for number in range(1, times)
        for lesson in catalog.lessons.values()
    )
    return replace(catalog, lessons=index(itertools.chain(catalog.lessons.values(), copies)))


def _publish_grown(app: Flask, times: int) -> None:
    with app.app_context():
        served = publication()
        held = served._served  # noqa: SLF001 - a catalogue that no author wrote
        if held is not None:
            served._served = replace(held, catalog=grown(held.catalog, times))  # noqa: SLF001


def _company(number: int, size: Size, lessons: Sequence[Lesson]) -> str:
    """Add a company whose people each have their events; return the token of its manager."""
    organisation = accounts.found_organisation(db.session, f"Mesures {number}", now())
    given = accounts.NewPerson("Claire", f"{uuid.uuid4().hex}@mesures.fr", None)
    manager = accounts.add_person(db.session, organisation, given, Role.ADMINISTRATOR, now())
    common = {"organisation_id": organisation.id, "role": Role.LEARNER, "is_guest": False, "created_at": now()}
    people = [{**common, "first_name": f"P{n}", "email": f"p{n}.{number}@mesures.fr"} for n in range(COMPANY - 1)]
    ids = [manager.id, *db.session.scalars(insert(User).returning(User.id), people)]
    read = list(itertools.islice(itertools.cycle(lessons), size.events))
    told = {"organisation_id": organisation.id, "payload": {}, "occurred_at": now(), "kind": EventKind.LESSON_OPENED}
    events = [{**told, "learner_id": each, **_item(lesson), "key": None} for each in ids for lesson in read]
    db.session.execute(insert(LearningEvent), events)
    stand = {"organisation_id": organisation.id, "place": {}, "label": "", "updated_at": now(), "done_at": now()}
    places = [{**stand, "learner_id": each, **_item(lesson)} for each in ids for lesson in dict.fromkeys(read)]
    db.session.execute(insert(ItemProgress), places)
    opened = sessions.open_session(db.session, manager, now(), device="Mesure", factor_verified_at=now())
    return opened.token


def _item(lesson: Lesson) -> dict[str, Any]:
    return {"item_kind": lesson.kind, "item_id": lesson.id, "content_hash": lesson.content_hash}


def _installation(folder: Path, size: Size) -> FlaskClient:
    """Build an installation of this size; return a manager's browser."""
    app = create_app(load_settings({"ENVIRONMENT": "test", "DATA_DIR": str(folder), "MAIL_URL": "memory:"}))
    with app.app_context():
        migrate.upgrade(app.extensions["alembic"])
        lessons = list(catalog().lessons.values())
        for lesson in lessons:
            progress.pin(db.session, lesson, now())
        tokens = [_company(number, size, lessons) for number in range(size.companies)]
        db.session.commit()
    _publish_grown(app, size.lessons)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = tokens[0], True
    return client


def _milliseconds(client: FlaskClient, path: str) -> float:
    started = time.process_time()
    answer = client.get(path)
    elapsed = 1000 * (time.process_time() - started)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return elapsed


def measured(folder: Path) -> dict[str, tuple[float, float]]:
    """Return the milliseconds of each page, small then large."""
    clients = [_installation(folder / name, size) for name, size in (("small", SMALL), ("large", LARGE))]
    for client, path in itertools.product(clients, PAGES.values()):
        _milliseconds(client, path)  # the index of the search, templates, statements
    found = {}
    for name, path in PAGES.items():
        taken: list[list[float]] = [[], []]
        for _round in range(ROUNDS):  # turn by turn, so that a busy machine slows both
            for times, client in zip(taken, clients, strict=True):
                times.append(_milliseconds(client, path))
        small, large = (statistics.median(times) for times in taken)
        found[name] = (small, large)
    return found


def measure_growth() -> list[Figure]:
    """Each page, large against small; the goal is that of the slowest to grow."""
    with tempfile.TemporaryDirectory() as folder:
        pages = measured(Path(folder))
    what = "lessons ×10, people ×100, events ×1,000: {} page, ms of CPU against the same page before"
    worst = max(pages, key=lambda name: pages[name][1] / pages[name][0])
    figures = [against(f"B10.{name}", what.format(name), large, small, GOAL) for name, (small, large) in pages.items()]
    return [against("B10", what.format(f"the worst, the {worst}"), pages[worst][1], pages[worst][0], GOAL), *figures]


if __name__ == "__main__":
    print(json.dumps([figure.__dict__ for figure in measure_growth()], ensure_ascii=False, indent=1))
