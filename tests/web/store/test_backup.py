"""R14: a backup by the database's own means, restored and compared; nothing acknowledged before it is missing."""

import http.server
import json
import os
import shutil
import sqlite3
import threading
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select, text

from course_app.accounts.models import Organisation, User
from course_app.backup_cli import backup_command, restore_command, verify_command
from course_app.privacy import journal
from course_app.store import migrate
from course_app.store.backup import archive, companions, notes, operations, postgres, sqlite
from course_app.store.backup.archive import BackupError
from course_app.store.session import db, driver_url, make_durable
from tests.support.postgres import binary_folders
from tests.support.site import free_port

NOW = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
WRITERS = 3
LATEST = migrate.known_revisions()[-1]


@pytest.fixture(autouse=True)
def postgres_programs(settings, monkeypatch):
    """The programs of the PostgreSQL that serves the tests come first."""
    folders = [str(folder) for folder in binary_folders() if (folder / "pg_dump").exists()]
    monkeypatch.setenv("PATH", os.pathsep.join([*folders[:1], os.environ["PATH"]]))


@pytest.fixture
def url(app, settings, make_person, session):
    """The address of a database where one person is, that nobody has open."""
    make_person()
    session.commit()
    session.close()
    with app.app_context():
        db.engine.dispose()
    return settings.database_url


@pytest.fixture
def run(url, tmp_path):
    """`run(command, *arguments)`: a command as typed; returns its result, refusals as `BackupError` in `exception`."""
    environment = {"DATABASE_URL": url, "DATA_DIR": str(tmp_path / "data"), "ENVIRONMENT": "test"}
    environment["PORT"] = str(free_port())

    def typed(command, *arguments, **more):
        return CliRunner(env={**environment, **more}).invoke(command, [str(each) for each in arguments])

    return typed


@pytest.fixture
def nothing_to_serve(tmp_path):
    """Settings of an installation without content: its site does not start."""
    (tmp_path / "vide").mkdir()
    return {"CONTENT_DIR": str(tmp_path / "vide"), "QUIZZES_DIR": str(tmp_path / "vide")}


def _add(engine, name=None):
    """Commit one organisation, and return its identifier once acknowledged."""
    key = uuid.uuid4()
    with engine.begin() as connection:
        connection.execute(Organisation.__table__.insert().values(id=key, name=name or "Métal Ouest", created_at=NOW))
    return key


@pytest.fixture
def engine(url):
    """A connection of the test's own, which must be closed before a restore."""
    made = create_engine(driver_url(url))
    make_durable(made)
    yield made
    made.dispose()


def _organisations(engine):
    with engine.connect() as connection:
        found = set(connection.execute(select(Organisation.__table__.c.id)).scalars())
    engine.dispose()
    return found


def _damage(path, offset=0):
    with Path(path).open("r+b") as file:
        file.seek(offset)
        file.write(b"\xa5" * 4096)


def test_r14_nothing_acknowledged_before_the_backup_is_missing(url, engine, tmp_path):
    """R14: while writers commit, the backup holds every row acknowledged before it began, and is restored whole."""
    acknowledged, over = [], threading.Event()

    def write():
        while not over.is_set():
            acknowledged.append(_add(engine))

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    while len(acknowledged) < 20:
        time.sleep(0.01)
    before = set(acknowledged)
    backup = operations.back_up(url, tmp_path, NOW)
    counted = len(acknowledged)
    while len(acknowledged) < counted + 5:
        time.sleep(0.01)
    over.set()
    for writer in writers:
        writer.join()
    engine.dispose()
    operations.verify(url, backup)
    operations.restore(url, backup, tmp_path, NOW)
    restored = _organisations(engine)
    assert before <= restored
    assert not set(acknowledged) <= restored


def test_a_backup_is_named_private_and_alone(url, tmp_path):
    """A backup says its moment and schema, belongs to its owner alone, and leaves no draft behind."""
    first, second = operations.back_up(url, tmp_path / "s", NOW), operations.back_up(url, tmp_path / "s", NOW)
    assert first.stem == f"reglo-20261208T080000Z-{LATEST}"
    assert second.stem == f"{first.stem}-2"
    names = {first, second, archive.manifest_path(first), archive.manifest_path(second)}
    assert set((tmp_path / "s").iterdir()) == names
    assert {path.stat().st_mode & 0o777 for path in names} == {0o600}


def test_a_backup_is_verified_by_restoring_it(run, tmp_path):
    """`backup` then `verify` print what is in it, table by table, and note the day of this proof."""
    made = run(backup_command, tmp_path, "--json")
    backup = json.loads(made.output)["backup"]
    assert notes.latest(tmp_path / "data").verified_at is None
    shown = json.loads(run(verify_command, backup, "--json").output)
    assert (shown["revision"], shown["compared"]) == (LATEST, True)
    assert (shown["rows"]["organisation"], shown["rows"]["user"]) == (1, 1)
    assert notes.latest(tmp_path / "data").verified_at is not None
    told = run(verify_command, backup)
    assert told.exit_code == 0
    assert f"Sauvegarde bonne : schéma {LATEST}" in told.output


