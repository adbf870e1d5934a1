"""Rounds of the scheduler, for its reminders."""

from tests.support.reminding import remind

__all__ = ["remind"]
