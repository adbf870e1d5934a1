"""Faults an author makes one day, all planted in one copy of the real content: the check fails and names each line."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from course_app import library_cli

ROOT = Path(__file__).parents[2]
STORY = "content/scenarios/lundi-du-retour.yaml"
LETTER = "content/modules/05-mise-en-demeure.md"
CLIENT = "content/modules/06-qui-est-mon-client.md"
BANK = "content/modules/13-releve-du-matin.md"
SIXTY_WORDS = f"Léa vérifie {'encore le siège et ' * 14}elle appelle."


class Fault(NamedTuple):
    """What is changed in a file, and the text whose line the check must name, with which code."""

    path: str
    old: str
    new: str
    at: str
    code: str


FAULTS = {
    "stale fact": Fault(
        "content/facts.yaml",
        "valid_to: 2026-12-31",
        "valid_to: 2026-07-02",
        "valid_to: 2026-07-02",
        "fait-expire",
    ),
    "rate typed by hand": Fault(
        LETTER,
        "\n## ",
        "\nLe taux des pénalités est de 12,40 % par an.\n\n## ",
        "est de 12,40 %",
        "chiffre-a-la-main",
    ),
    "old name of the bailiff": Fault(
        BANK, "\n## ", "\nL'huissier passera demain matin.\n\n## ", "L'huissier passera", "huissier-seul"
    ),
    "source that is nowhere": Fault(
        "quizzes/facture-perdue.yaml", '["3.1", O-01]', '["3.1", O-99]', "O-99", "source-inconnue"
    ),
    "broken anchor": Fault(
        STORY, "anchor: s-quinze-minutes-quatre-gestes", "anchor: s-cinq-gestes", "s-cinq-gestes", "ancre-inconnue"
    ),
    "id used twice": Fault(
        "content/glossary.yaml",
        "  - id: avoir\n",
        '  - id: echeance\n    term: "jour dit"\n    definition: "Le jour convenu."\n  - id: avoir\n',
        '  - id: echeance\n    term: "jour dit"',
        "identifiant-en-double",
    ),
    "situation no choice leads to": Fault(
        STORY, "to: appel-albane", "to: tri", "  - id: appel-albane", "situation-isolee"
    ),
    "sentence of sixty words": Fault(CLIENT, "\n## ", f"\n{SIXTY_WORDS}\n\n## ", SIXTY_WORDS, "phrase-longue"),
    "reader called tu": Fault(
        CLIENT, "\n## Minutes", "\nTu appelles le siège.\n\n## Minutes", "Tu appelles", "tutoiement"
    ),
    "advice nobody practises": Fault(
        "content/coverage.yaml",
        "practised: [exercise/facture-orpheline, scenario/lundi-du-retour#tri]",
        "practised: []",
        "- id: agir-des-les-premiers-jours",
        "conseil-sans-pratique",
    ),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A copy of the real content that holds every fault."""
    desk = tmp_path_factory.mktemp("desk")
    for folder in ("content", "quizzes"):
        shutil.copytree(ROOT / folder, desk / folder)
    for fault in FAULTS.values():
        text = (desk / fault.path).read_text(encoding="utf-8")
        assert fault.old in text, f"nothing to spoil in {fault.path}: {fault.old}"
        (desk / fault.path).write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")
    return desk


@pytest.fixture(scope="module")
def told(desk):
    """What `course check --strict` prints about it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTENT_DIR", str(desk / "content"))
        patch.setenv("QUIZZES_DIR", str(desk / "quizzes"))
        patch.setenv("DATA_DIR", str(desk / "var"))
        result = CliRunner().invoke(library_cli.check, ["--strict"])
    assert result.exit_code == 1
    return result.output.splitlines()


@pytest.mark.parametrize("name", FAULTS)
def test_every_planted_fault_is_named(desk, told, name):
    """Each fault is one of the printed lines, at the line where its author must look."""
    fault = FAULTS[name]
    before, found, _after = (desk / fault.path).read_text(encoding="utf-8").partition(fault.at)
    assert found
    line_number = before.count("\n") + 1
    where = f"{fault.path}:{line_number}:"
    assert [line for line in told if line.startswith(where) and f" {fault.code} " in line], (where, told)
