"""What every test shares. Pure tests need nothing more; tests of pages find their application in tests/web."""

import pytest

pytest_plugins = ["tests.support.counting"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare `--database`: the one that tests of pages run on."""
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")
