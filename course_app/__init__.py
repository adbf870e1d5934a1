"""Réglo: the training tool French small businesses reach for when customers don't pay."""

from course_app.factory import create_app

__all__ = ["create_app"]
