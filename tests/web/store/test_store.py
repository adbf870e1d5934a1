"""The database keeps what it acknowledged, and each organisation's rows apart."""

import uuid
from datetime import UTC, datetime
from inspect import iscoroutinefunction

import pytest
from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from course_app.accounts.models import User
from course_app.library.model import ItemKind
from course_app.paths.models import PathChoice
from course_app.progress.models import ItemProgress, LearningEvent
from course_app.store import migrate
from course_app.store.prepared import Prepared
from course_app.store.session import db, reads_only
from course_app.store.tenancy import TenancyError

NOW = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
PLACES = ItemProgress.__table__


def test_r5_sqlite_runs_in_its_durable_modes(session):
    """R5: WAL, synchronous FULL and foreign keys hold on every connection."""
    if session.get_bind().dialect.name == "postgresql":
        assert session.scalar(text("SHOW synchronous_commit")) in ("on", "off")
        assert session.scalar(text("SHOW fsync")) in ("on", "off")
        return
    modes = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert modes == ["wal", 2, 1]


def test_a_reader_does_not_wait_for_a_writer(app, session, actor):
    """A GET reads while another connection holds the write lock."""
    session.commit()
    with app.app_context(), db.engine.connect() as writer, db.engine.connect() as reader:
        writer.execute(text("UPDATE organisation SET name = name"))
        token = reads_only.set(True)
        try:
            assert reader.scalar(text("SELECT count(*) FROM organisation")) >= 1
        finally:
            reads_only.reset(token)
        writer.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        select(LearningEvent),
        select(ItemProgress.place).where(ItemProgress.item_id == "x"),
        select(User).where(User.id == uuid.uuid4()),
        update(ItemProgress).values(label="x"),
        delete(PathChoice),
    ],
)
def test_s04_a_query_that_forgets_the_organisation_raises(session, statement):
    """S04: select, update and delete on tenants' rows must compare organisation_id."""
    with pytest.raises(TenancyError):
        session.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        select(PLACES.c.place).where(PLACES.c.item_id == "x"),
        select(PLACES.c.place).where(PLACES.c.item_id.in_(select(LearningEvent.__table__.c.item_id))),
        update(PLACES).values(label="x"),
        delete(PLACES),
    ],
)
def test_s04_a_prepared_statement_that_forgets_the_organisation_raises(session, statement):
    """S04: statements on tables, which no session reads, are held to the same rule."""
    with pytest.raises(TenancyError):
        Prepared(statement).run(session, {})


def test_a_prepared_row_comes_out_as_it_went_in(session, actor):
    """Moments, ids, words of a list and JSON have the same types on both databases as through objects."""
    values = {
        "organisation_id": actor.organisation_id,
        "learner_id": actor.user_id,
        "item_kind": ItemKind.QUIZ,
        "item_id": "x",
        "content_hash": "0" * 64,
        "place": {"question": 2},
        "label": "100 % de « : »",
        "updated_at": NOW,
        "done_at": None,
    }
    columns = [PLACES.c[name] for name in values]
    assert Prepared(insert(PLACES).returning(*columns)).rows(session, values) == [tuple(values.values())]
    mine = select(*columns).where(PLACES.c.organisation_id == bindparam("organisation_id"), PLACES.c.label != "%")
    with pytest.raises(KeyError):
        Prepared(mine).rows(session, {"organisation_id": actor.organisation_id})
    mine = select(*columns).where(PLACES.c.organisation_id == bindparam("organisation_id"))
    assert Prepared(mine).rows(session, {"organisation_id": actor.organisation_id}) == [tuple(values.values())]


def test_s04_a_statement_used_again_is_judged_again(session):
    """S04: running a statement once for all organisations does not excuse it afterwards; refused once, it stays so."""
    statement = select(LearningEvent)
    session.execute(statement, execution_options={"across_organisations": True})
    for _attempt in range(2):
        with pytest.raises(TenancyError):
            session.execute(statement)


def test_s04_get_by_key_is_refused_too(session, actor):
    """S04: fetching a tenant's row by primary key alone raises."""
    with pytest.raises(TenancyError):
        session.get(User, actor.user_id)


def test_s04_a_scoped_query_passes(session, actor):
    """A query that names the organisation finds the organisation's rows only."""
    found = session.scalars(select(User).where(User.organisation_id == actor.organisation_id)).all()
    assert [user.id for user in found] == [actor.user_id]


def test_foreign_keys_are_enforced(session):
    """A row cannot point to an organisation that does not exist."""
    session.add(PathChoice(organisation_id=uuid.uuid4(), learner_id=uuid.uuid4(), path_id="equipe", chosen_at=NOW))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_naive_moment_is_refused(session, actor):
    """A moment without timezone never reaches the database."""
    choice = PathChoice(
        organisation_id=actor.organisation_id,
        learner_id=actor.user_id,
        path_id="equipe",
        chosen_at=datetime(2026, 12, 8, 8, 0),  # noqa: DTZ001
    )
    session.add(choice)
    with pytest.raises(StatementError):
        session.flush()
    session.rollback()


def test_models_and_migrations_agree(app):
    """The schema that the migrations build is the one the models describe."""
    with app.app_context():
        alembic = app.extensions["alembic"]
        assert migrate.is_current(alembic.engines["default"])
        assert migrate.differences(alembic) == []


def test_migrations_go_down_and_up_again(make_app, tmp_path):
    """Every migration can be undone and applied again on a SQLite file, where a table is rebuilt to change."""
    application = make_app(database_url=f"sqlite:///{tmp_path / 'again.sqlite3'}", data_dir=tmp_path)
    with application.app_context():
        alembic = application.extensions["alembic"]
        migrate.upgrade(alembic)
    with application.app_context():
        migrate.downgrade(alembic, "base")
        assert not migrate.is_current(alembic.engines["default"])
    with application.app_context():
        migrate.upgrade(alembic)
        assert migrate.differences(alembic) == []


def test_a_receipt_number_is_never_given_again(session):
    """On SQLite, every table that numbers its receipts keeps count, rows erased since included; PostgreSQL always does."""
    if session.get_bind().dialect.name == "postgresql":
        counted = (
            "SELECT count(*) FROM information_schema.columns WHERE column_name = 'receipt' AND column_default IS NULL"
        )
        assert session.scalar(text(counted)) == 0
        return
    made = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    numbered = {name: sql for name, sql in made if sql and " receipt " in sql.replace("\n", " ").replace("\t", " ")}
    assert {"quiz_answer", "scenario_move"} <= set(numbered)
    assert [name for name, sql in numbered.items() if "AUTOINCREMENT" not in sql] == []


def test_the_end_of_a_request_starts_no_thread(app):
    """Nothing asynchronous is closed at the end of a request: it would cost a thread and an event loop each time."""
    assert app.teardown_appcontext_funcs
    assert not [each for each in app.teardown_appcontext_funcs if iscoroutinefunction(each)]
