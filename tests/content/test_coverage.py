"""What the programme owes is written down whole: `course check` then proves that each line is taught and asked."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

COVERAGE = Path(__file__).parents[2] / "content" / "coverage.yaml"
FEWEST_ADVICE = 38
ARTICLES = {"B1", "B2", "B3", "B4", "B5"}
LAST = {"P": 37, "C": 15, "J": 21, "I": 8, "O": 5}
UNCERTAIN = {"P-04", "P-14", "P-21"}
"""Numbers that are wholly an estimate or were not verified: the programme may quote them, and does not owe them."""


@pytest.fixture(scope="module")
def owed():
    """The file as its authors wrote it."""
    return yaml.safe_load(COVERAGE.read_text(encoding="utf-8"))


def test_every_article_has_its_advice(owed):
    """The five articles are all there, each for several pieces of advice, and no advice is listed twice."""
    assert len(owed["advice"]) >= FEWEST_ADVICE
    assert min(Counter(advice["article"] for advice in owed["advice"]).values()) >= 5
    assert {advice["article"] for advice in owed["advice"]} == ARTICLES
    for key in ("id", "advice"):
        assert len({advice[key] for advice in owed["advice"]}) == len(owed["advice"])


def test_every_certain_fact_is_owed(owed):
    """No number of the field guide, from prevention to organisation, is left out, but the uncertain ones."""
    numbers = {f"{part}-{number:02}" for part, last in LAST.items() for number in range(1, last + 1)}
    assert numbers - UNCERTAIN <= set(owed["facts"])
    assert len(owed["facts"]) == len(set(owed["facts"]))
