"""The command line finds each command where it is, and loads no more than it needs."""

import subprocess
import sys

import click
import pytest

from course_app.cli import ON_A_SITE, WITHOUT_SITE, course

LIGHT = """
import sys
from click.testing import CliRunner
from course_app.cli import course
assert CliRunner().invoke(course, ["check", "--help"]).exit_code == 0
print(*{"flask", "sqlalchemy", "numpy", "course_app.factory"} & set(sys.modules))
"""


@pytest.mark.parametrize("name", [*WITHOUT_SITE, *ON_A_SITE])
def test_each_command_is_where_the_table_says(name):
    """A name of the table leads to a command that says in a sentence what it does."""
    command = course.get_command(click.Context(course), name)
    assert isinstance(command, click.Command)
    assert (command.help or "").strip().split("\n")[0].endswith(".")


def test_an_unknown_command_is_refused():
    """A name that is not in the table is no command."""
    assert course.get_command(click.Context(course), "verifier") is None


def test_a_check_loads_neither_pages_nor_database_nor_simulator():
    """What authors run all day does not wait for what it does not use."""
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
