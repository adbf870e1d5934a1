"""Tests here send mails and build applications of their own: both are finished before the next test."""

from tests.support.tidy import app, make_app

__all__ = ["app", "make_app"]