@pytest.mark.parametrize("harm", ["bytes", "rows", "manifest", "nothing"])
def test_an_unsound_backup_is_told(url, tmp_path, harm):
    """Changed bytes, missing rows, a torn manifest: `verify` refuses each; the same backup unharmed passes."""
    backup = operations.back_up(url, tmp_path, NOW)
    manifest = archive.manifest_path(backup)
    if harm == "bytes":
        _damage(backup, 8192)
    elif harm == "rows":
        manifest.write_text(manifest.read_text().replace('"organisation": 1', '"organisation": 2'))
    elif harm == "manifest":
        manifest.write_text("{")
    else:
        operations.verify(url, backup)
        return
    with pytest.raises(BackupError):
        operations.verify(url, backup)


def test_damage_is_seen_without_a_manifest(url, tmp_path):
    """A backup without its manifest is checked page by page all the same, and said not to be compared."""
    backup = operations.back_up(url, tmp_path, NOW)
    archive.manifest_path(backup).unlink()
    assert not operations.verify(url, backup).is_compared
    size = backup.stat().st_size
    with backup.open("r+b") as file:
        file.truncate(size * 2 // 3)
    with pytest.raises(BackupError):
        operations.verify(url, backup)


def test_an_unknown_schema_is_refused(url, engine, tmp_path):
    """A backup of a later version, whose schema we cannot serve, is neither verified nor restored."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup = operations.back_up(url, tmp_path, NOW)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :latest"), {"latest": LATEST})
    engine.dispose()
    for attempt in (operations.verify, lambda *arguments: operations.restore(*arguments, tmp_path, NOW, force=True)):
        with pytest.raises(BackupError, match="9999"):
            attempt(url, backup)


def test_a_restore_brings_back_and_keeps_what_was_there(run, url, engine, tmp_path, nothing_to_serve):
    """After a restore the old rows are back, later ones are gone, and the database it replaced can be restored too."""
    backup = operations.back_up(url, tmp_path, NOW)
    old, later = _organisations(engine), _add(engine)
    engine.dispose()
    done = run(restore_command, backup, **nothing_to_serve)
    assert done.exit_code == 0, done.exception
    assert journal.is_to_settle(tmp_path / "data"), "erasures made since are still to be replayed"
    assert _organisations(engine) == old
    (kept,) = [path for path in (tmp_path / "data" / "sauvegardes").iterdir() if path.suffix != ".json"]
    assert str(kept) in done.output
    assert run(restore_command, kept, **nothing_to_serve).exit_code == 0
    assert _organisations(engine) == {*old, later}


def test_a_database_in_use_is_not_replaced(url, engine, tmp_path):
    """While somebody is connected a restore refuses and changes nothing; forced, the open connection sees the result."""
    backup = operations.back_up(url, tmp_path, NOW)
    later = _add(engine)
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM organisation"))
        connection.rollback()
        with pytest.raises(BackupError, match="utilisée"):
            operations.restore(url, backup, tmp_path, NOW)
        assert later in set(connection.execute(select(Organisation.__table__.c.id)).scalars())
        connection.rollback()
        operations.restore(url, backup, tmp_path, NOW, force=True)
        assert later not in set(connection.execute(select(Organisation.__table__.c.id)).scalars())


def test_a_site_that_answers_is_not_replaced(run, url, tmp_path):
    """A server that answers on the port of the settings stops `restore` before anything is written."""

    class Healthy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    backup = operations.back_up(url, tmp_path, NOW)
    with http.server.HTTPServer(("127.0.0.1", 0), Healthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        refused = run(restore_command, backup, PORT=str(server.server_port))
        server.shutdown()
    assert isinstance(refused.exception, BackupError)
    assert "répond" in str(refused.exception)
    assert not (tmp_path / "data" / "sauvegardes").exists()


def test_an_older_schema_needs_force(app, url, engine, tmp_path):
    """A backup of an older schema is put back by --force only, then the migrations bring it to today's."""
    alembic = app.extensions["alembic"]

    def told(question):
        with app.app_context():
            return question(alembic)

    told(migrate.downgrade)
    backup = operations.back_up(url, tmp_path, NOW)
    told(migrate.upgrade)
    with pytest.raises(BackupError, match="plus récente"):
        operations.restore(url, backup, tmp_path, NOW)
    assert migrate.is_current(engine)
    assert operations.restore(url, backup, tmp_path, NOW, force=True).needs_upgrade
    assert not migrate.is_current(engine)
    told(migrate.upgrade)
    assert told(migrate.differences) == []


def test_a_locked_database_is_not_waited_for_for_ever(url, engine, tmp_path, monkeypatch):
    """While a write transaction stays open, a forced restore gives up in French, and the rows are untouched."""
    backup = operations.back_up(url, tmp_path, NOW)
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 200)
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT", "-c lock_timeout=200ms")
    with engine.begin() as connection:
        connection.execute(text("UPDATE organisation SET name = 'Après'"))
        with pytest.raises(BackupError):
            operations.restore(url, backup, tmp_path, NOW, force=True)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM organisation")).scalars().all() == ["Après"]


