"""`python -m benchmarks.answers`: grading and storing an answer, beside SQLite's own durable commit; JSON.

One thread, no page, no network: the answers are given through the product's service, as a request does. Just before
each, on the same disk (WAL, synchronous=FULL), a durable commit of one small row is timed. Other answers are replayed,
statement by statement, by SQLite alone, which says what is ours and what is the database's. Medians; processor time
apart, because a busy machine lengthens the waits of all.
"""

import json
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask

from benchmarks.commits import connect
from benchmarks.statements import Statement, heard
from course_app.accounts import service as accounts
from course_app.accounts.rules import Actor, Role
from course_app.accounts.sessions import actor_of
from course_app.config import load_settings
from course_app.factory import create_app
from course_app.library.model import QuizKind
from course_app.quizzes import answering, service
from course_app.quizzes.kinds.keys import right_answer
from course_app.quizzes.service import Submission
from course_app.store import migrate
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog

LEARNERS = 4
GOAL = 2.0


def _learner() -> Actor:
    organisation = accounts.found_organisation(db.session, "Mesures", now())
    given = accounts.NewPerson("Mesure", f"{uuid.uuid4().hex}@mesures.fr", None)
    person = accounts.add_person(db.session, organisation, given, Role.LEARNER, now())
    db.session.commit()
    return actor_of(person, uuid.uuid4())


def _answers(actor: Actor) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield, for every question of every practice quiz, its kind and what grades and stores a right answer to it."""
    session = db.session
    for quiz in catalog().quizzes.values():
        if quiz.kind_of_quiz is not QuizKind.PRACTICE:
            continue
        attempt_id = service.start(session, actor, quiz, uuid.uuid4(), now()).id
        session.commit()
        for number, question in enumerate(quiz.questions, 1):
            given = right_answer(question)
            sent = Submission(uuid.uuid4(), given.chosen, None, given.typed)

            def store(number: int = number, sent: Submission = sent, attempt_id: uuid.UUID = attempt_id) -> None:
                held = answering.hold(session, actor, attempt_id)
                answering.answer(session, actor, held, number, sent, now())
                session.commit()

            yield question.type.value, store


_Spent = tuple[float, float]


def _timed(work: Callable[[], object]) -> _Spent:
    """Return the elapsed and the processor milliseconds of some work."""
    started, spent = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - spent)


class _Replay:
    """The statements of the last answer, run again by SQLite alone on a database of its own with the same schema."""

    def __init__(self, path: Path) -> None:
        self.connection = connect(path)

    def run(self, statements: list[Statement]) -> None:
        """Do what the last answer did, read what it read, and commit."""
        self.connection.execute("BEGIN IMMEDIATE")
        for statement, parameters in statements:
            self.connection.execute(statement, parameters).fetchall()
        self.connection.execute("COMMIT")


def _measure(app: Flask, folder: Path, replay: _Replay) -> dict[str, object]:
    bare = connect(folder / "commits.sqlite3")
    bare.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, chosen TEXT)")

    def commit() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO answer (chosen) VALUES (?)", ("a",))
        bare.execute("COMMIT")

    commits, replayed, stored = list[_Spent](), list[_Spent](), list[_Spent]()
    statements, kinds = list[int](), set[str]()
    with app.app_context():
        for _learner_number in range(LEARNERS):
            for kind, store in _answers(_learner()):
                kinds.add(kind)
                commits.append(_timed(commit))
                stored.append(_timed(store))
                db.session.expunge_all()
            for _kind, store in _answers(_learner()):  # apart, since listening costs
                with heard(db.engine) as asked:
                    store()
                statements.append(len(asked))
                replayed.append(_timed(lambda asked=asked: replay.run(asked)))
                db.session.expunge_all()
    limit, same, value = (statistics.median(each for each, _spent in some) for some in (commits, replayed, stored))
    return {
        "answers": len(stored),
        "kinds": len(kinds),
        "statements": statistics.median(statements),
        "durable_commit_ms": round(limit, 3),
        "same_statements_by_sqlite_alone_ms": round(same, 3),
        "graded_and_stored_ms": round(value, 3),
        "of_which_processor_ms": round(statistics.median(spent for _each, spent in stored), 3),
        "ratio_to_same_statements": round(value / same, 2),
        "ratio": round(value / limit, 2),
        "goal": GOAL,
        "met": value / limit <= GOAL,
    }


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(load_settings({"ENVIRONMENT": "test", "DATA_DIR": name, "MAIL_URL": "memory:"}))
        with app.app_context():
            migrate.upgrade(app.extensions["alembic"])
            copy = folder / "replayed.sqlite3"
            sqlite3.connect(str(db.engine.url.database)).execute("VACUUM INTO ?", (str(copy),))
        print(json.dumps(_measure(app, folder, _Replay(copy)), indent=1))


if __name__ == "__main__":
    main()
