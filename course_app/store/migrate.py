"""Schema changes: upgrade, downgrade, compare; foreign keys verified after each run."""

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from alembic.script import ScriptDirectory
from flask import Flask
from flask_alembic import Alembic
from sqlalchemy import Connection, Engine, inspect, text

from course_app.core.errors import OperatorError
from course_app.store.base import Base
from course_app.store.session import migration_engine
from course_app.store.types import Text, UtcDateTime

MIGRATIONS_DIR = Path(__file__).resolve().parent / "migrations"


class SchemaError(OperatorError):
    """The schema cannot serve: rows point nowhere, or models and migrations differ. French message."""


def init_migrations(app: Flask, database_url: str) -> Alembic:
    """Attach Alembic to the application; reads no file and opens no connection."""
    app.config["ALEMBIC"] = {"script_location": str(MIGRATIONS_DIR)}
    app.config["ALEMBIC_CONTEXT"] = {
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": False,
        # Alembic assumes that SQLite cannot; it can, since we begin ourselves. All migrations, or none, and no lock left.
        "transactional_ddl": True,
        "render_item": _render_type,
    }
    alembic = Alembic(
        app,
        run_mkdir=False,
        command_name="",
        metadatas=Base.metadata,
        engines=migration_engine(database_url),
    )
    # Flask-Alembic turns its narration on; we say the outcome in French ourselves.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return alembic


def _render_type(kind: str, value: Any, _context: object) -> str | Literal[False]:
    """Write our own column types as what the database knows: a migration must not change with our code."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, Text):
        return f"sa.String(length={length})" if (length := getattr(value.impl, "length", None)) else "sa.String()"
    return False


def upgrade(alembic: Alembic, target: str = "heads") -> None:
    """Bring the schema to a revision; raise `SchemaError` when a row then points to nothing."""
    alembic.upgrade(target)
    _verify_foreign_keys(_engine(alembic))
    _tell_sizes(_engine(alembic))


CROWD = "1000000 100000"
"""A million rows, a hundred thousand for each organisation: what SQLite is to believe of an index of organisations."""


def _tell_sizes(engine: Engine) -> None:
    """Tell SQLite that knowing the organisation finds few rows nowhere.

    Every query names the organisation, next to the person or the attempt it is about. Without figures SQLite takes both for
    equally good ways to a row and may read all that a company ever did (sqlite.org/optoverview, « Choosing between multiple
    indices »). PostgreSQL measures by itself. Connections opened from now on know it.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE sqlite_schema")  # makes the table of figures, and measures nothing
        connection.exec_driver_sql("DELETE FROM sqlite_stat1 WHERE stat = ?", (CROWD,))
        connection.exec_driver_sql(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT tbl_name, name, ? FROM sqlite_schema "
            "WHERE type = 'index' AND name = 'ix_' || tbl_name || '_organisation_id'",
            (CROWD,),
        )


def downgrade(alembic: Alembic, target: str | int = -1) -> None:
    """Take the schema back; raise `SchemaError` when a row then points to nothing."""
    alembic.downgrade(target)
    _verify_foreign_keys(_engine(alembic))


def is_current(engine: Engine) -> bool:
    """Tell whether every migration has been applied, from any thread.

    Flask-Alembic is not asked: it keeps one connection for the whole application, which any request that ends closes, and
    SQLite takes the process down when that happens under a statement.
    """
    with engine.connect() as connection:
        return revision_of(connection) == known_revisions()[-1]


def revision_of(connection: Connection) -> str | None:
    """Return the schema revision of any database, None when no migration was ever applied."""
    if "alembic_version" not in inspect(connection).get_table_names():
        return None
    held: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return held


@lru_cache(maxsize=1)
def known_revisions() -> tuple[str, ...]:
    """Return the schema revisions this version of the program knows, the oldest first; opens no connection."""
    scripts = ScriptDirectory(str(MIGRATIONS_DIR), version_locations=[str(MIGRATIONS_DIR)])
    return tuple(reversed([script.revision for script in scripts.walk_revisions()]))


def differences(alembic: Alembic) -> list[str]:
    """Return what the models say that the schema lacks, or the reverse; empty when they agree."""
    return [str(difference) for difference in alembic.compare_metadata()]


def _engine(alembic: Alembic) -> Engine:
    return alembic.engines["default"]


def _verify_foreign_keys(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise SchemaError(f"{len(orphans)} ligne(s) sans parent après la migration : restaurez la sauvegarde.")
