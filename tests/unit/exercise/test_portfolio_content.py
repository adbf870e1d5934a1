"""The script of a portfolio: what authors may write, and where their faults are told."""

from datetime import date
from pathlib import Path

import pytest

from course_app.factory import EXERCISE_BODIES
from course_app.library.folders import Folders
from course_app.library.loader import load

ROOT = Path(__file__).parents[3]
FILE = ROOT / "content" / "exercises" / "cinq-premiers-dossiers.yaml"
FAULTS = {
    "level: facile": ("level: impossible", "valeur-inconnue"),
    "sessions: 4": ("sessions: 400", "hors-bornes"),
    "minutes: 75": ("minutes: 45", "hors-bornes"),
    "customers: 5": ("customers: cinq", "type-attendu"),
    "late_to: 8": ("late_to: 0", "intervalle-vide"),
    "median_cents: 140000": ("median_cents: 1000", "intervalle-vide"),
    "documented_percent: 80": ("documented_percent: 101", "hors-bornes"),
    "starts_on: 2026-11-30": ("starts_on: lundi", "type-attendu"),
    "  company:": ("  entreprise:", "cle-inconnue"),
}


def _findings(folder, text):
    (folder / "exercises").mkdir()
    (folder / "exercises" / FILE.name).write_text(text, encoding="utf-8")
    found = load(Folders(folder, folder), EXERCISE_BODIES, date(2026, 11, 28)).findings
    return [one for one in found if one.path.endswith(FILE.name) and one.code != "source-inconnue"]


@pytest.mark.parametrize("written", FAULTS)
def test_each_fault_is_told_at_its_line(tmp_path, written):
    """A wrong value is refused with its code, at the line and column where it stands."""
    wrong, code = FAULTS[written]
    text = FILE.read_text(encoding="utf-8").replace(written, wrong)
    lines = text.splitlines()
    expected = next(number for number, line in enumerate(lines, 1) if wrong.strip() in line)
    found = [one for one in _findings(tmp_path, text) if one.code == code]
    assert [one.line for one in found] == [expected]
    assert found[0].column > 2


def test_the_file_as_it_is_has_no_fault(tmp_path):
    """The real file passes by itself, its sources left aside."""
    assert _findings(tmp_path, FILE.read_text(encoding="utf-8")) == []
