"""The database as its own words tell it: modes, schema, rights, clock (security.md R5, S70, S76); reads only."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from course_app.administration.rules import (
    Gravity,
    Remark,
    clock_remark,
    good,
    hole,
    jobs_remark,
    signature_remark,
    watch,
)
from course_app.config import Settings
from course_app.jobs.models import Job
from course_app.jobs.rules import JobState
from course_app.progress.models import LearningEvent
from course_app.signing import keys
from course_app.store import migrate
from course_app.store.backup.sqlite import live_path
from course_app.store.session import CONNECT_TIMEOUT_SECONDS, driver_url, is_sqlite, make_durable, reads_only
from course_app.web.clock import now

SQLITE_MODES = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
POSTGRESQL_MODES = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}
OWNED = text(
    "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
    "AND pg_has_role(relowner, 'USAGE')"
)
# By its name: the room of certificates is a sibling, and the doctor examines installations without starting them.
SIGNED_BY = text("SELECT key_id, count(*) FROM certificate GROUP BY key_id")
POWERS = text("SELECT rolsuper, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = current_user")


@dataclass(frozen=True)
class Vital:
    """What must hold before serving, and what is worth knowing while it serves."""

    modes: list[Remark]
    life: list[Remark]


@contextmanager
def connected(settings: Settings) -> Iterator[Connection]:
    """Open a connection of our own, as the site does, that only reads."""
    is_file = is_sqlite(settings.database_url)
    options = {} if is_file else {"connect_args": {"connect_timeout": CONNECT_TIMEOUT_SECONDS}}
    engine = create_engine(driver_url(settings.database_url), poolclass=NullPool, hide_parameters=True, **options)
    make_durable(engine)
    token = reads_only.set(True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        reads_only.reset(token)
        engine.dispose()


def remarks(settings: Settings) -> Vital:
    """Return what the database deserves; one that does not answer is a hole of its own."""
    if is_sqlite(settings.database_url) and not live_path(settings.database_url).exists():
        return Vital([], [])  # told by `files`; looking would create it
    try:
        with connected(settings) as connection:
            schema = _schema(connection)
            modes = [*_modes(connection), schema, *_rights(connection)]
            if schema.gravity is not Gravity.GOOD:
                return Vital(modes, [])
            return Vital(modes, [*_life(connection), _signature(connection, settings.data_dir)])
    except SQLAlchemyError as error:
        return Vital([_unusable(getattr(error, "orig", None) or error)], [])


def _unusable(error: BaseException) -> Remark:
    """Return the hole that a database which cannot be asked is: away, or damaged, which is mended otherwise."""
    if type(error) is sqlite3.DatabaseError:  # not one of its kinds: the file is no database, or no longer one
        mended = "arrêtez le site, puis « course db restore --force » sur la dernière sauvegarde."
        return hole("base", f"La base est endommagée ou n'est pas une base SQLite : {mended}")
    return hole("base", f"La base ne répond pas ({type(error).__name__}) : vérifiez DATABASE_URL et le serveur.")


def _modes(connection: Connection) -> list[Remark]:
    if connection.dialect.name == "sqlite":
        held = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SQLITE_MODES}
        return [_judged("SQLite", held, SQLITE_MODES)]
    held = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in POSTGRESQL_MODES}
    return [_judged("PostgreSQL", held, POSTGRESQL_MODES)]


def _judged(engine: str, held: Mapping[str, object], expected: Mapping[str, object]) -> Remark:
    wrong = [f"{name}={held[name]}" for name in expected if held[name] != expected[name]]
    if wrong:
        return hole("base-modes", f"{engine} peut perdre des réponses ({', '.join(wrong)}) : rétablissez ces modes.")
    return good("base-modes", f"{engine} écrit sur le disque avant de répondre.")


def _schema(connection: Connection) -> Remark:
    held = migrate.revision_of(connection)
    known = migrate.known_revisions()
    if held == known[-1]:
        return good("schema", f"Le schéma est à jour ({held}).")
    if held and held not in known:
        return hole("schema", f"La base ({held}) est plus récente que ce programme ({known[-1]}) : mettez-le à jour.")
    return hole("schema", f"Des migrations attendent ({held or 'vide'} → {known[-1]}) : lancez « course upgrade ».")


def _rights(connection: Connection) -> list[Remark]:
    if connection.dialect.name == "sqlite":
        return []
    powers = connection.execute(POWERS).one()
    if powers.rolsuper or powers.rolcreaterole or powers.rolreplication:
        return [hole("base-droits", "Le rôle PostgreSQL du site administre le serveur : prenez un rôle sans ce droit.")]
    if connection.scalar(OWNED):
        return [watch("base-droits", "Le rôle PostgreSQL du site peut supprimer des tables : voyez deploy/README.md.")]
    return [good("base-droits", "Le rôle PostgreSQL du site ne peut rien supprimer du schéma.")]


def _life(connection: Connection) -> list[Remark]:
    moment = now()
    theirs = moment if connection.dialect.name == "sqlite" else connection.scalar(text("SELECT clock_timestamp()"))
    offset = theirs - moment if isinstance(theirs, datetime) else timedelta()
    latest = connection.scalar(select(func.max(LearningEvent.__table__.c.occurred_at)))
    return [clock_remark(offset, latest, moment), _queue(connection, moment)]


def _queue(connection: Connection, moment: datetime) -> Remark:
    jobs = Job.__table__.c
    oldest = connection.scalar(select(func.min(jobs.asked_at)).where(jobs.state == JobState.WAITING))
    lately = jobs.finished_at >= moment - timedelta(days=1)
    failed = connection.scalar(select(func.count()).where(jobs.state == JobState.FAILED, lately)) or 0
    return jobs_remark(oldest, failed, moment)


def _signature(connection: Connection, data_dir: Path) -> Remark:
    """Tell a server whose keys are not those that the attestations of its database were signed with."""
    signed = {str(key_id): int(count) for key_id, count in connection.execute(SIGNED_BY)}
    try:
        return signature_remark(signed, frozenset(keys.public_keys(data_dir)))
    except keys.BrokenKey as broken:
        return hole("signature", str(broken))
