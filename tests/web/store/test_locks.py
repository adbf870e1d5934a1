"""Locks of a SQLite file: what one process holds, another one must see."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from sqlalchemy import create_engine

from course_app.store.session import make_durable

VISIT = """
import sqlite3, sys
visitor = sqlite3.connect(sys.argv[1])
visitor.execute("INSERT INTO kept VALUES ('visitor')")
visitor.commit()
visitor.close()
"""


def test_r4_opening_one_more_connection_drops_no_lock(tmp_path):
    """A process that visits the database leaves the log of a server that has just opened one more connection.

    Were the locks of the server dropped, the visitor would believe itself the last one, and delete the log in which
    the server goes on writing: answers acknowledged afterwards would be gone at its next death.
    """
    path = tmp_path / "reglo.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    make_durable(engine)
    with engine.connect() as first:
        first.exec_driver_sql("CREATE TABLE kept (who TEXT)")
        first.commit()
        with engine.connect() as second:
            second.exec_driver_sql("SELECT 1")
            second.commit()
            subprocess.run([sys.executable, "-c", VISIT, path], check=True)
            assert Path(f"{path}-wal").exists()
        first.exec_driver_sql("INSERT INTO kept VALUES ('server')")
        first.commit()
        reader = sqlite3.connect(path)
        assert reader.execute("SELECT who FROM kept ORDER BY who").fetchall() == [("server",), ("visitor",)]
        reader.close()
    engine.dispose()


def test_s76_a_new_database_is_its_owners_alone(tmp_path):
    """The file of a new database, and its log, can be read by nobody else."""
    path = tmp_path / "reglo.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    make_durable(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (who TEXT)")
        connection.commit()
        assert {part.stat().st_mode & 0o077 for part in (path, Path(f"{path}-wal"))} == {0}
    engine.dispose()
