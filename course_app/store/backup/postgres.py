"""PostgreSQL's backups: pg_dump's custom format, put back in one transaction.

The password travels by the environment, never on a command line that any user of the machine can list.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, create_engine, func, inspect, make_url, select, table, text
from sqlalchemy.exc import SQLAlchemyError

from course_app.store.backup.archive import BackupError, Content
from course_app.store.session import CONNECT_TIMEOUT_SECONDS, driver_url

OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
LOCK_TIMEOUT = "-c lock_timeout=10s"


def _run(url: URL, program: str, *options: str) -> None:
    """Run one of PostgreSQL's programs on an address; raise `BackupError` when it is missing or fails."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"{program} est introuvable : installez les outils clients de PostgreSQL (paquet postgresql-client), "
            "de la version du serveur ou plus récents."
        )
    without_password = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string()
    environment = {**os.environ, "PGOPTIONS": LOCK_TIMEOUT, "PGCONNECT_TIMEOUT": str(CONNECT_TIMEOUT_SECONDS)}
    if url.password:
        environment["PGPASSWORD"] = url.password
    command = [found, "--no-password", f"--dbname={without_password}", *options]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or ["aucune explication"]
        raise BackupError(f"{program} a échoué : {said[0]}")


@contextmanager
def _connected(url: URL, isolation: str) -> Iterator[Connection]:
    engine = create_engine(
        url, poolclass=NullPool, isolation_level=isolation, connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS}
    )
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise BackupError(f"PostgreSQL a refusé : {reason}") from None
    finally:
        engine.dispose()


def _address(url: str) -> URL:
    return make_url(driver_url(url))


def _content(connection: Connection) -> Content:
    names = sorted(inspect(connection).get_table_names())
    rows = {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}
    revision = connection.scalar(text("SELECT version_num FROM alembic_version")) if "alembic_version" in rows else ""
    return Content(revision or "", rows)


def dump(url: str, draft: Path) -> Content:
    """Dump the live database into a draft, and return what it held in the very snapshot that was dumped."""
    address = _address(url)
    with _connected(address, "REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        content = _content(connection)
        _run(
            address, "pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={draft}"
        )
    return content


def examine(url: str, backup: Path) -> Content:
    """Restore a backup into a scratch database of the same server, and return what it holds.

    Needs the right to create databases (`ALTER ROLE … CREATEDB`); the scratch database is dropped in any case.
    """
    address = _address(url)
    scratch = f"reglo_verification_{secrets.token_hex(6)}"
    with _connected(address, "AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {scratch} TEMPLATE template0"))
        try:
            target = address.set(database=scratch)
            _run(target, "pg_restore", "--exit-on-error", "--no-owner", "--no-acl", str(backup))
            with _connected(target, "READ COMMITTED") as restored:
                return _content(restored)
        finally:
            connection.execute(text(f"DROP DATABASE {scratch}"))


def content(url: str) -> Content | None:
    """Return what the live database holds, None when it has no table."""
    with _connected(_address(url), "REPEATABLE READ") as connection:
        found = _content(connection)
    return found if found.rows else None


def connected(url: str) -> int:
    """Return how many other connections the database has."""
    with _connected(_address(url), "READ COMMITTED") as connection:
        return connection.scalar(OTHERS) or 0


def restore(url: str, backup: Path, scratch: Path) -> None:
    """Replace every table by the backup's, in one transaction: whole, or nothing changed.

    Tables that the backup does not know (a newer schema) go too, which pg_restore's own --clean would leave.
    """
    address = _address(url)
    script = scratch / "restore.sql"
    _script(backup, script)
    with _connected(address, "READ COMMITTED") as connection:
        names = inspect(connection).get_table_names()
        quote = connection.dialect.identifier_preparer.quote
        drops = f"DROP TABLE {', '.join(quote(name) for name in names)} CASCADE" if names else "SELECT 1"
    once: Sequence[str] = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    _run(address, "psql", *once, f"--command={drops}", f"--file={script}")


def _script(backup: Path, script: Path) -> None:
    """Write a backup as SQL; needs no server."""
    found = shutil.which("pg_restore")
    if found is None or shutil.which("psql") is None:
        raise BackupError("pg_restore et psql sont nécessaires : installez le paquet postgresql-client.")
    command = [found, "--no-owner", "--no-acl", f"--file={script}", str(backup)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode:
        raise BackupError(f"{backup.name} est illisible ou endommagé (pg_restore : {ended.stderr.strip()[:200]}).")
