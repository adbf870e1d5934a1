"""R7 and R17: a database that may only be read still shows pages, says that saving is impossible, and comes back."""

from contextlib import contextmanager

from sqlalchemy import event, select

from course_app.store.base import Base
from course_app.store.probe import WriteProbe
from course_app.store.session import db
from tests.support.browsers import browser

READ_ONLY = {"sqlite": "PRAGMA query_only=ON", "postgresql": "SET default_transaction_read_only = on"}
WRITABLE = {"sqlite": "PRAGMA query_only=OFF", "postgresql": "SET default_transaction_read_only = off"}
SIGN_UP = {"first_name": "Samira", "email": "samira@bocage.fr", "password": "x", "company": "Menuiserie Bocage"}


def _saying(words):
    def on_checkout(connection, _record, _proxy):
        cursor = connection.cursor()
        cursor.execute(words)
        cursor.close()
        if not words.startswith("PRAGMA"):
            connection.commit()

    return on_checkout


@contextmanager
def _read_only(app):
    """Whatever connection the application takes, the database refuses writes; as a standby or a disk mounted so does."""
    with app.app_context():
        engine = db.engine
    listeners = [_saying(words[engine.dialect.name]) for words in (READ_ONLY, WRITABLE)]
    engine.dispose()
    event.listen(engine, "checkout", listeners[0])
    try:
        yield
    finally:
        event.remove(engine, "checkout", listeners[0])
        event.listen(engine, "checkout", listeners[1])
        app.test_client().get("/readyz")
        event.remove(engine, "checkout", listeners[1])
        engine.dispose()


def test_r7_a_read_only_database_reads_refuses_and_recovers(app, session):
    """R7: pages are read, saving gives 503 with what was typed, /readyz 503; writable again, all is well without restart."""
    visitor = browser(app, None, session)
    form = {**SIGN_UP, "password": "quatre mots sans rapport"}
    with _read_only(app):
        assert visitor.client.get("/lecons/oubli-et-facture-perdue").status_code == 200
        refused = visitor.post("/inscription", **form)
        ready = visitor.client.get("/readyz")
        assert visitor.client.get("/healthz").status_code == 200
    assert (refused.status_code, ready.status_code, ready.json["database"]) == (503, 503, "read-only")
    assert refused.headers["Retry-After"]
    page = refused.get_data(as_text=True)
    assert "Menuiserie Bocage" in page
    assert form["password"] not in page
    assert visitor.client.get("/readyz").json["database"] == "ok"
    assert visitor.post("/inscription", **form).status_code == 303


@contextmanager
def _heard(app, name):
    """Collect what the application's engine says of one kind of event."""
    with app.app_context():
        engine = db.engine
    heard = []

    def listen(*given):
        heard.append(given)

    event.listen(engine, name, listen)
    try:
        yield heard
    finally:
        event.remove(engine, name, listen)


def test_r17_readyz_writes_for_real_and_leaves_nothing(app, client, session):
    """R17: /readyz commits a written row, not a mere read; and every row of every table stays as it was (S48)."""
    before = {table.name: session.execute(select(table)).all() for table in Base.metadata.sorted_tables}
    session.commit()
    with _heard(app, "commit") as commits, _heard(app, "before_cursor_execute") as statements:
        assert client.get("/readyz").status_code == 200
    assert commits
    assert any(given[2].startswith(f"INSERT INTO {WriteProbe.__tablename__}") for given in statements)
    session.commit()
    assert {table.name: session.execute(select(table)).all() for table in Base.metadata.sorted_tables} == before


def test_r17_healthz_asks_the_database_nothing(app):
    """R17: whether the process lives is told without a single statement."""
    with _heard(app, "before_cursor_execute") as statements:
        assert app.test_client().get("/healthz").status_code == 200
    assert not statements
