"""Logs: one JSON line per event, without local variables, so that no password or answer slips in (S64)."""

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog

from course_app.config import Settings


class _Patient:
    """Standard error, except that a line which cannot be written (a full disk, R6) breaks no page."""

    def write(self, line: str) -> None:
        """Write, or give the line up."""
        with suppress(OSError, ValueError):
            sys.stderr.write(line)

    def flush(self) -> None:
        """Flush, or give up."""
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def init_logs(settings: Settings) -> None:
    """Send events to standard error from the level of the settings on."""
    level = logging.getLevelNamesMapping().get(settings.log_level, logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Patient())),
        cache_logger_on_first_use=False,
    )
