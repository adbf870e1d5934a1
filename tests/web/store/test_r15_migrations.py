"""R15: a populated database of every past release comes through every migration with its rows; a failure changes nothing."""

import hashlib
import json
import uuid

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, make_url, text

from course_app.doctor_cli import upgrade_command
from course_app.store import migrate
from course_app.store.backup import notes
from course_app.store.session import driver_url, make_durable
from tests.support.postgres import execute
from tests.support.rows import contents, populate

# What a migration adds on purpose to a table that had rows.
GROWING = {("0010", "learning_event")}


@pytest.fixture
def url(settings, tmp_path):
    """The address of a new, empty database."""
    if settings.database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'past.sqlite3'}"
        return
    name = f"past_{uuid.uuid4().hex[:12]}"
    execute(settings.database_url, f"CREATE DATABASE {name}")
    yield make_url(settings.database_url).set(database=name).render_as_string(hide_password=False)
    execute(settings.database_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def past(url, make_app, tmp_path):
    """`past(revision)`: brings that database to a revision, as a program of then would have left it."""
    application = make_app(database_url=url, data_dir=tmp_path / "data")

    def bring(revision):
        with application.app_context():
            migrate.upgrade(application.extensions["alembic"], revision)

    return bring


@pytest.fixture
def engine(url):
    """A connection of the test's own."""
    made = create_engine(driver_url(url), poolclass=NullPool)
    make_durable(made)
    yield made
    made.dispose()


def _sums(rows, columns):
    """Return how many rows there are, and one sum of the columns asked, whatever their order."""
    lines = sorted(json.dumps([row[name] for name in columns], ensure_ascii=False) for row in rows)
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _compare(revision, before, after):
    for table, rows in before.items():
        if table not in after or not rows:
            assert not rows or table in after, f"{revision} lost the table {table}"
            continue
        columns = [name for name in rows[0] if not after[table] or name in after[table][0]]
        kept = after[table]
        if (revision, table) in GROWING:
            wanted = {json.dumps([row[name] for name in columns]) for row in rows}
            kept = [row for row in kept if json.dumps([row[name] for name in columns]) in wanted]
        assert _sums(kept, columns) == _sums(rows, columns), f"{revision} changed rows of {table}"


def test_r15_every_past_release_keeps_its_rows(past, engine):
    """At each revision every table gets rows; each migration after it leaves as many, and the same, in every column kept."""
    before = {}
    for turn, revision in enumerate(migrate.known_revisions()):
        past(revision)
        with engine.begin() as connection:
            _compare(revision, before, contents(connection))
            populate(connection, turn)
            before = contents(connection)
        assert all(before.values()), revision
    assert len(before) > 20


def test_r15_a_migration_that_fails_leaves_the_former_version_running(past, url, engine, tmp_path):
    """`course upgrade` backs up first; one migration of several fails: none is applied, rows stay, and it says what to do."""
    past("0008")
    with engine.begin() as connection:
        populate(connection, 0)
        connection.execute(text("CREATE TABLE service_day (id INTEGER)"))  # a later migration makes it: this one fails
        before = contents(connection)
    data = tmp_path / "data"
    environment = {"DATABASE_URL": url, "DATA_DIR": str(data), "ENVIRONMENT": "test"}
    failed = CliRunner(env=environment).invoke(upgrade_command)
    assert failed.exit_code != 0
    assert "le site d'avant peut continuer" in str(failed.exception)
    assert "course db restore" in str(failed.exception)
    with engine.connect() as connection:
        assert migrate.revision_of(connection) == "0008"
        assert contents(connection) == before
    assert notes.latest(data).made_at is not None
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE service_day"))
    again = CliRunner(env=environment).invoke(upgrade_command)
    assert again.exit_code == 0 or "peut perdre des réponses" in again.output, again.exception  # tests' PostgreSQL
    with engine.connect() as connection:
        assert migrate.revision_of(connection) == migrate.known_revisions()[-1]
