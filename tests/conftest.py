"""What every test shares. Pure tests need nothing more; tests of pages find their application in tests/web."""

import re

import pytest

pytest_plugins = ["tests.support.counting"]

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare `--database`: the one that tests of pages run on."""
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a random identifier by what it is: parallel processes must call the same test by the same name."""
    return UUID.sub("uuid", val) if isinstance(val, str) and UUID.search(val) else None
