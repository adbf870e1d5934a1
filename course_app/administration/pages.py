"""What the pages and figures of the administration show, gathered from the database, the disk and this process."""

import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from course_app.administration import service
from course_app.administration.inspection import surroundings
from course_app.administration.metrics import Figures
from course_app.administration.rules import (
    Gravity,
    Remark,
    backup_remark,
    disk_remark,
    jobs_remark,
    megabytes,
    verified_remark,
)
from course_app.administration.service import Day, Queue
from course_app.config import PACKAGE_DIR, Settings
from course_app.outbox import service as outbox
from course_app.store import migrate
from course_app.store.backup import notes
from course_app.store.session import db
from course_app.web.clock import now, today
from course_app.web.counters import counters
from course_app.web.library import publication


def figures(settings: Settings) -> Figures:
    """Return what watchers are told; a database that is away is one of the figures, not an error."""
    moment, kept = now(), notes.latest(settings.data_dir)
    queue, mails = None, None
    try:
        queue, mails = service.queue(db.session, moment), outbox.pending(db.session)
    except SQLAlchemyError:
        db.session.rollback()
    return Figures(
        counts=counters().totals(),
        queue=queue,
        mails_waiting=mails,
        content_is_current=publication().state.is_current,
        disk_free_bytes=shutil.disk_usage(settings.data_dir).free,
        database_bytes=surroundings.database_bytes(settings),
        backup_age=(moment - kept.made_at).total_seconds() if kept.made_at else None,
        verified_age=(moment - kept.verified_at).total_seconds() if kept.verified_at else None,
    )


DAYS = 30
CHART_WIDTH, CHART_HEIGHT = 300, 60


@dataclass(frozen=True)
class Bar:
    """One day of a chart, in the units of its view box: 300 wide, 60 high."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """Bars of thirty days, the oldest first, and the highest value, which fills the height."""

    bars: tuple[Bar, ...]
    highest: int


@dataclass(frozen=True)
class InstallationPage:
    """What an administrator reads of the installation: words, figures, no setting and no secret.

    `remarks` come gravest first; `days` oldest first, with a chart of what was served and one of what failed.
    """

    version: str
    content_hash: str
    content_is_current: bool
    database: str
    schema: str
    remarks: tuple[Remark, ...]
    queue: Queue
    mails_waiting: int
    days: tuple[Day, ...]
    served: Chart
    failed: Chart

    @property
    def telling_days(self) -> tuple[Day, ...]:
        """The days on which something happened, latest first: what the table under the charts lists."""
        return tuple(day for day in reversed(self.days) if day.answered or day.unavailable)


def installation(settings: Settings) -> InstallationPage:
    """Return the page of the installation."""
    moment, kept, state = now(), notes.latest(settings.data_dir), publication().state
    size = surroundings.database_bytes(settings)
    waiting = service.queue(db.session, moment)
    days = service.days(db.session, today(), DAYS)
    remarks = (
        backup_remark(kept.made_at, moment),
        verified_remark(kept.verified_at, moment),
        disk_remark(shutil.disk_usage(settings.data_dir).free, size),
        jobs_remark(waiting.oldest_at, waiting.failed_lately, moment),
    )
    return InstallationPage(
        version=program_version(),
        content_hash=state.served_hash[:12],
        content_is_current=state.is_current,
        database=_database(db.engine, size),
        schema=migrate.known_revisions()[-1],
        remarks=tuple(sorted(remarks, key=lambda remark: remark.gravity is Gravity.GOOD)),
        queue=waiting,
        mails_waiting=outbox.pending(db.session),
        days=days,
        served=chart([day.answered for day in days]),
        failed=chart([day.crashed + day.unavailable for day in days]),
    )


def program_version() -> str:
    """Return the version of the program: as installed, else as its checkout says."""
    try:
        return version("reglo")
    except PackageNotFoundError:
        told = tomllib.loads((PACKAGE_DIR.parent / "pyproject.toml").read_text(encoding="utf-8"))
        return str(told["project"]["version"])


def _database(engine: Engine, size: int) -> str:
    if engine.dialect.name == "sqlite":
        return f"SQLite, {megabytes(size)}"
    return "PostgreSQL"


def chart(values: Sequence[int]) -> Chart:
    """Return the bars of a row of values; a value that is not zero is always seen."""
    highest = max([*values, 0])
    step = CHART_WIDTH / max(1, len(values))
    bars = []
    for number, value in enumerate(values):
        height = max(2.0, CHART_HEIGHT * value / highest) if value else 0.0
        bars.append(
            Bar(round(number * step + 1, 2), round(CHART_HEIGHT - height, 2), round(step - 2, 2), round(height, 2))
        )
    return Chart(tuple(bars), highest)
