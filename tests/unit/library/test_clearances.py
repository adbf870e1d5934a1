"""The rules of the feu vert are read and checked with the content."""

import pytest

from course_app.library.calls import Temperature
from tests.support.real_content import real_content

FILE = "content/clearances.yaml"
RULE = """\
- call_type: {}
  title: "Un rappel"
  summary: "La facture vient d'échoir."
  calls: [bocage]
  passed: 1
  tests: [oubli]
  percent: 80
  months: 12
  stop: ["Un litige est annoncé."]
  lesson: oubli
"""
WHOLE = "".join(RULE.format(name) for name in ("courtoisie", "echeance-depassee", "mise-en-demeure"))


def _codes(desk, text):
    desk.write(FILE, text)
    return [(one.line, one.code) for one in desk.load().findings if one.path == FILE]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("calls: [bocage]", "calls: [personne]", (4, "appel-inconnu")),
        ("tests: [oubli]", "tests: [oubli]", (6, "test-inconnu")),
        ("lesson: oubli", "lesson: jamais-ecrite", (10, "lecon-inconnue")),
        ("passed: 1", "passed: 4", (5, "regle-impossible")),
        ("months: 12", "months: 12\n  hard: 2", (9, "regle-impossible")),
        ("months: 12", "months: 12\n  free: 2", (9, "regle-impossible")),
        ("months: 12", "months: 0", (8, "hors-bornes")),
        ("call_type: mise-en-demeure", "call_type: courtoisie", (21, "regle-en-double")),
        ("call_type: mise-en-demeure", "call_type: courtoisie", (1, "regle-absente")),
        ("call_type: mise-en-demeure", "call_type: injonction", (21, "valeur-inconnue")),
    ],
)
def test_a_rule_that_nobody_could_meet_is_told_at_its_line(desk, old, new, told):
    """An unknown call, test or lesson, more asked than offered, a kind twice or never: each at its place."""
    assert told in _codes(desk, WHOLE.replace(old, new))


def test_the_published_rules_are_whole():
    """The product's own rules are read into the catalogue, in order, with what they leave out by default."""
    found = real_content().catalog.clearances
    assert [rule.call_type.value for rule in found] == ["courtoisie", "echeance-depassee", "mise-en-demeure"]
    assert (found[0].temperature, found[0].hard, found[0].free) == (Temperature.CALM, 0, 0)
    assert len({rule.version for rule in found}) == 3
