"""Promises of security and reliability: each has its test, and the page that says so is true."""

from tests.support.source import ROOT
from tools import mutations, security_table


def test_the_table_of_promises_is_that_of_the_tests():
    """docs/security.md lists today's tests; a promise without test is marked missing. `tools/security_table.py` mends."""
    assert not security_table.faults(), "run: .venv/bin/python tools/security_table.py"


def test_an_id_is_read_at_the_head_of_a_name_only():
    """Ids lead the name, several if need be; properties of the simulator and words that look alike are none."""
    assert security_table.ids("test_s18_s19_twelve_starts") == ["S18", "S19"]
    assert security_table.ids("test_r9_two_tabs") == ["R9"]
    assert security_table.ids("test_p18_the_engine_plays") == []
    assert security_table.ids("test_starts_s18_late") == []


def test_the_list_of_promises_is_whole():
    """Eighty promises of security and twenty of reliability, each once, in order."""
    listed = [promise.id for promise in security_table.promises()]
    assert listed == [f"S{number:02}" for number in range(1, 81)] + [f"R{number}" for number in range(1, 21)]
    assert (ROOT / "docs" / "security.md").is_file()


def test_each_mutation_still_applies():
    """Each patch that takes a protection away applies to today's files, and names a test that exists."""
    assert len(mutations.mutations()) >= 10
    assert not mutations.faults(), "mend the patch, or name the test that now keeps this promise"