def test_another_engines_backup_is_refused(url, tmp_path):
    """A text file, or a backup of the other engine, never replaces a database."""
    other = tmp_path / "autre"
    for start in (b"bonjour", b"PGDMP" if url.startswith("sqlite") else b"SQLite format 3\x00"):
        other.write_bytes(start.ljust(64, b"\x00"))
        with pytest.raises(BackupError):
            operations.restore(url, other, tmp_path, NOW, force=True)


def test_an_unreadable_database_is_set_aside(url, engine, tmp_path):
    """SQLite: a torn database is not a dead end. --force keeps it under another name and puts the backup back."""
    if not url.startswith("sqlite"):
        assert notes.latest(tmp_path).verified_at is None  # PostgreSQL's own files are its server's affair
        return
    backup = operations.back_up(url, tmp_path, NOW)
    old = _organisations(engine)
    live = Path(url.removeprefix("sqlite:///"))
    shutil.copy(live, tmp_path / "sound")
    _damage(live)
    torn = live.read_bytes()
    with pytest.raises(BackupError, match="--force"):
        operations.restore(url, backup, tmp_path, NOW)
    assert live.read_bytes() == torn
    done = operations.restore(url, backup, tmp_path, NOW, force=True)
    assert done.kept.read_bytes() == torn
    assert _organisations(engine) == old
    done.kept.unlink()


def test_a_missing_database_is_restored(url, tmp_path):
    """SQLite: on a new machine, without any database, a backup alone is enough; its owner alone reads the result."""
    backup = operations.back_up(url, tmp_path, NOW)
    if not url.startswith("sqlite"):
        return
    fresh = tmp_path / "neuf" / "reglo.sqlite3"
    assert operations.restore(f"sqlite:///{fresh}", backup, tmp_path, NOW).kept is None
    assert fresh.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(fresh)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT count(*) FROM organisation").fetchone() == (1,)


def test_without_the_programs_of_postgresql_the_refusal_says_what_to_install(url, tmp_path, monkeypatch):
    """PostgreSQL without pg_dump: one French sentence names the package, and no file is left."""
    monkeypatch.setenv("PATH", str(tmp_path))
    if url.startswith("sqlite"):
        assert operations.back_up(url, tmp_path / "s", NOW).exists()
        return
    with pytest.raises(BackupError, match="postgresql-client"):
        operations.back_up(url, tmp_path / "s", NOW)
    assert not list((tmp_path / "s").iterdir())


def test_r14_a_backup_brings_the_other_files_along(run, tmp_path):
    """R14: the generated key and archived content go with the backup, private; a restore gives back those missing, no other."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "secret_key").write_text("la-cle-de-l-installation")
    (data / "content").mkdir()
    (data / "content" / "pointeur.json").write_text("{}")
    (data / "courriels").mkdir()
    told = json.loads(run(backup_command, "--json", "--verify", "--keep", "35").output)
    backup = Path(told["backup"])
    beside = companions.companion_path(backup)
    assert told["verified"]
    assert beside.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(data / "content")
    (data / "secret_key").write_text("une-cle-plus-recente")
    assert companions.unpack_missing(backup, data) == ["content"]
    assert (data / "content" / "pointeur.json").read_text() == "{}"
    assert (data / "secret_key").read_text() == "une-cle-plus-recente"
    assert notes.latest(data).made_at is not None


@pytest.fixture
def erased_since(url, engine, run, tmp_path):
    """A backup that knows somebody whom the journal says erased since; their row, to be read again."""
    backup = json.loads(run(backup_command, tmp_path, "--json").output)["backup"]
    with engine.connect() as connection:
        (person_id,) = connection.execute(select(User.__table__.c.id)).scalars()
    engine.dispose()
    journal.write_missing(tmp_path / "data", [(person_id, NOW)])

    def address():
        with engine.connect() as connection:
            found = connection.execute(select(User.__table__.c.email)).scalar_one()
        engine.dispose()
        return found

    return backup, address


def test_r14_a_restored_database_is_clean_before_anybody_opens_it(run, erased_since, tmp_path):
    """R14: whoever was erased since the backup is erased again by the command itself; it says so, and leaves no mark."""
    backup, address = erased_since
    assert address() is not None
    done = run(restore_command, backup)
    assert (done.exit_code, address()) == (0, None)
    assert "Effacements rejoués" in done.output
    assert not journal.is_to_settle(tmp_path / "data")


def test_r14_a_site_that_cannot_start_keeps_the_mark(run, erased_since, tmp_path, nothing_to_serve):
    """R14: without valid content the backup is put back all the same; the mark stays, and no mail leaves until it is seen to."""
    backup, address = erased_since
    done = run(restore_command, backup, **nothing_to_serve)
    assert done.exit_code == 0, done.exception
    assert address() is not None
    assert "au démarrage du site" in done.output
    assert journal.is_to_settle(tmp_path / "data")
