"""A placement asks six plain choices, each of which lets skip lessons of its path."""

import pytest

from tests.unit.library import material

PLACEMENT = "quizzes/positionnement.yaml"
QUESTION = """\
  - id: question-{rank}
    type: single
    situation: "Un client attend."
    prompt: "Que faites-vous ?"
    options:
      - {{id: a, text: "Rien", correct: false, feedback: {{consequence: "Il attend.", reason: "Rien ne part.", rule: "Écrire."}}}}
      - {{id: b, text: "Écrire", correct: true, feedback: {{consequence: "Il paie.", reason: "Il sait.", rule: "Écrire."}}}}
      - {{id: c, text: "Crier", correct: false, feedback: {{consequence: "Il part.", reason: "Il a peur.", rule: "Écrire."}}}}
"""
HEAD = """\
id: positionnement
title: "Avant"
kind: placement
lesson: null
minutes: 4
introduction: "Six cas."
reviewed_on: 2026-11-22
sources: [P-33]
questions:
"""
SKIPS = "".join(f"    - {{question: question-{rank}, lessons: [oubli]}}\n" for rank in range(1, 7))


@pytest.fixture
def placed(desk):
    """A content whose path asks a placement."""
    desk.write(PLACEMENT, HEAD + "".join(QUESTION.format(rank=rank) for rank in range(1, 7)))
    text = desk.path(material.PATH).read_text(encoding="utf-8")
    desk.write(
        material.PATH, text.replace("modules:\n", f"placement:\n  quiz: positionnement\n  skips:\n{SKIPS}modules:\n", 1)
    )
    return desk


def _codes(desk):
    return {finding.code for finding in desk.load().findings}


def test_a_whole_placement_is_left_alone(placed):
    """Six single choices, each with its lesson, asked by a path: nothing to say."""
    assert _codes(placed) == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (PLACEMENT, "  - id: question-6\n", "  - id: question-7\n", "question-inconnue"),
        (PLACEMENT, "  - id: question-6\n", "  - id: question-7\n", "question-sans-effet"),
        (PLACEMENT, HEAD, HEAD + QUESTION.format(rank=0), "nombre-de-questions"),
        (PLACEMENT, "kind: placement", "kind: practice", "positionnement-inconnu"),
        (
            PLACEMENT,
            "  - id: question-1\n    type: single",
            "  - id: question-1\n    type: multiple",
            "type-de-positionnement",
        ),
        (
            material.PATH,
            "question: question-1, lessons: [oubli]",
            "question: question-1, lessons: [autre]",
            "lecon-hors-parcours",
        ),
        (material.PATH, "quiz: positionnement", "quiz: oubli", "positionnement-isole"),
    ],
)
def test_a_broken_placement_is_told(placed, file, old, new, code):
    """Too many questions, the wrong kind, a lesson of another path, a question without effect: each has its code."""
    placed.change(file, old, new)
    assert code in _codes(placed)
