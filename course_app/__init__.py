"""Réglo: the training tool French small businesses reach for when customers don't pay.

Imports nothing, so that the pure rooms load without the web framework; `course_app.factory` has `create_app`.
"""
