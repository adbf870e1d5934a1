"""Writers of one process take turns on SQLite: in order, and whatever becomes of the one who writes."""

import threading
import time

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from course_app.store import turns
from course_app.store.session import make_durable, reads_only
from course_app.store.turns import Turns

WRITERS = 12


@pytest.fixture
def engine(tmp_path):
    """Yield an engine on a database of two tables, the second bound to the first when it commits."""
    made = create_engine(f"sqlite:///{tmp_path / 'reglo.sqlite3'}", pool_size=WRITERS + 2)
    make_durable(made)
    token = reads_only.set(False)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE kept (who INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE bound (who INTEGER REFERENCES kept (who) DEFERRABLE INITIALLY DEFERRED)"))
    yield made
    reads_only.reset(token)
    made.dispose()


def shared(engine):
    """Return the turns that the connections of an engine share."""
    with engine.connect() as connection:
        return connection.connection.driver_connection.turns


def is_free(queue):
    """Tell whether nobody keeps the turn."""
    someone = object()
    free = queue.take(someone, 0)
    queue.give(someone)
    return free


def waiting(queue):
    """Return how many wait for their turn."""
    return len(queue._waiting)  # nothing else tells, and only a test asks


def until(happened):
    """Wait until something has happened, ten seconds at most."""
    deadline = time.monotonic() + 10
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.002)
    assert happened()


def keep(engine, who):
    """Write one row in a transaction of its own."""
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO kept VALUES (:who)"), {"who": who})


def kept(engine):
    """Return the rows in the order in which they were written, which is the order of their commits."""
    with engine.connect() as connection:
        return connection.execute(text("SELECT who FROM kept ORDER BY rowid")).scalars().all()


def test_turns_come_in_the_order_they_were_asked():
    """Of several who wait, the one who has waited longest comes next; somebody else's turn cannot be given away."""
    queue, first, came = Turns(), object(), []
    assert queue.take(first, 0)
    assert queue.take(first, 0)  # it has it already

    def ask(name):
        assert queue.take(name, 10)
        came.append(name)
        queue.give(name)

    askers = []
    for at in range(WRITERS):
        asker = threading.Thread(target=ask, args=(at,))
        asker.start()
        askers.append(asker)
        until(lambda at=at: waiting(queue) == at + 1)
    queue.give(object())
    assert came == []
    queue.give(first)
    for asker in askers:
        asker.join(10)
    assert came == list(range(WRITERS))
    assert is_free(queue)


def test_who_loses_patience_leaves_the_queue():
    """One who no longer waits is not given a turn that would then be kept for ever."""
    queue, first = Turns(), object()
    queue.take(first, 0)
    assert not queue.take(object(), 0.01)
    queue.give(first)
    assert is_free(queue)


def test_writers_of_one_process_write_in_the_order_they_came(engine):
    """Threads that write at once while one is at work all write, in the order in which they asked."""
    queue, done = shared(engine), []

    def write(who):
        keep(engine, who)
        done.append(who)

    with engine.begin() as connection:
        connection.execute(text("INSERT INTO kept VALUES (100)"))
        writers = []
        for who in range(WRITERS):
            writer = threading.Thread(target=write, args=(who,))
            writer.start()
            writers.append(writer)
            until(lambda who=who: waiting(queue) == who + 1)
    for writer in writers:
        writer.join(10)
    assert sorted(kept(engine)) == [*range(WRITERS), 100]
    assert done == list(range(WRITERS))


def test_readers_wait_for_nobody(engine):
    """A page that only reads is not in the queue: it is answered while somebody writes."""
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO kept VALUES (1)"))
        token = reads_only.set(True)
        assert kept(engine) == []
        reads_only.reset(token)
    assert kept(engine) == [1]


def commits(connection):
    """End as most do."""
    connection.commit()


def undoes(connection):
    """Think better of it."""
    connection.rollback()


def fails_to_commit(connection):
    """Leave a row that nothing holds: SQLite refuses the commit and keeps the transaction open until it is undone."""
    connection.execute(text("INSERT INTO bound VALUES (404)"))
    with pytest.raises(IntegrityError):
        connection.commit()
    connection.rollback()


def is_cut(connection):
    """Lose the connection in the middle."""
    connection.connection.driver_connection.close()
    with pytest.raises(DBAPIError):
        connection.execute(text("SELECT 1"))


def is_thrown_away(connection):
    """Have the pool throw the connection away."""
    connection.invalidate()


def breaks_a_rule(connection):
    """Meet an error in the middle, and leave without a word: the pool takes the connection back."""
    with pytest.raises(IntegrityError):
        connection.execute(text("INSERT INTO kept VALUES (1), (1)"))


@pytest.mark.parametrize("end", [commits, undoes, fails_to_commit, is_cut, is_thrown_away, breaks_a_rule])
def test_the_turn_is_given_back_however_a_transaction_ends(engine, end):
    """Committed, undone, refused, cut, thrown away or forgotten: the next one writes at once."""
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO kept VALUES (7)"))
        assert not is_free(shared(engine))
        end(connection)
    assert is_free(shared(engine))
    keep(engine, 8)
    assert 8 in kept(engine)


def test_a_transaction_that_could_not_begin_keeps_no_turn(engine, tmp_path):
    """When another process writes for too long, its error is told as a lock, and the turn goes to the next."""
    other = create_engine(f"sqlite:///{tmp_path / 'reglo.sqlite3'}")
    make_durable(other)
    with other.begin() as elsewhere, engine.connect() as connection:
        elsewhere.execute(text("INSERT INTO kept VALUES (1)"))
        connection.connection.driver_connection.execute("PRAGMA busy_timeout=10")
        with pytest.raises(OperationalError, match="locked"):
            connection.begin()
        assert is_free(shared(engine))
    other.dispose()


def test_a_writer_that_lasts_is_told_as_a_lock(engine, monkeypatch):
    """Who waited its whole patience behind a thread of its own process gets SQLite's own answer, and waits no longer."""
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.02)
    with engine.connect() as long, engine.connect() as connection:
        long.execute(text("INSERT INTO kept VALUES (1)"))
        with pytest.raises(OperationalError, match="locked"):
            connection.begin()
        assert connection.connection.driver_connection.execute("PRAGMA busy_timeout").fetchone() == (10_000,)
        long.commit()
    keep(engine, 2)
    assert kept(engine) == [1, 2]


def test_a_turn_never_given_back_costs_patience_and_no_row(engine, monkeypatch):
    """Were a turn forgotten, the next writer would still write once its patience is over, and the queue work again."""
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.02)
    queue = shared(engine)
    queue.take(object(), 0)
    keep(engine, 1)
    assert is_free(queue)
    assert kept(engine) == [1]
