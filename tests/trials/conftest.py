"""A real server that trials may hurt, on each database."""

import sys

import pytest

from tests.support.postgres import start_postgres
from tests.support.site import Site


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server for the trials."""
    server = start_postgres()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path):
    """A running installation on the database named, empty but for its demonstration."""
    settings = {}
    if request.param == "postgresql":
        settings["DATABASE_URL"] = request.getfixturevalue("postgres").fresh_url()
    running = Site(tmp_path, **settings)
    running.prepare()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def told(request, capsys):
    """`told(text)`: print what a trial measured, for docs/trials.md."""

    def say(text):
        with capsys.disabled():
            sys.stdout.write(f"\n{request.node.name}: {text}\n")

    return say
