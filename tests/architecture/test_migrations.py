"""Migrations form one line: eight people may add one on the same day, and the second of two twins is lost."""

import re

from tests.support.source import ROOT

FOLDER = ROOT / "course_app" / "store" / "migrations"
REVISIONS = re.compile(r'^(?:down_)?revision = (None|"\d{4}")$', re.MULTILINE)


def test_migrations_follow_each_other_one_by_one():
    """Each file is numbered after the one before, names itself by its number, and follows it: none is skipped or twice."""
    files = sorted(FOLDER.glob("[0-9]*.py"))
    said = [REVISIONS.findall(path.read_text(encoding="utf-8")) for path in files]
    numbers = [f'"{rank:04}"' for rank in range(1, len(files) + 1)]
    assert [path.name[:4] for path in files] == [number.strip('"') for number in numbers]
    assert said == [[number, before] for number, before in zip(numbers, ["None", *numbers], strict=False)]
