"""Settings are few, and each is explained."""

from dataclasses import fields

import pytest

from course_app.config import Settings
from tests.support.source import ROOT

MOST_SETTINGS = 25
KEYS = [field.name.upper() for field in fields(Settings)]


def test_settings_are_few():
    """A person who runs the site can read all its settings in one sitting: 25 at most."""
    assert len(KEYS) <= MOST_SETTINGS


@pytest.mark.parametrize("key", KEYS)
def test_setting_is_documented(key):
    """Each setting is explained in the README's table, between backquotes."""
    assert f"`{key}`" in (ROOT / "README.md").read_text(encoding="utf-8")
