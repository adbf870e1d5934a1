"""What is asked of the driver itself keeps the promises of what goes through SQLAlchemy."""

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError

from course_app.library.model import ItemKind
from course_app.progress.models import ItemProgress
from course_app.store.prepared import Prepared

PLACES = ItemProgress.__table__
KEEP = Prepared(insert(PLACES))
LABELS = Prepared(
    select(PLACES.c.label).where(PLACES.c.organisation_id == bindparam("organisation_id")).order_by(PLACES.c.label)
)


def place(actor, label, **changes):
    """Return the values of a place kept; one per item of the same name as its label."""
    return {
        "organisation_id": actor.organisation_id,
        "learner_id": actor.user_id,
        "item_kind": ItemKind.QUIZ,
        "item_id": label,
        "content_hash": "0" * 64,
        "place": {},
        "label": label,
        "updated_at": datetime(2026, 12, 8, 8, 0, tzinfo=UTC),
        "done_at": None,
    } | changes


def labels(session, actor):
    """Return the labels of the places kept, sorted."""
    return [label for (label,) in LABELS.rows(session, {"organisation_id": actor.organisation_id})]


def test_s64_a_clash_is_told_as_everywhere_without_its_values(session, actor):
    """S64: what a constraint refuses raises SQLAlchemy's own error, which names no value that was sent."""
    KEEP.run(session, place(actor, "secret-de-famille"))
    with pytest.raises(IntegrityError) as told:
        KEEP.run(session, place(actor, "secret-de-famille"))
    assert "item_progress" in str(told.value)
    assert "famille" not in str(told.value).partition("DETAIL")[0]
    session.rollback()
    with pytest.raises(IntegrityError):
        KEEP.run(session, place(actor, "x", learner_id=uuid.uuid4()))
    session.rollback()


def test_each_transaction_is_its_own(session, actor):
    """What a commit closed stays, what a rollback undid is gone, and the next statement begins anew."""
    KEEP.run(session, place(actor, "a"))
    session.commit()
    KEEP.run(session, place(actor, "b"))
    session.rollback()
    KEEP.run(session, place(actor, "c"))
    session.commit()
    assert labels(session, actor) == ["a", "c"]


def test_a_savepoint_is_undone_alone(session, actor):
    """Rolling back to a savepoint undoes what was asked of the driver since, and nothing before."""
    KEEP.run(session, place(actor, "before"))
    with session.begin_nested() as savepoint:
        KEEP.run(session, place(actor, "inside"))
        savepoint.rollback()
    KEEP.run(session, place(actor, "then"))
    session.commit()
    assert labels(session, actor) == ["before", "then"]


def test_nothing_is_written_once_the_transaction_has_failed(session, actor):
    """After a failed flush, a statement is refused until the rollback: it would be written outside any transaction."""
    KEEP.run(session, place(actor, "before"))
    session.add(ItemProgress(**place(actor, "before")))
    with pytest.raises(IntegrityError):
        session.flush()
    with pytest.raises(PendingRollbackError):
        KEEP.run(session, place(actor, "after"))
    session.rollback()
    assert labels(session, actor) == []


def test_what_the_session_holds_is_written_first(session, actor):
    """A row added as an object and not yet written is seen by the next prepared statement."""
    session.add(ItemProgress(**place(actor, "object")))
    assert labels(session, actor) == ["object"]


def cut(session):
    """Close the connection that a session holds, as its server would."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.close()
        return
    own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with session.get_bind().connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})


def test_r8_a_connection_cut_by_the_server_leaves_the_pool(session, actor):
    """R8: a connection that its database closed is told as lost, and the very next transaction has a good one."""
    KEEP.run(session, place(actor, "kept"))
    session.commit()
    cut(session)
    with pytest.raises(DBAPIError) as told:
        labels(session, actor)
    assert told.value.connection_invalidated
    session.rollback()
    assert labels(session, actor) == ["kept"]
