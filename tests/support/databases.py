"""Databases of tests: the schema is built once by the real migrations, then each test starts from it, empty."""

import shutil
from pathlib import Path

from flask import Flask

from course_app.store import migrate
from course_app.store.base import Base
from course_app.store.session import db
from tests.support.postgres import PostgresServer


def build_schema(app: Flask) -> None:
    """Run all migrations on the application's database."""
    with app.app_context():
        migrate.upgrade(app.extensions["alembic"])
        db.engine.dispose()


class SqliteFile:
    """One SQLite file, put back to its state after the migrations before each test."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "reglo.sqlite3"
        self.blank = folder / "blank.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def empty(self, app: Flask) -> None:
        """Restore the blank file; build it the first time."""
        if not self.blank.exists():
            build_schema(app)
            shutil.copy(self.path, self.blank)
        with app.app_context():
            db.engine.dispose()
        for leftover in (self.path, Path(f"{self.path}-wal"), Path(f"{self.path}-shm")):
            leftover.unlink(missing_ok=True)
        shutil.copy(self.blank, self.path)


class PostgresDatabase:
    """One database of the tests' server, emptied before each test."""

    def __init__(self, server: PostgresServer) -> None:
        self.url = server.fresh_url()
        self._is_built = False

    def empty(self, app: Flask) -> None:
        """Empty every table; build them the first time."""
        if not self._is_built:
            build_schema(app)
            self._is_built = True
        tables = ", ".join(f"'{table.name}'" for table in Base.metadata.sorted_tables)
        with app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql(_EMPTYING.format(tables=tables))


_EMPTYING = """
DO $$
DECLARE name text;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOREACH name IN ARRAY ARRAY[{tables}] LOOP
    EXECUTE 'DELETE FROM ' || quote_ident(name);
  END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
    PERFORM setval(quote_ident(name)::regclass, 1, false);
  END LOOP;
END $$
"""
"""Empties every table and starts its numbers again. Truncating sixty tables takes ten times as long as deleting the few
rows of one test; foreign keys are not looked at meanwhile, since everything goes."""
