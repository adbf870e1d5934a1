"""Databases of tests: the schema is built once by the real migrations, then each test starts from it, empty."""

import shutil
from pathlib import Path

from flask import Flask
from sqlalchemy import text

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
        with app.app_context():
            quoted = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
            with db.engine.begin() as connection:
                connection.execute(text(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE"))
