"""Rounds of the scheduler, for the mail of the second survey."""

from tests.support.reminding import remind

__all__ = ["remind"]
