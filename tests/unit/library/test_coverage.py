"""Nothing promised is left out: each advice has its lesson, its question and its practice; each fact is cited."""

import pytest

from tests.unit.library import material

COVERAGE = "content/coverage.yaml"
WHOLE = """\
advice:
  - id: pas-de-recommande-d-emblee
    advice: "Commencer par un simple courriel"
    article: P-33
    taught: [oubli#s-avant-d-ecrire]
    tested: [oubli/premier-contact]
    practised: [exercise/orpheline]
facts: []
"""


def _found(desk):
    return [(finding.line, finding.code) for finding in desk.load().findings if finding.path == COVERAGE]


def test_what_is_covered_is_left_alone(desk):
    """Advice with its lesson, question and practice gives no finding; no file, no obligation."""
    desk.write(COVERAGE, WHOLE)
    assert _found(desk) == []
    desk.path(COVERAGE).unlink()
    assert _found(desk) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    taught: [oubli#s-avant-d-ecrire]\n", "", (2, "conseil-sans-lecon")),
        ("    tested: [oubli/premier-contact]\n", "", (2, "conseil-sans-question")),
        ("    practised: [exercise/orpheline]\n", "    practised: []\n", (2, "conseil-sans-pratique")),
        ("oubli#s-avant-d-ecrire", "oubli#s-apres", (5, "lieu-inconnu")),
        ("oubli#s-avant-d-ecrire", "oubli", (5, "lieu-inconnu")),
        ("oubli/premier-contact", "oubli/dernier-contact", (6, "lieu-inconnu")),
        ("exercise/orpheline", "exercise/perdue", (7, "lieu-inconnu")),
        ("exercise/orpheline", "exercise/orpheline#jour-3", (7, "lieu-inconnu")),
        ("exercise/orpheline", "lesson/oubli", (7, "lieu-inconnu")),
        ("article: P-33", "article: B-9", (4, "source-inconnue")),
        ("facts: []", "facts: [Z-99]", (8, "source-inconnue")),
        ("facts: []", "facts: [Z-99]", (8, "fait-sans-lecon")),
        ("facts: []", "facts: [Z-99]", (8, "fait-sans-question")),
    ],
)
def test_what_is_not_covered_is_told_at_its_line(desk, old, new, told):
    """A gap, or a place that does not exist, is told at the line of the advice or of the fact."""
    desk.write(COVERAGE, WHOLE.replace(old, new))
    assert told in _found(desk)


def test_a_fact_is_cited_by_a_lesson_and_a_question(desk):
    """A numbered fact is covered once a lesson and a question, not only a quiz, have it among their sources."""
    desk.write(COVERAGE, WHOLE.replace("facts: []", "facts: [P-33]"))
    assert _found(desk) == [(8, "fait-sans-question")]
    desk.change(material.QUIZ, "    type: single\n", "    type: single\n    sources: [P-33]\n")
    assert _found(desk) == []
