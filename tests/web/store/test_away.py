"""A database far away: told quickly when it does not answer, its clock read as ours when it does."""

import socket
import time
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError

from course_app.accounts.models import User
from course_app.store.session import engine_options


def test_a_server_that_never_answers_is_given_up_within_five_seconds():
    """R8: a PostgreSQL that accepts connections and says nothing is an outage, told in time for a 503."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = create_engine(**engine_options(f"postgresql://reglo@127.0.0.1:{silent.getsockname()[1]}/reglo", 1))
        began = time.monotonic()
        with pytest.raises(OperationalError):
            engine.connect()
        assert time.monotonic() - began < 5.5


def test_moments_are_in_utc_whatever_the_servers_clock(session, actor):
    """A server set to Paris time gives the same moments, written the same way in an export."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TIME ZONE 'Europe/Paris'"))
    query = select(User.created_at).where(User.organisation_id == actor.organisation_id, User.id == actor.user_id)
    assert session.scalars(query).one().utcoffset() == timedelta(0)
    session.rollback()
